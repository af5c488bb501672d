"""One new run after 50 old ones: how often it is called slower, as it was measured and divided by a ruler.

Ours is held against the level on which the history is at its end, as the gate does it. The detectors of change points
get the new run as the last of 51, and have found it where a change lies at the last two.
"""

from __future__ import annotations

import numpy as np
from performance_changes import detectors
from performance_noise import SEED, history, windows
from performance_ours import FLOOR, calls, held, readings
from performance_peers import POINTS, middle
from performance_table import percent, table, wanted

EFFECTS = (0.0, 0.05, 0.1, 0.2, 0.5)
OLD = 50
FEW = 200
"""So many trials the detectors of change points get, which take long and were not made for this."""


def detection(trials: int) -> None:
    columns = ["unchanged", "+5 %", "+10 %", "+20 %", "+50 %"]
    for kind in ("shared", "dedicated"):
        subject, ruler = history(np.random.default_rng(SEED), trials, OLD + 1, kind=kind)
        for which, rows in (("raw", subject), ("divided by the ruler", subject - ruler)):
            found = flagged(rows)
            title = f"One run after {OLD}, {kind}, {which}: % called slower, of {trials:,} trials"
            table(title, columns, ([name, *(percent(one) for one in row)] for name, row in found.items()))
            ours = found["sluicegate"]
            print()
            if kind == "shared":
                wanted(f"false alarms, {which}, %", ours[0], most=1)
                wanted(f"found at +20 %, {which}", ours[3], least=29 if which == "raw" else 85)
            else:
                print("A dedicated machine's record holds real changes: not every call of an unchanged run is false.")


def flagged(rows) -> dict[str, list[float]]:
    old, last = rows[:, :-1], rows[:, -1]
    level = readings(old)
    found: dict[str, list[float]] = {}
    for effect in EFFECTS:
        new = last + np.log1p(effect)
        for name, before in (("sluicegate", level), ("the same, with all levels taken for one", (old, old))):
            found.setdefault(name, []).append(100 * calls(held(before, new)).mean())
        enough = new - middle(old) > np.log(FLOOR)
        for name, rule in POINTS.items():
            found.setdefault(name, []).append(100 * (rule(old, new) & enough).mean())
        some = np.column_stack([old, new])[:FEW]
        for name, find in detectors(floor=FLOOR - 1).items():
            if name in {"Otava", "asv's steps"}:
                ends = [bool(at) and at[-1] >= OLD - 1 for at in find(list(some))]
                label = f"{name} ({len(some)} trials)"
                found.setdefault(label, []).append(100 * (np.array(ends) & enough[:FEW]).mean())
    return found


def lengths(trials: int) -> None:
    """Ours by how many runs there are, and where neighbours in time hang together."""
    rows = []
    for old in (20, 30, 50, 100):
        subject, ruler = history(np.random.default_rng(SEED + 2), trials, old + 1)
        chained = windows(np.random.default_rng(SEED + 2), trials, old + 1)
        told = []
        for logs in (subject, subject - ruler, chained):
            level = readings(logs[:, :-1])
            found = [100 * calls(held(level, logs[:, -1] + np.log1p(one))).mean() for one in (0.0, 0.1, 0.2)]
            told.append(" / ".join(percent(one) for one in found))
        rows.append([f"{old} runs", *told])
    columns = ["raw", "divided by the ruler", "raw, and neighbours hang together"]
    table(f"Ours on shared machines: % called slower at +0 / +10 / +20 %, of {trials:,} trials", columns, rows)


def detectable(trials: int) -> None:
    """How often a shift as large as ours calls detectable is found after the history that it was read from."""
    rows = []
    for kind in ("shared", "dedicated"):
        subject, ruler = history(np.random.default_rng(SEED + 1), trials, OLD + 2, kind=kind)
        for which, logs in (("raw", subject), ("divided by the ruler", subject - ruler)):
            old = readings(logs[:, :OLD])
            seen = np.log([each.detectable for each in held(old, logs[:, OLD])])
            found = 100 * calls(held(old, logs[:, OLD + 1] + seen)).mean()
            sizes = " / ".join(f"{100 * np.expm1(one):.1f}" for one in np.quantile(seen, [0.1, 0.5, 0.9]))
            rows.append([f"{kind}, {which}", percent(found), sizes])
    columns = ["a shift as large as `detectable` is found", "`detectable`, % (10 / 50 / 90 of 100)"]
    table(f"What ours says of itself after {OLD} runs, % of {trials:,} trials", columns, rows)
    print()
    for row in rows:
        wanted(f"a detectable shift is found, {row[0]}, %", float(row[1]), least=75, most=90)
