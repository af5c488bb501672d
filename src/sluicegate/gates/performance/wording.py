"""Verdicts in words: one sentence that says what happened, and one that says how that is known."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sluicegate.gates.performance.reading import Direction
from sluicegate.gates.performance.verdicts import How, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.gates.performance.verdicts import Bar, Verdict

_SECONDS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_BYTES = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"), (1, "B"))
_LISTED = 5
_LEAST, _LONGEST = -4, 15
"""The powers of ten between which a value is written out."""


def shown(value: float, unit: str) -> str:
    """A value with a unit that fits its size: `12.4 ms`, `3.1 MiB`, `1,520 1/s`."""
    factor, name = fitting(value, unit)
    return f"{_digits(value / factor)} {name if name != '1' else ''}".rstrip()


def fitting(value: float, unit: str) -> tuple[float, str]:
    """The unit that fits the size of a value, by its factor and its name: 1e-3 and `ms` for 0.0124 s."""
    steps = _SECONDS if unit == "s" else _BYTES if unit == "B" else ()
    if not steps or not value:
        return 1.0, unit
    return next((step for step in steps if abs(value) >= step[0]), steps[-1])


def _digits(value: float) -> str:
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    size = math.floor(math.log10(abs(value)))
    return f"{value:,.{max(0, 2 - size)}f}" if _LEAST <= size < _LONGEST else f"{value:.3g}"


def happened(verdict: Verdict) -> str:
    """What has become of a benchmark: by how much, from what to what, and within which bounds."""
    if verdict.before is None or verdict.after is None:
        return f"{verdict.name} is {way(verdict)}"
    before, after = shown(verdict.before, verdict.unit), shown(verdict.after, verdict.unit)
    bounds = ""
    if verdict.how is not How.HISTORY and not of_nothing(verdict):
        bounds = f"; with 90 % confidence {percent(verdict.low)} to {percent(verdict.high)}"
    return f"{verdict.name} is {way(verdict)} ({before} before, {after} now{bounds})"


def of_nothing(verdict: Verdict) -> bool:
    """Whether one side alone is 0, of which nothing is a share: its factor is by half of the least value above 0."""
    return (verdict.before == 0) != (verdict.after == 0)


def way(verdict: Verdict) -> str:
    """By how much, and which way: `4.2 % slower`; which way alone where one side is 0."""
    return _word(verdict) if of_nothing(verdict) else f"{_size(verdict)} {_word(verdict)}"


def _word(verdict: Verdict) -> str:
    worse = verdict.factor > 1
    if verdict.metric == "time":
        return "slower" if worse else "faster"
    if verdict.direction is Direction.HIGHER:
        return "worse" if worse else "better"
    return "higher" if worse else "lower"


def _size(verdict: Verdict) -> str:
    """What is lower is so by a share of what there was; all else by how much one side has more than the other."""
    factor = verdict.factor
    if _word(verdict) == "lower":
        return percent(factor, least=0.0).lstrip("-+")
    return percent(max(factor, 1 / factor) if factor > 0 else 1.0).lstrip("+")


def listed(names: Sequence[str]) -> str:
    """The first of some names, and how many others there are, or nobody would read them."""
    more = f"; and {len(names) - _LISTED:,} others" if len(names) > _LISTED else ""
    return "; ".join(names[:_LISTED]) + more


def known(verdict: Verdict) -> str:
    """How that is known: what was compared, how often noise alone looks like it, and what could have been seen."""
    how = {
        How.INTERLEAVED: f"{verdict.base} runs of the base and {verdict.head} of the head, in turns drawn by lot on "
        "one machine, were ranked together; only the order within the lower half counts, since what disturbs a run "
        "makes it slow and never fast.",
        How.APART: f"{verdict.base} values of the base and {verdict.head} of the head, measured apart, were ranked "
        "together. What the machine did in between counts as a change, too.",
        How.HISTORY: f"It was held against {verdict.base} earlier runs on such machines, and the worst of them.",
    }[verdict.how]
    chance = f"Noise alone looks as bad in {_odds(verdict.p)}."
    least = "no change could have been found" if math.isinf(verdict.detectable) else (
        f"a change of {percent(verdict.detectable).lstrip('+')} would have been found four times in five"
    )  # fmt: skip
    note = f" ({verdict.note}.)" if verdict.note else ""
    return f"{how}{note} {chance} In this run {least}."


def _odds(p: float) -> str:
    if p < 1e-6:  # noqa: PLR2004 - the law that gives it is not known so far out
        return "fewer than one of a million runs"
    return f"one of {1 / p:,.0f} runs" if p < 0.5 else "every other run"  # noqa: PLR2004 - half is every other


def blind(verdict: Verdict, bar: Bar) -> str:
    """Why a verdict can only advise."""
    return (
        f"Advice only: its noise hides changes of less than {percent(verdict.detectable).lstrip('+')}, and what is "
        f"forbidden begins at {percent(bar.fail_from).lstrip('+')}."
    )
