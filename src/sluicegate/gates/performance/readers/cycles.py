"""Lines of OpenMetrics that come again but for what their labels and values say, as a cycle, read at one go.

Those of a gauge do one by one. Those of a summary or a histogram come together: all of one, then all of the next.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct

from sluicegate.gates.performance.readers.columns import Layout
from sluicegate.gates.performance.readers.families import Families, Role
from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.labels import SAID, pairs
from sluicegate.gates.performance.readers.means import Means

AFTER = r"(?:[ \t]++(?:-?[\d.eE+]++(?:[ \t]++\#.*+|[ \t]*+)|\#.*+|))?"
"""What may stand behind a value: when it was taken, an example."""
_NAME = r"[A-Za-z_:][\w:]*"
_BLANK = "[ \t]++"
_LINE = re.compile(rf"({_NAME}+)\{{(.*)\}}{_BLANK}\S++({AFTER})")
_LOOK = 64
"""A cycle that so many lines do not show twice is too long."""
_RUN = 50
"""So many lines of cycles are worth to be read at one go."""
_WIDEST = 4000
"""So many characters has a pattern at the most."""
_LAST = 8
"""So many cycles are looked for at once."""
_FIXED = {"quantile": "quantile", "": "le"}
"""Which label of lines of a kind tells them apart."""


class _Line(NamedTuple):
    """A line of a cycle. What tells it from the other lines of the cycle is its ending, and a label that is fixed."""

    ending: str
    kind: str
    keys: tuple[str, ...]
    fixed: str
    said: str
    ends: bool
    """Whether nothing stands behind its value."""

    @property
    def free(self) -> tuple[str, ...]:
        """The labels that are not fixed, in the order in which they stand."""
        return tuple(key for key in self.keys if key != self.fixed)


class _Cycle(Struct, frozen=True, eq=False):
    """The lines, with a pattern that has a group for the family, each slot of labels, and each value that is read.

    `kinds` are those of the endings of the family. `labels` are to be filled with what the slots say, in this order.
    """

    lines: tuple[_Line, ...]
    kinds: Mapping[str, str]
    pattern: re.Pattern[str]
    labels: str
    order: tuple[int, ...]

    def begins(self, text: str) -> bool:
        """Whether a text begins with two of a family."""
        first = self.pattern.match(text)
        second = first and self.pattern.match(text, first.end())
        return bool(first and second and first["family"] == second["family"])


class Cycles:
    """Reads cycles; `alone` reads lines that are no part of one."""

    def __init__(
        self, families: Families, gathering: Gathering, means: Means, alone: Callable[[str, int], object]
    ) -> None:
        self._families, self._gathering, self._means, self._alone = families, gathering, means, alone
        self._last: list[_Cycle] = []

    def add(self, text: str, number: int) -> bool:
        """Add lines, of which the first has that number; False, and nothing is added, where they are hardly cycles."""
        cycle = self._first(text)
        if cycle is None:
            return False
        pieces, each = cycle.pattern.split(text), cycle.pattern.groups + 1
        between, groups = pieces[::each], [pieces[at::each] for at in range(1, each)]
        gaps, changes = [at for at, some in enumerate(between) if some], _changes(groups[0])
        count, height = len(groups[0]), len(cycle.lines)
        if count * height * 2 < text.count("\n") or len(gaps) + len(changes) > count * height // _RUN + 2:
            return False
        roles = {family: self._roles(cycle, family) for family in set(groups[0])}
        if not all(roles.values()):
            return False
        begin = 0
        for end in sorted({*gaps, *changes, count}):
            if begin < end:
                some = [column[begin:end] for column in groups]
                self._add(cycle, roles[some[0][0]], some, number)
                number += (end - begin) * height
            if between[end]:
                self._alone(between[end].removesuffix("\n"), number)
                number += between[end].count("\n")
            begin = end
        return True

    def _roles(self, cycle: _Cycle, family: str) -> Mapping[str, Role | None]:
        """The roles of a family's endings; none where it is not of the kind that the cycle was found in."""
        roles = {ending: self._families.role(family + ending) for ending in cycle.kinds}
        return roles if all(_kind(role) == cycle.kinds[ending] for ending, role in roles.items()) else {}

    def _add(
        self, cycle: _Cycle, roles: Mapping[str, Role | None], groups: Sequence[Sequence[str]], first: int
    ) -> None:
        """Add cycles of a family that follow one another, from a line on."""
        (family, *_), labels = groups[0], [groups[1 + at] for at in cycle.order]
        names = list(map(f"{family}{cycle.labels}".__mod__, zip(*labels, strict=True)))
        height, columns, values = len(cycle.lines), [], iter(groups[1 + len(labels) :])
        for at, line in enumerate(cycle.lines):
            if not (role := roles[line.ending]):
                continue
            said, lines = next(values), range(first + at, first + at + len(names) * height, height)
            if role.is_part:
                self._means.keep(role.kind, role.unit, names, said, lines)
            else:
                columns.append(role.column(line.said, said)._replace(lines=lines))
        if columns:
            self._gathering.many(Layout(names, columns[0].lines or ()), columns)

    def _first(self, text: str) -> _Cycle | None:
        """The first cycle of some lines. Often it is one of those that were found last."""
        found = next((cycle for cycle in self._last if cycle.begins(text)), None) or _cycle(self._lines(text))
        if found and found not in self._last:
            self._last = [found, *self._last[: _LAST - 1]]
        return found

    def _lines(self, text: str) -> tuple[_Line, ...]:
        """Lines that say the same in their labels, from where this changes to where it does again; all of a family."""
        lines: list[_Line] = []
        changes: list[int] = []
        before: list[tuple[str, str]] = []
        families = set()
        for row in text.split("\n", _LOOK)[:_LOOK]:
            found = _LINE.fullmatch(row)
            labels = pairs(found[2]) if found else []
            if not found or not labels:
                return ()
            line = self._line(found, dict(labels))
            families.add(found[1].removesuffix(line.ending))
            same = sorted(pair for pair in labels if pair[0] != line.fixed)
            if same != before and lines:
                changes.append(len(lines))
            if len(families) > 1 or len(changes) > 1:
                return tuple(lines[changes[0] :]) if len(families) == 1 else ()
            lines.append(line)
            before = same
        return ()

    def _line(self, found: re.Match[str], labels: Mapping[str, str]) -> _Line:
        name, _, after = found.groups()
        role = self._families.role(name)
        kind, ending = _kind(role), f"_{name.rpartition('_')[2]}"
        fixed = next((key for of, key in _FIXED.items() if of == kind and key in labels), "")
        return _Line(
            ending=ending if role is None or role.is_part else "", kind=kind, keys=tuple(labels), fixed=fixed,
            said=labels.get(fixed, ""), ends=not after,
        )  # fmt: skip


