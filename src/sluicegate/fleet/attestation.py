"""What GitHub attested of a file: the subjects that a bundle names, and whether somebody has checked its signature.

Two forms are read. A Sigstore bundle, as `gh attestation download` writes it, one JSON text a line: an in-toto
statement in a DSSE envelope. Its signature cannot be checked here, which would take Sigstore's keys and log. And what
`gh attestation verify --format json` printed after it had checked the signature.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

import msgspec
from msgspec import Struct

from sluicegate.errors import UserError
from sluicegate.text import one_line, shorten

LIMIT = 16 * 1024 * 1024
"""So many bytes of a file are read at the most."""

_STATEMENT = "application/vnd.in-toto+json"
_HINT = "give what `gh attestation verify RUN.json --repo OWNER/NAME --format json` printed, or a bundle of it"


class Attestation(Struct, frozen=True, kw_only=True):
    """The SHA-256 of what is attested, and by whom as far as it says.

    `checked`: the file says that gh has checked the signature; then `commit`, `repository` and `workflow` are those of
    the certificate, else they are empty.
    """

    subjects: tuple[str, ...]
    predicate: str
    checked: bool
    commit: str = ""
    repository: str = ""
    workflow: str = ""


def read_attestations(data: bytes) -> tuple[Attestation, ...]:
    """The attestations in a file of either form. Raises UserError where there is none, or one that cannot be read."""
    if len(data) > LIMIT:
        raise UserError(f"the attestation has {len(data):,} bytes; at most {LIMIT:,} are read", hint=_HINT)
    found = tuple(_attestation(one) for one in _documents(data))
    if not found:
        raise UserError("the file holds no attestation", hint=_HINT)
    return found


def _documents(data: bytes) -> list[Any]:
    """One JSON text, a list of them, or one on each line."""
    try:
        whole = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        try:
            return [msgspec.json.decode(line) for line in data.splitlines() if line.strip()]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise UserError(f"the attestation is not JSON: {one_line(str(error))}", hint=_HINT) from None
    return whole if isinstance(whole, list) else [whole]


def _attestation(document: Any) -> Attestation:
    verified = _table(document, "verificationResult")
    if verified:
        certificate = _table(_table(verified, "signature"), "certificate")
        return _from_statement(
            _table(verified, "statement"),
            checked=bool(certificate),
            commit=_text(certificate, "sourceRepositoryDigest"),
            repository=_text(certificate, "sourceRepositoryURI"),
            workflow=_text(certificate, "buildSignerURI"),
        )
    bundle = _table(document, "bundle") or document
    envelope = _table(bundle, "dsseEnvelope")
    if _text(envelope, "payloadType") != _STATEMENT:
        raise UserError("the attestation is neither a bundle with an in-toto statement nor what gh prints", hint=_HINT)
    try:
        statement = msgspec.json.decode(base64.b64decode(_text(envelope, "payload", LIMIT), validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise UserError("the statement in the attestation cannot be read", hint=_HINT) from None
    return _from_statement(statement, checked=False)


def _from_statement(
    statement: Any, *, checked: bool, commit: str = "", repository: str = "", workflow: str = ""
) -> Attestation:
    listed = statement.get("subject") if isinstance(statement, dict) else None
    subjects = [_text(_table(one, "digest"), "sha256") for one in listed] if isinstance(listed, list) else []
    if not any(subjects):
        raise UserError("the statement in the attestation names no subject with a SHA-256", hint=_HINT)
    return Attestation(
        subjects=tuple(filter(None, subjects)),
        predicate=_text(statement, "predicateType"),
        checked=checked,
        commit=commit,
        repository=repository,
        workflow=workflow,
    )


def _table(value: Any, key: str) -> dict[str, Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _text(value: Any, key: str, limit: int = 500) -> str:
    found = value.get(key) if isinstance(value, dict) else None
    return shorten(one_line(found), limit) if isinstance(found, str) else ""
