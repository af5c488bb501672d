"""A JSON document as it lies in a store: it says what it is, in which version, and has a digest over all of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct, field

from sluicegate.baseline.store import LIMIT, StoreError
from sluicegate.text import one_line, plural, shorten

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]
"""From the content of one version to that of the next."""

_CONFLICT = re.compile(rb"^<{7} ", re.MULTILINE)  # no line of JSON begins so
_KEYS = ("format", "version", "digest", "content")


class Kind(Struct, frozen=True, kw_only=True):
    """A kind of document: `format` names it, `version` is what is written now, `upgrades` lead from each older one."""

    format: str
    version: int
    upgrades: Mapping[int, Upgrade] = field(default_factory=dict)


def write(kind: Kind, content: Mapping[str, Any]) -> bytes:
    """The document, indented so that a reviewer can read its difference; the same content gives the same bytes."""
    body = {"format": kind.format, "version": kind.version, "content": content}
    shown = {"format": kind.format, "version": kind.version, "digest": _digest(body), "content": _ordered(content)}
    return msgspec.json.format(msgspec.json.encode(shown), indent=1) + b"\n"


def read(kind: Kind, data: bytes, *, address: str, name: str) -> dict[str, Any]:
    """The content of a document, brought to the present version.

    Raises StoreError for anything but a whole document of this kind: what is corrupt is never taken for empty.
    """

    def corrupt(why: str, hint: str = "") -> StoreError:
        again = "put an earlier version back (git log, or the bucket's versions), and accept again what is missing"
        return StoreError.at(address, f"{name} cannot be trusted", why, hint or again)

    if len(data) > LIMIT:
        raise corrupt(f"it has more than {plural(LIMIT, 'byte')}")
    if not data.strip():
        raise corrupt("it is empty, which no document of ours ever is")
    if _CONFLICT.search(data):
        raise corrupt("it has the marks of a merge conflict", "take one side whole, and accept again what is missing")
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise corrupt(f"it is not whole JSON ({shorten(one_line(str(error)), 120)})") from None
    if not isinstance(found, dict) or not isinstance(found.get("format"), str) or type(found.get("version")) is not int:
        raise corrupt("it does not say what it is")
    if found["format"] != kind.format:
        raise corrupt(f"it is a {shorten(one_line(found['format']), 60)!r}, not a {kind.format!r}")
    version: int = found["version"]
    if version > kind.version:
        raise corrupt(
            f"it was written by a newer Sluicegate (format {version}; this one reads up to {kind.version})",
            "update Sluicegate",
        )
    if set(found) != set(_KEYS) or not isinstance(found["content"], dict):
        raise corrupt(f"its parts are not {', '.join(_KEYS)}")
    body = {"format": kind.format, "version": version, "content": found["content"]}
    if found["digest"] != _digest(body):
        raise corrupt("its digest is not the one of its content: it was cut, altered or merged by hand")
    content: dict[str, Any] = found["content"]
    for step in range(version, kind.version):
        if step not in kind.upgrades:
            raise corrupt(f"version {version} of the format is not known", "update Sluicegate step by step")
        content = kind.upgrades[step](content)
    return content


def _digest(body: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical form: keys sorted, no white space, UTF-8."""
    return f"sha256:{hashlib.sha256(msgspec.json.encode(body, order='deterministic')).hexdigest()}"


def _ordered(content: Mapping[str, Any]) -> Any:
    return msgspec.Raw(msgspec.json.encode(content, order="deterministic"))
