"""Lines of OpenMetrics that come again but for what their names, labels and values say, as a cycle, read at one go.

Those of a gauge do one by one. Those of a summary or a histogram come together: all of one, then all of the next. And
where each family has few samples, so do families, with what is declared of each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from itertools import chain, groupby
from typing import NamedTuple, TypeVar

from msgspec import Struct

from sluicegate.gates.performance.readers.columns import Column, Layout
from sluicegate.gates.performance.readers.families import Families, Role
from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.labels import SAID, pairs
from sluicegate.gates.performance.readers.means import Means

AFTER = r"(?:[ \t]++(?:-?[\d.eE+]++(?:[ \t]++\#.*+|[ \t]*+)|\#.*+|))?"
"""What may stand behind a value: when it was taken, an example."""
_NAME = r"[A-Za-z_:][\w:]*"
_BLANK = "[ \t]++"
_LINE = re.compile(rf"({_NAME}+)(?:\{{(.*)\}})?{_BLANK}\S++({AFTER})")
_DECLARED = re.compile(rf"\# (HELP|TYPE|UNIT) ({_NAME}+)(?: (.*))?")
_TYPES = re.compile(r"^# TYPE \S+ (.*)", re.MULTILINE)
_LOOK = 64
"""A cycle that so many lines do not show twice is too long."""
_NEAR = 8 * 1024
"""A cycle that is known is looked for in so many characters."""
_RUN = 50
"""So many lines of cycles are worth to be read at one go."""
_WIDEST = 4000
"""So many characters has a pattern at the most."""
_LAST = 8
"""So many cycles are looked for at once."""
_FAMILY = "(?P=family)"
_FIXED = {"quantile": "quantile", "": "le"}
"""Which label of lines of a kind tells them apart."""
_T = TypeVar("_T")


class _Line(NamedTuple):
    """A sample of a cycle. What tells it from those of the same labels is its ending, and a label that is fixed."""

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


class _Form(NamedTuple):
    """What comes again: what is declared of a family, and so many times the lines of the same labels."""

    declared: tuple[tuple[str, str], ...]
    lines: tuple[_Line, ...]
    times: int

    @property
    def height(self) -> int:
        """How many lines it has."""
        return len(self.declared) + self.times * len(self.lines)

    @property
    def kinds(self) -> dict[str, str]:
        """Of which kind the samples of each ending are."""
        return {line.ending: line.kind for line in self.lines}

    @property
    def uncertain(self) -> dict[str, str]:
        """Those whose samples may be of another kind in other families, or in another unit.

        By its type alone a family has counts and buckets.
        """
        is_typed = any(what == "TYPE" for what, _ in self.declared)
        return {ending: kind for ending, kind in self.kinds.items() if not is_typed or kind not in ("count", "")}

    @property
    def measured(self) -> set[str]:
        """The endings of what is no part of a mean."""
        return {line.ending for line in self.lines if line.kind in ("value", "quantile")}


class _Cycle(Struct, frozen=True, eq=False):
    """A form with its pattern, which has a group for the family, and for each time one for each slot and each value.

    `labels` are to be filled with what the slots say, in this order.
    """

    form: _Form
    pattern: re.Pattern[str]
    labels: str
    order: tuple[int, ...]

    def begins(self, text: str) -> bool:
        """Whether two come soon in a text, one after the other."""
        first = self.pattern.search(text, 0, _NEAR)
        return bool(first and self.pattern.match(text, first.end()))


class Cycles:
    """Reads cycles; `alone` reads lines that are no part of one."""

    def __init__(
        self, families: Families, gathering: Gathering, means: Means, alone: Callable[[str, int], object]
    ) -> None:
        self._families, self._gathering, self._means, self._alone = families, gathering, means, alone
        self._last: list[_Cycle] = []

    def add(self, text: str, number: int) -> bool:
        """Add lines, of which the first has that number; False, and nothing is added, where they are hardly cycles."""
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
        for end in sorted({*gaps, count}):
            after = line + (end - begin) * height
            if begin < end and not self._add(cycle, [column[begin:end] for column in groups], line):
                self._alone("\n".join(text.split("\n")[line - number : after - number]), line)
            begin, line = end, after
            if between[end]:
                self._alone(between[end].removesuffix("\n"), line)
                line += between[end].count("\n")
        return True

    def _add(self, cycle: _Cycle, groups: Sequence[Sequence[str]], first: int) -> bool:
        """Add cycles that follow one another, from a line on; False where their families are of other kinds."""
        form, (families, *further) = cycle.form, groups
        self._families.declare([(what, family, said) for what, said in form.declared for family in families])
        roles = {ending: self._roles(families, ending, kind) for ending, kind in form.uncertain.items()}
        if not all(roles.values()):
            return False
        places = range(form.times)
        width = len(further) // form.times
        columns = [_in_turn([further[at + place * width] for place in places]) for at in range(width)]
        begins = [first + len(form.declared) + place * len(form.lines) for place in places]
        lines = _in_turn([range(at, at + len(families) * form.height, form.height) for at in begins])
        labels, values = [columns[at] for at in cycle.order], iter(columns[len(cycle.order) :])
        beside = [_in_turn([families] * form.times), *labels]
        names = {
            ending: list(map(f"%s{ending}{cycle.labels}".__mod__, zip(*beside, strict=True)))
            for ending in {"", *form.measured}
        }
        measured: list[_Measured] = []
        for at, line in enumerate(form.lines):
            if not line.kind:
                continue
            said, where = next(values), _below(lines, at)
            if line.ending in form.measured:
                measured.append(_Measured(line.said, said, where))
            else:
                units = [role.unit for role in roles.get(line.ending, ()) if role]
                self._means.keep(line.kind, names[""], said, where, _in_turn([units] * form.times))
        for ending in form.measured:
            layout, of = Layout(names[ending], lines), _in_turn([roles[ending]] * form.times)
            self._gathering.mixed(layout, of, range(len(of)), partial(_columns, measured))
        return True

    def _roles(self, families: Sequence[str], ending: str, kind: str) -> Sequence[Role | None]:
        """The role of each family's samples with an ending; none where one of them is of another kind."""
        roles = self._families.roles({family + ending for family in set(families)})
        if not all(_kind(role) == kind for role in roles.values()):
            return ()
        return [*roles.values()] * len(families) if len(roles) == 1 else [roles[family + ending] for family in families]

    def _found(self, text: str) -> _Cycle | None:
        """The first cycle of some lines. Often it is one of those that were found last."""
        types = _TYPES.findall(text, 0, _NEAR) if "#" in text else []
        if types and types[1:2] != types[2:3]:
            return None
        for cycle in self._last:
            if cycle.begins(text):
                return cycle
        found = _cycle(self._form(text))
        if found is None or not found.begins(text):
            return None
        self._last = [found, *self._last[: _LAST - 1]]
        return found

    def _form(self, text: str) -> _Form | None:
        """The first form that shows whole in some lines: from where a family, or else the labels change, to the next.

        What is declared in these lines is not known yet, and all that there is to know of their families.
        """
        known, family = self._families, ""
        declares = text.startswith("#") or "\n#" in text
        rows: list[_Row] = []
        begins: list[int] = []
        for told in text.split("\n", _LOOK)[:_LOOK]:
            if declared := _DECLARED.fullmatch(told):
                what, name, said = declared.groups(default="")
                if not rows or rows[-1].line:
                    known, family = Families(), name
                known.declare([(what, name, said)])
                row: _Row | None = _Row((what, said if what != "HELP" else ""), None, ())
            else:
                row = _sample(told, known, family)
            if row is None:
                return None
            if rows and ((rows[-1].line and not row.line) if declares else rows[-1].same != row.same):
                begins.append(len(rows))
            if len(begins) > 1:
                return _shown(rows[begins[0] :])
            rows.append(row)
        return None


