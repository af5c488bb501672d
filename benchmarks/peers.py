"""Prints sluicegate, oasdiff and Redocly CLI side by side on real descriptions: wall time and peak memory, with ratios.

    python benchmarks/peers.py [FOLDER] [CASE ...]

FOLDER (else `$SLUICEGATE_OPENAPI`) holds stripe-2021-11-10.json, stripe-2022-04-12.json, github-api-22.json and
github-api-23.json. The peers are those that tests/real/peers/install.sh has put into `$SLUICEGATE_TOOLS` (default:
.tools of the repository); ours runs with this very Python. Every program writes its report as JSON, so that it cannot
save work. A figure is the median of three runs in fresh processes, start included; the memory is that of the largest
process of a run, in MiB. A goal stands beside the figure it is for. Exits 2 where something is missing, and 1 where a
reordered copy is found to differ.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

ROUNDS = 3
ROOT = Path(__file__).parents[1]
TOOLS = Path(os.environ.get("SLUICEGATE_TOOLS") or ROOT / ".tools")
CACHE = Path(tempfile.gettempdir()) / "sluicegate-benchmarks"
GITHUB, STRIPE = ("github-api-22", "github-api-23"), ("stripe-2021-11-10", "stripe-2022-04-12")
ENVIRONMENT = {**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
ENVIRONMENT.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its byte code
# A new process counts the memory of the one that it was forked from as its own peak: only a small one may launch it.
LAUNCH = """
import os, sys, time
started = time.perf_counter()
_, status, used = os.wait4(os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ), 0)
with open(sys.argv[1], "w") as file:
    file.write(f"[{time.perf_counter() - started}, {used.ru_maxrss}]")
