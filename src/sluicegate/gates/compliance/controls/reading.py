"""A pack as it is written, YAML or JSON, as its nouns; every mistake of a file is told at once, with its line."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct, field

from sluicegate.config.mistakes import mistakes
from sluicegate.config.schema import section_schema
from sluicegate.config.settings import Section
from sluicegate.errors import UnreadableError
from sluicegate.gates.compliance.controls.frameworks import FRAMEWORKS, Framework
from sluicegate.gates.compliance.controls.model import Clause, Control, Pack, Served, Strength, Value
from sluicegate.model import Level, Location, Tree
from sluicegate.openapi.document import Document
from sluicegate.openapi.reading import parse, read_bytes

SHIPPED = ("baseline", "gdpr", "hipaa", "pci-dss", "soc2")
"""The packs that come with the gate."""

LARGEST = 4 << 20

_Name = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,63}$")]
_Words = Annotated[str, Meta(pattern=r"\S")]


class _Control(Section, frozen=True, kw_only=True):
    id: _Name
    title: _Words
    summary: _Words
    evidence: _Words
    holds: _Words | Annotated[dict[_Name, _Words], Meta(min_length=1)]
    message: _Words
    where: str = ""
    minimum: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    level: Literal["error", "warning", "note"] = "error"
    advice: str = ""
    parameters: dict[str, Value] = field(default_factory=dict)


class _Served(Section, frozen=True, kw_only=True):
    control: _Words
    strength: Strength
    rationale: _Words


class _Clause(Section, frozen=True, kw_only=True):
    clause: _Words
    title: _Words
    framework: str = ""
    served_by: tuple[_Served, ...] = ()
    status: Literal["", "addressable", "proposed"] = ""


class _Pack(Section, frozen=True, kw_only=True):
    pack: _Name
    version: Annotated[str, Meta(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")]
    title: _Words
    controls: tuple[_Control, ...] = ()
    clauses: tuple[_Clause, ...] = ()


class Trouble(Struct, frozen=True, kw_only=True):
    """What is wrong with a pack, where, and what to do."""

    location: Location
    text: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.location}: {self.text}" + (f" ({self.hint})" if self.hint else "")


class _Place(Struct, frozen=True):
    """Says where something of a document stands."""

    document: Document

    def __call__(self, pointer: tuple[str | int, ...]) -> Location:
        line, column = self.document.place(pointer)
        return Location(path=self.document.shown, line=line, column=column)


def shipped(name: str) -> tuple[Pack, list[Trouble]]:
    """A pack that comes with the gate, and what is wrong with it, which a test keeps to nothing."""
    pack, troubles = of_document(parse(shipped_text(name), f"{name}.yaml", f"pack {name}"))
    if pack is None:
        raise UnreadableError(f"the pack {name} of Sluicegate is broken: {troubles[0]}", "Install it anew.")
    return pack, troubles


def shipped_text(name: str) -> bytes:
    """The text of a pack that comes with the gate."""
    return resources.files("sluicegate.gates.compliance").joinpath("packs", f"{name}.yaml").read_bytes()


def read(tree: Tree, path: str) -> tuple[Pack | None, list[Trouble]]:
    """The pack of a file, None where its form is wrong, and what is wrong. Raises UnreadableError."""
    return of_document(parse(read_bytes(tree, path, LARGEST), path, tree.display(path)))


def of_document(document: Document) -> tuple[Pack | None, list[Trouble]]:
    """The same of what was parsed already."""
    place = _Place(document)
    if not isinstance(document.data, dict):
        return None, [Trouble(location=place(()), text="a pack is a mapping with `pack`, `version` and `controls`")]
    wrong = mistakes(document.data, section_schema(_Pack))
    if wrong:
        return None, [Trouble(location=place(each.path), text=f"{dotted(each.path)}{each.text}") for each in wrong]
    written = msgspec.convert(document.data, _Pack, strict=False)
    pack = Pack(
        name=written.pack,
        version=written.version,
        title=written.title,
        digest=hashlib.sha256(document.text).hexdigest(),
        path=document.shown,
        controls=tuple(_control(written, at, place) for at in range(len(written.controls))),
        clauses=tuple(_clause(written, at, place) for at in range(len(written.clauses))),
    )
    return pack, list(_own(pack))


def _control(written: _Pack, at: int, place: _Place) -> Control:
    one = written.controls[at]
    path = ("controls", at)
    keys = ("where", "holds", "message", "evidence")
    parts = [(key,) for key in keys] + ([("holds", name) for name in one.holds] if isinstance(one.holds, dict) else [])
    return Control(
        id=f"{written.pack}/{one.id}",
        title=one.title,
        summary=one.summary,
        evidence=one.evidence,
        holds={"": one.holds} if isinstance(one.holds, str) else one.holds,
        message=one.message,
        where=one.where,
        minimum=one.minimum,
        level=Level(one.level),
        advice=one.advice,
        parameters=one.parameters,
        origin=place(path),
        lines={".".join(part): line for part in parts if (line := place((*path, *part)).line)},
    )


def _clause(written: _Pack, at: int, place: _Place) -> Clause:
    one = written.clauses[at]
    return Clause(
        framework=one.framework or written.pack,
        id=one.clause,
        title=one.title,
        status=one.status,
        origin=place(("clauses", at)),
        served=tuple(
            Served(
                control=each.control if "/" in each.control else f"{written.pack}/{each.control}",
                strength=each.strength,
                rationale=each.rationale,
                origin=place(("clauses", at, "served-by", nth)),
            )
            for nth, each in enumerate(one.served_by)
        ),
    )


_FIELD = re.compile(r"\{([^{}]*)\}")


def _own(pack: Pack) -> Iterator[Trouble]:
    """What is wrong with a pack whatever the others say."""
    known: dict[str, Location] = {}
    for control in pack.controls:
        if control.id in known:
            where = f"the first one stands at {known[control.id]}"
            yield Trouble(location=control.origin, text=f"the control {control.id} is there twice", hint=where)
        known.setdefault(control.id, control.origin)
        for name in _FIELD.findall(control.message):
            if not re.fullmatch(r"[a-z_][a-z0-9_.]*", name):
                text = f"{{{name}}} in the message of {control.id} names nothing an item can have"
                yield Trouble(location=control.origin, text=text)
            elif name.startswith("item."):
                text = f"{{{name}}} in the message of {control.id} is looked for in an item, which has no `item`"
                yield Trouble(location=control.origin, text=text, hint=f"write {{{name.removeprefix('item.')}}}")
    clauses: dict[str, Clause] = {}
    for clause in pack.clauses:
        first = clauses.setdefault(clause.name, clause)
        if first is not clause:
            yield Trouble(
                location=clause.origin,
                text=f"the clause {clause.name} is there twice",
                hint=f"the first one stands at {first.origin}",
            )
        framework = FRAMEWORKS.get(clause.framework)
        if framework:
            yield from _of_framework(clause, framework)


def _of_framework(clause: Clause, framework: Framework) -> Iterator[Trouble]:
    """What is wrong with the number of a clause, or with whether it is said to be in force and for whom."""
    if not framework.has(clause.id):
        if clause.status != "proposed":
            text = f"{clause.framework} has no clause {clause.id}"
            yield Trouble(location=clause.origin, text=text, hint=framework.near(clause.id))
        return
    status = "addressable" if clause.id in framework.addressable else ""
    if clause.status != status:
        said = f"is said to be {clause.status}" if clause.status else "has no status"
        hint = f"write `status: {status}`" if status else "leave `status` out: it is in force for everybody"
        yield Trouble(location=clause.origin, text=f"{clause.name} {said}", hint=hint)


def together(packs: Mapping[str, Pack]) -> Iterator[Trouble]:
    """What is wrong with packs beside each other: controls that nobody has, mappings that contradict one another."""
    known = {control.id for pack in packs.values() for control in pack.controls}
    said: dict[tuple[str, str], Served] = {}
    for pack in packs.values():
        for clause in pack.clauses:
            for served in clause.served:
                if served.control not in known:
                    hint = "name one of this pack, or PACK/CONTROL of another one that the settings name too"
                    yield Trouble(location=served.origin, text=f"there is no control {served.control}", hint=hint)
                first = said.setdefault((clause.name, served.control), served)
                if first is not served:
                    told = "twice" if first.strength is served.strength else f"{first.strength} and {served.strength}"
                    yield Trouble(
                        location=served.origin,
                        text=f"{served.control} is said to serve {clause.name} {told}",
                        hint=f"the other one stands at {first.origin}",
                    )


def dotted(path: tuple[str | int, ...]) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return f"{text}: " if text else ""
