"""A file of results on its way in: unpacked within bounds, as UTF-8, its JSON typed in one pass."""

from __future__ import annotations

import contextlib
import json
import math
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from sluicegate.gates.performance.reading import FormatError
from sluicegate.text import encoding, one_line, plural, shorten, visible

LIMIT = 256 * 1024 * 1024
"""So many bytes of a file are read at the most, unpacked."""

_BLOCK = 48 * 1024
"""So many characters of lines are read together at the least."""

Number = float | str | None
"""A number as foreign JSON holds it: also what is none (null, NaN, 1e999, "12"), which costs its benchmark alone."""

_GZIP = b"\x1f\x8b"
_PARTED = re.compile(rb'"\s+:')
_CONSTANTS = {
    word: re.compile(rb"%b(?<=[\[,:\s]%b)(?=\s*[\],}])" % (word, word)) for word in (b"NaN", b"-Infinity", b"Infinity")
}
_FLOATS = msgspec.json.Decoder(list[float])
_SOMETHING = re.compile(rb"\S")
_T = TypeVar("_T")
_Kind = TypeVar("_Kind", bound=Hashable)


class Source(Struct, frozen=True, kw_only=True, dict=True):
    """A file of results. `path` is how it is called; `beside` gives what lies at a path relative to it, or None.

    `marked` is the encoding that its first bytes told, whatever the document says of itself; the content is UTF-8 then.
    """

    path: str
    content: bytes
    beside: Callable[[str], bytes | None]
    marked: str = ""

    def error(self, what: str, hint: str = "look at what the tool wrote, and run it again") -> FormatError:
        """What is wrong with the whole file; what it holds is safe to print."""
        return FormatError(f"{visible(self.path)}: {shorten(one_line(what), 500)}", hint=hint)

    @cached_property
    def text(self) -> str:
        """The content as text. Raises FormatError: not UTF-8."""
        try:
            return self.content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = self.content.count(b"\n", 0, error.start) + 1
            raise self.error(
                f"line {line} is not UTF-8 (byte {error.start})", hint="have the tool write UTF-8"
            ) from error


def opened(path: str, content: bytes, beside: Callable[[str], bytes | None]) -> Source:
    """The file as UTF-8 without a mark, unpacked where it is gzip. Raises FormatError: empty, too large, no text."""
    raw = Source(path=path, content=content, beside=beside)
    if content.startswith(_GZIP):
        content = _unpacked(raw)
    if len(content) > LIMIT:
        raise raw.error(f"has more than {plural(LIMIT, 'byte')}", hint="split the results")
    if marked := encoding(content):
        try:
            content = content.decode(marked).encode()
        except UnicodeError as error:
            raise raw.error(f"begins like {marked.upper()} and is none: {error}") from error
    begins = _SOMETHING.search(content)
    if begins is None:
        raise raw.error("is empty", hint="the tool may not have run")
    # XML does not begin with a blank, and the lines of a text are counted from its first
    is_text = not content.startswith((b"<", b"{", b"[", b"window."), begins.start())
    content = content.rstrip() if is_text else content.strip()
    if b"\0" in content[:4096]:
        raise raw.error(
            "is no text: it has a NUL byte", hint="results are read as UTF-8, and by its mark as UTF-16 or UTF-32"
        )
    return Source(path=path, content=content, beside=beside, marked=marked)


def lined(source: Source) -> str:
    """The text with nothing but a newline at the end of a line. No other control ends one: they may stand in names."""
    return source.text.removesuffix("\r").replace("\r\n", "\n")


def blocks(text: str) -> Iterator[tuple[int, str]]:
    """Some lines of a text after the others, with the number of the first: few enough to stay near the processor."""
    number = begin = 0
    while begin <= len(text):
        end = text.find("\n", begin + _BLOCK)
        block = text[begin : end if end >= 0 else len(text)]
        yield number + 1, block
        number, begin = number + block.count("\n") + 1, begin + len(block) + 1


def lines(source: Source) -> Iterator[tuple[int, str]]:
    """The lines with their numbers."""
    return enumerate(lined(source).split("\n"), 1)


def decoded(source: Source, kind: type[_T], tool: str, *, content: bytes | None = None) -> _T:
    """The JSON of a tool as a type. Raises FormatError: malformed, too deep, not what the tool writes.

    What no JSON may hold and tools write all the same (NaN, Infinity, numbers beyond a float) becomes a text, which
    nobody takes for a number.
    """
    content = source.content if content is None else content
    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return strictly(content, kind)
    return converted(source, lenient(source, content), kind, tool)


def strictly(content: bytes, kind: type[_T]) -> _T:
    """JSON as a type, with what stands for a number and is none (NaN, Infinity) as a text. Raises what msgspec does.

    Within a text the quotes that are put around it would end the text, so that nothing is decoded at all.
    """
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.DecodeError:
        if not any(word in content for word in _CONSTANTS):
            raise
    for word, known in _CONSTANTS.items():
        content = known.sub(b'"' + word + b'"', content) if word in content else content
    return msgspec.json.decode(content, type=kind)


