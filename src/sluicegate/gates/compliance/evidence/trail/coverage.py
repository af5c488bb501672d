"""Which operations that write, of an OpenAPI description, are seen in a trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.model import Location
from sluicegate.openapi.operations import describe
from sluicegate.openapi.references import Library

if TYPE_CHECKING:
    from sluicegate.model import Tree

_WRITING = ("POST", "PUT", "PATCH", "DELETE")


class Asked(Struct, frozen=True, kw_only=True):
    """An operation, its action in the trail ("" where nobody says which), how often that is there, and its place."""

    operation: str
    method: str
    path: str
    action: str
    seen: int
    location: Location


def covered(tree: Tree, description: str, actions: Mapping[str, str], seen: Mapping[str, int]) -> list[Asked]:
    """Every operation that writes, with how often its action is seen. Raises UnreadableError."""
    found = []
    for operation in describe(Library(tree=tree), description).operations.values():
        method = operation.method.upper()
        if method not in _WRITING:
            continue
        identity = operation.node.text("operationId") or ""
        title = f"{method} {operation.path}"
        action = actions.get(identity) or actions.get(title) or _by_template(
            actions.get("*", "{operationId}"), identity, method, operation.path
        )  # fmt: skip
        document = operation.node.document
        line, column = document.place(operation.node.pointer)
        found.append(
            Asked(
                operation=title,
                method=method,
                path=operation.path,
                action=action,
                seen=seen.get(action, 0) if action else 0,
                location=Location(path=document.shown, line=line, column=column, logical=title),
            )
        )
    return found


def _by_template(template: str, identity: str, method: str, path: str) -> str:
    if "{operationId}" in template and not identity:
        return ""
    return template.replace("{operationId}", identity).replace("{method}", method).replace("{path}", path)
