"""XML read as a stream, of elements and their texts: no document type, no entity, no more depth than documents have."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from sluicegate.manifests.text import bad

if TYPE_CHECKING:
    from sluicegate.errors import UnreadableError

_DEEPEST = 100


class Elements:
    """The way from the root to where the reading stands; a subclass gathers what it wants when elements begin and end.

    `kind` is what people call such a document.
    """

    kind = "a document"

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.way: list[str] = []
        self._text: list[str] = []
        self._parser = expat.ParserCreate("utf-8", namespace_separator="}")  # it was decoded as such
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._started
        self._parser.EndElementHandler = self._closed
        self._parser.CharacterDataHandler = self._text.append
        self._parser.StartDoctypeDeclHandler = self._refused
        self._parser.EntityDeclHandler = self._refused

    def read(self, text: str) -> None:
        """Go through a document. Raises UnreadableError: not well-formed, with a document type, or too deep."""
        try:
            self._parser.Parse(text.encode("utf-8"), True)
        except expat.ExpatError as error:
            raise bad(self.shown, error.lineno, f"not well-formed XML: {expat.ErrorString(error.code)}") from None

    def begun(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins, on the way above it; its `tag` is that of its namespace, a brace, and its name."""

    def ended(self, said: str) -> None:
        """The element at the end of the way ends, with what was said since the last tag."""

    def trouble(self, what: str) -> UnreadableError:
        """What is wrong where the reading stands."""
        return bad(self.shown, self.line, what)

    @property
    def line(self) -> int:
        """The line where the reading stands, counted from 1."""
        return self._parser.CurrentLineNumber

    @property
    def column(self) -> int:
        """The column where the reading stands, counted from 1."""
        return self._parser.CurrentColumnNumber + 1

    def _refused(self, *_: object) -> None:
        raise self.trouble(f"a document type, which {self.kind} does not need; entities can make a small file endless")

    def _started(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self.way) == _DEEPEST:
            raise self.trouble(f"elements stand more than {_DEEPEST} levels deep")
        self._text.clear()
        self.begun(tag, attributes)

    def _closed(self, _: str) -> None:
        said = "".join(self._text).strip()
        self._text.clear()
        self.ended(said)
        self.way.pop()
