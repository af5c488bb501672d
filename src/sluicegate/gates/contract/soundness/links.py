"""Links: the operation they lead to, and the parameters that they set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.contract.soundness.lint import Lint, code
from sluicegate.gates.contract.soundness.survey import members
from sluicegate.openapi.references import DanglingError, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.contract.soundness.survey import Survey
    from sluicegate.openapi.document import Node
    from sluicegate.openapi.operations import Operation

_PLACES = ("path", "query", "header", "cookie", "querystring")


def links(survey: Survey) -> Iterator[Lint]:
    """Links that lead to no operation, and those that set a parameter which the operation does not take."""
    named = {
        spot.value["operationId"]: spot.value
        for spot in survey.of("operation")
        if isinstance(spot.value.get("operationId"), str)
    }
    known = {id(operation.node.value): operation for operation in survey.description.operations.values()}
    for spot in survey.of("link"):
        node = spot.node
        identity, reference = node.text("operationId"), node.text("operationRef")
        target = None
        if identity:
            target = named.get(identity)
            if target is None:
                yield _broken(node, "operationId", f"no operation has the operationId {code(identity)}")
        elif reference:
            target, reason = _referred(survey, node, reference)
            if reason:
                yield _broken(
                    node, "operationRef", f"the operationRef {code(reference)} does not lead anywhere: {reason}"
                )
        operation = known.get(id(target)) if target is not None else None
        if operation is not None:
            yield from _parameters(node, operation)


def _broken(node: Node, field: str, why: str) -> Lint:
    name = node.pointer[-1] if node.pointer else ""
    return Lint(
        rule="broken-link", node=node.get(field) or node, message=f"the link {code(name)} is broken: {why}",
        advice="Correct it, or give the operation that it means this name.",
    )  # fmt: skip


def _referred(survey: Survey, node: Node, reference: str) -> tuple[object, str]:
    try:
        return survey.library.resolve(survey.library.follow(node.document, reference)).value, ""
    except DanglingError as error:  # one that is refused may lead somewhere all the same, in another description
        return None, "" if error.trouble is Trouble.REFUSED else error.reason


def _parameters(node: Node, operation: Operation) -> Iterator[Lint]:
    taken = {(parameter.where, parameter.name) for parameter in operation.parameters.values()}
    names = {name for _, name in taken}
    for given, use in members(node.get("parameters")).items():
        where, dot, name = given.partition(".")
        if given in names or (dot and where in _PLACES and (where, name) in taken):
            continue
        yield Lint(
            rule="unknown-link-parameter", node=use,
            message=f"the link sets {code(given)}, and {code(operation.title)} takes no such parameter",
            advice="Correct the name of the parameter, or take it out of the link.",
        )  # fmt: skip
