"""What is let pass of one benchmark and metric: the settings of the gate, with the limits that name it laid over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.errors import UserError
from sluicegate.gates.performance.naming import called, named
from sluicegate.gates.performance.reading import Direction
from sluicegate.gates.performance.units import unit
from sluicegate.gates.performance.verdicts import Bar
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from sluicegate.gates.performance.found import Measured
    from sluicegate.gates.performance.reading import Reading
    from sluicegate.gates.performance.settings import Settings

_AMOUNT = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)\s*(.*?)\s*", re.IGNORECASE)


class Amount(Struct, frozen=True, kw_only=True):
    """An absolute limit: as it is written, and in the base unit of its kind."""

    said: str
    value: float
    unit: str


class Allowed(Struct, frozen=True, kw_only=True):
    """What holds for one benchmark and metric: the bar of a change, absolute limits, and which way is better."""

    bar: Bar
    direction: Direction
    warn_at: Amount | None = None
    fail_at: Amount | None = None


def allowed(settings: Settings, reading: Reading) -> Allowed:
    """What the settings let pass of a benchmark. Of several limits that name it, the last one wins, key by key.

    Raises UserError: an absolute limit is no amount with a unit.
    """
    said: dict[str, object] = {}
    for limit in settings.limit:
        if named(limit.benchmark, reading.benchmark) and named(limit.metric, reading.metric):
            said |= {name: value for name in limit.__struct_fields__ if (value := getattr(limit, name))}
    better = said.get("better")
    warn_from, fail_from = (float(str(said.get(name, getattr(settings, name)))) for name in ("warn_from", "fail_from"))
    return Allowed(
        bar=Bar(
            warn_from=min(warn_from, fail_from),  # what is an error is called worse, whatever would only be a warning
            fail_from=fail_from,
            false_alarms=settings.false_alarms,
        ),
        direction=Direction(str(better)) if better else reading.direction,
        warn_at=amount(str(said["warn_at"])) if "warn_at" in said else None,
        fail_at=amount(str(said["fail_at"])) if "fail_at" in said else None,
    )


def without_effect(settings: Settings, side: Measured) -> list[str]:
    """The limits that name nothing of a side, as they are written: what they guard may be called otherwise by now.

    What was measured and cannot be judged is something.
    """
    if not settings.limit:
        return []
    keys = {*side.readings, *((one.benchmark, one.metric) for _, one in side.refused)}
    return [
        called(limit.benchmark, limit.metric if limit.metric != "*" else "time")
        for limit in settings.limit
        if not any(
            named(limit.benchmark, name) and (not metric or named(limit.metric, metric)) for name, metric in keys
        )
    ]


def amount(text: str) -> Amount:
    """A number with a unit, such as `250 ms`. Raises UserError for anything else."""
    found = _AMOUNT.fullmatch(text)
    if not found:
        raise UserError(
            f"[[performance.limit]]: {shorten(one_line(text), 60)!r} is no amount",
            hint="write a number and its unit, such as `250 ms`, `64 MiB` or `1000 ops/s`",
        )
    known = unit(found[2])
    return Amount(said=text.strip(), value=float(found[1]) * known.factor, unit=known.base)
