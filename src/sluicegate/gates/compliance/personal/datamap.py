"""The data map: the record of a system's processing, its categories of personal data, and which field is of which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta, Struct, field

from sluicegate.config.mistakes import mistakes
from sluicegate.config.schema import section_schema
from sluicegate.config.settings import Section
from sluicegate.errors import GateError, UnreadableError
from sluicegate.gates.compliance.items import Asking
from sluicegate.model import Location
from sluicegate.openapi.document import Document, dotted
from sluicegate.openapi.reading import parse, read_bytes
from sluicegate.revision.globs import fits
from sluicegate.text import one_line, plural, shorten

if TYPE_CHECKING:
    from sluicegate.model import Tree

NONE = "none"
"""What a field is that holds nothing of a person."""

LARGEST = 4 << 20
_MOST = 8

_Words = Annotated[str, Meta(pattern=r"\S")]
_Protection = Literal["", "none", "encrypted", "hashed", "tokenised", "truncated", "pseudonymised"]
_Basis = Literal[
    "", "consent", "contract", "legal-obligation", "vital-interests", "public-task", "legitimate-interests"
]


class Controller(Section, frozen=True, kw_only=True):
    """Who decides on the processing (Article 4(7) of the GDPR)."""

    name: str = ""
    contact: str = ""
    officer: str = ""


class Processor(Section, frozen=True, kw_only=True):
    """Who processes on the controller's behalf: where, on which agreement, reached by which packages (Article 28)."""

    name: str = ""
    country: str = ""
    agreement: str = ""
    safeguard: str = ""
    packages: tuple[_Words, ...] = ()


class Transfer(Section, frozen=True, kw_only=True):
    """A transfer to a third country, and what makes it lawful (Chapter V)."""

    to: _Words
    safeguard: str = ""


class Category(Section, frozen=True, kw_only=True):
    """A category of personal data. `retention` is a duration of ISO 8601, such as `P3Y`."""

    description: str = ""
    special: bool = False
    card_number: bool = False
    security_code: bool = False
    legal_basis: _Basis = ""
    special_basis: str = ""
    purposes: tuple[_Words, ...] = ()
    subjects: tuple[_Words, ...] = ()
    retention: Annotated[str, Meta(pattern=r"^(P(?=[0-9])([0-9]+Y)?([0-9]+M)?([0-9]+W)?([0-9]+D)?)?$")] = ""
    processors: tuple[_Words, ...] = ()
    protection: _Protection = ""

    @property
    def days(self) -> int:
        """How many days it is kept, a year as 365 and a month as 30; 0 where that is not said."""
        units = {"Y": 365, "M": 30, "W": 7, "D": 1}
        return sum(int(count) * units[unit] for count, unit in re.findall(r"([0-9]+)([YMWD])", self.retention))


class Placed(Section, frozen=True, kw_only=True):
    """What fields of a pattern are, where more than the category is to be said."""

    category: _Words
    protection: _Protection = ""


class _Written(Section, frozen=True, kw_only=True):
    system: _Words
    controller: Controller = field(default_factory=Controller)
    purposes: dict[str, str] = field(default_factory=dict)
    recipients: tuple[_Words, ...] = ()
    transfers: tuple[Transfer, ...] | None = None
    security_measures: tuple[_Words, ...] = ()
    processors: dict[str, Processor] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    fields: dict[str, str | Placed] = field(default_factory=dict)
    operations: dict[str, tuple[_Words, ...]] = field(default_factory=dict)


class Class(Struct, frozen=True, kw_only=True):
    """How a field is classified: the category, none of personal data, or not at all, and what protects it."""

    name: str = ""
    category: Category | None = None
    protection: str = ""
    pattern: str = ""

    @property
    def told(self) -> bool:
        """Whether somebody has said what the field is."""
        return bool(self.name)


