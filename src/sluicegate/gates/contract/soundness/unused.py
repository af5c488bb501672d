"""Components that nothing uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluicegate.gates.contract.soundness.discriminators import mapped
from sluicegate.gates.contract.soundness.lint import Lint, code, shown
from sluicegate.gates.contract.soundness.survey import COMPONENTS, members
from sluicegate.openapi.references import reference_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.contract.soundness.survey import Survey
    from sluicegate.openapi.document import Node

_DATA = frozenset(("example", "examples", "value", "default"))


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
    leading = {reference: survey.follow(root.document, reference) for reference in root.document.references}
    missed = {
        reference: home
        for reference, node in leading.items()
        if root.document.references[reference] > survey.references[reference]
        and node is not None
        and (home := survey.homes.get(id(node.value), 0)) not in reached
    }
    if missed:  # which of them stand in data takes a walk over everything
        _reach(survey, edges, reached, [missed[one] for one in _in_data(root.value) if one in missed])
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


def _in_data(data: Any) -> set[str]:
    """The references that stand in extensions and in examples: not references to OpenAPI, but to their authors."""
    found: set[str] = set()
    stack = [(data, False)]
    while stack:
        value, inside = stack.pop()
        if value.__class__ is dict:
            reference = reference_of(value) if inside else None
            if reference is not None:
                found.add(reference)
            for key, child in value.items():
                if child.__class__ is dict or child.__class__ is list:
                    stack.append((child, inside or key in _DATA or key.startswith("x-")))
        else:
            stack += [(child, inside) for child in value if child.__class__ is dict or child.__class__ is list]
    return found
