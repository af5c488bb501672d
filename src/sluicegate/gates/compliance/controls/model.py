"""The nouns of a pack: controls, what each needs and demands, and the clauses of frameworks that they serve."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from sluicegate.model import Level, Location

Value = float | str | tuple[str, ...]
"""What a parameter may be."""


def written(value: Value) -> str:
    """A parameter as TOML has it; numbers without a fraction are whole."""
    if isinstance(value, float | int):
        return f"{value:.17g}"
    return json.dumps(value, ensure_ascii=False)


class Strength(StrEnum):
    """How far a control that holds goes towards a clause: it is all of it, a part, or a sign."""

    FULL = "full"
    PARTIAL = "partial"
    SUPPORTING = "supporting"


def rule_id(control: str) -> str:
    """The id of the rule of a control, by the control's own: `PACK/NAME`."""
    return f"compliance/{control}"


class Control(Struct, frozen=True, kw_only=True):
    """One thing that has to hold of every item of some evidence.

    `evidence` names its kind. Of its items those count for which `where` holds, all where it is empty; there have to be
    `minimum`, and `holds` has to be true of each: one demand with the name "", or several, each broken on its own, so
    that what breaks one more is worse. All are CEL over `item`, `parameters` and `now`. `message` says what is wrong
    with an item, with `{name}` for what the item has under that name, and `{parameters.name}` for a parameter.
    `addressable`: HIPAA lets who has a reason do otherwise. `id` is `PACK/NAME`.
    """

    id: str
    title: str
    summary: str
    evidence: str
    holds: Mapping[str, str]
    message: str
    where: str = ""
    minimum: int = 1
    level: Level = Level.ERROR
    advice: str = ""
    parameters: Mapping[str, Value] = field(default_factory=dict)
    origin: Location = field(default_factory=Location)
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def rule(self) -> str:
        """The id of its rule."""
        return rule_id(self.id)

    @property
    def demands(self) -> dict[str, str]:
        """What is demanded, by where that stands in the pack: `holds`, or `holds.NAME`."""
        return {f"holds.{name}" if name else "holds": source for name, source in self.holds.items()}


class Served(Struct, frozen=True, kw_only=True):
    """A control that serves a clause: how far, and why somebody holds that it does."""

    control: str
    strength: Strength
    rationale: str
    origin: Location = field(default_factory=Location)


class Clause(Struct, frozen=True, kw_only=True):
    """A clause of a framework, in words of our own, and the controls that serve it; there may be none.

    `status` is empty for what is in force for everybody, else `addressable` or `proposed`.
    """

    framework: str
    id: str
    title: str
    served: tuple[Served, ...] = ()
    status: str = ""
    origin: Location = field(default_factory=Location)

    @property
    def name(self) -> str:
        """`gdpr Art. 30`: the framework with the clause."""
        return f"{self.framework} {self.id}"


class Pack(Struct, frozen=True, kw_only=True):
    """A set of controls of one's own, and the clauses that they and those of other packs serve.

    `digest` is the SHA-256 of its bytes, `path` where they are: for one that ships, its name alone.
    """

    name: str
    version: str
    title: str
    digest: str
    path: str
    controls: tuple[Control, ...] = ()
    clauses: tuple[Clause, ...] = ()
    needs: tuple[str, ...] = ()
