"""JSON (RFC 8259) with positions: msgspec decodes; offsets are found by decoding one level at a time, on demand."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from sluicegate.openapi.document import MalformedError
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from sluicegate.openapi.document import Pointer

_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_STRINGS_AND_KEYS = re.compile(_STRING + rb"\s*+(:)?", re.DOTALL)
_KEY = re.compile(rb"[\s,]*+(" + _STRING + rb")\s*:\s*", re.DOTALL)
_SPACE = re.compile(rb"\s*")
_APART = re.compile(rb'"\s+:')
_ESCAPED = re.compile(rb'\\(?:\\"|":)')
"""A backslash before a quote, or a quote and a colon, within a string."""
_TOKEN = re.compile(_STRING + rb"|[{}\[\],:]|[^\s{}\[\],:\"]+", re.DOTALL)
_BYTE = re.compile(r"\(byte (\d+)\)")
_ESCAPED_SURROGATE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F]|\\.", re.DOTALL
)


def parse(text: bytes) -> tuple[Any, JsonPlaces]:
    """The value of a JSON text, and where its parts stand. Raises MalformedError, RecursionError when too deep."""
    import msgspec

    try:
        data = msgspec.json.decode(text)
    except msgspec.ValidationError:  # a number that has no value here
        raise _bad_number(text) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _malformed(text, str(error)) from None
    return data, JsonPlaces(text)


def refuse_duplicates(text: bytes, members: int) -> None:
    """Raise MalformedError when the text has more keys than the value that came of it has members."""
    if _at_most(text) == members:
        return
    if sum(map(bool, _STRINGS_AND_KEYS.findall(text))) != members:
        raise _duplicate(text)


def _at_most(text: bytes) -> int | None:
    """A number of keys that the text cannot have more of, by what is counted fast; None where that tells nothing.

    Where no colon stands apart and no backslash is escaped before a quote, every key ends in a quote and a colon.
    """
    if _APART.search(text):
        return None
    inside = _ESCAPED.findall(text)
    return None if rb'\\"' in inside else text.count(b'":') - len(inside)


def _malformed(text: bytes, said: str) -> MalformedError:
    for found in _ESCAPED_SURROGATE.finditer(text):
        if len(found[0]) == len(rb"\ud8"):
            return MalformedError(
                "half of a surrogate pair in a string (\\ud800 to \\udfff alone is no character)",
                found.start(),
                "Write both halves, or the character itself.",
            )
    place = _BYTE.search(said)
    what = _BYTE.sub("", said).removeprefix("JSON is malformed: ").strip()
    hint = "Correct the JSON there."
    if place and text[int(place[1]) : int(place[1]) + 1] in (b"N", b"I"):
        what, hint = "NaN and Infinity are no JSON", "Write null, or a string."
    if not place and "truncated" in said:
        return MalformedError("the JSON ends too early", len(text), "Close every bracket and string.")
    return MalformedError(f"not JSON: {what}", int(place[1]) if place else None, hint)


def _bad_number(text: bytes) -> MalformedError:
    for token in _TOKEN.finditer(text):
        if token[0][:1] in b"-0123456789":
            digits = token[0].decode("ascii", "replace")
            if len(digits) > 300 or not math.isfinite(float(digits)):  # noqa: PLR2004 (a double has 309 digits)
                return MalformedError("a number that is too large", token.start(), "Write it as a string.")
    return MalformedError("a number that is too large", None, "Write it as a string.")


def _duplicate(text: bytes) -> MalformedError:
    import msgspec

    open_maps: list[dict[str, int] | None] = []
    previous: re.Match[bytes] | None = None
    for token in _TOKEN.finditer(text):
        kind = token[0][:1]
        if kind == b"{":
            open_maps.append({})
        elif kind == b"[":
            open_maps.append(None)
        elif kind in b"]}":
            open_maps.pop()
        elif kind == b":" and previous is not None:
            known = open_maps[-1]
            key = str(msgspec.json.decode(previous[0]))
            if known is not None and key in known:
                return duplicate_key(text, key, known[key], previous.start())
            if known is not None:
                known[key] = previous.start()
        previous = token
    return MalformedError("a key stands twice in one object", None, "Remove one of the two.")


def duplicate_key(text: bytes, key: str, first: int, second: int) -> MalformedError:
    """The trouble that one mapping has the same key at two offsets."""
    line = text.count(b"\n", 0, first) + 1
    name = shorten(one_line(key), 80)
    return MalformedError(
        f"the key `{name}` stands twice in one mapping, first in line {line}",
        second,
        "Remove or rename one of the two.",
    )


class JsonPlaces:
    """Where the parts of a JSON text stand; each object or array is scanned once, when it is asked for."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        start = _SPACE.match(text)
        first = start.end() if start else 0
        self._spans: dict[Pointer, tuple[int, int, int]] = {(): (first, first, len(text.rstrip()))}
        self._scanned: set[Pointer] = set()

    def offset(self, pointer: Pointer) -> int:
        """The byte offset of the key or item at `pointer`, or of the nearest parent that the text has."""
        for length in range(len(pointer)):
            parent = pointer[:length]
            if parent not in self._spans:
                break
            if parent not in self._scanned:
                self._scan(parent)
        for length in range(len(pointer), -1, -1):
            if (span := self._spans.get(pointer[:length])) is not None:
                return span[0]
        return 0

    def _scan(self, parent: Pointer) -> None:
        import msgspec

        self._scanned.add(parent)
        _, start, end = self._spans[parent]
        text = self._text
        raw = memoryview(text)[start:end]
        at = start + 1
        if text[start : start + 1] == b"{":
            for key, member in msgspec.json.decode(raw, type=dict[str, msgspec.Raw]).items():
                found = _KEY.match(text, at)
                if found is None:
                    return
                at = found.end() + memoryview(member).nbytes
                self._spans[(*parent, key)] = (found.start(1), found.end(), at)
        elif text[start : start + 1] == b"[":
            for index, item in enumerate(msgspec.json.decode(raw, type=list[msgspec.Raw])):
                begin = _after_comma(text, at)
                at = begin + memoryview(item).nbytes
                self._spans[(*parent, index)] = (begin, begin, at)


def _after_comma(text: bytes, at: int) -> int:
    while text[at] in b" \t\r\n,":
        at += 1
    return at
