"""A document of plain data that can say where each of its values stands in the text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from msgspec import Struct

from sluicegate.errors import UnreadableError
from sluicegate.text import one_line, shorten

_CONTINUING = bytes(range(0x80, 0xC0))
Pointer = tuple[str | int, ...]
"""The way from the root to a value: keys of mappings and indexes of sequences (RFC 6901, already split)."""


def line_and_column(text: bytes, offset: int) -> tuple[int, int]:
    """The line and the column in characters, both from 1, of a byte offset in UTF-8 text."""
    start = text.rfind(b"\n", 0, offset) + 1
    return text.count(b"\n", 0, start) + 1, len(text[start:offset].decode("utf-8", "replace")) + 1


def dotted(pointer: Pointer) -> str:
    """The pointer for people: `paths./users.get.parameters[0]`."""
    text = ""
    for part in pointer:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return shorten(one_line(text), 200) or "(root)"


class Places(Protocol):
    """Knows where the values of one text stand."""

    def offset(self, pointer: Pointer) -> int:
        """The byte offset of a mapping member's key or of a sequence's item; its nearest known parent's otherwise."""
        ...


class Lines:
    """Places of one text: lines, and characters of the line that a block begins in, are counted once per block.

    So a large file is not read again for each place, even where it is one line.
    """

    _BLOCK = 1 << 16

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._before: list[int] = []
        self._characters: list[int] = []

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """The same as `line_and_column`, faster from the second call on."""
        if not self._before:
            self._read()
        block = offset // self._BLOCK
        first = block * self._BLOCK
        start = self._text.rfind(b"\n", first, offset) + 1
        line = self._before[block] + self._text.count(b"\n", first, max(start, first)) + 1
        if start:
            return line, _characters(self._text[start:offset]) + 1
        return line, self._characters[block] + _characters(self._text[first:offset]) + 1

    def _read(self) -> None:
        total = characters = 0
        for first in range(0, len(self._text) + 1, self._BLOCK):
            self._before.append(total)
            self._characters.append(characters)
            block = self._text[first : first + self._BLOCK]
            total += block.count(b"\n")
            end = block.rfind(b"\n") + 1
            characters = _characters(block[end:]) + (0 if end else characters)


def _characters(text: bytes) -> int:
    """How many characters of UTF-8 begin in a piece of text, wherever it was cut."""
    return len(text.translate(None, _CONTINUING))


class Document(Struct, frozen=True, kw_only=True):
    """A parsed file. `path` is where its tree keeps it, `shown` how people know it, `text` its bytes without a BOM.

    `references` counts the texts at `$ref`, wherever one stands; what YAML aliases share may count more than once.
    """

    path: str
    shown: str
    text: bytes
    data: Any
    places: Places
    lines: Lines
    references: Mapping[str, int]

    def place(self, pointer: Pointer) -> tuple[int, int]:
        """The line and column of the value at `pointer`: of its key in a mapping, of the item in a sequence."""
        return self.lines.line_and_column(self.places.offset(pointer))


class Node(NamedTuple):
    """A value in its document."""

    document: Document
    pointer: Pointer
    value: Any

    def get(self, key: str) -> Node | None:
        """The member of that name; None when this is no mapping or has none."""
        if isinstance(self.value, dict) and key in self.value:
            return Node(self.document, (*self.pointer, key), self.value[key])
        return None

    def members(self) -> dict[str, Node]:
        """The members of a mapping; nothing when this is none."""
        if not isinstance(self.value, dict):
            return {}
        return {key: Node(self.document, (*self.pointer, key), value) for key, value in self.value.items()}

    def items(self) -> list[Node]:
        """The items of a sequence; nothing when this is none."""
        if not isinstance(self.value, list):
            return []
        return [Node(self.document, (*self.pointer, index), value) for index, value in enumerate(self.value)]

    def text(self, key: str) -> str:
        """The member of that name where it is a string; empty otherwise."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return value if isinstance(value, str) else ""

    def flag(self, key: str) -> bool:
        """Whether the member of that name is `true`."""
        return isinstance(self.value, dict) and self.value.get(key) is True

    @property
    def line_column(self) -> tuple[int, int]:
        """Where it stands."""
        return self.document.place(self.pointer)


class MalformedError(Exception):
    """The text is not what it should be, at a byte offset (None: nowhere in particular)."""

    def __init__(self, what: str, offset: int | None = None, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.offset = offset
        self.hint = hint


def unreadable(shown: str, text: bytes, trouble: MalformedError) -> UnreadableError:
    """The trouble as it is told to people: the file, the line and column, what is wrong, the next step."""
    where = shown
    if trouble.offset is not None:
        line, column = line_and_column(text, min(trouble.offset, len(text)))
        where = f"{shown}:{line}:{column}"
    return UnreadableError(f"{where}: {trouble.what}", trouble.hint)
