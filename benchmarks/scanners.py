"""Prints what the security gate adds to the scanners that it starts: the whole command beside the scanner alone.

    python benchmarks/scanners.py [FOLDER]

FOLDER has the Python files (default: packages of the standard library); the workflows are made here. Both look at the
same files in a new git repository and write their report as JSON. A figure is the median of three runs in fresh
processes, start included: seconds on the clock, and seconds of work on all cores. `without` is the same command with
the scanner off: the start, git, and for workflows our own rules. The goal is that what asking the scanner adds to that
is at most 10 % over the scanner's own time, on the clock. Exits 2 where something is missing.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROUNDS = 3
MOST = 0.10
BESIDE = Path(sys.executable).parent
PACKAGES = (
    "asyncio", "concurrent", "ctypes", "email", "http", "importlib", "json", "logging", "multiprocessing", "unittest",
    "urllib", "wsgiref", "xml", "xmlrpc",
)  # fmt: skip
WORKFLOWS = 60
WORKFLOW = """\
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: echo ${{{{ github.event.head_commit.message }}}}
      - run: make target-{number}
"""


class Case(NamedTuple):
    """A scanner, its own command, and the settings that have the gate start it, and not."""

    name: str
    alone: tuple[str, ...]
    settings: str
    off: str


_RUFF = ("check", "--isolated", "--no-cache", "--preview", "--select", "S", "--output-format", "json", "code")
_OFF = 'kinds = ["code"]\nexclude = ["**"]'
CASES = (
    Case("bandit", ("-q", "-f", "json", "-r", "code"), 'kinds = ["code"]\npython = "bandit"', _OFF),
    Case("ruff", _RUFF, 'kinds = ["code"]\npython = "ruff"', _OFF),
    Case(
        "zizmor", ("--offline", "--no-config", "--no-progress", "--format", "json", "."),
        'kinds = ["workflows"]\nzizmor = true', 'kinds = ["workflows"]',
    ),
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Print a table; a scanner that is not here ends it."""
    missing = [case.name for case in CASES if not (BESIDE / case.name).exists()]
    if missing:
        print(f"not installed: {', '.join(missing)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)
        files, lines = prepare(root, Path(arguments[0]) if arguments else None)
        print(f"{files} Python files with {lines:,} lines, {WORKFLOWS} workflows, {os.cpu_count()} cores")
        print(f"{'':8}{'alone':>18}{'by the gate':>18}{'without':>18}{'added':>10}")
        for case in CASES:
            alone = measured([str(BESIDE / case.name), *case.alone], root)
            ours, off = (by_the_gate(root, settings) for settings in (case.settings, case.off))
            added = (ours[0] - off[0]) / alone[0] - 1
            goal = f"  goal {MOST:.0%}: {'met' if added <= MOST else 'missed'}"
            print(f"{case.name:8}{shown(alone)}{shown(ours)}{shown(off)}{added:>+10.0%}{goal}")
    return 0


def by_the_gate(root: Path, settings: str) -> tuple[float, float]:
    (root / "sluicegate.toml").write_text(f"[security]\n{settings}\n", "utf-8")
    command = [str(BESIDE / "sluicegate"), "check", "--gate", "security", "--base", "HEAD~1"]
    return measured([*command, "--report", "json=../run.json"], root)


def prepare(root: Path, folder: Path | None) -> tuple[int, int]:
    """A repository whose last commit brings all files; how many Python files, and lines of them."""
    git(root, "init", "--quiet")
    git(root, "commit", "--quiet", "--allow-empty", "-m", "nothing")
    library = Path(sysconfig.get_path("stdlib"))
    for source in [folder] if folder else [library / name for name in PACKAGES]:
        shutil.copytree(source, root / "code" / source.name, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    place = root / ".github" / "workflows"
    place.mkdir(parents=True)
    for number in range(WORKFLOWS):
        (place / f"{number}.yml").write_text(WORKFLOW.format(number=number), "utf-8")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "everything")
    files = [*(root / "code").rglob("*.py")]
    return len(files), sum(path.read_bytes().count(b"\n") for path in files)


def git(root: Path, *arguments: str) -> None:
    names = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@example.com")
    subprocess.run(["git", "-C", str(root), *names, *arguments], check=True)


def measured(command: list[str], root: Path) -> tuple[float, float]:
    """Seconds on the clock and of work: the medians of some runs."""
    took = []
    for _ in range(ROUNDS):
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(
            command, cwd=root, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env={**os.environ, "SLUICEGATE_CACHE": "off"},
        )  # fmt: skip
        clock, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append((clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
    return statistics.median(one for one, _ in took), statistics.median(one for _, one in took)


def shown(took: tuple[float, float]) -> str:
    return f"{took[0]:>8.2f} s{took[1]:>6.2f} s"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
