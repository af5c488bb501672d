"""The calls of many verdicts together: few of those that are called worse, or better, may be so by chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from sluicegate.gates.performance.verdicts import Bar, Call, Verdict, percent
from sluicegate.stats.multiple import discoveries

FALSE_DISCOVERIES = 0.05
"""Of what is called worse (or better) in one run, at most this share is wrong on average."""


def called(verdicts: Sequence[Verdict], better: Sequence[float], bars: Sequence[Bar], level: float) -> list[Verdict]:
    """Verdicts with their calls; those that say why nothing can be called stay as they are.

    `better` is how likely noise alone makes each look as good. Called worse is what noise makes look so bad in fewer
    cases than its bar allows, what stands the control of false discoveries, and what is estimated at `warn_from` at the
    least; better is its mirror image. Unchanged is where the interval lies within `fail_from`, both ways. `level` is
    which share of all error is spent now.
    """
    out = list(verdicts)
    fit = [index for index, each in enumerate(verdicts) if not each.why]
    true = {
        Call.REGRESSED: discoveries(np.array([verdicts[index].p for index in fit]), FALSE_DISCOVERIES * level),
        Call.IMPROVED: discoveries(np.array([better[index] for index in fit]), FALSE_DISCOVERIES * level),
    }
    for place, index in enumerate(fit):
        each, bar = verdicts[index], bars[index]
        alpha = bar.false_alarms * level
        if true[Call.REGRESSED][place] and each.p <= alpha and each.factor >= bar.warn_from:
            out[index] = replace(each, call=Call.REGRESSED)
        elif true[Call.IMPROVED][place] and better[index] <= alpha and each.factor <= 1 / bar.warn_from:
            out[index] = replace(each, call=Call.IMPROVED)
        elif 1 / bar.fail_from <= each.low and each.high <= bar.fail_from:
            out[index] = replace(each, call=Call.UNCHANGED)
        else:
            out[index] = replace(each, why=_doubt(each, bar))
    return out


def _doubt(each: Verdict, bar: Bar) -> str:
    return (
        f"the change lies from {percent(each.low)} to {percent(each.high)}: neither worse for sure nor within "
        f"{percent(bar.fail_from).lstrip('+')}"
    )
