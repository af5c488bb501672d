"""Families of OpenMetrics: what is declared of them, and what the samples of a name are by it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec import Struct, field

from sluicegate.gates.performance.readers.columns import Column
from sluicegate.gates.performance.readers.source import numbers, parsed
from sluicegate.gates.performance.units import Unit, metric, unit

FURTHER = ("_total", "_sum", "_count", "_bucket", "_created")
"""What may stand behind the name of a family."""
_OF = {
    "summary": ("sum", "count", "created"),
    "histogram": ("sum", "count", "bucket", "created"),
    "gaugehistogram": ("bucket",),
    "counter": ("created",),
}
"""The parts of each type, which come under names of their own."""
_PARTS = {part for parts in _OF.values() for part in parts}
_TIMED = ("seconds", "milliseconds", "microseconds", "nanoseconds", "bytes")
_ENDINGS = {*_TIMED, *[further[1:] for further in FURTHER], ""}
"""What the end of a name may be that tells something of it, as that there is none."""
_TELLING = tuple(f"_{ending}" for ending in _ENDINGS)
"""How a name ends with such a word, where there is another before it."""


class Role(Struct, frozen=True, eq=False):
    """What the samples of a name are: in a unit a "value", a "quantile" where a summary has one, a "sum" or a "count".

    Of those that are the same there is but one, so that they are told apart quickly.
    """

    unit: Unit
    kind: str

    @property
    def is_part(self) -> bool:
        """Whether they are but a part of a mean."""
        return self.kind in ("sum", "count")

    def column(self, quantile: str, said: Sequence[str]) -> Column:
        """The values of samples, or those of a quantile."""
        if not quantile:
            return Column(metric(self.unit), self.unit, numbers(said), "value")
        named = f"p({float(quantile) * 100:.12g})" if isinstance(parsed(quantile), float) else quantile
        return Column(named, self.unit, numbers(said), named)


@lru_cache(maxsize=1024)
def _made(said: str, kind: str) -> Role:
    return Role(unit(said), kind)


VALUE = _made("", "value")
"""A value of which nothing is known."""
_BY_ENDING = {ending: _made(ending, "value") if ending in _TIMED else None for ending in _ENDINGS}
"""What the end of a name alone says of the samples, where nothing was declared; None where that does not do."""


class Families(Struct):
    """What was declared so far; `special` are those of which more has to be known than what they are called."""

    types: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    special: set[str] = field(default_factory=set)

    def knows(self, what: str, name: str, said: str) -> bool:
        """Whether that TYPE or UNIT of a family was declared already."""
        return (self.types if what == "TYPE" else self.units).get(name) == said.strip()

    def declare(self, what: str, said: str, names: Sequence[str]) -> None:
        """Take the TYPE or the UNIT of families; what else is declared says nothing of their samples."""
        if what in ("TYPE", "UNIT"):
            (self.types if what == "TYPE" else self.units).update(dict.fromkeys(names, said.strip()))
            self.special.update(names if what == "UNIT" or said.strip() == "summary" else ())

    def are_plain(self, names: Sequence[str]) -> bool:
        """Whether nothing is known of any name."""
        telling = [name for name in names if name.endswith(_TELLING)]
        return not telling and _ENDINGS.isdisjoint(names) and self.special.isdisjoint(names)

    def roles(self, names: Iterable[str]) -> dict[str, Role | None]:
        """The role of each name."""
        found: dict[str, Role | None] = {}
        for name in names:
            role = _BY_ENDING.get(name.rpartition("_")[2], VALUE)
            is_known = role and name not in self.special and not name.endswith("timestamp_seconds")
            found[name] = role if is_known else self.role(name)
        return found

    def role(self, name: str) -> Role | None:
        """What samples of a name are; None where they are not read, as those of buckets, or where there is no name."""
        if not name:
            return None
        family, _, ending = name.rpartition("_")
        if ending in _PARTS and ending in _OF.get(self.types.get(family, ""), ()):
            if ending not in ("sum", "count"):
                return None
            base, _, ending_of_it = family.rpartition("_")
            return _made(self.units.get(family) or _unit(base, ending_of_it), ending)
        said = self.units and (self.units.get(name) or (self.units.get(family) if ending == "total" else ""))
        is_summary = name in self.special and self.types.get(name) == "summary"
        return _made(said or _unit(family, ending), "quantile" if is_summary else "value")


def _unit(base: str, ending: str) -> str:
    """What the end of a name says of the unit."""
    if ending == "total":
        base, _, ending = base.rpartition("_")
    stamp = ending == "seconds" and base.endswith("timestamp")  # when something was, not how long it took
    return ending if ending in _TIMED and not stamp else ""
