"""What comes again in lines of OpenMetrics, but for what their names, labels and values say: how it is seen.

Lines of a gauge come again one by one. Those of a summary or a histogram come together: all of one, then all of the
next. And where each family has few samples, so do families, with what is declared of each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from msgspec import Struct

from sluicegate.gates.performance.readers.families import Families, Role
from sluicegate.gates.performance.readers.labels import LABELS, SAID, pairs

AFTER = r"(?:[ \t]++(?:-?[\d.eE+]++(?:[ \t]++\#.*+|[ \t]*+)|\#.*+|))?"
"""What may stand behind a value: when it was taken, an example."""
NAME = r"[A-Za-z_:][\w:]*"
"""What a family or a sample is called."""
_BLANK = "[ \t]++"
_LINE = re.compile(rf"({NAME}+)(?:\{{({LABELS})\}})?{_BLANK}\S++({AFTER})")
_DECLARED = re.compile(rf"\# (HELP|TYPE|UNIT) ({NAME}+)(?: (.*))?")
_ENDING = re.compile(r"_[^\W_]+")
_TYPES = re.compile(r"^# TYPE \S+ (.*)", re.MULTILINE)
_LOOK = 100
"""A form that so many lines do not show twice is too long."""
_NEAR = 8 * 1024
"""A cycle is looked for in so many characters."""
_WIDEST = 4000
"""So many characters has a pattern at the most."""
_FAMILY = "(?P=family)"
_FIXED = {"quantile": "quantile", "": "le"}
"""Which label of lines of a kind tells them apart; those of buckets, which are not read, are of none."""


class Line(NamedTuple):
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


class Form(NamedTuple):
    """What comes again: what is declared of a family, and so many times the lines of the same labels."""

    declared: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
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

        By its type alone a family has counts and buckets, and these have no unit that matters.
        """
        is_typed = any(what == "TYPE" for what, _ in self.declared)
        return {ending: kind for ending, kind in self.kinds.items() if not is_typed or kind not in ("count", "")}

    @property
    def named(self) -> set[str]:
        """The endings with which benchmarks are called; those with a mean are called as the family is."""
        return {"" if line.kind in ("sum", "count") else line.ending for line in self.lines if line.kind}

    @property
    def measured(self) -> set[str]:
        """The endings of what is no part of a mean."""
        return {line.ending for line in self.lines if line.kind in ("value", "quantile")}


class Cycle(Struct, frozen=True, eq=False):
    """A form with its pattern, which has a group for the family, and for each time one for each slot and each value.

    `labels` are to be filled with what the slots say, in this order.
    """

    form: Form
    pattern: re.Pattern[str]
    labels: str
    order: tuple[int, ...]

    def begins(self, text: str) -> bool:
        """Whether two come soon in a text, one after the other."""
        first = self.pattern.search(text, 0, _NEAR)
        return bool(first and self.pattern.match(text, first.end()))


class _Row(NamedTuple):
    """A line of a text: what is declared of a family, or else a sample, and what its free labels say."""

    declared: tuple[str, str]
    line: Line | None
    same: Sequence[tuple[str, str]]


def are_by_turns(text: str) -> bool:
    """Whether families of different types follow one another where a text begins, so that they make no cycle."""
    types = _TYPES.findall(text, 0, _NEAR) if "#" in text else []
    return len(set(types[1:3])) > 1


def first_form(text: str, families: Families) -> Form | None:
    """The first form that shows twice in some lines: from where a family, or else the labels change, to the next.

    What is declared in these lines is not known yet, and all that there is to know of their families.
    """
    known, family = families, ""
    declares = text.startswith("#") or "\n#" in text
    rows: list[_Row] = []
    begins: list[int] = []
    for told in text.split("\n", _LOOK)[:_LOOK]:
        if declared := _DECLARED.fullmatch(told):
            what, name, said = declared.groups(default="")
            if not rows or rows[-1].line:
                known, family = Families(), name
            known.declare(what, said, [name])
            row: _Row | None = _Row((what, said if what != "HELP" else ""), None, ())
        else:
            row = _sample(told, known, family)
        if row is None:
            return None
        if rows and ((rows[-1].line and not row.line) if declares else rows[-1].same != row.same):
            begins.append(len(rows))
        if len(begins) > 2:  # noqa: PLR2004 - from the first to the second, and from this to the third
            form = _shown(rows[begins[0] : begins[1]])
            return form if form == _shown(rows[begins[1] :]) else None
        rows.append(row)
    return None


def _sample(row: str, known: Families, family: str) -> _Row | None:
    """A line as a sample of a family, which is that of its name where none is given; None where it is not."""
    found = _LINE.fullmatch(row)
    labels = pairs(found[2] or "") if found else []
    if not found or bool(found[2]) != bool(labels) or not found[1].startswith(family):
        return None
    name, said = found[1], dict(labels)
    role = known.role(name)
    kind, ending = kind_of(role), name[len(family) :]
    if not family:
        ending = f"_{name.rpartition('_')[2]}" if role is None or role.is_part else ""
    if ending and not _ENDING.fullmatch(ending):
        return None
    fixed = _FIXED.get(kind, "")
    line = Line(ending, kind, tuple(said), fixed if fixed in said else "", said.get(fixed, ""), ends=not found[3])
    return _Row(("", ""), line, sorted(pair for pair in labels if pair[0] != line.fixed))


def _shown(rows: Sequence[_Row]) -> Form:
    """The form of some lines: what is declared, and the samples of the same labels, which those of others are like."""
    declared = tuple(row.declared for row in rows if not row.line)
    samples = [row for row in rows if row.line]
    first, *further = [[row.line for row in some if row.line] for _, some in groupby(samples, lambda row: row.same)]
    return Form(declared, tuple(first), 1 + len(further))


def kind_of(role: Role | None) -> str:
    """The kind of samples; "" where they are not read."""
    return role.kind if role else ""


@lru_cache(maxsize=256)
def cycle_of(form: Form | None) -> Cycle | None:
    """The cycle of a form; None where its samples differ in labels or names, are the same, or are too wide."""
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
    lines[0] = lines[0].replace(_FAMILY, f"(?P<family>{NAME})", 1)
    pattern = "".join(f"{line}(?:\n|\\Z)" for line in lines)
    if len(pattern) > _WIDEST:
        return None
    labels = f"{{{','.join(['%s'] * len(slots))}}}" if slots else ""
    order = tuple([slots.index(slot) for slot in sorted(slots)])
    return Cycle(form, re.compile(pattern, re.MULTILINE), labels, order)


def _told(what: str, said: str) -> str:
    return "(?: .*+)?" if what == "HELP" else f" {re.escape(said)}"


def _written(line: Line, slots: Sequence[tuple[str, ...]], time: int, *, is_first: bool) -> str:
    """The pattern of a sample. What its slots say is what they say in the first one of the same labels."""
    said = {line.fixed: f'{line.fixed}="{re.escape(line.said)}"'}
    for at, slot in enumerate(slots):
        labels = ",".join(f'{key}="{SAID}"' for key in slot)
        said[slot[0]] = rf"(?P<slot{time}_{at}>{labels})" if is_first else f"(?P=slot{time}_{at})"
    labels = ",".join(said[key] for key in line.keys if key in said)
    value, after = r"(\S++)" if line.kind else r"\S++", "" if line.ends else AFTER
    braces = rf"\{{{labels}\}}" if labels else ""
    return rf"^{_FAMILY}{line.ending}{braces}{_BLANK}{value}{after}"
