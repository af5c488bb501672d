"""The results of hyperfine, as `--export-json` writes them."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct

from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.source import Number, Source, decoded
from sluicegate.gates.performance.reading import Results
from sluicegate.gates.performance.units import unit


class _Command(Struct, frozen=True):
    command: str
    times: list[Number] | None = None
    median: Number = None
    stddev: Number = None
    user: Number = None
    system: Number = None
    memory_usage_byte: list[Number] | None = None
    exit_codes: list[int | None] = []
    parameters: dict[str, str] = {}


class _File(Struct, frozen=True):
    results: list[_Command]


def read(source: Source) -> Results:
    """Each run of a command is a process of its own. One that ever failed is refused: it did not do what was meant."""
    gathering = Gathering()
    commands = decoded(source, _File, "hyperfine").results
    often = Counter(one.command for one in commands)
    for one in commands:
        params = ", ".join(f"{name}={value}" for name, value in one.parameters.items())
        name = f"{one.command} ({params})" if params and often[one.command] > 1 else one.command
        codes = [code for code in one.exit_codes if code != 0]
        if codes:
            told = "a signal" if codes[0] is None else f"exit code {codes[0]}"
            gathering.refuse(name, f"{len(codes)} of {len(one.exit_codes)} runs ended with {told}")
            continue
        if one.times is not None:
            gathering.add(name, [(time,) for time in one.times])
        else:
            gathering.one(name, one.median, summary="median", spread=one.stddev)
        for metric, value in (("user", one.user), ("system", one.system)):
            if value is not None:
                gathering.one(name, value, metric=metric, summary="mean")
        if one.memory_usage_byte:
            gathering.add(name, [(size,) for size in one.memory_usage_byte], metric="memory", unit=unit("B"))
    return gathering.results("hyperfine")
