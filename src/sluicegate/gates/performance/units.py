"""Units as the tools write them: the base unit of their kind, the factor to it, and which way is better."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from sluicegate.gates.performance.reading import Direction


class Unit(Struct, frozen=True, kw_only=True):
    """A value in some unit, times `factor`, is a value in `base`."""

    base: str
    factor: float
    direction: Direction


_TIMES = {
    "ps": 1e-12, "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0,
    "picosecond": 1e-12, "nanosecond": 1e-9, "microsecond": 1e-6, "millisecond": 1e-3, "second": 1.0, "sec": 1.0,
    "nsec": 1e-9, "usec": 1e-6, "msec": 1e-3, "minute": 60.0, "hr": 3600.0, "hour": 3600.0, "day": 86_400.0,
}  # fmt: skip
_SIZES = {
    "b": 1.0, "byte": 1.0, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "kib": 1024.0, "mib": 1024.0**2,
    "gib": 1024.0**3, "tib": 1024.0**4, "kilobyte": 1e3, "megabyte": 1e6, "gigabyte": 1e9, "kibibyte": 1024.0,
    "mebibyte": 1024.0**2, "bit": 1 / 8, "kbit": 1e3 / 8, "mbit": 1e6 / 8, "gbit": 1e9 / 8,
}  # fmt: skip
_BITS = {"Kb": 1e3 / 8, "Mb": 1e6 / 8, "Gb": 1e9 / 8, "Tb": 1e12 / 8}
"""A small b after a large letter is a bit, as in Mb/s; where all is small, as in mb, people mean bytes."""
_COUNTS = {
    "1": 1.0, "op": 1.0, "ops": 1.0, "iter": 1.0, "iteration": 1.0, "call": 1.0, "request": 1.0, "req": 1.0,
    "reqs": 1.0, "round": 1.0, "item": 1.0, "element": 1.0, "event": 1.0, "message": 1.0, "elem": 1.0, "operation": 1.0,
    "hit": 1.0, "row": 1.0, "kelem": 1e3, "melem": 1e6, "gelem": 1e9, "kop": 1e3, "mop": 1e6, "kops": 1e3, "mops": 1e6,
    "transaction": 1.0, "frame": 1.0, "query": 1.0, "queries": 1.0,
}  # fmt: skip
_RATES = {"ops": 1.0, "rps": 1.0, "qps": 1.0, "tps": 1.0, "fps": 1.0, "hz": 1.0, "khz": 1e3, "mhz": 1e6}
_TABLES = (_TIMES, _SIZES, _COUNTS, _RATES)
_PARTED = re.compile(r"(?<!\s)\s*+(?:/|\bper\b)\s*")
_METRICS = {"s": "time", "B": "size", "1/s": "throughput", "B/s": "throughput"}


@lru_cache(maxsize=1024)
def unit(text: str) -> Unit:
    """What a unit is. One that nobody knows is its own base, and which way is better is not known of it.

    `ns`, `ms/op`, `ops/s`, `ops/ms`, `MB/s`, `allocs/op`, `B/op` and their like are known. A base is its own base.
    """
    said = text.strip()
    parts = [part for part in _PARTED.split(said) if part]
    if len(parts) == 1:
        return _alone(said, parts[0])
    if len(parts) != 2:  # noqa: PLR2004 - something per something
        return _unknown(said)
    above, below = _singular(parts[0]), _singular(parts[1])
    if below in _TIMES:
        if size := _size(parts[0], above):
            return Unit(base="B/s", factor=size / _TIMES[below], direction=Direction.HIGHER)
        if above in _COUNTS:
            return Unit(base="1/s", factor=_COUNTS[above] / _TIMES[below], direction=Direction.HIGHER)
    elif below in _COUNTS:  # a cost of each operation
        known = _alone(said, parts[0])
        if known.base in ("s", "B"):
            return Unit(base=known.base, factor=known.factor / _COUNTS[below], direction=Direction.LOWER)
        if above in ("alloc", "allocation"):
            return Unit(base="1", factor=1 / _COUNTS[below], direction=Direction.LOWER)
    return _unknown(said)


def metric(found: Unit) -> str:
    """What is measured, where a tool names only its unit: a time, a size, a throughput, or what the unit says."""
    return _METRICS.get(found.base, found.base or "value")


def _alone(said: str, part: str) -> Unit:
    word = _singular(part)
    if word in _TIMES:
        return Unit(base="s", factor=_TIMES[word], direction=Direction.LOWER)
    if size := _size(part, word):
        return Unit(base="B", factor=size, direction=Direction.LOWER)
    if word in _RATES:
        return Unit(base="1/s", factor=_RATES[word], direction=Direction.HIGHER)
    return _unknown(said)


def _size(part: str, word: str) -> float:
    """How many bytes; 0 where it is no size."""
    return _BITS.get(part) or _SIZES.get(word, 0.0)


def _unknown(said: str) -> Unit:
    return Unit(base=said, factor=1.0, direction=Direction.UNKNOWN)


def _singular(word: str) -> str:
    low = word.strip().lower()
    return low if any(low in table for table in _TABLES) or not low.endswith("s") else low[:-1]
