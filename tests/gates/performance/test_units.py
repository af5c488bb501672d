"""Units as the tools write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sluicegate.gates.performance.reading import Direction
from sluicegate.gates.performance.units import metric, unit

LOWER, HIGHER, UNKNOWN = Direction.LOWER, Direction.HIGHER, Direction.UNKNOWN
TIMES = ["ps", "ns", "us", "µs", "μs", "ms", "s", "sec", "seconds", "min", "hours", "millisecond", "nsec"]
SIZES = ["B", "bytes", "KB", "kB", "MB", "GB", "KiB", "MiB", "Megabytes", "bits", "Mb", "Gb"]
COUNTS = ["op", "ops", "iter", "request", "req", "Melem", "elements", "1"]


@pytest.mark.parametrize(
    ("said", "base", "factor", "direction"),
    [
        ("ns", "s", 1e-9, LOWER), ("ns/op", "s", 1e-9, LOWER), ("ns/iter", "s", 1e-9, LOWER),
        ("ms/op", "s", 1e-3, LOWER),
        ("second", "s", 1, LOWER), ("μs", "s", 1e-6, LOWER), ("s/op", "s", 1, LOWER), ("minutes", "s", 60, LOWER),
        ("ops/s", "1/s", 1, HIGHER), ("ops/sec", "1/s", 1, HIGHER), ("ops/ms", "1/s", 1e3, HIGHER),
        ("ops/us", "1/s", 1e6, HIGHER),
        ("iter/sec", "1/s", 1, HIGHER), ("req/min", "1/s", 1 / 60, HIGHER), ("requests per second", "1/s", 1, HIGHER),
        ("Melem/s", "1/s", 1e6, HIGHER), ("rps", "1/s", 1, HIGHER), ("1/s", "1/s", 1, HIGHER), ("Hz", "1/s", 1, HIGHER),
        ("MB/s", "B/s", 1e6, HIGHER), ("MB/sec", "B/s", 1e6, HIGHER), ("GiB/s", "B/s", 2**30, HIGHER),
        ("B/s", "B/s", 1, HIGHER),
        ("Mb/s", "B/s", 125_000, HIGHER), ("mb/s", "B/s", 1e6, HIGHER), ("Gbit/s", "B/s", 1.25e8, HIGHER),
        ("B/op", "B", 1, LOWER), ("bytes", "B", 1, LOWER), ("MiB", "B", 2**20, LOWER), ("Megabytes", "B", 1e6, LOWER),
        ("allocs/op", "1", 1, LOWER),
        ("points", "points", 1, UNKNOWN), ("%", "%", 1, UNKNOWN), ("", "", 1, UNKNOWN), ("/", "/", 1, UNKNOWN),
        ("widgets/op", "widgets/op", 1, UNKNOWN), ("a/b/c", "a/b/c", 1, UNKNOWN),
        ("B/request/s", "B/request/s", 1, UNKNOWN),
        ("counts", "counts", 1, UNKNOWN), ("s/s", "s/s", 1, UNKNOWN),
    ],
)  # fmt: skip
def test_what_a_unit_is(said: str, base: str, factor: float, direction: Direction) -> None:
    found = unit(said)
    assert (found.base, found.direction) == (base, direction)
    assert found.factor == pytest.approx(factor, rel=1e-12)


@given(above=some.sampled_from([*SIZES, *COUNTS]), below=some.sampled_from(TIMES))
def test_so_much_in_a_time_is_the_one_divided_by_the_other(above: str, below: str) -> None:
    found, time = unit(f"{above}/{below}"), unit(below)
    each = unit(above).factor if above in SIZES else unit(f"{above}/s").factor
    assert found.factor == pytest.approx(each / time.factor, rel=1e-12)
    assert found.direction is HIGHER


@given(above=some.sampled_from([*TIMES, *SIZES]), below=some.sampled_from(["op", "iter", "request", "call"]))
def test_a_cost_of_each_operation_is_that_cost(above: str, below: str) -> None:
    assert unit(f"{above}/{below}") == unit(above)


@given(said=some.one_of(some.text(max_size=12), some.sampled_from([*TIMES, *SIZES, "ops/s", "MB/s", "allocs/op"])))
def test_a_base_is_its_own_base(said: str) -> None:
    found = unit(said)
    again = unit(found.base)
    assert (again.base, again.factor) == (found.base, 1)
    assert metric(found)
