"""The results of `go test -bench`: the text of it, also as `go test -json` wraps it."""

from __future__ import annotations

import re
from itertools import groupby

import msgspec
from msgspec import Struct, structs

from sluicegate.gates.performance.readers.gathering import Gathering, are_sound
from sluicegate.gates.performance.readers.source import Number, Source, numbers
from sluicegate.gates.performance.reading import Direction, Results
from sluicegate.gates.performance.units import Unit, unit

LINE = re.compile(r"^Benchmark\S*[ \t]+\d+[ \t]+\S+[ \t]+\S", re.MULTILINE)
"""One line of a result, by which the format is known."""

_BEGINS = "Benchmark"
_MANY = re.compile(r"(Benchmark[^\n]*+(?:\nBenchmark[^\n]*+){0,99}+)|[^\n]++")
"""Successive lines of results, so many that all that is made of them stays near the processor; or any other line."""
_SAME = re.compile(r"(Benchmark\S*+)[^\n]*+(?:\n\1(?!\S)[^\n]*+)*+")
"""Those of one benchmark."""
_FEWEST = 4
"""What a line of a result has at the least: a name, how many iterations, a value and its unit."""
_FACT = re.compile(r"(goos|goarch|pkg|cpu):[ \t]*(.*)$")
_ENDED = re.compile(r"[ \t]*--- (FAIL|SKIP): (Benchmark\S*)")
_PACKAGE = re.compile(r"FAIL[ \t]+(\S+)[ \t]*(.*)$")
_BETTER = re.compile(r"Unit[ \t]+(\S+)[ \t]+(?:.*[ \t])?better=(lower|higher)\b")
_PROCESSORS = re.compile(r"-(\d+)$")
_FACTS = {"goos": "os", "goarch": "arch", "cpu": "cpu"}

Key = tuple[str, str, str]
"""Package, name as it stands, unit."""


class _Series(Struct):
    """What was read of one unit of a benchmark, process by process; `sound` as long as all of it can be judged."""

    line: int
    processes: dict[int, list[Number]]
    sound: bool


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
    told, number, at = source.text, 1, 0
    for stretch in _MANY.finditer(told):
        number, at = number + told.count("\n", at, stretch.start()), stretch.start()
        if stretch[1]:
            _results(stretch[1], number, run)
        else:
            _line(stretch[0].removesuffix("\r"), number, run, gathering)
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
            sound=series.sound,
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


def _results(said: str, number: int, run: _Run) -> None:
    """Lines of results: all at one go where they are alike in their units, else by benchmark, or each alone."""
    fields, count = said.split(), said.count("\n") + 1
    width = len(fields) // count
    if _are_alike(said, fields, width, count):
        _alike(fields, width, number, run)
    elif count > 1:
        parts = [part[0] for part in _SAME.finditer(said)]
        for part in parts if len(parts) > 1 else said.split("\n"):
            _results(part, number, run)
            number += part.count("\n") + 1
    elif width > 1:
        run.broken.setdefault((run.package, fields[0]), number)


def _are_alike(said: str, fields: list[str], width: int, count: int) -> bool:
    """Whether so many lines have a name, whole iterations, and values of the same units, each of them once."""
    if width < _FEWEST or width % 2 or len(fields) != width * count or not "".join(fields[1::width]).isdecimal():
        return False
    units = fields[3:width:2]
    if len(set(units)) != len(units):
        return False
    if count == 1:
        return True
    # each line begins with the only name that it has, and all of them stand where the first one does
    named = said.count(_BEGINS) == count == " ".join(fields[::width]).count(_BEGINS)
    return named and all(fields[place::width].count(fields[place]) == count for place in range(3, width, 2))


def _alike(fields: list[str], width: int, number: int, run: _Run) -> None:
    """The values of lines that are alike, the first of them at `number`."""
    units = fields[3:width:2]
    columns = [numbers(fields[place::width]) for place in range(2, width, 2)]
    sound = [are_sound(values, unit(said)) for values, said in zip(columns, units, strict=True)]
    begin, package, process = 0, run.package, run.process
    for name, lines in groupby(fields[::width]):
        end = begin + len(list(lines))
        for said, values, fine in zip(units, columns, sound, strict=True):
            key = (package, name, said)
            series = run.series.get(key)
            if series is None:
                run.series[key] = _Series(line=number + begin, processes={process: values[begin:end]}, sound=fine)
            else:
                series.processes.setdefault(process, []).extend(values[begin:end])
                series.sound &= fine
        begin = end


def _line(line: str, number: int, run: _Run, gathering: Gathering) -> None:
    if line.startswith(("goos:", "goarch:", "pkg:", "cpu:")):
        _fact(line, run)
    elif "--- " in line or line.startswith("FAIL"):
        _ended(line, number, run, gathering)
    elif found := _BETTER.match(line):
        run.better[found[1]] = Direction(found[2])


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
    return structs.replace(known, direction=better[said]) if said in better else known
