"""Documents whose values were moved: each still knows where it stood in the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sluicegate.openapi.document import Document, Pointer


class Moves:
    """Which pointer was which before. What stands below a moved value moved along with it."""

    def __init__(self) -> None:
        self._was: dict[Pointer, Pointer] = {}
        self._now: dict[Pointer, Pointer] = {}

    def add(self, now: Pointer, was: Pointer) -> None:
        """Remember that what stands at `now` stood at `was`; the first of several new places is the one it moved to."""
        self._was[now] = was
        self._now.setdefault(was, now)

    def show(self, now: Pointer, was: Pointer) -> None:
        """Remember only that what stands at `now` is shown at `was`: it is new, or a part of what moved elsewhere."""
        self._was[now] = was

    def was(self, pointer: Pointer) -> Pointer:
        """Where the value stood before."""
        return _mapped(self._was, pointer)

    def now(self, pointer: Pointer) -> Pointer:
        """Where the value stands since."""
        return _mapped(self._now, pointer)


class MovedPlaces:
    """The places of a document that was made out of another, `original`, whose text it shows."""

    def __init__(self, original: Document, moves: Moves) -> None:
        self.original = original
        self.moves = moves

    def offset(self, pointer: Pointer) -> int:
        """The byte offset of what became the key or item at `pointer`, or of its nearest parent in the text."""
        return self.original.places.offset(self.moves.was(pointer))


def original_of(document: Document) -> Document:
    """The document as it was written: the one that this was made out of, or itself."""
    return document.places.original if isinstance(document.places, MovedPlaces) else document


def was_at(document: Document, pointer: Pointer) -> Pointer:
    """Where the text keeps the value that stands at `pointer` in the document: how its author knows it."""
    return document.places.moves.was(pointer) if isinstance(document.places, MovedPlaces) else pointer


def moved_to(document: Document, pointer: Pointer) -> Pointer:
    """Where the value that stands at `pointer` in the text is kept in the document."""
    return document.places.moves.now(pointer) if isinstance(document.places, MovedPlaces) else pointer


def as_written(document: Document, reference: str) -> str:
    """A reference inside the document as its text says it."""
    start, *rest = reference.split("/")
    if not isinstance(document.places, MovedPlaces) or start != "#":
        return reference
    return "/".join((start, *map(str, document.places.moves.was(tuple(rest)))))


def _mapped(known: dict[Pointer, Pointer], pointer: Pointer) -> Pointer:
    for length in range(len(pointer), 0, -1):
        if (other := known.get(pointer[:length])) is not None:
            return other + pointer[length:]
    return pointer