sys.exit(os.waitstatus_to_exitcode(status))
"""


class Program(NamedTuple):
    """A program: its command for two files and a report, and how many findings the report holds."""

    name: str
    command: Callable[[Path, Path, Path], list[str | Path]]
    count: Callable[[Any], int]


class Case(NamedTuple):
    """Two files, and the goals: most seconds of ours, and most times the seconds and the memory of oasdiff."""

    name: str
    files: Callable[[Path], tuple[Path, Path]]
    seconds: float | None = None
    against_peers: bool = False
    silent: bool = False


class Figures(NamedTuple):
    seconds: float
    peak: float
    findings: int


def sluicegate(base: Path, head: Path, report: Path) -> list[str | Path]:
    module = [sys.executable, "-m", "sluicegate.cli.main"]
    return [*module, "contract", "diff", base, head, "--report", f"json={report}"]


def findings(run: Any) -> int:
    """What the change has brought: not what stands on both sides."""
    return sum(found["state"] != "unchanged" for gate in run["gates"] for found in gate["findings"])


PROGRAMS = (
    Program("sluicegate", sluicegate, findings),
    Program(
        "oasdiff changelog",
        lambda base, head, _: [TOOLS / "bin" / "oasdiff", "changelog", base, head, "--format=json"],
        len,
    ),
    Program(
        "oasdiff breaking",
        lambda base, head, _: [TOOLS / "bin" / "oasdiff", "breaking", base, head, "--format=json"],
        len,
    ),
    Program(
        "redocly diff",
        lambda base, head, _: [TOOLS / "peers/node_modules/.bin/redocly", "diff", base, head, "--format=json"],
        lambda told: len(told["changes"]),
    ),
)


def as_json(names: tuple[str, str]) -> Callable[[Path], tuple[Path, Path]]:
    return lambda folder: (folder / f"{names[0]}.json", folder / f"{names[1]}.json")


def cached(source: Path, name: str, write: Callable[[Any, Path], None]) -> Path:
    """What is made of a file once; a later run finds it in the temporary folder."""
    stamp = source.stat()
    made = CACHE / f"{source.stem}-{stamp.st_size}-{stamp.st_mtime_ns}-{name}"
    if not made.exists():
        print(f"writing {made.name} ...", file=sys.stderr)
        CACHE.mkdir(exist_ok=True)
        unfinished = made.with_suffix(".new")
        write(json.loads(source.read_bytes()), unfinished)
        unfinished.rename(made)
    return made


def write_yaml(content: Any, path: Path) -> None:
    import yaml

    class Dumper(yaml.CSafeDumper):
        """Writes for YAML 1.2 too, where a number may begin with 0."""

    def quoted(dumper: Any, text: str) -> Any:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="'" if text.isdecimal() else None)

    Dumper.add_representer(str, quoted)
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(content, file, Dumper=Dumper, sort_keys=False, allow_unicode=True)


def turned(content: Any) -> Any:
    """The same with the keys of every mapping in the opposite order."""
    if isinstance(content, dict):
        return {key: turned(content[key]) for key in reversed(content)}
    return [turned(one) for one in content] if isinstance(content, list) else content


def write_turned(content: Any, path: Path) -> None:
    path.write_text(json.dumps(turned(content), indent=3, ensure_ascii=False), "utf-8")


def as_yaml(folder: Path) -> tuple[Path, Path]:
    base, head = (cached(file, "block.yaml", write_yaml) for file in as_json(GITHUB)(folder))
    return base, head


def copied(folder: Path) -> tuple[Path, Path]:
    base = as_json(GITHUB)(folder)[1]
    copy = cached(base, "copy.json", lambda _, path: shutil.copy(base, path) and None)
    return base, copy


def reordered(folder: Path) -> tuple[Path, Path]:
    base = as_json(GITHUB)(folder)[1]
    return base, cached(base, "turned.json", write_turned)


CASES = (
    Case("stripe", as_json(STRIPE), against_peers=True),
    Case("github", as_json(GITHUB), against_peers=True),
    Case("github-yaml", as_yaml, seconds=6, against_peers=True),
    Case("identical", copied, seconds=0.5, silent=True),
    Case("reordered", reordered, seconds=3, silent=True),
)


def once(program: Program, files: tuple[Path, Path], folder: Path) -> Figures:
    """One run of a program. Raises SystemExit where it does not compare."""
    report, output, errors = folder / "report.json", folder / "output", folder / "errors"
    report.unlink(missing_ok=True)
    with output.open("wb") as out, errors.open("wb") as err:
        launch = [sys.executable, "-I", "-S", "-c", LAUNCH, str(folder / "used"), *program.command(*files, report)]
        code = subprocess.run(launch, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=ENVIRONMENT, check=False)
    told = (report if report.exists() else output).read_text("utf-8")
    if code.returncode not in {0, 1} or not told.strip():
        raise SystemExit(f"{program.name}: exit {code.returncode}\n{errors.read_text('utf-8')[-2000:]}")
    seconds, peak = json.loads((folder / "used").read_text())
    return Figures(seconds, peak / (2**20 if sys.platform == "darwin" else 2**10), program.count(json.loads(told)))


def medians(files: tuple[Path, Path]) -> dict[str, Figures]:
    """The figures of every program, which take turns: what else the machine does then falls on all of them."""
    runs: dict[str, list[Figures]] = {program.name: [] for program in PROGRAMS}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(ROUNDS):
            for program in PROGRAMS:
                runs[program.name].append(once(program, files, Path(folder)))
    return {
        name: Figures(
            statistics.median(run.seconds for run in several),
            statistics.median(run.peak for run in several),
            several[0].findings,
        )
        for name, several in runs.items()
    }


def goals(case: Case, name: str, ours: Figures, theirs: Figures) -> list[str]:
    """The goals of ours against one program, each with whether it is met."""
    wanted: list[tuple[str, bool]] = []
    if name == "sluicegate":
        if case.seconds is not None:
            wanted.append((f"at most {case.seconds:g} s", ours.seconds <= case.seconds))
        if case.silent:
            wanted.append(("no findings", ours.findings == 0))
    elif case.against_peers and name == "redocly diff":
        wanted.append(("3 times as fast", ours.seconds * 3 <= theirs.seconds))
    elif case.against_peers and name == "oasdiff changelog":
        wanted.append(("at most 1.5 of its time", ours.seconds <= 1.5 * theirs.seconds))
        wanted.append(("at most 1.2 of its memory", ours.peak <= 1.2 * theirs.peak))
    return [f"{goal}: {'met' if met else 'MISSED'}" for goal, met in wanted]


def measure(case: Case, folder: Path) -> bool:
    """Prints one case; whether what must be silent is."""
    files = case.files(folder)
    sizes = " and ".join(f"{file.stat().st_size / 1e6:.2f} MB" for file in files)
    print(f"\n{case.name} ({sizes})")
    print(f"  {'':18}{'seconds':>9}{'ours/its':>10}{'MiB':>8}{'ours/its':>10}{'findings':>10}  goals of ours")
    figures = medians(files)
    ours = figures["sluicegate"]
    for name, theirs in figures.items():
        told = "; ".join(goals(case, name, ours, theirs))
        line = f"{theirs.seconds:9.2f}{ours.seconds / theirs.seconds:10.2f}"
        line += f"{theirs.peak:8.0f}{ours.peak / theirs.peak:10.2f}{theirs.findings:10}"
        print(f"  {name:18}{line}  {told}".rstrip(), flush=True)
    return not case.silent or ours.findings == 0


def missing(folder: Path | None) -> str:
    """What stands in the way of a measurement, or nothing."""
    if sys.platform == "win32":
        return "the memory of another process cannot be measured on Windows"
    if folder is None:
        return "no folder with descriptions: give one, or set SLUICEGATE_OPENAPI"
    files = [file for names in (STRIPE, GITHUB) for file in as_json(names)(folder)]
    programs = [Path(TOOLS, "bin", "oasdiff"), Path(TOOLS, "peers/node_modules/.bin/redocly")]
    if gone := [str(file) for file in files if not file.is_file()]:
        return f"not found: {', '.join(gone)}"
    if gone := [str(program) for program in programs if not program.exists()]:
        return f"not installed: {', '.join(gone)}; run tests/real/peers/install.sh"
    return ""


def main() -> None:
    names = {case.name: case for case in CASES}
    words = sys.argv[1:]
    wanted = [names[word] for word in words if word in names] or list(CASES)
    folders = [word for word in words if word not in names] or [os.environ.get("SLUICEGATE_OPENAPI", "")]
    folder = Path(folders[0]) if folders[0] else None
    if (told := missing(folder)) or folder is None:
        print(told, file=sys.stderr)
        raise SystemExit(2)
    print(f"Median of {ROUNDS} runs; memory of the largest process; {os.cpu_count()} cores.")
    silent = [measure(case, folder) for case in wanted]
    raise SystemExit(0 if all(silent) else 1)


if __name__ == "__main__":
    main()