class _Row(NamedTuple):
    """A line of a text: what is declared of a family, or else a sample, and what its free labels say."""

    declared: tuple[str, str]
    line: _Line | None
    same: Sequence[tuple[str, str]]


class _Measured(NamedTuple):
    """The values of a line of each cycle, with their lines; `said` is the quantile."""

    said: str
    values: Sequence[str]
    lines: Sequence[int]


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


def _kind(role: Role | None) -> str:
    return role.kind if role else ""


def _sample(row: str, known: Families, family: str) -> _Row | None:
    """A line as a sample of a family, which is that of its name where none is given; None where it is not."""
    found = _LINE.fullmatch(row)
    labels = pairs(found[2] or "") if found else []
    if not found or bool(found[2]) != bool(labels) or not found[1].startswith(family):
        return None
    name, said = found[1], dict(labels)
    role = known.role(name)
    kind, ending = _kind(role), name[len(family) :]
    if not family:
        ending = f"_{name.rpartition('_')[2]}" if role is None or role.is_part else ""
    fixed = next((key for of, key in _FIXED.items() if of == kind and key in said), "")
    line = _Line(ending, kind, tuple(said), fixed, said.get(fixed, ""), ends=not found[3])
    return _Row(("", ""), line, sorted(pair for pair in labels if pair[0] != fixed))


