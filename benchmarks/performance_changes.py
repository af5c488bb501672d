"""Change points: alerts on windows without an injected change, changes found where one is, and F1 on labelled series.

Otava and asv are the real ones; Otava may have a Python of its own, since it wants a numpy of its own:
`$SLUICEGATE_OTAVA`. PELT is the exact optimum of ruptures' KernelCPD with a linear kernel, at a penalty of 3 log n for
each change of a series in units of its noise; CUSUM is binary segmentation at sqrt(2 log n) + 1 deviations, with wild
points drawn in.

A change is hit that is told within `MARGIN` points. F1 is that of van den Burg and Williams 2020, in which the first
point counts as a change that everybody finds, so that saying nothing is worth something.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from performance_noise import SEED, labelled, steps, windows
from performance_table import percent, table, wanted

from sluicegate.gates.performance.levels import ALPHA
from sluicegate.stats.changes import change_points

MARGIN = 5
FLOOR = 0.02
WINDOW = 100
SLOW = {"Otava": 400, "asv's steps": 400}
"""So many windows those get that take long; the others get all."""
EFFECTS = (0.05, 0.1, 0.2)
OTAVA = """
import json, sys
from otava.analysis import compute_change_points
asked = json.load(sys.stdin)
json.dump([
    [int(one.index) for one in compute_change_points(row, window_len=50, max_pvalue=0.001, min_magnitude=asked[0])[0]]
    for row in asked[1]
], sys.stdout)
"""


def detectors(*, floor=FLOOR):
    """What finds change points: by name, a function from series of logarithms to the indices of each."""
    named = {"sluicegate": ours(floor), "CUSUM": above(floor, cusum), "none at all": lambda rows: [[] for _ in rows]}
    if otava_python():
        named["Otava"] = otava(floor)
    if find_spec("asv"):
        named["asv's steps"] = above(floor, asv_steps)
    if find_spec("ruptures"):
        named["PELT"] = above(floor, pelt)
    return named


def ours(floor):
    return lambda rows: [change_points(row[None], alpha=ALPHA, floor=float(np.log1p(floor)))[0] for row in rows]


def above(floor, find):
    """Without the changes whose levels differ by less than the floor, the least taken away first."""
    return lambda rows: [kept(row, find(row), np.log1p(floor)) for row in rows]


def kept(row, found, floor):
    found = sorted(int(one) for one in found if 0 < one < len(row))
    while found:
        middles = [np.median(each) for each in np.split(row, found)]
        sizes = np.abs(np.diff(middles))
        if sizes.min() >= floor:
            break
        del found[int(sizes.argmin())]
    return found


def noise(row):
    """The deviation of a row's points, by the steps between neighbours."""
    apart = np.diff(row)
    return max(1.4826 * float(np.median(np.abs(apart - np.median(apart)))) / np.sqrt(2), 1e-9)


def pelt(row):
    import ruptures

    search = ruptures.KernelCPD(kernel="linear", min_size=2).fit((row / noise(row))[:, None])
    return search.predict(pen=3 * np.log(len(row)))[:-1]


def cusum(row):
    deviation, found, todo = noise(row), [], [(0, len(row))]
    while todo:
        start, end = todo.pop()
        if end - start < 2 * MARGIN:
            continue
        part = row[start:end]
        reach = 3 * deviation + float(np.ptp(np.quantile(part, [0.1, 0.9])))
        part = np.clip(part - np.median(part), -reach, reach)
        before = np.arange(MARGIN, len(part) - MARGIN + 1)
        sums = np.abs(np.cumsum(part - part.mean())[before - 1])
        sums = sums / np.sqrt(before * (len(part) - before) / len(part)) / deviation
        at = start + int(before[sums.argmax()])
        if sums.max() > np.sqrt(2 * np.log(len(part))) + 1:
            found.append(at)
            todo += [(start, at), (at, end)]
    return found


def asv_steps(row):
    from asv.step_detect import detect_steps

    return [step[0] for step in detect_steps(np.exp(row).tolist())[1:]]


