"""Prints how often the verdicts on performance are right, beside the rules of the peers, in Markdown.

    python benchmarks/performance_detection.py [--quick] [pairs|points|changes|speed|real ...]
    python benchmarks/performance_detection.py --measure FILE [ROUNDS]
    python benchmarks/performance_detection.py --traces FILE

All rules get the same seeded noise, and one floor: nothing under 2 % is called, where a rule has no larger limit of its
own. 2,000 trials for each figure, or 200 with `--quick`. `performance_fixed.py` shows how the noise was fixed.

`real` reads `$SLUICEGATE_PERFORMANCE_DATA`, a data.js of github-action-benchmark. `--measure` runs benchmarks on this
machine and keeps their traces; `--traces` judges them.

It wants numpy and scipy, and asks those peers that are there: asv and ruptures beside this Python, benchstat on PATH or
in `$SLUICEGATE_BENCHSTAT`, and Otava in the Python that `$SLUICEGATE_OTAVA` names. Exits 1 where a figure is not as it
is wanted.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from pathlib import Path

import performance_changes
import performance_pairs
import performance_points
import performance_real
import performance_speed
from performance_peers import benchstat
from performance_table import missed

PARTS = ("pairs", "points", "changes", "speed", "real")
TRIALS = 2000


def main(words: list[str]) -> None:
    match words:
        case ["--measure", file, *rounds]:
            performance_real.measure(Path(file), int(rounds[0]) if rounds else 1)
            return
        case ["--traces", file]:
            performance_real.measured(Path(file))
            return
    trials = TRIALS // 10 if "--quick" in words else TRIALS
    wanted = [word for word in words if word != "--quick"] or list(PARTS)
    if set(wanted) - set(PARTS):
        sys.exit(__doc__)
    where = f"{time.strftime('%Y-%m-%d')}; {os.cpu_count()} cores"
    print(f"{where}; {trials:,} trials; not installed: {absent() or 'none'}.")
    for part in wanted:
        began = cpu()
        run(part, trials)
        print(f"\n({part}: {cpu() - began:.0f} s of processor time)", flush=True)
    for each in missed:
        print(f"missed: {each}", file=sys.stderr)
    sys.exit(1 if missed else 0)


def cpu() -> float:
    """The seconds of CPU that this process and its ended children have used."""
    return sum(sum(resource.getrusage(whose)[:2]) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def run(part: str, trials: int) -> None:
    match part:
        case "pairs":
            performance_pairs.detection(trials)
            performance_pairs.alarms(trials)
            performance_pairs.calibration(trials)
        case "points":
            performance_points.detection(trials)
            performance_points.lengths(trials)
            performance_points.detectable(trials)
        case "changes":
            performance_changes.detection(trials)
            performance_changes.labels(min(trials, 400))
        case "speed":
            performance_speed.speed()
        case "real":
            data = os.environ.get("SLUICEGATE_PERFORMANCE_DATA")
            if data:
                performance_real.recorded(Path(data), trials)
            else:
                print("\nNo recorded runs: set SLUICEGATE_PERFORMANCE_DATA.")


def absent() -> str:
    there = {**performance_changes.detectors(), **({"benchstat": 1} if benchstat() else {})}
    return ", ".join(name for name in ("Otava", "asv's steps", "PELT", "benchstat") if name not in there)


if __name__ == "__main__":
    main(sys.argv[1:])
