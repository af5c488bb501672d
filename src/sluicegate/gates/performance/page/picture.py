"""The nouns: all that is shown of one benchmark, as plain data that nothing has to be asked for any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from sluicegate.gates.performance.reading import Direction
from sluicegate.gates.performance.verdicts import Bar, Call, How, Verdict, percent
from sluicegate.gates.performance.wording import blind, happened, known, shown, way


class Spot(Struct, frozen=True, kw_only=True, gc=False):
    """One point of a history: what a commit measured."""

    commit: str
    time: datetime
    value: float
    subject: str = ""


class Step(Struct, frozen=True, kw_only=True, gc=False):
    """A level of a history: its `height` from the spot `first` to the spot `last`, both counted from 0.

    Noise explains what lies from `low` to `high`, where there are runs enough to say so.
    """

    first: int
    last: int
    height: float
    low: float | None = None
    high: float | None = None


class Accepted(Struct, frozen=True, kw_only=True, gc=False):
    """A shift that was accepted: the number of the first spot after it, and who answers for it."""

    first: int
    since: str
    owner: str
    reason: str


class Line(Struct, frozen=True, kw_only=True, gc=False):
    """An absolute limit, as it was written and in the unit of the metric; `fails` or only warns."""

    said: str
    value: float
    fails: bool


class Picture(Struct, frozen=True, kw_only=True):
    """One benchmark. Its history and what is judged `now` stand on one scale, whose unit is `scale`.

    What was `measured`, the limits, and the units of observation of `base` and `head` (where both were measured) are in
    `unit`; the two differ where the history is divided by a ruler. `why` says why there is no verdict.
    """

    benchmark: str
    metric: str = "time"
    unit: str = "s"
    direction: Direction = Direction.LOWER
    verdict: Verdict | None = None
    why: str = ""
    bar: Bar | None = None
    history: tuple[Spot, ...] = ()
    scale: str = "s"
    now: float | None = None
    measured: float | None = None
    steps: tuple[Step, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    limits: tuple[Line, ...] = ()
    base: tuple[float, ...] = ()
    head: tuple[float, ...] = ()

    @property
    def name(self) -> str:
        """The benchmark in words, with its metric where that is not the time."""
        return self.benchmark if self.metric == "time" else f"{self.benchmark} [{self.metric}]"

    @property
    def call(self) -> Call | None:
        """What was called; None where nobody judged it."""
        return self.verdict.call if self.verdict else None

    @property
    def broken(self) -> Line | None:
        """The limit that the change is over, the one that fails first."""
        value = self.measured
        if value is None or self.direction is Direction.UNKNOWN:
            return None
        over = [
            each
            for each in self.limits
            if (value < each.value if self.direction is Direction.HIGHER else value > each.value)
        ]
        return min(over, key=lambda each: not each.fails, default=None)


def worst_first(pictures: Iterable[Picture]) -> list[Picture]:
    """What fails before what is not known, and that before what is well; the larger before the smaller change."""
    return sorted(pictures, key=_order)


_PLACES = {Call.REGRESSED: 0, Call.INCONCLUSIVE: 2, None: 3, Call.IMPROVED: 4, Call.UNCHANGED: 5}


def _order(picture: Picture) -> tuple[int, float, str, str]:
    place = _PLACES[picture.call]
    if picture.broken:
        place = min(place, 0 if picture.broken.fails else 1)
    return place, -picture.verdict.factor if picture.verdict else 0.0, picture.benchmark, picture.metric


def called(picture: Picture) -> str:
    """The call in one word or two."""
    return picture.call.value if picture.call else "not judged"


def short(picture: Picture) -> str:
    """What has become of it, in a few words that stand behind its name."""
    told = _what(picture)
    if picture.broken:
        told += f"{', ' if told else ''}past its limit of {picture.broken.said}"
    return told


def _what(picture: Picture) -> str:
    verdict = picture.verdict
    if verdict is None:
        return picture.why
    if verdict.call is Call.UNCHANGED:
        return f"no change beyond {percent(picture.bar.fail_from).lstrip('+')}" if picture.bar else "no change"
    return verdict.why if verdict.call is Call.INCONCLUSIVE else way(verdict)


def sentences(picture: Picture) -> list[str]:
    """The verdict in words that a reviewer follows: what happened, and how that is known."""
    out = []
    verdict = picture.verdict
    if verdict and verdict.call is Call.UNCHANGED:
        inside = f"; with 90 % confidence {bounds(verdict)}" if bounds(verdict) else ""
        out += [f"{picture.name}: {_what(picture)} ({both(verdict)}{inside}).", known(verdict)]
    elif verdict and verdict.call is not Call.INCONCLUSIVE:
        out += [f"{happened(verdict)}.", known(verdict)]
        if verdict.call is Call.REGRESSED and picture.bar and verdict.may_only_advise(picture.bar):
            out.append(blind(verdict, picture.bar))
    elif verdict:
        out.append(f"Inconclusive: {verdict.why}.")
    elif picture.why:
        out.append(f"Not judged: {picture.why}.")
    if picture.broken and picture.measured is not None:
        measured = shown(picture.measured, picture.unit)
        out.append(f"It measured {measured}, which is past its limit of {picture.broken.said}.")
    return out


def both(verdict: Verdict) -> str:
    """`10.0 ms → 12.0 ms`."""
    if verdict.before is None or verdict.after is None:
        return ""
    return f"{shown(verdict.before, verdict.unit)} → {shown(verdict.after, verdict.unit)}"


def bounds(verdict: Verdict) -> str:
    """`+8.1 % to +17 %`; nothing where no interval is known."""
    if verdict.how is How.HISTORY or verdict.high == float("inf"):
        return ""
    return f"{percent(verdict.low)} to {percent(verdict.high)}"
