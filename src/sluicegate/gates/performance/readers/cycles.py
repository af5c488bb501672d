"""Lines of OpenMetrics that come again but for what their names, labels and values say, as a cycle, read at one go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from typing import NamedTuple, TypeVar

from sluicegate.gates.performance.readers.columns import Column, Layout
from sluicegate.gates.performance.readers.families import Families, Role
from sluicegate.gates.performance.readers.forms import Cycle, are_by_turns, cycle_of, first_form, kind_of
from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.means import Means

_RUN = 50
"""There may be a gap for so many lines, since those between two gaps are read at one go."""
_LAST = 8
"""So many cycles are looked for at once."""
_EACH = 128 * 1024
"""A pattern may be made for so many characters, since that takes longer than to read a few lines."""
_MISSES = 15
"""So many texts are passed over at the most after as many in which no cycle was found."""
_T = TypeVar("_T")


class _Measured(NamedTuple):
    """The values of a line of each cycle, with their lines; `said` is the quantile."""

    said: str
    values: Sequence[str]
    lines: Sequence[int]


class Cycles:
    """Reads cycles; `alone` reads lines that are no part of one."""

    def __init__(
        self, families: Families, gathering: Gathering, means: Means, alone: Callable[[str, int], object]
    ) -> None:
        self._families, self._gathering, self._means, self._alone = families, gathering, means, alone
        self._last: list[Cycle] = []
        self._made = self._seen = self._misses = self._wait = 0

    def add(self, text: str, number: int) -> bool:
        """Add lines, of which the first has that number; False, and nothing is added, where they are hardly cycles."""
        if self._wait:
            self._wait -= 1
            return False
        added = self._add_all(text, number)
        self._misses = 0 if added else min(self._misses + 1, _MISSES)
        self._wait = self._misses
        return added

    def _add_all(self, text: str, number: int) -> bool:
        """Add the cycles, and what lies between them alone."""
        cycle = self._found(text)
        if cycle is None:
            return False
        pieces, each = cycle.pattern.split(text), cycle.pattern.groups + 1
        between, groups = pieces[::each], [pieces[at::each] for at in range(1, each)]
        gaps = [at for at, some in enumerate(between) if some]
        count, height = len(groups[0]), cycle.form.height
        if count * height * 2 < text.count("\n") or len(gaps) > count * height // _RUN + 2:
            return False
        begin, line = 0, number
        each_line: list[str] = []
        for end in sorted({*gaps, count}):
            after = line + (end - begin) * height
            if begin < end and not self._add(cycle, [column[begin:end] for column in groups], line):
                each_line = each_line or text.split("\n")
                self._alone("\n".join(each_line[line - number : after - number]), line)
            begin, line = end, after
            if between[end]:
                self._alone(between[end].removesuffix("\n"), line)
                line += between[end].count("\n")
        return True

    def _add(self, cycle: Cycle, groups: Sequence[Sequence[str]], first: int) -> bool:
        """Add cycles that follow one another, from a line on; False, and no sample is added, where they are none.

        So it is where a family is of another kind, or what is declared of one could be meant for samples of another.
        """
        form, (families, *further) = cycle.form, groups
        if form.declared and not set(families).isdisjoint({family.rpartition("_")[0] for family in families}):
            return False
        for what, told in form.declared:
            self._families.declare(what, told, families)
        roles = {ending: self._roles(families, ending, kind) for ending, kind in form.uncertain.items()}
        if not all(roles.values()):
            return False
        # a row for each time that samples of the same labels come, of which a cycle may have several
        times, width = range(form.times), len(further) // form.times
        columns = [_in_turn([further[at + time * width] for time in times]) for at in range(width)]
        begins = [first + len(form.declared) + time * len(form.lines) for time in times]
        lines = _in_turn([range(at, at + len(families) * form.height, form.height) for at in begins])
        values = iter(columns[len(cycle.order) :])
        beside = [_in_turn([families] * form.times), *[columns[at] for at in cycle.order]]
        names = {
            ending: list(map(f"%s{ending}{cycle.labels}".__mod__, zip(*beside, strict=True))) for ending in form.named
        }
        measured: list[_Measured] = []
        for at, line in enumerate(form.lines):
            if not line.kind:
                continue
            said, where = next(values), _below(lines, at)
            if line.ending in form.measured:
                measured.append(_Measured(line.said, said, where))
            else:
                of = _in_turn([roles.get(line.ending, ())] * form.times)
                self._means.keep(line.kind, names[""], said, where, [role.unit for role in of if role])
        for ending in form.measured:
            layout, of = Layout(names[ending], lines), _in_turn([roles[ending]] * form.times)
            self._gathering.mixed(layout, of, range(len(of)), partial(_columns, measured))
        return True

    def _roles(self, families: Sequence[str], ending: str, kind: str) -> Sequence[Role | None]:
        """The role of each family's samples with an ending; none where one of them is of another kind."""
        roles = self._families.roles({family + ending for family in set(families)})
        if not all(kind_of(role) == kind for role in roles.values()):
            return ()
        return [*roles.values()] * len(families) if len(roles) == 1 else [roles[family + ending] for family in families]

    def _found(self, text: str) -> Cycle | None:
        """The first cycle of some lines. Often it is one of those that were found last."""
        if are_by_turns(text):
            return None
        for cycle in self._last:
            if cycle.begins(text):
                return cycle
        self._seen += len(text)
        form = first_form(text, self._families) if self._made <= _LAST + self._seen // _EACH else None
        self._made += form is not None
        found = cycle_of(form)
        if found is None or not found.begins(text):
            return None
        self._last = [found, *self._last[: _LAST - 1]]
        return found


def _columns(measured: Sequence[_Measured], role: Role, places: Sequence[int]) -> list[Column]:
    """Those at some places, of a role."""
    return [role.column(one.said, _at(one.values, places))._replace(lines=_at(one.lines, places)) for one in measured]


def _at(column: Sequence[_T], places: Sequence[int]) -> Sequence[_T]:
    return column[places.start : places.stop] if isinstance(places, range) else [column[at] for at in places]


def _below(lines: Sequence[int], at: int) -> Sequence[int]:
    """Lines that stand so many lines below others."""
    if isinstance(lines, range):
        return range(lines.start + at, lines.stop + at, lines.step)
    return [line + at for line in lines]


def _in_turn(columns: Sequence[Sequence[_T]]) -> Sequence[_T]:
    """The first of each, then the second of each, and so on."""
    return columns[0] if len(columns) == 1 else list(chain.from_iterable(zip(*columns, strict=True)))
