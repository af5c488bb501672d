"""Results as lines that a person reads: what the files beside the data hold, and what the tests compare."""

from __future__ import annotations

from pathlib import Path

from sluicegate.gates.performance.readers import read
from sluicegate.gates.performance.reading import Reading, Results

DATA = Path(__file__).parent / "data"


def load(name: str) -> Results:
    """A file of the data, with what lies beside it."""
    path = DATA / name

    def beside(relative: str) -> bytes | None:
        other = path.parent / relative
        return other.read_bytes() if other.is_file() else None

    return read(name, path.read_bytes(), beside)


def of(content: bytes | str, **beside: bytes) -> Results:
    """Results that are written on the spot; what lies beside them by name, with `_` for a dot."""
    others = {name.replace("_", "."): other for name, other in beside.items()}
    return read("results", content.encode() if isinstance(content, str) else content, others.get)


def lines(results: Results) -> list[str]:
    """Everything that was read, a line each."""
    about = [f"{results.tool} commit={results.commit!r} time={results.time!r}"]
    about += [f"  {name}: {fact}" for name, fact in results.machine.items()]
    refused = [f"refused {one.benchmark!r} {one.metric!r} line={one.line}: {one.why}" for one in results.refused]
    return [*about, *map(line, results.readings), *refused]


def line(one: Reading) -> str:
    """A reading with every sample exactly as it is, the processes parted by a bar."""
    samples = " | ".join(" ".join(map(repr, row)) for row in one.processes)
    more = "".join(
        f" {name}={value!r}"
        for name, value in (("summary", one.summary), ("spread", one.spread), ("line", one.line))
        if value not in ("", None)
    )
    return f"{one.benchmark!r} {one.metric!r} {one.unit!r} {one.direction.value}: {samples}{more}"
