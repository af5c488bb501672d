"""Whether some texts are all of those that others are, decided exactly for plain patterns and for lengths.

A pattern is read as ECMA-262 with the flag u, a text as a sequence of code points. Groups, sets, alternatives, counts
and anchors are understood; what looks around or back, word boundaries and classes by property of Unicode are not. Each
pattern is run as an automaton whose states are made when they are reached (Rabin and Scott, 1959).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field

from sluicegate.openapi.relation.expressions import EVERY_SIGN, Part, Spans, TooHardError, parsed
from sluicegate.openapi.relation.regexes import is_expression

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_STATES = 2_000
"""How many states one pattern may make, and how many sets of states of all patterns together are visited."""

_MOST_WORK = 200_000
_LONGEST = 5_000
_LIKED = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ -_.\n\té"
"""The signs that a text is made of where there is a choice, best first."""


class Length(NamedTuple):
    """Texts of so many characters; no `high` is no end."""

    low: int
    high: int | None


Constraint = str | Length
"""A pattern that finds something, or a length."""


class Outside(NamedTuple):
    """Whether it is `known` that some texts leave others out, and a `text` that does, where there is one."""

    known: bool
    text: str | None = None


@lru_cache(maxsize=1024)
def outside(inside: frozenset[Constraint], other: Constraint) -> Outside:
    """A text that obeys all of the first and not the other; none where the first ask for no less."""
    if other in inside:
        return Outside(known=True)
    patterns = frozenset(one for one in inside if isinstance(one, str))
    lengths = [one for one in inside if isinstance(one, Length)]
    found = _searched(patterns, other)
    if lengths and (not found.known or found.text is not None):
        fits = found.text is not None and all(_holds(one, found.text) for one in lengths)
        return found if fits else _searched(inside, other)
    return found


def alike(one: str, other: str) -> bool:
    """Whether two patterns find something in the same texts."""
    return outside(frozenset((one,)), other) == outside(frozenset((other,)), one) == (True, None)


def finds_all(pattern: str) -> bool:
    """Whether a pattern finds something in every text."""
    return outside(frozenset(), pattern) == (True, None)


def _holds(length: Length, text: str) -> bool:
    return length.low <= len(text) and (length.high is None or len(text) <= length.high)


def _searched(inside: Iterable[Constraint], other: Constraint | None) -> Outside:
    """Go through what can be reached by reading texts, shortest first."""
    budget = _Budget()
    try:
        machines = [_machine(one, budget) for one in inside]
        against = _machine(other, budget) if other is not None else None
        return Outside(known=True, text=_first(machines, against, budget))
    except (TooHardError, RecursionError):
        return Outside(known=False)


def _first(machines: list[_Machine], against: _Machine | None, budget: _Budget) -> str | None:
    every = [*machines, *([against] if against else [])]
    signs = _alphabet(every)
    start = tuple(machine.start() for machine in every)
    came: dict[tuple[_State, ...], tuple[tuple[_State, ...], str] | None] = {start: None}
    waiting = deque((start,))
    while waiting:
        states = waiting.popleft()
        told = [machine.accepts(state) for machine, state in zip(every, states, strict=True)]
        if all(told[: len(machines)]) and not (against and told[-1]):
            return _text(came, states)
        for sign in signs:
            after = tuple(machine.step(state, sign) for machine, state in zip(every, states, strict=True))
            if after in came or any(machine.never(state) for machine, state in zip(machines, after, strict=False)):
                continue
            if against and against.always(after[-1]):
                continue
            came[after] = (states, sign)
            waiting.append(after)
            if len(came) > _MOST_STATES:
                raise TooHardError
        budget.spend(len(signs))
    return None


def empty(inside: frozenset[Constraint]) -> bool:
    """Whether no text obeys all of these, as far as can be told."""
    found = _searched(inside, None)
    return found.known and found.text is None


def _text(came: dict[tuple[_State, ...], tuple[tuple[_State, ...], str] | None], at: tuple[_State, ...]) -> str:
    signs: list[str] = []
    while (before := came[at]) is not None:
        at, sign = before
        signs.append(sign)
    return "".join(reversed(signs))


def _alphabet(machines: Iterable[_Machine]) -> list[str]:
    """One sign for each way in which the machines tell signs apart, those first that people like to read."""
    sets = {spans for machine in machines for spans in machine.sets()} | {EVERY_SIGN}
    cuts = sorted({edge for spans in sets for low, high in spans for edge in (low, high + 1)})
    liked = {bisect_right(cuts, ord(sign)): sign for sign in reversed(_LIKED)}
    signs = [liked.get(index + 1, chr(cut)) for index, cut in enumerate(cuts) if _within(EVERY_SIGN, cut)]
    signs.sort(key=lambda sign: _LIKED.find(sign) % (len(_LIKED) + 1))
    kept: dict[tuple[bool, ...], str] = {}
    for sign in signs:
        kept.setdefault(tuple(_within(spans, ord(sign)) for spans in sets), sign)
    return list(kept.values())


def _within(spans: Spans, code: int) -> bool:
    return any(low <= code <= high for low, high in spans)


class _Budget(Struct):
    left: int = _MOST_WORK

    def spend(self, work: int) -> None:
        self.left -= work
        if self.left < 0:
            raise TooHardError


_State = int | tuple[frozenset[int], bool]
"""How many signs were read; or where a pattern stands, and whether nothing was read yet."""


class _Counting(Struct):
    """Counts signs, up to where it no longer matters how many more there are."""

    length: Length

    def start(self) -> _State:
        if max(self.length.low, self.length.high or 0) > _LONGEST:
            raise TooHardError
        return 0

    def step(self, state: _State, _sign: str) -> _State:
        most = self.length.low if self.length.high is None else self.length.high + 1
        return min(state + 1, most) if isinstance(state, int) else state

    def accepts(self, state: _State) -> bool:
        low, high = self.length
        return isinstance(state, int) and low <= state and (high is None or state <= high)

    def never(self, state: _State) -> bool:
        return isinstance(state, int) and self.length.high is not None and state > self.length.high

    def always(self, state: _State) -> bool:
        return isinstance(state, int) and self.length.high is None and state >= self.length.low

    def sets(self) -> Iterable[Spans]:
        return ()


class _Searching(Struct):
    """Looks for a pattern anywhere in a text; state 0 has found nothing yet, state 1 has found it."""

    budget: _Budget
    reads: list[list[tuple[Spans, int]]] = field(default_factory=lambda: [[(EVERY_SIGN, 0)], [(EVERY_SIGN, 1)]])
    skips: list[list[tuple[str, int]]] = field(default_factory=lambda: [[], []])
    _steps: dict[tuple[frozenset[int], str], _State] = field(default_factory=dict)

    def add(self, part: Part, at: int) -> int:
        """Lay a part of the pattern behind a state; where it ends."""
        kind, said = part.kind, part.inner
        if kind == "set":
            end = self._new()
            self.reads[at].append((part.spans, end))
        elif kind == "edge":
            end = self._new()
            self.skips[at].append((part.edge, end))
        elif kind == "then":
            end = at
            for one in said:
                end = self.add(one, end)
        elif kind == "either":
            end = self._new()
            for one in said:
                first = self._new()
                self.skips[at].append(("", first))
                self.skips[self.add(one, first)].append(("", end))
        else:
            end = self._repeated(part, at)
        return end

    def _repeated(self, part: Part, at: int) -> int:
        [inner] = part.inner
        for _ in range(part.low):
            at = self.add(inner, at)
        end = self._new()
        self.skips[at].append(("", end))
        if part.high is None:
            loop = self._new()
            self.skips[at].append(("", loop))
            last = self.add(inner, loop)
            self.skips[last] += [("", loop), ("", end)]
        for _ in range((part.high or 0) - part.low):
            at = self.add(inner, at)
            self.skips[at].append(("", end))
        return end

    def _new(self) -> int:
        if len(self.reads) >= _MOST_STATES:
            raise TooHardError
        self.reads.append([])
        self.skips.append([])
        return len(self.reads) - 1

    def start(self) -> _State:
        return self._closed({0}, "^"), True

    def step(self, state: _State, sign: str) -> _State:
        assert not isinstance(state, int)  # noqa: S101 - a pattern's own
        known = self._steps.get((state[0], sign))
        if known is None:
            self.budget.spend(len(state[0]))
            code = ord(sign)
            reached = {to for one in state[0] for spans, to in self.reads[one] if _within(spans, code)}
            known = self._steps[state[0], sign] = (self._closed(reached, ""), False)
        return known

    def accepts(self, state: _State) -> bool:
        assert not isinstance(state, int)  # noqa: S101 - a pattern's own
        return 1 in state[0] or 1 in self._closed(set(state[0]), "^$" if state[1] else "$")

    def never(self, state: _State) -> bool:
        return isinstance(state, tuple) and not state[0]

    def always(self, state: _State) -> bool:
        return isinstance(state, tuple) and 1 in state[0]

    def sets(self) -> Iterable[Spans]:
        return (spans for reads in self.reads for spans, _ in reads)

    def _closed(self, states: set[int], edges: str) -> frozenset[int]:
        """All that is reached without reading; what has found its text needs no more."""
        waiting = list(states)
        while waiting:
            for edge, to in self.skips[waiting.pop()]:
                if to not in states and edge in edges:
                    states.add(to)
                    waiting.append(to)
        self.budget.spend(len(states))
        return frozenset((1,)) if 1 in states and "$" not in edges else frozenset(states)


_Machine = _Counting | _Searching


def _machine(said: Constraint, budget: _Budget) -> _Machine:
    if isinstance(said, Length):
        return _Counting(said)
    if not is_expression(said):
        raise TooHardError
    machine = _Searching(budget)
    machine.skips[machine.add(parsed(said), 0)].append(("", 1))
    return machine
