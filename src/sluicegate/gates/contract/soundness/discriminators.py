"""Discriminators: the schemas they map to, and the property that they look at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sluicegate.gates.contract.soundness.composed import possible, together
from sluicegate.gates.contract.soundness.lint import Lint, code, strings
from sluicegate.gates.contract.soundness.survey import members
from sluicegate.openapi.references import DanglingError, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.contract.soundness.survey import Survey
    from sluicegate.openapi.document import Node

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_TOLD = 4


def mapped(survey: Survey, node: Node) -> dict[str, Node | None]:
    """Where each value of a discriminator's mapping leads; None where it leads nowhere. Refused ones are left out."""
    discriminator = node.get("discriminator")
    found: dict[str, Node | None] = {}
    for value, use in members(discriminator.get("mapping") if discriminator else None).items():
        if not isinstance(use.value, str):
            continue
        named = survey.component(node.document, "schemas", use.value)
        try:
            if named is None or not _NAME.fullmatch(use.value):
                named = survey.library.follow(node.document, use.value)
            found[value] = survey.library.resolve(named)
        except DanglingError as error:
            if error.trouble is not Trouble.REFUSED:
                found[value] = None
    return found


def mappings(survey: Survey) -> Iterator[Lint]:
    """Values that map to no schema, or to one that is not among the variants."""
    for spot in survey.schemas("discriminator"):
        node = spot.node
        targets = mapped(survey, node)
        variants = _variants(survey, node) if targets else None
        uses = members((node.get("discriminator") or node).get("mapping"))
        for value, target in targets.items():
            said = code(uses[value].value)
            if target is None:
                why = f"the discriminator maps {code(value)} to {said}, which does not exist"
            elif variants is not None and id(target.value) not in variants:
                why = f"the discriminator maps {code(value)} to {said}, which is not among the variants"
            else:
                continue
            yield Lint(
                rule="broken-discriminator", node=uses[value], message=why,
                advice="Correct the mapping, or add the schema to the variants.",
            )  # fmt: skip


def properties(survey: Survey) -> Iterator[Lint]:
    """Discriminators whose property is not defined, or not required, in some variant."""
    for spot in survey.schemas("discriminator"):
        discriminator = spot.value["discriminator"]
        name = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
        if not isinstance(name, str):
            continue
        node = spot.node
        optional = "defaultMapping" in discriminator  # 3.2: the property may be absent then
        arms = [arm for key in ("oneOf", "anyOf") for arm in items(node, key)]
        own = together(survey, node)
        lacking: list[str] = []
        for arm in arms or [node]:
            branches = together(survey, arm)
            every = possible(survey, [arm])
            if own is None or branches is None or every is None:
                break
            sure = [*own, *branches]
            defined = any(name in members(branch.get("properties")) for branch in [*sure, *every])
            required = any(name in strings(branch.value.get("required")) for branch in sure)
            nested = any(key in branch.value for branch in branches for key in ("oneOf", "anyOf"))
            if not defined or not (required or optional or nested):
                lacking.append("" if not arms else _called(arm))
        else:
            if lacking:
                listed = ", ".join(map(code, lacking[:_TOLD])) + (" and others" if len(lacking) > _TOLD else "")
                where = f" in {listed}" if arms else ""
                yield Lint(
                    rule="discriminator-property-missing", node=node.get("discriminator") or node,
                    message=f"the property {code(name)} of the discriminator is not defined and required{where}",
                    advice="Define the property, and list it under `required`, in each variant.",
                )  # fmt: skip


def items(node: Node, key: str) -> list[Node]:
    """The items of a list below a node."""
    listed = node.get(key)
    return listed.items() if listed else []


def _called(arm: Node) -> str:
    reference = arm.text("$ref")
    return reference.rpartition("/")[2] if reference else arm.text("title") or f"variant {arm.pointer[-1]}"


def _variants(survey: Survey, node: Node) -> set[int] | None:
    """The schemas among which a discriminator chooses; None where it has no list of them, or a part is not known."""
    arms = [arm for key in ("oneOf", "anyOf") for arm in items(node, key)]
    if not arms:
        return None
    every = possible(survey, arms)
    return {id(branch.value) for branch in every} if every is not None else None