def otava_python() -> str:
    own = os.environ.get("SLUICEGATE_OTAVA", "")
    return own if own and Path(own).exists() else sys.executable if find_spec("otava") else ""


def otava(floor):
    def find(rows):
        asked = json.dumps([floor, [np.exp(row).tolist() for row in rows]])
        done = subprocess.run([otava_python(), "-c", OTAVA], input=asked, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    return find


def figures(find, rows, at) -> list[float]:
    """Alerts in 100 points of the rows as they are, and percent of changes hit at each effect."""
    alerts = 100 * sum(map(len, find(list(rows)))) / rows.size
    after = np.arange(rows.shape[1])[None] >= at[:, None]
    found = [alerts]
    for effect in EFFECTS:
        told = find(list(rows + np.log1p(effect) * after))
        found.append(100 * np.mean([is_hit(each, where) for each, where in zip(told, at, strict=True)]))
    return found


def is_hit(told, where) -> bool:
    return any(abs(one - where) <= MARGIN for one in told)


def drawn(kind, trials):
    rng = np.random.default_rng(SEED)
    rows = windows(rng, trials, WINDOW, kind=kind)
    return rows, steps(rng, trials, WINDOW)


def hits(find, kind, trials) -> str:
    alerts, *found = figures(find, *drawn(kind, trials))
    return f"{alerts:.2f}, " + " / ".join(f"{one:.0f}" for one in found)


def detection(trials: int) -> None:
    for kind in ("shared", "dedicated"):
        rows, at = drawn(kind, trials)
        found = {}
        for name, find in detectors().items():
            if name != "none at all":
                few = min(SLOW.get(name, trials), trials)
                label = name if few == trials else f"{name} ({few} windows)"
                found[label] = figures(find, rows[:few], at[:few])
        columns = ["alerts in 100 points", "+5 %", "+10 %", "+20 %"]
        table(
            f"Change points, {kind}: alerts where nothing is injected, % hit within {MARGIN}, of {trials:,} windows",
            columns, ([name, f"{row[0]:.2f}", *(percent(one) for one in row[1:])] for name, row in found.items()),
        )  # fmt: skip
        print("\nBoth kinds hold a few real changes, as the records do: not every alert is a false one.\n")
        if kind == "dedicated":
            ours = found["sluicegate"]
            wanted("alerts in 100 points, dedicated", ours[0], most=0.3)
            for effect, least, one in zip(EFFECTS, (93, 97, 98), ours[1:], strict=True):
                wanted(f"change points hit at +{effect:.0%}, dedicated", one, least=least)


def f1(truth, found) -> float:
    """Of one series with one annotator: each true change is paired with one told within the margin at the most."""
    told, right = sorted({0, *found}), 0
    free = set(told)
    for one in (0, *truth):
        near = [each for each in free if abs(each - one) <= MARGIN]
        if near:
            free.remove(min(near, key=lambda each: abs(each - one)))
            right += 1
    precision, recall = right / len(told), right / (len(truth) + 1)
    return 2 * precision * recall / (precision + recall)


def scored(find, trials) -> float:
    rng = np.random.default_rng(SEED)
    series = [labelled(rng) for _ in range(trials)]
    told = find([row for row, _ in series])
    return float(np.mean([f1(truth, found) for (_, truth), found in zip(series, told, strict=True)]))


def labels(trials: int) -> None:
    found = {name: scored(find, trials) for name, find in detectors().items()}
    ranked = sorted(found.items(), key=lambda each: -each[1])
    title = f"Labelled series: F1 with a margin of {MARGIN}, of {trials:,} series"
    table(title, ["F1"], ([name, f"{one:.3f}"] for name, one in ranked))
    print()
    mine = found.pop("sluicegate")
    wanted("F1 over that of no change points at all", mine / found["none at all"], least=1.001)
    wanted("F1 over that of the best peer", mine / max(found.values()), least=1)
