"""YAML and JSON files as values with places: several documents, foreign tags kept as unknown, merge keys followed.

libyaml tells events, one at a time, so that what is too deep or stands for too much is refused before it is built.
Scalars are typed as AWS and Kubernetes type them (YAML 1.1 for booleans, 1.2 for numbers). What somebody fills in
before it is used, such as `{{ .Values.image }}` or `${TAG}`, is unknown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from sluicegate.errors import UnreadableError
from sluicegate.infrastructure.values import Unknown, Value
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST = 100
MOST = 500_000
"""How many values a file may have, each alias counted as if it were written out."""

_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})
_NULL = frozenset({"", "~", "null"})
_INT = re.compile(r"[-+]?[0-9]{1,300}")
_FLOAT = re.compile(r"[-+]?(?:[0-9]{1,300}\.[0-9]{0,300}|\.[0-9]{1,300})(?:[eE][-+]?[0-9]{1,3})?")
_PAIR = re.compile(rb"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_MARK = re.compile(rb"^(?:---|\.\.\.)(?=[ \t\r\n]|\Z)", re.MULTILINE)
_OPEN = re.compile(r"\{\{|\$\{")
_CORE = "tag:yaml.org,2002:"
_MERGE = "<<"
_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


class Piece(NamedTuple):
    """What stands between two marks of a document; `line` is how many lines stand before it."""

    text: bytes
    line: int


def pieces(raw: bytes) -> Iterator[Piece]:
    """The documents of a file as they are written: a mark stands at the start of a line, whatever is around it."""
    text = raw.removeprefix(b"\xef\xbb\xbf")
    start = line = 0
    for found in _MARK.finditer(text):
        yield Piece(text[start : found.start()], line)
        line += text.count(b"\n", start, found.start())
        start = found.start() if found[0] == b"---" else found.end()
    yield Piece(text[start:], line)


def parsed(piece: Piece, shown: str) -> list[Value]:
    """What a piece says: one value, or none where there are only comments. Raises UnreadableError, with the line."""
    text = piece.text
    if text.lstrip()[:1] in (b"{", b"["):  # JSON: YAML takes neither tabs nor halves of characters
        text = _PAIR.sub(_character, text.replace(b"\t", b" "))
    try:
        text.decode()
    except UnicodeDecodeError as error:
        line = piece.line + text.count(b"\n", 0, error.start)
        raise _trouble(shown, line, "not UTF-8", "Save the file as UTF-8.") from None
    builder = _Builder(shown, piece.line)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = piece.line + (mark.line if mark else 0)
        raise _trouble(shown, line, f"not YAML: {one_line(str(error.problem))}", "Correct the YAML.") from None
    except (yaml.YAMLError, ValueError) as error:
        line = piece.line + text.count(b"\n", 0, getattr(error, "position", 0))
        raise _trouble(shown, line, f"not YAML: {one_line(str(error))}", "Correct the YAML.") from None
    return builder.done


class _Open:
    """A container that is being read."""

    def __init__(self, event: yaml.CollectionStartEvent, of: Any) -> None:
        self.of = of
        self.event = event
        self.key: str | None = None
        self.merged: list[Value] = []
        self.size = 1


class _Builder:
    """Makes values of events; lives as long as one file."""

    def __init__(self, shown: str, line: int) -> None:
        self._shown = shown
        self._first = line + 1
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Value, int]] = {}
        self._pending: set[str] = set()
        self._count = 0
        self.done: list[Value] = []

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self._anchors.clear()
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(self._open) >= DEEPEST:
                raise self._refused(event, f"mappings and lists stand more than {DEEPEST} deep", "Flatten the file.")
            if event.anchor:
                self._pending.add(event.anchor)
            self._open.append(_Open(event, {} if isinstance(event, yaml.MappingStartEvent) else []))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                inside = event.anchor in self._pending
                why = "stands inside what it names" if inside else "names no anchor above it"
                raise self._refused(event, f"the alias *{shorten(one_line(event.anchor), 60)} {why}", "Write it out.")
            value, size = self._anchors[event.anchor]
            self._add(event, value, size)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        tag, mark = event.tag or "", event.start_mark
        here = self._open[-1] if self._open else None
        if here is not None and isinstance(here.of, dict) and here.key is None:
            here.key = event.value
            if event.value in here.of or (event.value == _MERGE and here.merged):
                raise self._refused(event, f"the key {shorten(one_line(event.value), 60)} stands twice", "Keep one.")
            return
        of: Any = event.value
        if tag and tag not in ("!", _CORE + "str") and not tag.startswith(_CORE):
            of = Unknown(text=_tagged(tag, event.value), names=(event.value,))
        elif _OPEN.search(event.value):
            of = Unknown(text=shorten(one_line(event.value), 80))
        elif not tag and event.implicit[0]:
            of = _typed(event.value)
        self._anchored(event, Value(of=of, line=mark.line + self._first, column=mark.column + 1), 1)

    def _close(self) -> None:
        one = self._open.pop()
        for source in one.merged:
            for mapping in source.of if isinstance(source.of, list) else [source]:
                for name, value in mapping.of.items() if isinstance(mapping.of, dict) else ():
                    one.of.setdefault(name, value)
        tag, mark = one.event.tag or "", one.event.start_mark
        of = one.of
        if tag and not tag.startswith(_CORE) and tag != "!":
            names = tuple(v.of for v in of if isinstance(v.of, str)) if isinstance(of, list) else ()
            of = Unknown(text=_tagged(tag, "…"), names=names)
        self._pending.discard(one.event.anchor or "")
        self._anchored(one.event, Value(of=of, line=mark.line + self._first, column=mark.column + 1), one.size)

    def _anchored(self, event: yaml.NodeEvent, value: Value, size: int) -> None:
        if event.anchor:
            self._anchors[event.anchor] = (value, size)
        self._add(event, value, size, counted=size > 1)

    def _add(self, event: yaml.Event, value: Value, size: int, *, counted: bool = False) -> None:
        """Put a value where it belongs; `counted`: its parts were counted when they were read."""
        self._count += 1 if counted else size
        if self._count > MOST:
            raise self._refused(
                event, f"the file stands for more than {MOST:,} values", "Split it, or use fewer aliases."
            )
        if not self._open:
            self.done.append(value)
            return
        here = self._open[-1]
        here.size += size
        if isinstance(here.of, list):
            here.of.append(value)
        elif here.key is None:
            raise self._refused(event, "a key that is no text", "Write the key as a text.")
        else:
            if here.key == _MERGE and isinstance(value.of, (dict, list)):
                here.merged.append(value)
            else:
                here.of[here.key] = value
            here.key = None

    def _refused(self, event: yaml.Event, what: str, hint: str) -> UnreadableError:
        return _trouble(self._shown, event.start_mark.line + self._first - 1, what, hint)


def _typed(text: str) -> Any:
    low = text.lower()
    if low in _NULL:
        return None
    if low in _TRUE or low in _FALSE:
        return low in _TRUE
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _tagged(tag: str, text: str) -> str:
    return shorten(one_line(f"{tag.removeprefix(_CORE)} {text}"), 80)


def _character(found: re.Match[bytes]) -> bytes:
    high, low = int(found[1], 16), int(found[2], 16)
    return b"\\U%08x" % (0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


def _trouble(shown: str, line: int, what: str, hint: str) -> UnreadableError:
    return UnreadableError(f"{shown}:{line + 1}: {what}", hint)