def _kind(role: Role | None) -> str:
    return role.kind if role else ""


def _changes(names: Sequence[str]) -> list[int]:
    """Where the family changes; nearly always it does not."""
    if names.count(names[0] if names else "") == len(names):
        return []
    return [at for at, (one, other) in enumerate(pairwise(names), 1) if one != other]


@lru_cache(maxsize=256)
def _cycle(lines: tuple[_Line, ...]) -> _Cycle | None:
    """The cycle of such lines; None where they do not have the same labels, cannot be told apart, or are too wide."""
    keys = tuple(sorted(lines[0].free)) if lines else ()
    alike = all(tuple(sorted(line.free)) == keys for line in lines)
    if not keys or not alike or len(set(lines)) < len(lines):
        return None
    # labels that are in order stay as they are
    in_order = all(line.keys in (keys, (*keys, line.fixed)) for line in lines)
    slots: list[tuple[str, ...]] = [keys] if in_order else [(key,) for key in lines[0].free]
    pattern = "".join(_written(line, slots, is_first=lines[0] is line) for line in lines)
    if len(pattern) > _WIDEST:
        return None
    labels = ",".join(["%s"] * len(slots))
    order = tuple([slots.index(slot) for slot in sorted(slots)])
    kinds = {line.ending: line.kind for line in lines}
    return _Cycle(lines, kinds, re.compile(pattern, re.MULTILINE), f"{{{labels}}}", order)


def _written(line: _Line, slots: Sequence[tuple[str, ...]], *, is_first: bool) -> str:
    """The pattern of a line. Its family and what its slots say are what they are in the first one."""
    said = {line.fixed: f'{line.fixed}="{re.escape(line.said)}"'}
    for at, slot in enumerate(slots):
        labels = ",".join(f'{key}="{SAID}"' for key in slot)
        said[slot[0]] = rf"(?P<slot{at}>{labels})" if is_first else f"(?P=slot{at})"
    labels = ",".join(said[key] for key in line.keys if key in said)
    family = f"(?P<family>{_NAME})" if is_first else "(?P=family)"
    value, after = r"(\S++)" if line.kind else r"\S++", "" if line.ends else AFTER
    return rf"^{family}{line.ending}\{{{labels}\}}{_BLANK}{value}{after}(?:\n|\Z)"
