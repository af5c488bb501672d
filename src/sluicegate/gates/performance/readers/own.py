"""Our own JSON: what any tool can write, and what is kept of a run.

    {
      "sluicegate-performance": 1,
      "tool": "my-harness",
      "machine": {"cpu": "…", "os": "…"},
      "commit": "8bbb5e7…",
      "time": "2026-11-29T19:42:25+00:00",
      "readings": [
        {"benchmark": "parse(n=10)", "unit": "ms", "processes": [[1.2, 1.3], [1.1, 1.2]]},
        {"benchmark": "parse(n=10)", "metric": "memory", "unit": "MB", "processes": [[31], [32]]},
        {"benchmark": "serve", "metric": "p(95)", "unit": "ms", "processes": [[41.5]], "summary": "p(95)"},
        {"benchmark": "quality", "metric": "score", "unit": "points", "direction": "higher", "processes": [[9.1]]}
      ],
      "refused": [{"benchmark": "broken", "why": "it ended with 1"}]
    }

Only the first key and `readings` must be there, and of a reading its `benchmark` and `processes`: the samples, a row
for each process that took some. Where nothing is said, `metric` is "time", `unit` "s", and `direction` ("lower",
"higher", "unknown") what the unit says. `summary` names what a single number is, `spread` half of its interval or its
deviation, in the same unit. A key that is not known is an error. `turns` is what a check says beside it that has
measured both sides of a change in turns, as `[performance.bench] output` asks for (`bench/kept`).
"""

from __future__ import annotations

import msgspec
from msgspec import Struct, structs

from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.source import Number, Source, decoded
from sluicegate.gates.performance.reading import Direction, Refused, Results
from sluicegate.gates.performance.units import unit

MARK = "sluicegate-performance"
_VERSION = 1


class _Reading(Struct, frozen=True, forbid_unknown_fields=True):
    benchmark: str
    processes: list[list[Number]]
    metric: str = "time"
    unit: str = "s"
    direction: Direction | None = None
    summary: str = ""
    spread: Number = None
    line: int | None = None


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    version: int = msgspec.field(name=MARK)
    readings: list[_Reading]
    refused: list[Refused] = []
    tool: str = "sluicegate"
    machine: dict[str, str] = {}
    commit: str = ""
    time: str = ""
    turns: msgspec.Raw = msgspec.Raw()


def read(source: Source) -> Results:
    """The results as they were written. Raises FormatError: another version, an unknown key."""
    found = decoded(source, _File, "our own JSON")
    if found.version != _VERSION:
        raise source.error(f"is of version {found.version}, and {_VERSION} is read", hint="update Sluicegate")
    gathering = Gathering()
    gathering.refused += found.refused
    for one in found.readings:
        known = unit(one.unit)
        if one.direction is not None:
            known = structs.replace(known, direction=one.direction)
        gathering.add(
            one.benchmark,
            one.processes,
            metric=one.metric,
            unit=known,
            summary=one.summary,
            spread=one.spread,
            line=one.line,
        )
    told = gathering.results(found.tool, commit=found.commit, time=found.time)
    in_turns = bool(bytes(found.turns))
    return structs.replace(told, machine=found.machine, refused=tuple(gathering.refused), in_turns=in_turns)


def write(results: Results) -> bytes:
    """Our own JSON, of which `read` makes the same results. Raises ValueError: a sample is no finite number."""
    fields = {name: value for name, value in structs.asdict(results).items() if value}
    content = msgspec.json.encode({MARK: _VERSION, "readings": [], **fields}, enc_hook=None)
    if b"null" in content:
        _finite(results)
    return content + b"\n"


def _finite(results: Results) -> None:
    """JSON has no infinity: what is written as null would be read as a sample without a value."""
    for reading in results.readings:
        for row in reading.processes:
            if any(value != value or value in (float("inf"), float("-inf")) for value in row):  # noqa: PLR0124 - NaN
                raise ValueError(f"{reading.name} has a sample that is no finite number")
