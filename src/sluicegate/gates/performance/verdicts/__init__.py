"""What is said of a benchmark: the call, by how much, how sure, and what could have been seen at all."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from sluicegate.gates.performance.naming import called
from sluicegate.gates.performance.reading import Direction


class Call(StrEnum):
    """The four answers. `unchanged` means: no change beyond what the settings let pass, and that is shown."""

    REGRESSED = "regressed"
    IMPROVED = "improved"
    UNCHANGED = "unchanged"
    INCONCLUSIVE = "inconclusive"


class How(StrEnum):
    """What was compared with what: in turns on one machine, measured apart, or one run with those before it."""

    INTERLEAVED = "interleaved"
    APART = "apart"
    HISTORY = "history"


class Bar(Struct, frozen=True, kw_only=True):
    """What is let pass: factors above 1 from which worse is a warning and an error, and the share of false alarms."""

    warn_from: float
    fail_from: float
    false_alarms: float


class Verdict(Struct, frozen=True, kw_only=True):
    """What came of one benchmark's comparison.

    Factors say how much worse the head is, whichever way the metric gets better: 1.1 is a tenth worse, 0.9 better. The
    change lies from `low` to `high` with 90 % confidence; `detectable` is the smallest factor that this comparison
    would have found four times in five. `p` is how likely noise alone makes it look as bad. `before` and `after` are
    the two values in `unit`, `base` and `head` how many units of observation there are; `note` is what a reader has to
    know of how the units came about, and `why` why nothing could be called.
    """

    benchmark: str
    metric: str
    unit: str
    direction: Direction
    call: Call
    how: How
    factor: float = 1.0
    low: float = 0.0
    high: float = float("inf")
    detectable: float = float("inf")
    p: float = 1.0
    before: float | None = None
    after: float | None = None
    base: int = 0
    head: int = 0
    note: str = ""
    why: str = ""

    @property
    def name(self) -> str:
        """The benchmark in words, with its metric where that is not the time."""
        return called(self.benchmark, self.metric)

    def may_only_advise(self, bar: Bar) -> bool:
        """Whether it is blind and not even beyond a doubt: what is worse for sure by what is forbidden may block."""
        return self.is_blind(bar) and self.low < bar.fail_from

    def is_blind(self, bar: Bar) -> bool:
        """Whether noise hides what the bar forbids: then it can advise, and a verdict on it would be luck."""
        return self.detectable > bar.fail_from


def percent(factor: float, *, least: float = 1 / 3) -> str:
    """A factor as a change: `+4.2 %`, `-10 %`, `×3.1` from threefold on, and down from `least`."""
    if factor >= 3 or factor <= least:  # noqa: PLR2004 - percents of more than 200 are hard to read
        return f"×{factor:.3g}"
    change = 100 * (factor - 1)
    return f"{change:+.1f} %" if abs(change) < 9.95 else f"{change:+.0f} %"  # noqa: PLR2004 - two digits suffice there
