"""Our own JSON: what is written is what is read again."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec import structs

from gates.performance.readers.lines import load, of
from sluicegate.gates.performance.readers import own
from sluicegate.gates.performance.reading import Direction, Reading, Refused, Results

UNITS = ["s", "B", "1/s", "B/s", "1", "points", ""]
samples = some.lists(some.floats(min_value=1e-12, max_value=1e12), min_size=1, max_size=5).map(tuple)
readings = some.builds(
    Reading,
    benchmark=some.text(max_size=8),
    metric=some.sampled_from(["time", "memory", "p(95)"]),
    unit=some.sampled_from(UNITS),
    direction=some.sampled_from(Direction),
    processes=some.lists(samples, min_size=1, max_size=3).map(tuple),
    summary=some.sampled_from(["", "median"]),
    spread=some.none() | some.floats(min_value=0, max_value=10),
    line=some.none() | some.integers(1, 1000),
)
refusals = some.builds(
    Refused,
    benchmark=some.text(max_size=8).map("refused: ".__add__),
    metric=some.text(max_size=3),
    why=some.text(max_size=9),
    line=some.none() | some.integers(1, 9),
)
results = some.builds(
    Results,
    tool=some.text(min_size=1, max_size=8),
    readings=some.lists(readings, max_size=4, unique_by=lambda one: one.key).map(tuple),
    refused=some.lists(refusals, min_size=1, max_size=3).map(tuple),
    machine=some.dictionaries(some.sampled_from(["cpu", "os"]), some.text(max_size=5)),
    commit=some.text(max_size=5),
    time=some.text(max_size=5),
)


@given(written=results)
def test_what_is_written_is_read_again_to_the_last_digit(written: Results) -> None:
    assert of(own.write(written)) == written


@pytest.mark.parametrize("name", ["pyperf.json", "jmh.json", "k6-handle.json", "go.txt", "openmetrics.txt", "data.js"])
def test_so_is_what_a_tool_wrote(name: str) -> None:
    assert of(own.write(load(name))) == load(name)


@pytest.mark.parametrize("sample", [math.nan, math.inf, -math.inf])
def test_what_json_cannot_hold_is_not_written(sample: float) -> None:
    reading = Reading(benchmark="a", processes=((1.0, sample),))
    with pytest.raises(ValueError, match="a has a sample that is no finite number"):
        own.write(Results(tool="x", readings=(reading,)))


def examples() -> list[str]:
    """What the module and its page show."""
    assert own.__doc__ is not None
    page = (Path(__file__).parents[4] / "docs/performance-formats.md").read_text("utf-8")
    inner = own.__doc__.partition("    {\n")[2].partition("\n    }\n")[0]
    return ["{\n" + inner + "\n}", page.partition("```json\n")[2].partition("```")[0]]


@pytest.mark.parametrize("example", examples())
def test_the_examples_are_read(example: str) -> None:
    found = of(example)
    assert [one.name for one in found.readings] == [
        "parse(n=10)",
        "parse(n=10) [memory]",
        "serve [p(95)]",
        "quality [score]",
    ]
    assert found.readings[0].processes == ((0.0012, 0.0013), (0.0011, 0.0012))
    assert [one.direction.value for one in found.readings] == ["lower", "lower", "lower", "higher"]
    assert structs.replace(found.refused[0], why="") == Refused(benchmark="broken", why="")
