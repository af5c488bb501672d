"""The results of `go test -bench`: the text of it, also as `go test -json` wraps it."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial
from itertools import chain
from operator import attrgetter

import msgspec
from msgspec import Struct, structs

from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.rows import Rows, add_all
from sluicegate.gates.performance.readers.source import Source, numbers, parted
from sluicegate.gates.performance.reading import Direction, Results
from sluicegate.gates.performance.units import Unit, unit

LINE = re.compile(r"Benchmark(?<![^\n].{9})\S*[ \t]+\d+[ \t]+\S+[ \t]+\S")
"""One line of a result, by which the format is known: sought by the word that it begins with, which is quick."""

_MANY = re.compile(r"(Benchmark[^\n]*+(?:\nBenchmark[^\n]*+){0,99}+)|[^\n]++")
"""Successive lines of results, so many that all that is made of them stays near the processor; or any other line."""
_FEWEST = 4
"""What a line of a result has at the least: a name, how many iterations, a value and its unit."""
_FACT = re.compile(r"(goos|goarch|pkg|cpu):[ \t]*(.*)$")
_ENDED = re.compile(r"[ \t]*--- (FAIL|SKIP): (Benchmark\S*)")
_PACKAGE = re.compile(r"FAIL[ \t]+(\S+)[ \t]*(.*)$")
_BETTER = re.compile(r"Unit[ \t]+(\S+)[ \t]++(?:.*[ \t])?better=(lower|higher)\b")
_FACTS = {"goos": "os", "goarch": "arch", "cpu": "cpu"}


class _Run(Struct):
    """What was read so far. Each `goos:` begins the output of one more process: several runs may lie in one file."""

    machine: dict[str, object]
    rows: dict[str, dict[tuple[str, ...], Rows]]
    broken: dict[tuple[str, str], int]
    better: dict[str, Direction]
    package: str = ""
    process: int = 0
    fallen: bool = False


def read(source: Source) -> Results:
    """Repeated lines are samples of one process, the names those of their package.

    The number of processors at a name's end is a fact of the machine where all have the same, else part of the name.
    """
    run, gathering = _Run(machine={}, rows={}, broken={}, better={}), Gathering()
    told, number, at = source.text, 1, 0
    for stretch in _MANY.finditer(told):
        number, at = number + told.count("\n", at, stretch.start()), stretch.start()
        if stretch[1]:
            _results(stretch[1].split("\n"), number, run)
        else:
            _line(stretch[0].removesuffix("\r"), number, run, gathering)
    ending = _ending(run)
    if ending:
        run.machine["gomaxprocs"] = ending.removeprefix("-")
    for (package, name), number in run.broken.items():
        (full,) = _full(package, [name], ending)
        gathering.refuse(full, "its line is broken, as by what the benchmark printed", line=number)
    measured = partial(_measured, better=run.better)
    for package, kinds in run.rows.items():
        several = sorted(kinds.values(), key=lambda rows: rows.lines[0])
        add_all(several, gathering, called=partial(_full, package, ending=ending), measured=measured)
    found = gathering.results("go", machine=run.machine)
    if sum(map(len, run.rows.values())) == 1:  # rows of one kind are in the order of their lines
        return found
    return structs.replace(found, readings=tuple(sorted(found.readings, key=attrgetter("line"))))


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


def _results(lines: list[str], first: int, run: _Run) -> None:
    """Lines of results: those together that have as many fields, or else those of the same units."""
    rows = list(map(str.split, lines))
    for some, at in _parted(rows, range(first, first + len(rows)), len):
        for fewer, among in () if _taken(some, at, run) else _parted(some, at, _kind):
            broken = () if _taken(fewer, among, run) or len(fewer[0]) == 1 else zip(fewer, among, strict=True)
            for (name, *_), number in broken:
                key = (run.package, name)
                run.broken[key] = min(number, run.broken.get(key, number))


def _parted(
    rows: Sequence[list[str]], lines: Sequence[int], kind: Callable[[list[str]], Hashable]
) -> Iterable[tuple[Sequence[list[str]], Sequence[int]]]:
    """The rows of each kind, with the numbers of their lines."""
    each = parted(list(map(kind, rows))).values()
    return (
        [(rows, lines)]
        if len(each) == 1
        else [([rows[at] for at in some], [lines[at] for at in some]) for some in each]
    )


def _kind(row: list[str]) -> tuple[object, ...]:
    """Whether there are whole iterations, and the units."""
    return (len(row) > 1 and row[1].isdecimal(), *row[3::2])


def _taken(rows: Sequence[list[str]], lines: Sequence[int], run: _Run) -> bool:
    """Whether rows with as many fields are results of the same units, each of which comes once: then they are kept."""
    fields = list(zip(*rows, strict=True))
    if len(fields) < _FEWEST or len(fields) % 2 or not "".join(fields[1]).isdecimal():
        return False
    units = tuple(rows[0][3::2])
    if len(set(units)) < len(units) or any(said.count(said[0]) < len(said) for said in fields[3::2]):
        return False
    kinds = run.rows.setdefault(run.package, {})
    kept = kinds.get(units)
    if kept is None:
        kept = kinds[units] = Rows(lines=[], processes=[], names=[], columns={said: [] for said in units})
    kept.lines.extend(lines)
    kept.processes += [run.process] * len(lines)
    kept.names.extend(fields[0])
    for column, said in zip(kept.columns.values(), fields[2::2], strict=True):
        column.extend(numbers(said))
    return True


def _ending(run: _Run) -> str:
    """The number of processors at the end of names, where all have the same."""
    names = [rows.names for kinds in run.rows.values() for rows in kinds.values()]
    endings = {name.rpartition("-")[2] for name in chain(*names, (name for _, name in run.broken))}
    ending = endings.pop() if len(endings) == 1 else ""
    return f"-{ending}" if ending.isdecimal() else ""


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
        (full,) = _full(run.package, [found[2]])
        gathering.refuse(full, why, line=number)
    elif (found := _PACKAGE.match(line)) and not run.fallen:
        why = f"the package failed {found[2]}: what it did not come to is not here"
        gathering.refuse(found[1], why, line=number)


def _full(package: str, names: Sequence[str], ending: str = "") -> list[str]:
    """The names with their package, without the ending that all of them have."""
    begin = f"{package}." if package else ""
    return [begin + name.removesuffix(ending) for name in names]


def _measured(said: str, better: dict[str, Direction]) -> tuple[str, Unit]:
    """The metric of a unit."""
    known = unit(said)
    known = structs.replace(known, direction=better[said]) if said in better else known
    return "time" if said == "ns/op" else said, known
