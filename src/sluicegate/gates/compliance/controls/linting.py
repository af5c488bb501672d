"""What is wrong with packs: their form, their clauses and mappings, and the expressions that nobody could evaluate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sluicegate.gates.compliance.controls.reading import Trouble
from sluicegate.gates.compliance.evidence.kinds import KINDS
from sluicegate.gates.compliance.predicates.asking import Evaluator
from sluicegate.model import Location

_PARAMETER = re.compile(r"\bparameters\.([A-Za-z_]\w*)")

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sluicegate.gates.compliance.controls.known import Known
    from sluicegate.gates.compliance.controls.model import Control


def troubles(found: Known) -> list[Trouble]:
    """Everything that is wrong with the packs that were named, in the order of their lines."""
    said = [trouble for each in found.troubles.values() for trouble in each]
    held = [control for control in found.controls.values() if control.id.split("/")[0] in found.named]
    said += [*expressions(held), *(trouble for control in held for trouble in parameters(control))]
    return sorted(said, key=lambda each: (each.location.path or "", each.location.line or 0))


def expressions(controls: Iterable[Control]) -> Iterator[Trouble]:
    """Evidence of a kind that there is not, and CEL that cannot be read."""
    with Evaluator() as evaluator:
        evaluator.keep("none", [])
        for control in controls:
            if control.evidence not in KINDS:
                text = f"there is no evidence of the kind {control.evidence}"
                yield Trouble(location=_at(control, "evidence"), text=text, hint=f"there are: {', '.join(KINDS)}")
            answer = evaluator.ask(
                "none", where=control.where, holds=control.holds, parameters={}, now=datetime.now(UTC)
            )
            if answer.trouble:
                part = answer.part or "holds"
                yield Trouble(location=_at(control, part), text=f"`{part}` of {control.id}: {answer.trouble}")


def parameters(control: Control) -> Iterator[Trouble]:
    """Parameters that a control asks for and does not declare: no settings could give them."""
    for part, text in (("where", control.where), *control.demands.items(), ("message", control.message)):
        for name in dict.fromkeys(_PARAMETER.findall(text)):
            if name not in control.parameters:
                declared = ", ".join(control.parameters) or "none"
                told = f"`{part}` of {control.id} asks for the parameter {name}, which it does not declare"
                yield Trouble(location=_at(control, part), text=told, hint=f"declared: {declared}")


def _at(control: Control, part: str) -> Location:
    return Location(path=control.origin.path, line=control.lines.get(part, control.origin.line))