def _shown(rows: Sequence[_Row]) -> _Form:
    """The form of some lines: what is declared, and the samples of the same labels, which those of others are like."""
    declared = tuple(row.declared for row in rows if not row.line)
    samples = [row for row in rows if row.line]
    first, *further = [[row.line for row in some if row.line] for _, some in groupby(samples, lambda row: row.same)]
    return _Form(declared, tuple(first), 1 + len(further))


@lru_cache(maxsize=256)
def _cycle(form: _Form | None) -> _Cycle | None:
    """The cycle of a form; None where its samples differ in labels, cannot be told apart, or are too wide."""
    if form is None:
        return None
    keys = tuple(sorted(form.lines[0].free))
    alike = all(tuple(sorted(line.free)) == keys for line in form.lines)
    if not alike or len(form.measured) > 1 or len(set(form.lines)) < len(form.lines):
        return None
    # labels that are in order stay as they are
    in_order = all(line.keys in (keys, (*keys, line.fixed)) for line in form.lines)
    slots: list[tuple[str, ...]] = [(key,) for key in form.lines[0].free]
    if in_order and keys:
        slots = [keys]
    lines = [rf"^\# {what} {_FAMILY}{_told(what, said)}" for what, said in form.declared]
    for time in range(form.times):
        lines += [_written(line, slots, time, is_first=line is form.lines[0]) for line in form.lines]
    lines[0] = lines[0].replace(_FAMILY, f"(?P<family>{_NAME})", 1)
    pattern = "".join(f"{line}(?:\n|\\Z)" for line in lines)
    if len(pattern) > _WIDEST:
        return None
    labels = f"{{{','.join(['%s'] * len(slots))}}}" if slots else ""
    order = tuple([slots.index(slot) for slot in sorted(slots)])
    return _Cycle(form, re.compile(pattern, re.MULTILINE), labels, order)


def _told(what: str, said: str) -> str:
    return "(?: .*+)?" if what == "HELP" else f" {re.escape(said)}"


def _written(line: _Line, slots: Sequence[tuple[str, ...]], time: int, *, is_first: bool) -> str:
    """The pattern of a sample. What its slots say is what they say in the first one of the same labels."""
    said = {line.fixed: f'{line.fixed}="{re.escape(line.said)}"'}
    for at, slot in enumerate(slots):
        labels = ",".join(f'{key}="{SAID}"' for key in slot)
        said[slot[0]] = rf"(?P<slot{time}_{at}>{labels})" if is_first else f"(?P=slot{time}_{at})"
    labels = ",".join(said[key] for key in line.keys if key in said)
    value, after = r"(\S++)" if line.kind else r"\S++", "" if line.ends else AFTER
    braces = rf"\{{{labels}\}}" if labels else ""
    return rf"^{_FAMILY}{line.ending}{braces}{_BLANK}{value}{after}"
