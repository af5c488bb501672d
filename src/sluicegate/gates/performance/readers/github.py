"""What github-action-benchmark keeps: `data.js` with its whole history, and the lists that it reads of other tools."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from msgspec import Struct, structs

from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.source import Number, Source, decoded, moment
from sluicegate.gates.performance.reading import Direction, Results
from sluicegate.gates.performance.units import Unit, metric, unit

BEGINS = b"window.BENCHMARK_DATA"
"""How `data.js` begins."""

_TOOL = "github-action-benchmark"
_DIRECTIONS = {"customSmallerIsBetter": Direction.LOWER, "customBiggerIsBetter": Direction.HIGHER}
_RANGE = re.compile(r"(?:±|\+/-|stddev:)?\s*((?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)\s*(%?)$")


class _Bench(Struct, frozen=True):
    name: str
    value: Number
    unit: str = ""
    range: str | float | None = None
    extra: str | None = None


class _Commit(Struct, frozen=True):
    id: str = ""


class _Entry(Struct, frozen=True):
    commit: _Commit
    date: float
    tool: str
    benches: list[_Bench]


class _Data(Struct, frozen=True):
    entries: dict[str, list[_Entry]]


class _Run(Struct):
    """What was measured of a commit: one entry of each suite that has one."""

    commit: str
    date: float
    entries: list[tuple[str, _Entry]]


def read(source: Source) -> Results:
    """The newest entry of each suite."""
    suites = _suites(source)
    newest = [(name, max(entries, key=lambda one: one.date)) for name, entries in suites.items() if entries]
    if not newest:
        raise source.error(
            "holds no entry", hint="a history that is lost is no empty one: restore the file from its branch"
        )
    date = max(entry.date for _, entry in newest)
    commits = {entry.commit.id for _, entry in newest}
    run = _Run(commit=commits.pop() if len(commits) == 1 else "", date=date, entries=newest)
    return _results(source, run, _shared(suites))


def history(source: Source) -> tuple[Results, ...]:
    """What was measured of each commit, oldest first; the second time that a suite measured one is a run of its own."""
    suites = _suites(source)
    runs: dict[tuple[str, int], _Run] = {}
    for name, entries in suites.items():
        seen: Counter[str] = Counter()
        for entry in entries:
            commit = entry.commit.id
            run = runs.setdefault((commit, seen[commit]), _Run(commit=commit, date=entry.date, entries=[]))
            seen[commit] += 1
            run.entries.append((name, entry))
            run.date = max(run.date, entry.date)
    if not runs:
        raise source.error(
            "holds no entry", hint="a history that is lost is no empty one: restore the file from its branch"
        )
    shared = _shared(suites)
    return tuple(_results(source, run, shared) for run in sorted(runs.values(), key=lambda one: one.date))


def custom(source: Source) -> Results:
    """The list that the action reads of a tool it does not know: the unit alone says which way is better."""
    gathering = Gathering()
    for bench in decoded(source, list[_Bench], "github-action-benchmark's custom list"):
        _add(gathering, bench.name, bench, Direction.UNKNOWN)
    return gathering.results(_TOOL)


def _suites(source: Source) -> dict[str, list[_Entry]]:
    content = source.content
    if content.startswith(BEGINS):
        content = content[content.find(b"=") + 1 :].strip().removesuffix(b";")
    return decoded(source, _Data, _TOOL, content=content).entries


def _shared(suites: dict[str, list[_Entry]]) -> set[str]:
    """Names that stand in several suites, and are told apart by those."""
    if len(suites) == 1:
        return set()
    named = ({bench.name for entry in entries for bench in entry.benches} for entries in suites.values())
    return {name for name, count in Counter(name for names in named for name in names).items() if count > 1}


def _results(source: Source, run: _Run, shared: set[str]) -> Results:
    gathering = Gathering()
    for suite, entry in run.entries:
        told = {bench.name: f"{suite}/{bench.name}" for bench in entry.benches if bench.name in shared}
        if entry.tool == "go":
            _add_go(gathering, entry.benches, told)
        else:
            direction = _DIRECTIONS.get(entry.tool, Direction.UNKNOWN)
            for bench in entry.benches:
                _add(gathering, told.get(bench.name, bench.name), bench, direction)
    return gathering.results(_TOOL, commit=run.commit, time=moment(source, run.date))


def _add(gathering: Gathering, name: str, bench: _Bench, direction: Direction) -> None:
    metric, known = _known(bench.unit, direction)
    spread = None if bench.range is None else _spread(bench, known)
    gathering.one(name, bench.value, metric=metric, unit=known, summary="value", spread=spread)


@lru_cache(maxsize=1024)
def _known(said: str, direction: Direction) -> tuple[str, Unit]:
    """The metric of a unit, and the unit with the direction that is better where that is known."""
    known = unit(said)
    return metric(known), known if direction is Direction.UNKNOWN else structs.replace(known, direction=direction)


def _add_go(gathering: Gathering, benches: list[_Bench], told: dict[str, str]) -> None:
    """Go's benchmarks: repeated rows are samples, as of `-count`, but for those of other numbers of processors.

    One of several metrics stands once under its own name with all their units, and again as `NAME - UNIT` for each.
    """
    names = {bench.name for bench in benches}
    samples: dict[tuple[str, str], dict[str, list[Number]]] = {}
    for bench in benches:
        said, _, more = bench.unit.partition("\t")
        if more and f"{bench.name} - {said}" in names:
            continue
        name = told.get(bench.name, bench.name).removesuffix(f" - {said}")
        processors = (bench.extra or "").rpartition("\n")[2]
        samples.setdefault((name, said), {}).setdefault(processors, []).append(bench.value)
    for (name, said), groups in samples.items():
        for values in groups.values():
            gathering.add(name, (values,), metric="time" if said == "ns/op" else said, unit=unit(said))


def _spread(bench: _Bench, known: Unit) -> Number:
    """The deviation beside a value; a rate's that is told in seconds (`stddev:`) is none of its own unit."""
    said = str(bench.range or "").strip()
    found = _RANGE.match(said)
    if found is None or (said.startswith("stddev:") and known.base != "s"):
        return None
    deviation = float(found[1])
    if found[2]:
        return bench.value * deviation / 100 if isinstance(bench.value, float) else None
    return deviation
