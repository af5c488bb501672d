"""The results of airspeed velocity (asv), version 2, one file for a commit and an environment."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import msgspec
from msgspec import Struct

from sluicegate.gates.performance.readers.columns import Column, Layout
from sluicegate.gates.performance.readers.gathering import SECONDS, Gathering
from sluicegate.gates.performance.readers.samples import halves
from sluicegate.gates.performance.readers.source import Number, Source, converted, decoded, moment, once, unique
from sluicegate.gates.performance.reading import Results
from sluicegate.gates.performance.units import Unit, metric, unit

_KIND = re.compile(r"(time(?:raw)?|mem|peakmem|track)(?=[A-Z_])", re.IGNORECASE)

_Column = float | str | list[float | str | list[Number] | None] | None
_Told = int | float | str | list[_Column] | None
_Shape = dict[str, _Told | dict[str, _Told]]


class _File(Struct, frozen=True):
    version: int
    results: dict[str, Any]
    columns: list[str] = msgspec.field(name="result_columns", default_factory=list)
    commit: str = msgspec.field(name="commit_hash", default="")
    date: float | None = None
    params: dict[str, str | int | float | None] = {}
    env_name: str = ""


class _Declared(Struct, frozen=True):
    unit: str = ""


class _Row(Struct, frozen=True):
    """The columns of a benchmark that are read, each with one entry for each combination of its parameters."""

    result: list[Number] | None = None
    params: list[list[str]] = []
    samples: list[list[Number] | None] | None = None
    stats_ci_99_a: list[Number] | None = None
    stats_ci_99_b: list[Number] | None = None


_NONE = (None,)
_BOUNDS = {float, type(None)}
_Single = tuple[str, Unit, Number, Number, Number]
"""What has but one number: the name, the unit, the number, and its interval."""


def read(source: Source) -> Results:
    """The samples of each combination of parameters where `--record-samples` kept them, else the median.

    Units stand in `benchmarks.json` one folder above; without it a benchmark's name tells its kind, as asv goes by it.
    """
    document: Any = unique(source, _Shape, _count)
    found = converted(source, once(source) if document is None else document, _File, "asv")
    if found.version != 2:  # noqa: PLR2004 - the version of the format
        raise source.error(f"is asv's format {found.version}, and 2 is read", hint="run `asv update`")
    units = _units(source)
    gathering = Gathering()
    singles: list[_Single] = []
    absent = [None] * (len(found.columns) + 1)
    places = {column: at for at, column in enumerate(found.columns)}
    chosen = itemgetter(*[places.get(column, len(places)) for column in _Row.__struct_fields__])
    for name, cells in found.results.items():
        columns = cells if isinstance(cells, list) else []
        if single := _single(*chosen(columns + absent)):
            singles.append((name, units.get(name) or _known(name), *single))
            continue
        try:
            row = msgspec.convert(dict(zip(found.columns, columns, strict=False)), _Row)
        except msgspec.ValidationError as error:
            gathering.refuse(name, f"its columns are not what asv writes: {error}")
            continue
        _benchmark(gathering, singles, name, row, units.get(name) or _known(name))
    layout = Layout([one[0] for one in singles], [None] * len(singles))
    gathering.mixed(layout, [one[1] for one in singles], singles, _columns)
    params = {name: str(value) for name, value in found.params.items() if value is not None}
    machine = {
        "cpu": params.get("cpu"), "cores": params.get("num_cpu"), "os": params.get("os"), "arch": params.get("arch"),
        "runtime": f"Python {params['python']}" if "python" in params else "", "host": params.get("machine"),
        "environment": found.env_name,
    }  # fmt: skip
    time = moment(source, found.date) if found.date else ""
    return gathering.results("asv", machine=machine, commit=found.commit, time=time)


def _columns(of: Unit, singles: Sequence[_Single]) -> list[Column]:
    _, _, values, lows, highs = zip(*singles, strict=True)
    summary = "median" if of.base == "s" else "value"
    return [Column(metric(of), of, values, summary, halves(lows, highs))]


def _count(found: _Shape) -> int:
    """How many keys there are: no list of asv's has an object."""
    return len(found) + sum(len(told) for told in found.values() if isinstance(told, dict))


def _single(result: Any, params: Any, samples: Any, lows: Any, highs: Any) -> tuple[Number, Number, Number] | None:
    """The one number and its interval where there are no parameters and no samples, as there nearly never are."""
    if params or samples:
        return None
    try:
        [value], [low], [high] = result, lows or _NONE, highs or _NONE
    except (TypeError, ValueError):
        return None
    return (value, low, high) if isinstance(value, float) and {type(low), type(high)} <= _BOUNDS else None


def _benchmark(gathering: Gathering, singles: list[_Single], name: str, row: _Row, known: Unit) -> None:
    combinations = 1
    for values in row.params:
        combinations *= len(values)
    if row.result is None:
        gathering.refuse(name, "the benchmark failed (null)")
        return
    if combinations != len(row.result):
        why = f"its parameters have {combinations:,} combinations, and there are {len(row.result):,} results"
        gathering.refuse(name, why)
        return
    for index, chosen in enumerate(itertools.product(*row.params)):
        full = f"{name}({', '.join(chosen)})" if chosen else name
        value, samples = row.result[index], _at(row.samples, index)
        if value is None:
            gathering.refuse(full, "the benchmark failed (null)")
        elif value == "NaN":
            gathering.refuse(full, "the benchmark was skipped for these parameters (NaN)")
        elif isinstance(samples, list):
            # asv takes each sample of a raw timing in a process of its own, and tells of no other which one took it
            one_each = name.rpartition(".")[2].startswith("timeraw")
            rows = [(sample,) for sample in samples] if one_each else (samples,)
            gathering.add(full, rows, metric=metric(known), unit=known)
        else:
            low, high = _at(row.stats_ci_99_a, index), _at(row.stats_ci_99_b, index)
            singles.append((full, known, value, low, high))


def _at(column: list[Any] | None, index: int) -> Any:
    return column[index] if column is not None and index < len(column) else None


def _units(source: Source) -> dict[str, Unit]:
    content = source.beside("../benchmarks.json")
    if content is None:
        return {}
    declared = decoded(source, dict[str, _Declared | int], "asv's benchmarks.json", content=content)
    return {name: unit(one.unit) for name, one in declared.items() if isinstance(one, _Declared) and one.unit}


def _known(name: str) -> Unit:
    found = _KIND.match(name, name.rfind(".") + 1)
    return _of_kind(found[1].lower() if found else "")


@lru_cache(maxsize=64)
def _of_kind(kind: str) -> Unit:
    return SECONDS if kind.startswith("time") else unit("B") if kind in ("mem", "peakmem") else unit("")
