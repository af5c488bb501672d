"""Two samples: how often a benchmark is called slower that is as it was, and one that is slower by 5, 10 and 20 %.

30 processes a side, each by the least of its five samples, as `of_process` takes it of a time. Also how right ours is
about itself: its interval, the effect that it says it could have found, and how often it says "unchanged" of what has
changed.
"""

from __future__ import annotations

import numpy as np
from performance_noise import EFFECTS, SEED, processes, turns
from performance_ours import BAR, FLOOR, alone, calls, suites
from performance_peers import PAIRS, benchstat, by_benchstat
from performance_table import percent, share, table, wanted

from sluicegate.gates.performance.verdicts import Call

SIDE = 30
DETECTED = {0.05: 80.0, 0.1: 95.0, 0.2: 98.0}
"""What is aimed at under mild noise, in percent; the best peer has 71, 90 and 95."""


def sampled(rng, trials, kind, effect, *, interleaved=True, side=SIDE, of_process=np.min):
    """Seconds of the base and of the head, whose code is slower by an effect: two times (trials, side)."""
    seconds = of_process(processes(rng, trials, side, kind=kind), axis=2)
    head = turns(rng, trials, side) if interleaved else np.tile(np.arange(2 * side) >= side, (trials, 1))
    return divided(np.where(head, seconds * (1 + effect), seconds), head)


def divided(seconds, head):
    rows, columns = seconds.shape
    return seconds[~head].reshape(rows, columns // 2), seconds[head].reshape(rows, columns // 2)


def peers():
    named = dict(PAIRS)
    if benchstat():
        named["benchstat"] = by_benchstat
    return named


def flagged(trials: int, kind: str) -> dict[str, list[float]]:
    """Percent called slower, by rule: interleaved at each effect, then apart without one."""
    found: dict[str, list[float]] = {"sluicegate": []}
    for effect, interleaved in [*((effect, True) for effect in EFFECTS), (0.0, False)]:
        base, head = sampled(np.random.default_rng(SEED), trials, kind, effect, interleaved=interleaved)
        found["sluicegate"].append(100 * calls(alone(base, head, interleaved=interleaved)).mean())
        for name, rule in peers().items():
            found.setdefault(name, []).append(100 * rule(base, head, FLOOR).mean())
    return found


def detection(trials: int) -> None:
    columns = ["unchanged", "+5 %", "+10 %", "+20 %", "unchanged, one side after the other"]
    for kind in ("mild", "heavy"):
        found = flagged(trials, kind)
        rows = ([name, *(percent(one) for one in row)] for name, row in found.items())
        table(f"Two samples of {SIDE} processes, {kind} noise: % called slower, of {trials:,} trials", columns, rows)
        print("\nOurs only advises where one side was measured after the other; the last column is why.\n")
        ours = found["sluicegate"]
        wanted(f"false alarms, {kind}, %", ours[0], most=1)
        if kind == "mild":
            for (effect, least), one in zip(DETECTED.items(), ours[1:], strict=False):
                wanted(f"found at +{effect:.0%}", one, least=least)


def alarms(trials: int, size: int = 10) -> None:
    """Suites of unchanged benchmarks: how often anything is called slower."""
    named = ["sluicegate", *peers()]
    rows: dict[str, list[str]] = {name: [] for name in named}
    for kind in ("mild", "heavy"):
        base, head = sampled(np.random.default_rng(SEED + 1), trials * size, kind, 0.0)
        told = suites(base, head, size=size)
        worse = [any(each.call is Call.REGRESSED for each in suite) for suite in told]
        either = [any(each.call in {Call.REGRESSED, Call.IMPROVED} for each in suite) for suite in told]
        rows["sluicegate"] += [share(worse), share(either)]
        for name, rule in peers().items():
            slower = rule(base, head, FLOOR).reshape(-1, size).any(axis=1)
            faster = rule(head, base, FLOOR).reshape(-1, size).any(axis=1)
            rows[name] += [share(slower), share(slower | faster)]
    columns = ["mild: slower", "slower or faster", "heavy: slower", "slower or faster"]
    title = f"Suites of {size} unchanged benchmarks: % of runs in which any is called so, of {trials:,} suites"
    table(title, columns, ([name, *row] for name, row in rows.items()))
    print()
    for kind, at in (("mild", 0), ("heavy", 2)):
        wanted(f"suites with any alarm, {kind}, %", float(rows["sluicegate"][at]), most=5)


def calibration(trials: int) -> None:
    """What ours says of itself, held against the truth."""
    rows = []
    for kind in ("mild", "heavy"):
        seconds = processes(np.random.default_rng(SEED + 2), trials, 2 * SIDE, kind=kind).min(axis=2)
        head = turns(np.random.default_rng(SEED + 3), trials, SIDE)
        told = alone(*divided(seconds[:, : 2 * SIDE], head))
        seen = np.array([each.detectable for each in told])
        again = seconds[:, 2 * SIDE :]
        found = 100 * calls(alone(*divided(np.where(head, again * seen[:, None], again), head))).mean()
        shifted = alone(*divided(np.where(head, again * 1.05, again), head))
        covered = 100 * np.mean([each.low <= 1.05 <= each.high for each in shifted])
        edge = alone(*divided(np.where(head, again * BAR.fail_from, again), head))
        equal = 100 * calls(edge, Call.UNCHANGED).mean()
        still = 100 * calls(told, Call.UNCHANGED).mean()
        sizes = " / ".join(f"{100 * (one - 1):.1f}" for one in np.quantile(seen, [0.1, 0.5, 0.9]))
        blind = share([each.is_blind(BAR) for each in told])
        rows.append([kind, percent(found), sizes, blind, percent(covered), percent(equal), percent(still)])
    columns = [
        "a shift as large as `detectable` of an earlier run is found", "`detectable`, % (10 / 50 / 90 of 100)",
        "blind to 5 %", "the interval of 90 % holds the truth", '"unchanged" at +5 %', '"unchanged" at +0 %',
    ]  # fmt: skip
    table(f"What ours says of itself, % of {trials:,} trials", columns, rows)
    print()
    for row in rows:
        wanted(f"a detectable shift is found, {row[0]}, %", float(row[1]), least=75, most=90)
        wanted(f"coverage of the interval, {row[0]}, %", float(row[4]), least=88)
        wanted(f"called unchanged at +5 %, {row[0]}, %", float(row[5]), most=5)
