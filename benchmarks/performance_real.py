"""Recorded runs: those of a public project's history, and traces that are measured on this very machine.

The history is a `data.js` of github-action-benchmark (`$SLUICEGATE_PERFORMANCE_DATA`, or given). Nobody knows which of
its changes are real: what is flagged on it as it is holds true alarms and false ones, and only shows who says more.

`measure` runs small benchmarks, 60 processes of each one after the other, and writes them down. Nothing differs between
them, so that lot may say which were of the head, in blocks of ABBA as the gate measures, again and again; or the first
half is the base and the second the head, as where one job follows the other. Whatever is flagged is false. A shift is
injected by making the head's times longer. Such traces are never used to choose a rule or a parameter.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from performance_changes import FLOOR as CHANGE
from performance_changes import WINDOW, detectors, figures
from performance_noise import SEED, steps, turns
from performance_ours import FLOOR, alone, calls
from performance_pairs import SIDE, divided, peers
from performance_points import EFFECTS, OLD, flagged
from performance_table import percent, table

DRAWS = 40
SAMPLES = 5
WORKS = {
    "json": "import json; data = [{'id': i, 'name': str(i), 'tags': ['a'] * 5} for i in range(2000)]\n"
    "work = lambda: json.loads(json.dumps(data))",
    "sort": "import random; data = random.Random(1).choices(range(10**6), k=40000)\nwork = lambda: sorted(data)",
    "regex": "import re; text = 'lorem ipsum 12-34 dolor ' * 4000\nwork = lambda: len(re.findall(r'\\d+-\\d+', text))",
    "hash": "import hashlib; data = bytes(4_000_000)\nwork = lambda: hashlib.sha256(data).digest()",
    "loop": "work = lambda: sum(i * i % 7 for i in range(60000))",
    "copy": "data = bytearray(8_000_000)\nwork = lambda: bytes(data)",
    "dict": "keys = [str(i) for i in range(30000)]\nwork = lambda: {k: len(k) for k in keys}",
    "files": "import tempfile, pathlib; kept = tempfile.TemporaryDirectory(); folder = pathlib.Path(kept.name)\n"
    "work = lambda: [folder.joinpath('f').write_bytes(bytes(9000)) and folder.joinpath('f').read_bytes() "
    "for _ in range(60)]",
}
PROCESS = """
import sys, time
exec(sys.argv[1])
work()
for _ in range(int(sys.argv[2])):
    began, used = time.perf_counter(), time.process_time()
    work()
    print(time.perf_counter() - began, time.process_time() - used)
"""


def series(path: Path) -> dict[str, np.ndarray]:
    """The logarithms of each benchmark of a data.js, oldest first."""
    text = path.read_text("utf-8")
    told = json.loads(text[text.index("{") :].rstrip().rstrip(";"))
    found = defaultdict(list)
    for suite, runs in told["entries"].items():
        for run in runs:
            for bench in run["benches"]:
                if bench["value"] > 0:
                    found[f"{suite}/{bench['name']}"].append(float(bench["value"]))
    return {name: np.log(values) for name, values in found.items()}


def recorded(path: Path, trials: int) -> None:
    rows = series(path)
    rng = np.random.default_rng(SEED)
    points = sum(map(len, rows.values()))
    print(f"\n{path.name}: {len(rows)} series of {points:,} points, with real changes in them.")
    after = cut(rng, rows, OLD + 1, trials)
    found = flagged(after)
    columns = ["as it is", *(f"+{effect:.0%}" for effect in EFFECTS[1:])]
    table(
        f"Recorded: one run after {OLD}, % called slower, of {trials:,} stretches drawn by lot", columns,
        ([name, *(percent(one) for one in row)] for name, row in found.items()),
    )  # fmt: skip
    few = max(trials // 4, 20)
    stretches = cut(rng, rows, WINDOW, few)
    at = steps(rng, few, WINDOW)
    told = {name: figures(find, stretches, at) for name, find in detectors().items() if name != "none at all"}
    table(
        f"Recorded: change points of at least {CHANGE:.0%}, of {few:,} windows of {WINDOW}",
        ["alerts in 100 points", "+5 %", "+10 %", "+20 %"],
        ([name, f"{row[0]:.2f}", *(percent(one) for one in row[1:])] for name, row in told.items()),
    )


def cut(rng, rows, length, count):
    """Stretches of the series, each series as often as it is long."""
    long = [row for row in rows.values() if len(row) > length]
    weights = np.array([len(row) - length for row in long], float)
    chosen = rng.choice(len(long), count, p=weights / weights.sum())
    starts = [int(rng.integers(0, len(long[one]) - length)) for one in chosen]
    return np.array([long[one][start : start + length] for one, start in zip(chosen, starts, strict=True)])


def measure(path: Path, rounds: int = 1) -> None:
    """Measures, and writes the traces into a file."""
    traces = []
    for _ in range(rounds):
        for name, source in WORKS.items():
            print(f"measuring {name} ...", file=sys.stderr, flush=True)
            wall, used = zip(*(process(source) for _ in range(2 * SIDE)), strict=True)
            traces.append({"benchmark": name, "wall": wall, "processor": used})
    path.write_text(json.dumps({"cores": os.cpu_count(), "python": platform.python_version(), "traces": traces}))


def process(source: str) -> tuple[list[float], list[float]]:
    """Seconds of wall time and of processor time of each repetition in a new process."""
    command = [sys.executable, "-I", "-S", "-c", PROCESS, source, str(SAMPLES)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told = [line.split() for line in done.stdout.splitlines()]
    return [float(wall) for wall, _ in told], [float(used) for _, used in told]


def measured(path: Path, draws: int = DRAWS) -> None:
    """What is called on measured traces, in which nothing differs."""
    traces = json.loads(path.read_text())["traces"]
    for which in ("wall", "processor"):
        for unit, middle in (("median", np.median), ("minimum", np.min)):
            seconds = np.array([middle(trace[which], axis=1) for trace in traces])
            judged(seconds, f"{which} time, the {unit} of each process", draws)


def judged(seconds, which: str, draws: int) -> None:
    """Prints what is called of traces (traces, processes)."""
    many = np.repeat(seconds, draws, axis=0)
    in_turns = turns(np.random.default_rng(SEED), len(many), SIDE)
    after = np.tile(np.arange(2 * SIDE) >= SIDE, (len(seconds), 1))
    found: dict[str, list[str]] = defaultdict(list)
    for effect in (0.0, 0.05, 0.1, 0.2):
        told = divided(np.where(in_turns, many * (1 + effect), many), in_turns)
        found["sluicegate"].append(percent(100 * calls(alone(*told)).mean()))
        for name, rule in peers().items():
            found[name].append(percent(100 * rule(*told, FLOOR).mean()))
    apart = divided(seconds, after)
    for name, called in [
        ("sluicegate", calls(alone(*apart, interleaved=False))),
        *((name, rule(*apart, FLOOR)) for name, rule in peers().items()),
    ]:
        found[name].append(f"{int(called.sum())} of {len(called)}")
    scatter = " / ".join(f"{100 * one:.1f}" for one in np.quantile(np.log(seconds).std(axis=1), [0, 0.5, 1]))
    table(
        f"Measured here, {which}: % called slower, {len(seconds)} traces drawn {draws} times",
        ["unchanged", "+5 %", "+10 %", "+20 %", "unchanged, one side after the other"],
        ([name, *row] for name, row in found.items()),
    )
    print(f"\nThe traces scatter by {scatter} % (least, median, most).")
