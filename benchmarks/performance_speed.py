"""How long the estimators take for 10,000 metrics, in processor time, beside scipy in the same run.

Imports are not counted. `regressions` is what decides whether each of 10,000 benchmarks is slower, 30 processes a side
in blocks: the test of each, and the estimate where the test finds something. The whole verdict has an interval and a
detectable effect for each as well, which take longer; both are shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from performance_noise import SEED, windows
from performance_ours import BAR, pairs
from performance_table import table, wanted
from scipy import stats

from sluicegate.gates.performance.levels import ALPHA
from sluicegate.gates.performance.verdicts.pair import compare
from sluicegate.stats.changes import change_points
from sluicegate.stats.multiple import discoveries
from sluicegate.stats.ranks import Design, above, deviates, shifts
from sluicegate.stats.standing import stand

METRICS = 10_000
ROUNDS = 5
"""Each is timed so often, taking turns; the least counts, as other work on the machine only adds to it."""


def regressions(rows, design):
    p = above(deviates(rows, design))
    found = np.flatnonzero(discoveries(p, 0.05) & (p <= BAR.false_alarms))
    return found, shifts(rows[found], design, confidence=0.9) if found.size else None


def changes(rows):
    return change_points(rows, alpha=ALPHA, floor=0.02)


def timings(metrics: int, rounds: int) -> dict[str, float]:
    """Milliseconds of processor time of each, the least of some rounds."""
    rng = np.random.default_rng(SEED)
    base, head = np.exp(rng.normal(0, 0.02, (2, metrics, 30)))
    head[: metrics // 100] *= 1.1  # one in a hundred is slower
    rows = np.log(np.concatenate([base, head], axis=1))
    apart = np.arange(60) >= 30
    design = Design(head=apart, block=np.tile(np.arange(30) // 2, 2))
    old = windows(rng, metrics, 101, kind="dedicated")
    calm = rng.normal(0, 0.02, (metrics, 100))
    asked = pairs(base, head)
    alpha, floor = np.full(metrics, BAR.false_alarms), np.full(metrics, np.log(BAR.warn_from))
    work: dict[str, Callable[[], object]] = {
        "regressions": lambda: regressions(rows, design),
        "whole verdicts (compare)": lambda: compare(asked, [BAR] * len(asked)),
        "scipy.stats.mannwhitneyu(axis=1)": lambda: stats.mannwhitneyu(head, base, axis=1, method="asymptotic"),
        "one point after 100": lambda: stand(old[:, :-1], old[:, -1], alpha=alpha, floor=floor),
        "change points of 100": lambda: changes(old[:, :-1]),
        "change points of 100 where nothing is": lambda: changes(calm),
    }
    spent: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, do in work.items():
            began = time.process_time()
            do()
            spent[name].append(1000 * (time.process_time() - began))
    return {name: min(some) for name, some in spent.items()}


def speed(metrics: int = METRICS, rounds: int = ROUNDS) -> None:
    found = timings(metrics, rounds)
    scipy = found["scipy.stats.mannwhitneyu(axis=1)"]
    rows = ([name, f"{one:,.0f} ms", f"{one / scipy:.2f}"] for name, one in found.items())
    table(f"{metrics:,} metrics, processor time, least of {rounds}", ["time", "to scipy's Mann-Whitney"], rows)
    print()
    wanted("regressions among 10,000 × 30+30, ms", found["regressions"], most=100)
    wanted("history of 10,000 × 100, ms", found["one point after 100"], most=250)
    whole = found["one point after 100"] + found["change points of 100"]
    wanted("history of 10,000 × 100 with change points, ms", whole, most=250)
