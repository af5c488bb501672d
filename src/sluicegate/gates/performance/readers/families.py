"""Families of OpenMetrics: what is declared of them, and what the samples of a name are by it."""

from __future__ import annotations

import re
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
    "counter": ("created",),
}
"""The parts of each type, which come under names of their own."""
_TIMED = ("seconds", "milliseconds", "microseconds", "nanoseconds", "bytes")
_ENDINGS = {*_TIMED, *[further[1:] for further in FURTHER], ""}
"""What the end of a name may be that tells something of it, as that there is none."""
_TELLING = re.compile(rf"_(?:{'|'.join(filter(None, _ENDINGS))})?$", re.MULTILINE)
"""Such an end, also where it is the whole name behind an underscore."""


class Role(Struct, frozen=True, eq=False):
    """What the samples of a name are: values in a unit, quantiles where a summary has them, or a part of its mean.

    Of those that are the same there is but one, so that they are told apart quickly.
    """

    unit: Unit
    part: str
    is_summary: bool

    def column(self, quantile: str, said: Sequence[str]) -> Column:
        """The values of samples; those of a quantile where they are of a summary that has it."""
        if not quantile:
            return Column(metric(self.unit), self.unit, numbers(said), "value")
        named = f"p({float(quantile) * 100:.12g})" if isinstance(parsed(quantile), float) else quantile
        return Column(named, self.unit, numbers(said), named)


@lru_cache(maxsize=1024)
def _made(said: str, part: str = "", *, is_summary: bool = False) -> Role:
    return Role(unit(said), part, is_summary)


VALUE = _made("")
"""A value of which nothing is known."""


class Families(Struct):
    """What was declared so far; `special` are those of which more has to be known than what they are called."""

    types: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    special: set[str] = field(default_factory=set)

    def declare(self, what: str, name: str, said: str) -> None:
        """Take the TYPE or the UNIT of a family."""
        self._known(what)[name] = said
        if what == "UNIT" or said == "summary":
            self.special.add(name)

    def knows(self, what: str, name: str, said: str) -> bool:
        """Whether that was declared already."""
        return self._known(what).get(name) == said

    def _known(self, what: str) -> dict[str, str]:
        return self.types if what == "TYPE" else self.units

    def are_plain(self, names: Iterable[str]) -> bool:
        """Whether nothing is known of any name."""
        return not _TELLING.search("_" + "\n_".join(names)) and self.special.isdisjoint(names)

    def roles(self, names: Iterable[str]) -> dict[str, Role | None]:
        """The role of each name."""
        special = self.special
        return {
            name: VALUE if name.rpartition("_")[2] not in _ENDINGS and name not in special else self.role(name)
            for name in names
        }

    def role(self, name: str) -> Role | None:
        """What samples of a name are; None where they are not read, as those of buckets, or where there is no name."""
        if not name:
            return None
        family, _, ending = name.rpartition("_")
        if ending in _OF.get(self.types.get(family, ""), ()):
            return _made(self.units.get(family) or _unit(family), ending) if ending in ("sum", "count") else None
        said = self.units.get(name) or (self.units.get(family) if ending == "total" else "")
        return _made(said or _unit(name), is_summary=self.types.get(name) == "summary")


def _unit(name: str) -> str:
    """What the end of a name says of the unit."""
    base = name.removesuffix("_total")
    ending = base.rpartition("_")[2]
    stamp = base.endswith("timestamp_seconds")  # when something was, not how long it took
    return ending if ending in _TIMED and not stamp else ""
