"""A JSON document that is kept: it says what it is, in which version, and has a digest over all of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, field

from sluicegate.errors import GateError
from sluicegate.text import one_line, plural, shorten, visible

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]
"""From the content of one version to that of the next."""

T = TypeVar("T")

_CONFLICT = re.compile(rb"^<{7} ", re.MULTILINE)  # no line of JSON begins so
_KEYS = ("format", "version", "digest", "content")


class Kind(Struct, frozen=True, kw_only=True):
    """A kind of document: `format` names it, `version` is what is written now, `upgrades` lead from each older one.

    `limit` is how many bytes one has at the most, `again` what to do for the part that an older copy lacks.
    """

    format: str
    version: int
    upgrades: Mapping[int, Upgrade] = field(default_factory=dict)
    limit: int = 64 * 1024 * 1024
    again: str = "accept again what is missing"


class BrokenError(GateError):
    """What is no whole document of its kind: the message is the reason alone, the hint is the next step."""


class NewerError(BrokenError):
    """A document that a newer Sluicegate has written: it may be whole, and this one cannot know."""


def write(kind: Kind, content: Mapping[str, Any]) -> bytes:
    """The document, indented so that a reviewer can read its difference; the same content gives the same bytes."""
    return msgspec.json.format(write_compact(kind, content), indent=1) + b"\n"


def write_compact(kind: Kind, content: Any) -> bytes:
    """The document on one line, for what nobody reviews: it is read several times as fast."""
    ordered = canonical(content)
    head = msgspec.json.encode({"format": kind.format, "version": kind.version, "digest": _sealed(kind, ordered)})
    return head[:-1] + b',"content":' + ordered + b"}"


def read(kind: Kind, data: bytes) -> dict[str, Any]:
    """The content of a document, brought to the present version.

    Raises BrokenError for anything but a whole document of this kind: what is corrupt is never taken for empty.
    """
    again = f"put an earlier version back (git log, or the bucket's versions), and {kind.again}"

    def corrupt(why: str, hint: str = "") -> BrokenError:
        return BrokenError(why, hint or again)

    if len(data) > kind.limit:
        raise corrupt(f"it has more than {plural(kind.limit, 'byte')}")
    if not data.strip():
        raise corrupt("it is empty, which no document of ours ever is")
    if _CONFLICT.search(data):
        raise corrupt("it has the marks of a merge conflict", f"take one side whole, and {kind.again}")
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
        told = f"it was written by a newer Sluicegate (format {version}; this one reads up to {kind.version})"
        raise NewerError(told, "update Sluicegate")
    if set(found) != set(_KEYS) or not isinstance(found["content"], dict):
        raise corrupt(f"its parts are not {', '.join(_KEYS)}")
    if found["digest"] != _sealed(msgspec.structs.replace(kind, version=version), canonical(found["content"])):
        raise corrupt("its digest is not the one of its content: it was cut, altered or merged by hand")
    content: dict[str, Any] = found["content"]
    for step in range(version, kind.version):
        if step not in kind.upgrades:
            raise corrupt(f"version {version} of the format is not known", "update Sluicegate step by step")
        content = kind.upgrades[step](content)
    return content


def read_as(kind: Kind, data: bytes, shape: type[T]) -> T:
    """The content of a document, typed. Raises BrokenError, also for content of another shape."""
    try:
        return msgspec.json.decode(_untouched(kind, data) or canonical(read(kind, data)), type=shape)
    except (msgspec.ValidationError, ValueError) as error:
        again = f"put an earlier version back, and {kind.again}"
        raise BrokenError(shorten(visible(str(error)), 200), again) from None


def stated(data: bytes) -> str:
    """The digest that a document says it has; "" where it says none. `read` is what checks it."""
    try:
        return msgspec.json.decode(data, type=_Stated).digest
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""


def digest(content: bytes) -> str:
    """SHA-256 of bytes, as documents write it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def canonical(content: Any) -> bytes:
    """The one form of a content: keys sorted, no white space, UTF-8."""
    return msgspec.json.encode(content, order="sorted")


class _Stated(Struct):
    digest: str


def _sealed(kind: Kind, ordered: bytes) -> str:
    """The digest over the canonical form of all that a document says."""
    rest = canonical({"format": kind.format, "version": kind.version})
    return digest(b'{"content":' + ordered + b"," + rest[1:])


def _untouched(kind: Kind, data: bytes) -> msgspec.Raw | None:
    """The content of a document that is byte for byte as `write_compact` wrote it; None for any other."""
    try:
        parts = msgspec.json.decode(data, type=dict[str, msgspec.Raw]) if len(data) <= kind.limit else {}
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    said = {"format": kind.format, "version": kind.version}
    if set(parts) != set(_KEYS) or any(bytes(parts[key]) != msgspec.json.encode(value) for key, value in said.items()):
        return None
    content = parts["content"]
    sealed = _sealed(kind, bytes(content))
    return content if bytes(parts["digest"]) == msgspec.json.encode(sealed) else None
