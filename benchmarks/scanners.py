"""Prints what the security gate adds to the scanners that it starts: the whole command beside the scanner alone.

    python benchmarks/scanners.py [FOLDER]

FOLDER has the Python files (default: packages of the standard library); the workflows are made here: a few short ones,
and as many of the usual length as a large organisation has, since nothing that takes a fifth of a second says what is
added to a scanner's work, and not to its start. Both look at the same files in a new git repository and write their
report as JSON. A figure is the median of five runs in fresh processes, start included, which take turns: seconds on the
clock, and seconds of work on all cores, which other users of the machine change less. `without` is the same command
with the scanner off: the start, git, and for workflows our own rules. The goal is that what asking the scanner adds to
that is at most 10 % over the scanner's own time. Exits 2 where something is missing.
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

ROUNDS = 5
MOST = 0.10
BESIDE = Path(sys.executable).parent
PACKAGES = (
    "asyncio", "concurrent", "ctypes", "email", "http", "importlib", "json", "logging", "multiprocessing", "unittest",
    "urllib", "wsgiref", "xml", "xmlrpc",
)  # fmt: skip
FEW, MANY = 60, 600
SHORT = """\
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: echo ${{{{ github.event.head_commit.message }}}}
      - run: make target-{number}
"""
STEP = """\
      - name: Step {number}
        uses: acme/action-{number}@0123456789abcdef0123456789abcdef01234567
        with:
          token: ${{{{ secrets.GITHUB_TOKEN }}}}
          path: build/{number}
      - run: |
          make target-{number} NAME=${{{{ matrix.name }}}}
          ./publish --to "$TARGET" build/{number}
        env:
          TARGET: ${{{{ vars.TARGET }}}}
"""
LONG = SHORT + "".join(STEP.replace("{number}", f"{{number}}{at}") for at in range(8))


class Case(NamedTuple):
    """A scanner, where it looks, its own command, and the settings that have the gate start it, and not."""

    name: str
    subject: str
    alone: tuple[str, ...]
    settings: str
    off: str


_RUFF = ("check", "--isolated", "--no-cache", "--preview", "--select", "S", "--output-format", "json", "code")
_ZIZMOR = ("--offline", "--no-config", "--no-progress", "--format", "json", ".")
_NOT_ASKED = 'kinds = ["workflows"]'
_WORKFLOWS = f"{_NOT_ASKED}\nzizmor = true"
_OFF = 'kinds = ["code"]\nexclude = ["**"]'
CASES = (
    Case("bandit", "code", ("-q", "-f", "json", "-r", "code"), 'kinds = ["code"]\npython = "bandit"', _OFF),
    Case("ruff", "code", _RUFF, 'kinds = ["code"]\npython = "ruff"', _OFF),
    Case("zizmor", "few", _ZIZMOR, _WORKFLOWS, _NOT_ASKED),
    Case("zizmor", "many", _ZIZMOR, _WORKFLOWS, _NOT_ASKED),
)


def main(arguments: Sequence[str]) -> int:
    """Print a table; a scanner that is not here ends it."""
    missing = [case.name for case in CASES if not (BESIDE / case.name).exists()]
    if missing:
        print(f"not installed: {', '.join(missing)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as made:
        roots = {name: Path(made) / name / "work" for name in ("code", "few", "many")}
        files, lines = with_code(roots["code"], Path(arguments[0]) if arguments else None)
        with_workflows(roots["few"], FEW, SHORT)
        with_workflows(roots["many"], MANY, LONG)
        told = [f"{count} workflows of {text.count(chr(10))} lines" for count, text in ((FEW, SHORT), (MANY, LONG))]
        print(f"{files} Python files with {lines:,} lines, {', '.join(told)}, {os.cpu_count()} cores")
        print(f"{'':14}{'alone':>18}{'by the gate':>18}{'without':>18}{'added':>10}{'of work':>9}")
        for case in CASES:
            alone, ours, off = measured(case, roots[case.subject])
            clock, work = ((by - without) / its - 1 for its, by, without in zip(alone, ours, off, strict=True))
            goal = f"  goal {MOST:.0%}: {'met' if clock <= MOST else 'missed'}, {'met' if work <= MOST else 'missed'}"
            called = f"{case.name}, {case.subject}"
            print(f"{called:14}{shown(alone)}{shown(ours)}{shown(off)}{clock:>+10.0%}{work:>+9.0%}{goal}", flush=True)
    return 0


def with_code(root: Path, folder: Path | None) -> tuple[int, int]:
    """A repository whose last commit brings Python files; how many, and how many lines they have."""
    library = Path(sysconfig.get_path("stdlib"))
    for source in [folder] if folder else [library / name for name in PACKAGES]:
        shutil.copytree(source, root / "code" / source.name, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    committed(root)
    files = [*(root / "code").rglob("*.py")]
    return len(files), sum(path.read_bytes().count(b"\n") for path in files)


def with_workflows(root: Path, count: int, text: str) -> None:
    """A repository whose last commit brings workflows."""
    place = root / ".github" / "workflows"
    place.mkdir(parents=True)
    for number in range(count):
        (place / f"{number}.yml").write_text(text.format(number=number), "utf-8")
    committed(root)


def committed(root: Path) -> None:
    git(root, "init", "--quiet")
    git(root, "commit", "--quiet", "--allow-empty", "-m", "nothing")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "everything")


def git(root: Path, *arguments: str) -> None:
    names = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@example.com")
    subprocess.run(["git", "-C", str(root), *names, *arguments], check=True)


def measured(case: Case, root: Path) -> list[tuple[float, float]]:
    """Seconds on the clock and of work of the scanner alone, by the gate and without: medians of runs in turn."""
    gate = [
        str(BESIDE / "sluicegate"),
        "check",
        "--gate",
        "security",
        "--base",
        "HEAD~1",
        "--report",
        "json=../run.json",
    ]
    took: list[list[tuple[float, float]]] = [[], [], []]
    for _ in range(ROUNDS):
        took[0].append(once([str(BESIDE / case.name), *case.alone], root))
        for figures, settings in zip(took[1:], (case.settings, case.off), strict=True):
            (root / "sluicegate.toml").write_text(f"[security]\n{settings}\n", "utf-8")
            figures.append(once(gate, root))
    return [(statistics.median(one for one, _ in each), statistics.median(one for _, one in each)) for each in took]


def once(command: list[str], root: Path) -> tuple[float, float]:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with (root.parent / "printed").open("wb") as file:  # the report is kept, as the gate keeps its own
        subprocess.run(
            command, cwd=root, check=False, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.DEVNULL,
            env={**os.environ, "SLUICEGATE_CACHE": "off"},
        )  # fmt: skip
    clock, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def shown(took: tuple[float, float]) -> str:
    return f"{took[0]:>8.2f} s{took[1]:>6.2f} s"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
