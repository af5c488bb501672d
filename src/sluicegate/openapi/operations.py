"""What a description offers: its operations, with the parameters of the path merged in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sluicegate.errors import UnreadableError
from sluicegate.openapi.document import Node
from sluicegate.openapi.moved import original_of
from sluicegate.openapi.references import DanglingError
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from sluicegate.openapi.document import Document
    from sluicegate.openapi.references import Library

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_TEMPLATE = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter. `use` is where the operation names it, `node` its object, once any `$ref` is followed."""

    where: str
    name: str
    use: Node
    node: Node

    @property
    def required(self) -> bool:
        """Whether a request must carry it; a path parameter always is."""
        return self.where == "path" or self.node.flag("required")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method on one path. `shape` is the path without the names of its parameters."""

    path: str
    shape: str
    method: str
    item: Node
    node: Node
    parameters: dict[tuple[str, str], Parameter] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """How people name it: `GET /users/{id}`."""
        return shorten(one_line(f"{self.method} {self.path}"), 200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """An OpenAPI description: its document, the library it lives in, its paths and operations by shape.

    One of Swagger 2.0 (`version` 2.0) is read as if written in OpenAPI 3.0; its places are those of its own text.
    """

    document: Document
    library: Library
    version: str
    paths: dict[str, Node]
    operations: dict[tuple[str, str], Operation]

    @property
    def root(self) -> Node:
        """The document as a node."""
        return Node(self.document, (), self.document.data)


def describe(library: Library, path: str) -> Description:
    """The description that a tree keeps under `path`. Raises UnreadableError when it keeps none there."""
    document = library.open(path)
    version = _version(document)
    paths: dict[str, Node] = {}
    operations: dict[tuple[str, str], Operation] = {}
    root = Node(document, (), document.data)
    for template, entry in _members(root.get("paths")).items():
        if not template.startswith("/"):
            continue
        shape = shape_of(template)
        paths.setdefault(shape, entry)
        item = _resolved(library, entry)
        methods = {key: node for key, node in item.members().items() if key in _METHODS}
        methods.update(_members(item.get("additionalOperations")))
        for method, node in methods.items():
            if isinstance(node.value, dict):
                operation = Operation(
                    path=template, shape=shape, method=method.upper(), item=item, node=node,
                    parameters=_parameters(library, template, item, node),
                )  # fmt: skip
                operations.setdefault((shape, operation.method), operation)
    return Description(document=document, library=library, version=version, paths=paths, operations=operations)


def shape_of(template: str) -> str:
    """The path with its parameters unnamed: `/users/{id}` and `/users/{userId}` have one shape."""
    return _TEMPLATE.sub("{}", template)


def _version(document: Document) -> str:
    data = document.data
    if original_of(document) is not document:
        return "2.0"
    for key in ("swagger", "swaggerVersion"):
        if isinstance(data, dict) and key in data:
            raise UnreadableError(
                f"{document.shown}: Swagger {one_line(str(data[key]))[:20]} is not supported (2.0 is)",
                "Convert it to OpenAPI 3.",
            )
    if not isinstance(data, dict) or "openapi" not in data:
        raise UnreadableError(
            f"{document.shown}: no OpenAPI description (it has no `openapi` field)",
            "Name another file in [contract] spec, or add `openapi: 3.1.1`.",
        )
    version = str(data["openapi"])
    if version.split(".")[:2] not in (["3", "0"], ["3", "1"], ["3", "2"]):
        raise UnreadableError(
            f"{document.shown}: OpenAPI {shorten(one_line(version), 20)} is not known (3.0, 3.1 and 3.2 are)",
            "Correct the `openapi` field, or convert the description.",
        )
    return ".".join(version.split(".")[:2])


def _parameters(library: Library, template: str, item: Node, node: Node) -> dict[tuple[str, str], Parameter]:
    found: dict[tuple[str, str], Parameter] = {}
    order = [name[1:-1] for name in _TEMPLATE.findall(template)]
    for holder in (item, node):
        listed = holder.get("parameters")
        for use in listed.items() if listed else []:
            parameter = _resolved(library, use)
            where, name = parameter.text("in"), parameter.text("name")
            if not where or not name:
                continue
            if where == "path":  # by its place in the path, so that a new name is no change
                key = str(order.index(name)) if name in order else name
            else:
                key = name.lower() if where == "header" else name
            found[where, key] = Parameter(where=where, name=name, use=use, node=parameter)
    return found


def _resolved(library: Library, node: Node) -> Node:
    try:
        return library.resolve(node)
    except DanglingError:
        return node


def _members(node: Node | None) -> dict[str, Node]:
    return node.members() if node else {}
