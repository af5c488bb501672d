"""The rules of the peers: restated where they are a formula, and the real programs where they are more than that.

`PAIRS` judge two samples: (trials, processes) of seconds for the base and for the head, and the least factor that is
told by rules that have no such limit of their own. `POINTS` judge one new logarithm after (trials, n) old ones.
`benchstat` is the real one; so are those in `performance_changes`. All tell who is called slower.

Sources: github-action-benchmark 1.22 (200 % of the last), asv 0.6 (factor 1.1 and p < .002), pyperf 2 (two-sample t at
95 %), Bencher (mean and deviation of the base, quantile of Student's t), Iglewicz and Hoaglin 1993 (3.5 MAD).
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from scipy import stats

SURE = 0.99


def ratio(base, head):
    return np.median(head, axis=1) / np.median(base, axis=1)


def factor(limit):
    return lambda base, head, _: ratio(base, head) > limit


def mann_whitney(base, head, floor):
    p = stats.mannwhitneyu(head, base, axis=1, method="asymptotic").pvalue
    return (p < 0.05) & (ratio(base, head) > floor)


def mann_whitney_alike(base, head, floor):
    """At the level that ours has unless it is told otherwise."""
    p = stats.mannwhitneyu(head, base, axis=1, method="asymptotic", alternative="greater").pvalue
    return (p < 0.01) & (ratio(base, head) > floor)


def pyperf(base, head, floor):
    p = stats.ttest_ind(head, base, axis=1).pvalue
    return (p < 0.05) & (head.mean(axis=1) / base.mean(axis=1) > floor)


def asv(base, head, _):
    p = stats.mannwhitneyu(head, base, axis=1, method="asymptotic").pvalue
    return (p < 0.002) & (ratio(base, head) > 1.1)


def bencher(base, head, floor):
    """The base gives the mean and the deviation, the head one value: the median of its processes."""
    bound = base.mean(axis=1) + base.std(axis=1, ddof=1) * stats.t.ppf(SURE, base.shape[1] - 1)
    new = np.median(head, axis=1)
    return (new > bound) & (new > base.mean(axis=1) * floor)


def hodges_lehmann(base, head, _):
    """The shift's interval of 99 % lies above zero, and its estimate above 5 %."""
    m, n = base.shape[1], head.shape[1]
    apart = np.sort((np.log(head)[:, :, None] - np.log(base)[:, None, :]).reshape(len(base), -1), axis=1)
    last = int(m * n / 2 - stats.norm.ppf((1 + SURE) / 2) * np.sqrt(m * n * (m + n + 1) / 12))
    return (apart[:, last] > 0) & (np.median(apart, axis=1) > np.log(1.05))


PAIRS = {
    "200 %": factor(2.0),
    "fixed 5 %": factor(1.05),
    "Mann-Whitney": mann_whitney,
    "Mann-Whitney at our level": mann_whitney_alike,
    "pyperf's t": pyperf,
    "asv": asv,
    "Bencher's t": bencher,
    "Hodges-Lehmann 99 % and 5 %": hodges_lehmann,
}


def middle(history):
    return np.median(history, axis=1)


def spread(history):
    return 1.4826 * np.median(np.abs(history - middle(history)[:, None]), axis=1)


def bencher_point(history, new):
    old = np.exp(history)
    bound = old.mean(axis=1) + old.std(axis=1, ddof=1) * stats.t.ppf(SURE, history.shape[1] - 1)
    return np.exp(new) > bound


POINTS = {
    "200 % of the last": lambda history, new: new > history[:, -1] + np.log(2),
    "5 % over the last": lambda history, new: new > history[:, -1] + np.log(1.05),
    "20 % over the median": lambda history, new: new > middle(history) + np.log(1.2),
    "median and 3.5 MAD": lambda history, new: new > middle(history) + 3.5 * spread(history),
    "Bencher's t": bencher_point,
}


def benchstat() -> str:
    """The program, or nothing: `$SLUICEGATE_BENCHSTAT`, or what is found on PATH."""
    return os.environ.get("SLUICEGATE_BENCHSTAT") or shutil.which("benchstat") or ""


def by_benchstat(base, head, floor):
    """The real benchstat, asked once about all trials, each of which is a benchmark of its own to it."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for side, seconds in (("base", base), ("head", head)):
            lines = (f"Benchmark{i:06d} 1 {1e9 * one:.3f} ns/op\n" for i, row in enumerate(seconds) for one in row)
            files.append(Path(folder, side))
            files[-1].write_text("goos: linux\n" + "".join(lines))
        command = [benchstat(), "-format", "csv", *files]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    slower = np.zeros(len(base), bool)
    rows = csv.reader(io.StringIO(told))
    for row in rows:
        if len(row) > 5 and row[0].isdecimal():  # name, base, ±, head, ±, change or ~, p
            slower[int(row[0])] = row[5].startswith("+") and 1 + float(row[5].rstrip("%")) / 100 > floor
    if not told.count("\n") > len(base):
        raise SystemExit(f"benchstat told of fewer benchmarks than it was asked about:\n{told[:2000]}")
    return slower
