"""A Store from the text that names it in the settings. Each kind is loaded where it is named."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from sluicegate.baseline.store import Store, scrubbed
from sluicegate.config.settings import BaselineSettings, S3Settings
from sluicegate.errors import UserError
from sluicegate.text import one_line, shorten

DEFAULT = BaselineSettings().store

_KINDS = {"s3": "s3://bucket/prefix", "git": "git:refs/sluicegate/baseline@origin"}
# one letter before the colon is a drive of Windows
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"[A-Za-z0-9!_.*'()-]+(?:/[A-Za-z0-9!_.*'()-]+)*")
_REF = re.compile(r"refs/sluicegate/(?!remotes(?:/|$))[a-z0-9][a-z0-9_-]*(?:/[a-z0-9][a-z0-9_-]*)*")
_REMOTE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")


def open_store(address: str, root: Path, s3: S3Settings | None = None) -> Store:
    """The store that a text names; a folder counts from `root`. Nothing is read or written yet.

    Raises UserError with the next step.
    """
    scheme = _SCHEME.match(address)
    if scheme is None:
        from sluicegate.baseline.file import FileStore

        return FileStore(folder=root / (address or DEFAULT))
    kind = scheme[1]
    if kind == "git":
        return _git(address, root)
    if kind == "s3":
        return _s3(address, s3 or S3Settings())
    shown = _shown(address)
    likely = difflib.get_close_matches(kind.lower(), _KINDS, n=1, cutoff=0.5)
    if likely:
        raise UserError(
            f"the store {shown}: there is no kind of store {kind!r}", hint=f"did you mean {_KINDS[likely[0]]}?"
        )
    raise UserError(
        f"the store {shown}: there is no kind of store {kind!r}",
        hint=f"name a folder, such as {DEFAULT}; or {' or '.join(_KINDS.values())}",
    )


def _git(address: str, root: Path) -> Store:
    from sluicegate.baseline.git import NAMESPACE, REF, GitStore

    ref, at, remote = address.removeprefix("git:").partition("@")
    ref = ref or REF
    if not _REF.fullmatch(ref):
        raise UserError(
            f"the store {_shown(address)}: {_shown(ref)} is no ref of Sluicegate's own",
            hint=f"ours begin with {NAMESPACE} and go on with a-z, 0-9, '_', '-' and '/', such as {_KINDS['git']}",
        )
    if at and not _REMOTE.fullmatch(remote):
        raise UserError(
            f"the store {_shown(address)}: after @ stands the name of a remote, not its address",
            hint="`git remote -v` lists the names",
        )
    return GitStore(folder=root, ref=ref, remote=remote or "origin")


def _s3(address: str, settings: S3Settings) -> Store:
    from sluicegate.baseline.s3 import S3Store

    shown = _shown(address)
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise UserError(f"the store {shown} is no address", hint=f"write it as {_KINDS['s3']}") from error
    if "@" in parts.netloc:
        raise UserError(
            f"the store {shown} has credentials in it",
            hint="remove them: they come the way AWS's own tools get them",
        )
    if not address.startswith("s3://") or not _BUCKET.fullmatch(parts.netloc):
        raise UserError(f"the store {shown} names no bucket", hint=f"write it as {_KINDS['s3']}")
    prefix = unquote(parts.path).strip("/")
    if prefix and (not _PREFIX.fullmatch(prefix) or any(part in (".", "..") for part in prefix.split("/"))):
        raise UserError(f"the store {shown}: its prefix makes trouble", hint="use letters, digits, '-' and '/'")
    return S3Store(
        bucket=parts.netloc, prefix=prefix, settings=_with(shown, settings, dict(parse_qsl(parts.query, True)))
    )


def _with(shown: str, settings: S3Settings, given: Mapping[str, str]) -> S3Settings:
    """The settings, with what the address says laid over them."""
    known = [field.encode_name for field in msgspec.structs.fields(S3Settings)]
    for key in given:
        if key not in known:
            likely = difflib.get_close_matches(key.replace("_", "-").lower(), known, n=1)
            hint = f"did you mean {likely[0]}?" if likely else f"it takes: {', '.join(known)}"
            raise UserError(f"the store {shown}: nobody reads {shorten(one_line(key), 40)!r}", hint=hint)
    merged: dict[str, Any] = {**msgspec.to_builtins(settings), **given}
    try:
        made = msgspec.convert(merged, S3Settings, strict=False)
    except msgspec.ValidationError as error:
        raise UserError(
            f"the store {shown}: {scrubbed(str(error))}", hint="`sluicegate schema settings` shows what each key takes"
        ) from error
    if made.kms_key and made.sse != "aws:kms":
        raise UserError(f"the store {shown}: kms-key is given without sse", hint='set sse = "aws:kms" beside it')
    return made


def _shown(address: str) -> str:
    return shorten(one_line(scrubbed(address.partition("?")[0])), 200)
