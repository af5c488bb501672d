"""Components that nothing uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluicegate.gates.contract.soundness.discriminators import mapped
from sluicegate.gates.contract.soundness.kinds import COMPONENTS
from sluicegate.gates.contract.soundness.lint import Lint, code, shown
from sluicegate.gates.contract.soundness.survey import members

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.contract.soundness.survey import Survey
    from sluicegate.openapi.document import Node


def unused_components(survey: Survey) -> Iterator[Lint]:
    """The components to which no way leads from the paths and webhooks; nothing where there are neither."""
    root = survey.description.root
    if not any(isinstance(root.value, dict) and root.value.get(key) for key in ("paths", "webhooks")):
        return
    edges = {home: list(targets) for home, targets in survey.uses.items()}
    _discriminated(survey, edges)
    schemes = _schemes(survey)
    reached = {0}
    _reach(survey, edges, reached, [0])
    components = root.get("components")
    groups = {group: members(components.get(group) if components else None) for group in COMPONENTS}
    for reference, count in root.document.references.items():
        # one that stands where none of ours does is in an example, an extension or a word of others: it may count there
        if count > survey.references[reference] and (node := survey.follow(root.document, reference)) is not None:
            home = survey.homes.get(id(node.value), 0)
            if home not in reached:
                _reach(survey, edges, reached, [home])
    for group, named in groups.items():
        if group == "requestBodies" and survey.description.version == "2.0":
            continue  # made of parameters of Swagger 2.0 that were put in wherever they are used
        for name, node in named.items():
            used = id(node.value) in reached or (group == "securitySchemes" and name in schemes)
            if isinstance(node.value, dict) and not used:
                yield Lint(
                    rule="unused-component", node=node, key=(group, name), global_key=True,
                    message=f"no path and no webhook uses {code(shown(node))}",
                    advice="Remove it, or refer to it where it belongs.",
                )  # fmt: skip


def _reach(survey: Survey, edges: dict[int, list[int]], reached: set[int], waiting: list[int]) -> None:
    """Add the homes to which a way leads from those that wait; the paths and webhooks are home 0."""
    reached.update(waiting)
    while waiting:
        for target in edges.get(waiting.pop(), ()):
            home = survey.homes.get(target)
            if home is not None and home not in reached:
                reached.add(home)
                waiting.append(home)


def _discriminated(survey: Survey, edges: dict[int, list[int]]) -> None:
    """A discriminator uses what it maps to, and every schema that takes its own in with allOf."""
    parents: dict[int, list[int]] = {}
    for spot in survey.schemas("discriminator"):
        for target in mapped(survey, spot.node).values():
            if target is not None:
                edges.setdefault(spot.home, []).append(id(target.value))
    for spot in survey.schemas("allOf"):
        value: dict[str, Any] = spot.value
        if isinstance(value["allOf"], list) and id(value) in survey.components:
            for arm in spot.node.get("allOf").items():  # type: ignore[union-attr]  # it is a list
                parent = survey.resolve(arm)
                if parent is not None and isinstance(parent.value, dict) and "discriminator" in parent.value:
                    parents.setdefault(id(parent.value), []).append(id(value))
    for parent_id, children in parents.items():
        edges.setdefault(survey.homes.get(parent_id, parent_id), []).extend(children)


def _schemes(survey: Survey) -> set[str]:
    holders: list[Node] = [survey.description.root, *(spot.node for spot in survey.of("operation"))]
    found: set[str] = set()
    for holder in holders:
        listed = holder.get("security")
        for requirement in listed.items() if listed else ():
            found.update(name.rpartition("/")[2] for name in requirement.members())
    return found
