"""What only an anchor tells of a trail: that it was cut at its end, or made anew as a chain that holds."""

from __future__ import annotations

import json

from sluicegate.gates.compliance.evidence.trail.chain import sealed
from sluicegate.gates.compliance.selftest.systems import Fault, healthy

_TRAIL = "export/audit.jsonl"
_ANCHORED = "baseline/trail-anchored"


def faults(system: str) -> tuple[Fault, ...]:
    """The faults of a system's trail that its chain does not show."""
    text = healthy(system)[_TRAIL]
    *before, last = text.splitlines(keepends=True)
    return (
        Fault(name="a trail that was cut at its end", control=_ANCHORED, path=_TRAIL, old=last),
        Fault(
            name="a trail that was made anew with another actor",
            control=_ANCHORED,
            path=_TRAIL,
            old=text,
            new=_anew([*before, last], "u-2", "u-9"),
        ),
    )


def _anew(lines: list[str], actor: str, other: str) -> str:
    """The events with another actor in place of one, in a chain that holds."""
    made, before = [], ""
    for line in lines:
        event = json.loads(line)
        del event["hash"]
        event |= {"actor": other if event["actor"] == actor else event["actor"], "previous": before}
        before = sealed(event, before)
        made.append(json.dumps({**event, "hash": before}, separators=(",", ":")) + "\n")
    return "".join(made)
