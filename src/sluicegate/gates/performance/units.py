"""Units as the tools write them: the base unit of their kind, the factor to it, and which way is better."""

from __future__ import annotations

import re

from msgspec import Struct

from sluicegate.gates.performance.reading import Direction


class Unit(Struct, frozen=True, kw_only=True):
    """A value in some unit, times `factor`, is a value in `base`."""

    base: str
    factor: float
    direction: Direction


_TIMES = {
    "ps": 1e-12, "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0,
    "nanosecond": 1e-9, "microsecond": 1e-6, "millisecond": 1e-3, "second": 1.0, "sec": 1.0, "minute": 60.0,
    "msec": 1e-3, "usec": 1e-6, "nsec": 1e-9, "hour": 3600.0, "day": 86_400.0,
}  # fmt: skip
_SIZES = {
    "b": 1.0, "byte": 1.0, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "kib": 1024.0, "mib": 1024.0**2, "gib": 1024.0**3,
}  # fmt: skip
_COUNTS = {
    "op": 1.0, "ops": 1.0, "iter": 1.0, "iteration": 1.0, "call": 1.0, "request": 1.0, "req": 1.0, "reqs": 1.0, "round": 1.0,
    "item": 1.0, "element": 1.0, "event": 1.0, "message": 1.0, "kelem": 1e3, "melem": 1e6, "elem": 1.0, "operation": 1.0,
    "hit": 1.0, "row": 1.0, "kop": 1e3, "mop": 1e6, "kops": 1e3, "mops": 1e6,
}  # fmt: skip
_RATES = {"ops": 1.0, "rps": 1.0, "qps": 1.0, "tps": 1.0, "fps": 1.0, "hz": 1.0, "khz": 1e3, "mhz": 1e6, "bps": 0.125}
_PARTED = re.compile(r"\s*(?:/|\bper\b)\s*")


def unit(text: str) -> Unit:
    """What a unit is. One that nobody knows is its own base, and which way is better is not known of it.

    `ns`, `ms/op`, `ops/s`, `ops/ms`, `MB/s`, `allocs/op`, `B/op` and their like are known.
    """
    said = text.strip()
    parts = [part for part in _PARTED.split(said) if part]
    above = _singular(parts[0]) if parts else ""
    if len(parts) == 1:
        return _alone(said, above)
    if len(parts) != 2:  # noqa: PLR2004 - something per something
        return Unit(base=said, factor=1.0, direction=Direction.UNKNOWN)
    below = _singular(parts[1])
    if below in _TIMES:
        if above in _SIZES:
            return Unit(base="B/s", factor=_SIZES[above] / _TIMES[below], direction=Direction.HIGHER)
        if above in _COUNTS:
            return Unit(base="1/s", factor=_COUNTS[above] / _TIMES[below], direction=Direction.HIGHER)
    elif below in _COUNTS:
        known = _alone(said, above)
        if known.base != said or above.startswith("alloc"):  # a cost of each operation
            base = known.base if known.base != said else "1"
            return Unit(base=base, factor=known.factor / _COUNTS[below], direction=Direction.LOWER)
    return Unit(base=said, factor=1.0, direction=Direction.UNKNOWN)


def _alone(said: str, word: str) -> Unit:
    if word in _TIMES:
        return Unit(base="s", factor=_TIMES[word], direction=Direction.LOWER)
    if word in _SIZES:
        return Unit(base="B", factor=_SIZES[word], direction=Direction.LOWER)
    if word in _RATES:
        return Unit(base="1/s", factor=_RATES[word], direction=Direction.HIGHER)
    return Unit(base=said, factor=1.0, direction=Direction.UNKNOWN)


def _singular(word: str) -> str:
    low = word.strip().lower()
    tables = (_TIMES, _SIZES, _COUNTS, _RATES)
    return low if any(low in table for table in tables) or not low.endswith("s") else low[:-1]