class DataMap(Struct, frozen=True, kw_only=True):
    """A data map that can be read, with the document that says where each thing stands."""

    document: Document
    written: _Written
    patterns: tuple[tuple[str, Placed], ...]

    def classified(self, names: Sequence[str]) -> Class:
        """What a field is that goes by some names: the first pattern of the file that fits one of them counts."""
        for pattern, placed in self.patterns:
            if any(fits(pattern, name.lower()) for name in names):
                category = self.written.categories.get(placed.category)
                protection = placed.protection or (category.protection if category else "")
                return Class(name=placed.category, category=category, protection=protection, pattern=pattern)
        return Class()

    def purposes_of(self, operation: str) -> tuple[str, ...] | None:
        """What an operation is declared to be for; None where nobody said so."""
        said = self.written.operations
        return next((said[pattern] for pattern in said if fits(pattern, operation)), None)

    def place(self, *pointer: str | int) -> Location:
        """Where something of the map stands."""
        line, column = self.document.place(pointer)
        return Location(path=self.document.shown, line=line, column=column)


def data_map(asking: Asking) -> DataMap | None:
    """The map that the settings name, None where they name none. Raises GateError with all that is wrong in it."""
    path = asking.settings.data_map
    if not path:
        return None
    memo, key = asking.context.memo, ("compliance data map", asking.context.past)
    if key not in memo:
        try:
            memo[key] = read(asking.context.head, path)
        except (GateError, UnreadableError) as error:
            memo[key] = GateError(error.message, error.hint or "")
    known: DataMap | GateError = memo[key]
    if isinstance(known, GateError):
        raise known
    return known


def read(tree: Tree, path: str) -> DataMap:
    """The map of a file. Raises GateError with every mistake and its line, UnreadableError."""
    document = parse(read_bytes(tree, path, LARGEST), path, tree.display(path))
    if not isinstance(document.data, dict):
        raise GateError(f"{document.shown} is no data map", "write `system`, `categories` and `fields` into it")
    wrong = [_told(document, each.path, each.text) for each in mistakes(document.data, section_schema(_Written))]
    if not wrong:
        written = msgspec.convert(document.data, _Written, strict=False)
        wrong = [_told(document, pointer, text) for pointer, text in _contradictions(written)]
    if wrong:
        few = "; ".join(wrong[:_MOST]) + (f"; and {len(wrong) - _MOST} more" if len(wrong) > _MOST else "")
        raise GateError(f"{plural(len(wrong), 'mistake')} in the data map: {few}", "mend the data map")
    return DataMap(document=document, written=written, patterns=tuple(_patterns(written)))


def _patterns(written: _Written) -> Iterator[tuple[str, Placed]]:
    for pattern, said in written.fields.items():
        yield pattern.lower(), said if isinstance(said, Placed) else Placed(category=said)


def _told(document: Document, pointer: tuple[str | int, ...], text: str) -> str:
    line, _ = document.place(pointer)
    where = f"{dotted(pointer)}: " if pointer else ""
    return f"{document.shown}:{line}: {where}{text}"


def _contradictions(written: _Written) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What names something that the map does not have."""
    if NONE in written.categories:
        yield ("categories", NONE), f"`{NONE}` is what no personal data is, and can be no category"
    for name, category in written.categories.items():
        for key, named, known in (
            ("purposes", category.purposes, written.purposes),
            ("processors", category.processors, written.processors),
        ):
            for at, one in enumerate(named):
                if one not in known:
                    yield ("categories", name, key, at), _unknown(one, f"`{key}`", known)
    for pattern, said in written.fields.items():
        one = said.category if isinstance(said, Placed) else said
        if one != NONE and one not in written.categories:
            yield ("fields", pattern), _unknown(one, "`categories`", [*dict.fromkeys((*written.categories, NONE))])
    for operation, purposes in written.operations.items():
        for at, one in enumerate(purposes):
            if one not in written.purposes:
                yield ("operations", operation, at), _unknown(one, "`purposes`", written.purposes)


def _unknown(name: str, where: str, known: Sequence[str] | dict[str, object] | object) -> str:
    there = ", ".join(sorted(known)) if isinstance(known, (list, dict)) else ""
    return f"{shorten(one_line(name), 60)} is not among {where}" + (f" ({shorten(there, 200)})" if there else "")