def converted(source: Source, document: Any, kind: type[_T], tool: str) -> _T:
    """A document as a type. Raises FormatError: it is not what the tool writes."""
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        raise source.error(f"looks like {tool}, and is not what that writes: {error}") from error


def lenient(source: Source, content: bytes, hook: Callable[[list[tuple[str, Any]]], Any] | None = None) -> Any:
    """A JSON document of which every number is finite, and anything else that stands for one a text."""
    try:
        return json.loads(content, parse_constant=str, parse_float=_finite, parse_int=_whole, object_pairs_hook=hook)
    except RecursionError:
        raise source.error("is nested too deeply: no results are") from None
    except json.JSONDecodeError as error:
        cut = "cut, or no JSON" if error.pos >= len(content) - 1 else "no JSON"
        raise source.error(
            f"line {error.lineno}, column {error.colno}: {cut}: {error.msg}",
            hint="the tool may have been ended while it wrote",
        ) from error
    except UnicodeDecodeError as error:
        raise source.error(f"is not UTF-8 (byte {error.start})", hint="have the tool write UTF-8") from error
    except ValueError as error:  # of the hook
        raise source.error(str(error)) from error


def unique(source: Source, kind: type[_T], count: Callable[[_T], int]) -> _T | None:
    """The JSON of a tool as a type, where it is certain that no key stands twice in an object: `count` has the keys.

    Each key has a colon, and a text may hold some more: if there are no more of them than keys, none stood twice.
    """
    content = source.content
    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        document = strictly(content, kind)
        if content.count(b'":') == count(document) and not _PARTED.search(content):
            return document
    return None


def once(source: Source) -> Any:
    """Any JSON document, gone through key by key. Raises FormatError: one stands twice in an object, or no JSON."""
    return lenient(source, source.content, _once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand once. Raises ValueError: of two, one reader sees the first and another the last."""
    found = dict(pairs)
    if len(found) < len(pairs):
        [(twice, _)] = Counter(name for name, _ in pairs).most_common(1)
        raise ValueError(f"the key {twice[:100]!r} stands twice in an object")
    return found


def parsed(said: object) -> Number:
    """What a text says as a number, or the text itself where it is none.

    No tool writes what Python alone takes for one: 1_0, and digits of other scripts.
    """
    text = str(said)
    try:
        return float(text) if text.isascii() and "_" not in text else text
    except ValueError:
        return text


def numbers(said: Sequence[str]) -> list[Number]:
    """What texts say as numbers: nearly always as JSON has them, whose decoder is five times as fast as `float`."""
    if said and said[0] == said[-1] and said.count(said[0]) == len(said):
        return [parsed(said[0])] * len(said)  # what an operation allocates is the same each time
    with contextlib.suppress(msgspec.DecodeError, UnicodeEncodeError):
        found: list[Any] = _FLOATS.decode(f"[{','.join(said)}]")
        if len(found) == len(said):  # no text has a comma
            return found
    return list(map(parsed, said))


def parted(kinds: Sequence[_Kind]) -> Mapping[_Kind, Sequence[int]]:
    """The places of each kind; nearly always all are of one."""
    if kinds and kinds.count(kinds[0]) == len(kinds):
        return {kinds[0]: range(len(kinds))}
    places: defaultdict[_Kind, list[int]] = defaultdict(list)
    for at, kind in enumerate(kinds):
        places[kind].append(at)
    return places


def moment(source: Source, milliseconds: float) -> str:
    """A time since 1970 as ISO 8601. Raises FormatError: it is none that a calendar has."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat()
    except (ValueError, OverflowError, OSError) as error:
        raise source.error(f"has a date that is none: {milliseconds}") from error


def _finite(said: str) -> float | str:
    value = float(said)
    return value if math.isfinite(value) else said


def _whole(said: str) -> float | int | str:
    return int(said) if len(said) < 19 else _finite(said)  # noqa: PLR2004 - what 64 bits hold for certain


def _unpacked(source: Source) -> bytes:
    """The members of a gzip file, one after the other, so far as they are no bomb."""
    found, rest = bytearray(), source.content
    try:
        while rest:
            member = zlib.decompressobj(wbits=31)
            found += member.decompress(rest, LIMIT + 1 - len(found))
            if len(found) > LIMIT:
                raise source.error(f"has more than {plural(LIMIT, 'byte')} unpacked", hint="split the results")
            if not member.eof:
                raise source.error("is gzip that was cut", hint="the tool may have been ended while it wrote")
            rest = member.unused_data.lstrip(b"\0")
    except zlib.error as error:
        raise source.error(f"begins like gzip, and cannot be unpacked: {error}") from error
    return bytes(found)
