"""Samples: which of them can be judged and why not, and what they are in the base unit of their kind."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import cast

from sluicegate.gates.performance.readers.source import Number
from sluicegate.gates.performance.reading import Direction
from sluicegate.gates.performance.units import Unit


def wrong(rows: Sequence[Sequence[Number]], unit: Unit) -> str:
    """Why samples cannot be judged; "" where they can. Nearly always all of them can, which is seen at one look."""
    if rows and all(rows) and are_sound(rows[0] if len(rows) == 1 else list(chain.from_iterable(rows)), unit):
        return ""
    for row in rows:
        if not row:
            return "there are no samples" if len(rows) == 1 else "a process has no samples"
        if not are_sound(row, unit):
            return next((why for value in row if (why := _blame(value, unit.base))), "a sample is beyond any number")
    return "there are no samples"


def are_sound(row: Sequence[Number], unit: Unit) -> bool:
    """Whether samples, of which there is one at the least, can all be judged. Where they cannot, one of them is why."""
    numbers = cast("Sequence[float]", row)  # what is none of them cannot be compared
    try:
        least, total = min(numbers), sum(numbers)
        if least > 0 and total * unit.factor < math.inf:
            return True
        above = least > 0 or (least == 0 and unit.base != "s")
        return above and max(numbers) * unit.factor < math.inf and not math.isnan(total)
    except TypeError:
        return False


def _blame(value: Number, base: str) -> str:
    if value is None:
        return "there is a sample without a value (null)"
    if not isinstance(value, float | int):
        return f"there is a sample that is no number: {str(value)[:60]!r}"
    if not math.isfinite(value):
        return f"there is a sample that is no finite number: {value}"
    if value < 0:
        return f"there is a negative sample: {value!r}"
    if value == 0 and base == "s":
        return "there is a time of 0: nothing takes no time, and the tool's clock or its format is too coarse"
    return ""


def scaled(samples: Sequence[Sequence[Number]], factor: float) -> tuple[tuple[float, ...], ...]:
    """Samples that can be judged in the base unit. A zero has no sign, whatever stands beside it."""
    rows = cast("Sequence[Sequence[float]]", samples)  # all are numbers: nothing was wrong with them
    if factor == 1:
        return tuple([tuple([value + 0.0 for value in row] if 0.0 in row else row) for row in rows])
    if divisor := _divisor(factor):
        return tuple([tuple([value / divisor + 0.0 for value in row]) for row in rows])
    return tuple([tuple([value * factor + 0.0 for value in row]) for row in rows])


def in_base(value: float, factor: float) -> float:
    """The same of one."""
    divisor = _divisor(factor)
    return value / divisor if divisor else value * factor


@lru_cache(maxsize=64)
def _divisor(factor: float) -> int:
    """What divides like the factor multiplies: 5.275 ns are 5.275e-09 s to the last digit, where the product is not."""
    divisor = round(1 / factor) if factor < 1 else 0
    return divisor if divisor and 1 / divisor == factor else 0


def spreads(spreads: Sequence[Number], factor: float) -> Sequence[float | None]:
    """Each spread in the base unit."""
    if spreads.count(None) == len(spreads):
        return cast("Sequence[None]", spreads)
    if are_sound(spreads, Unit(base="", factor=factor, direction=Direction.UNKNOWN)):
        return scaled((spreads,), factor)[0]
    return [spread(one, factor) for one in spreads]


def spread(spread: Number, factor: float) -> float | None:
    """The spread in the base unit; None where it is no number, as where a tool had too few samples for one."""
    if not isinstance(spread, float) or not spread >= 0:
        return None
    scaled = in_base(spread, factor)
    return scaled if scaled < math.inf else None


def halves(lows: Iterable[object], highs: Iterable[object]) -> list[Number]:
    """Half of each interval, as its spread; None where a bound is no number."""
    return [
        (high - low) / 2 if isinstance(low, float) and isinstance(high, float) else None
        for low, high in zip(lows, highs, strict=True)
    ]
