"""Prints how near the generated noise comes to what was measured of the peers on recorded runs, by which it was fixed.

python benchmarks/performance_fixed.py [TRIALS]
"""

from __future__ import annotations

import sys

import numpy as np
from performance_changes import detectors, hits, scored
from performance_noise import EFFECTS, SEED, history
from performance_pairs import sampled
from performance_peers import PAIRS, POINTS
from performance_table import percent

MEASURED = {
    "two samples, mild, interleaved: +0 / +5 / +10 / +20 %": {
        "fixed 5 %": "5 / 52 / 97 / 99", "Mann-Whitney": "2 / 80 / 92 / 97", "pyperf's t": "1 / 18 / 39 / 69",
        "asv": "0 / 1 / 42 / 90",
    },
    "two samples, heavy, interleaved: +0 / +5 / +10 / +20 %": {
        "fixed 5 %": "16 / 44 / 76 / 94", "Mann-Whitney": "0.5 / 21 / 42 / 71", "pyperf's t": "0 / 2 / 8 / 24",
        "asv": "0 / 0.5 / 8 / 32",
    },
    "one point after 50, shared: +0 / +10 / +20 / +50 %": {
        "5 % over the last": "23 / 76 / 89 / 99", "20 % over the median": "3 / 14 / 42 / 94",
        "median and 3.5 MAD": "5 / 18 / 27 / 58", "Bencher's t": "0.8 / 7 / 29 / 75",
    },
    "one point after 50, dedicated: +0 / +10 / +20 / +50 %": {
        "5 % over the last": "2 / 94 / 98 / 99", "20 % over the median": "2 / 2 / 54 / 99",
        "median and 3.5 MAD": "5 / 87 / 94 / 99", "Bencher's t": "3 / 69 / 86 / 98",
    },
    "change points, shared: alerts in 100 points, hits at +5 / +10 / +20 %": {
        "Otava": "1.34, 32 / 58 / 86", "asv's steps": "0.38, 3 / 18 / 30", "PELT": "2.59, 37 / 59 / 86",
        "CUSUM": "1.48, 33 / 49 / 76",
    },
    "change points, dedicated: alerts in 100 points, hits at +5 / +10 / +20 %": {
        "Otava": "0.79, 89 / 96 / 98", "asv's steps": "0.50, 85 / 98 / 98", "PELT": "4.7, 99 / 99 / 100",
        "CUSUM": "0.26, 96 / 97 / 99",
    },
    "labelled series: F1": {
        "none at all": "0.668", "Otava": "0.601", "asv's steps": "0.704", "PELT": "0.550", "CUSUM": "0.754",
    },
}  # fmt: skip


def main(words: list[str]) -> None:
    trials = int(words[0]) if words else 2000
    few = max(trials // 10, 20)
    generated: dict[str, dict[str, str]] = {}
    for kind, title in zip(("mild", "heavy"), list(MEASURED), strict=False):
        told: dict[str, list[float]] = {}
        for effect in EFFECTS:
            # the peers were measured by the median of each process
            base, head = sampled(np.random.default_rng(SEED), trials, kind, effect, of_process=np.median)
            for name, rule in PAIRS.items():
                told.setdefault(name, []).append(100 * rule(base, head, 1.0).mean())
        generated[title] = {name: " / ".join(percent(one) for one in row) for name, row in told.items()}
    for kind, title in zip(("shared", "dedicated"), list(MEASURED)[2:], strict=False):
        rows, _ = history(np.random.default_rng(SEED), trials, kind=kind)
        generated[title] = {
            name: " / ".join(
                percent(100 * rule(rows[:, :-1], rows[:, -1] + np.log1p(e)).mean()) for e in (0, 0.1, 0.2, 0.5)
            )
            for name, rule in POINTS.items()
        }
    several = detectors(floor=0.0)
    for kind, title in zip(("shared", "dedicated"), list(MEASURED)[4:], strict=False):
        generated[title] = {name: hits(find, kind, few) for name, find in several.items() if name != "sluicegate"}
    generated["labelled series: F1"] = {
        name: f"{scored(find, few):.3f}" for name, find in several.items() if name != "sluicegate"
    }
    for title, peers in MEASURED.items():
        print(f"\n{title}\n\n| | measured | generated |\n| --- | --- | --- |")
        for name, measured in peers.items():
            print(f"| {name} | {measured} | {generated[title].get(name, 'not installed')} |")


if __name__ == "__main__":
    main(sys.argv[1:])
