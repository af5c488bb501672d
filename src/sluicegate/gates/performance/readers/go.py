"""The results of `go test -bench`: the text of it, also as `go test -json` wraps it."""

from __future__ import annotations

import re

import msgspec
from msgspec import Struct, structs

from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.source import Number, Source, lines, parsed
from sluicegate.gates.performance.reading import Direction, Results
from sluicegate.gates.performance.units import Unit, unit

LINE = re.compile(r"^Benchmark\S*[ \t]+\d+[ \t]+\S+[ \t]+\S", re.MULTILINE)
"""One line of a result, by which the format is known."""

_FEWEST = 3
"""What follows a name at the least: how many iterations, a value and its unit."""
_FACT = re.compile(r"(goos|goarch|pkg|cpu):[ \t]*(.*)$")
_ENDED = re.compile(r"[ \t]*--- (FAIL|SKIP): (Benchmark\S*)")
_PACKAGE = re.compile(r"FAIL[ \t]+(\S+)[ \t]*(.*)$")
_BETTER = re.compile(r"Unit[ \t]+(\S+)[ \t]+(?:.*[ \t])?better=(lower|higher)\b")
_PROCESSORS = re.compile(r"-(\d+)$")
_FACTS = {"goos": "os", "goarch": "arch", "cpu": "cpu"}

Key = tuple[str, str, str]
"""Package, name as it stands, unit."""


class _Series(Struct):
    line: int
    processes: dict[int, list[Number]]


class _Run(Struct):
    """What was read so far. Each `goos:` begins the output of one more process: several runs may lie in one file."""

    machine: dict[str, object]
    series: dict[Key, _Series]
    broken: dict[tuple[str, str], int]
    better: dict[str, Direction]
    package: str = ""
    process: int = 0
    fallen: bool = False


def read(source: Source) -> Results:
    """Repeated lines are samples of one process, the names those of their package.

    The number of processors at a name's end is a fact of the machine where all have the same, else part of the name.
    """
    run, gathering = _Run(machine={}, series={}, broken={}, better={}), Gathering()
    for number, line in lines(source):
        if line.startswith("Benchmark"):
            _result(line, number, run)
        elif line.startswith(("goos:", "goarch:", "pkg:", "cpu:")):
            _fact(line, run)
        elif "--- " in line or line.startswith("FAIL"):
            _ended(line, number, run, gathering)
        elif found := _BETTER.match(line):
            run.better[found[1]] = Direction(found[2])
    names = {key[1] for key in (*run.series, *run.broken)}
    endings = {found[0] if (found := _PROCESSORS.search(name)) else "" for name in names}
    ending = endings.pop() if len(endings) == 1 else ""
    if ending:
        run.machine["gomaxprocs"] = ending.removeprefix("-")
    for (package, name), number in run.broken.items():
        why = "its line is broken, as by what the benchmark printed"
        gathering.refuse(_full(package, name.removesuffix(ending)), why, line=number)
    for (package, name, said), series in run.series.items():
        known = _unit(said, run.better)
        gathering.add(
            _full(package, name.removesuffix(ending)),
            series.processes.values(),
            metric="time" if said == "ns/op" else said,
            unit=known,
            line=series.line,
        )
    return gathering.results("go", machine=run.machine)


def from_json(source: Source) -> Results:
    """The same out of the events of `go test -json`, whose lines are those of the text, package by package."""
    outputs: dict[str, list[str]] = {}
    for number, line in enumerate(source.content.splitlines(), 1):
        try:
            event = msgspec.json.decode(line, type=_Event) if line.strip() else _Event()
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise source.error(f"line {number}: no event of `go test -json`: {error}") from error
        if event.action == "output":
            outputs.setdefault(event.package, []).append(event.output)
    told = "\n".join("".join(parts) for parts in outputs.values())
    found = read(structs.replace(source, content=told.encode()))
    bare = tuple(structs.replace(one, line=None) for one in found.readings)  # the lines are those of the text within
    return structs.replace(
        found, readings=bare, refused=tuple(structs.replace(one, line=None) for one in found.refused)
    )


class _Event(Struct, frozen=True):
    action: str = msgspec.field(name="Action", default="")
    package: str = msgspec.field(name="Package", default="")
    output: str = msgspec.field(name="Output", default="")


def _fact(line: str, run: _Run) -> None:
    found = _FACT.match(line)
    if found is None:
        return
    if found[1] == "goos":
        run.process += 1
    if found[1] == "pkg":
        run.package, run.fallen = found[2].strip(), False
    else:
        run.machine[_FACTS[found[1]]] = found[2].strip()


def _result(line: str, number: int, run: _Run) -> None:
    name, *rest = line.split()
    if len(rest) < _FEWEST or len(rest) % 2 == 0 or not rest[0].isdecimal():
        if rest:
            run.broken.setdefault((run.package, name), number)
        return
    for value, said in zip(rest[1::2], rest[2::2], strict=True):
        key = (run.package, name, said)
        series = run.series.get(key)
        if series is None:
            series = run.series[key] = _Series(line=number, processes={})
        series.processes.setdefault(run.process, []).append(parsed(value))


def _ended(line: str, number: int, run: _Run, gathering: Gathering) -> None:
    if found := _ENDED.match(line):
        why = "the benchmark failed" if found[1] == "FAIL" else "the benchmark was skipped"
        run.fallen = run.fallen or found[1] == "FAIL"
        gathering.refuse(_full(run.package, found[2]), why, line=number)
    elif (found := _PACKAGE.match(line)) and not run.fallen:
        why = f"the package failed {found[2]}: what it did not come to is not here"
        gathering.refuse(found[1], why, line=number)


def _full(package: str, name: str) -> str:
    return f"{package}.{name}" if package else name


def _unit(said: str, better: dict[str, Direction]) -> Unit:
    known = unit(said)
    return structs.replace(known, direction=better.get(said, known.direction))
