"""What a description offers: its operations, with the parameters of the path merged in.

Those on paths are what clients may call. Webhooks (3.1) and callbacks turn the roles around: there the server calls,
and what the description's owner sends is the request.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sluicegate.errors import UnreadableError
from sluicegate.openapi.document import Node
from sluicegate.openapi.moved import original_of
from sluicegate.openapi.references import DanglingError, reference_of
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.openapi.document import Document, Pointer
    from sluicegate.openapi.references import Library, Place

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_TEMPLATE = re.compile(r"\{[^{}]*\}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_FIRST_DAY = date(2000, 1, 1)
_IGNORED_HEADERS = frozenset(("accept", "content-type", "authorization"))
"""Headers that are no parameters: media types and security schemes say them (OpenAPI 3.1.1, 4.8.12.2.1)."""
_MOST_LAYERS = 50


class Kind(StrEnum):
    """What an operation is for."""

    PATH = "path"
    WEBHOOK = "webhook"
    CALLBACK = "callback"


class Parameter(Struct, frozen=True, kw_only=True):
    """One parameter. `use` is where the operation names it, `node` its object, once any `$ref` is followed."""

    where: str
    name: str
    use: Node
    node: Node

    @property
    def required(self) -> bool:
        """Whether a request must carry it; a path parameter always is."""
        return self.where == "path" or self.node.flag("required")


class Operation(Struct, frozen=True, kw_only=True):
    """One method on one path. `shape` is the path without the names of its parameters.

    Of a webhook, both are its name. Of a callback, `path` is the expression that gives its address, `name` what it is
    called, and the last of `owners` the operation that asks for it: the others are what that one is a callback of.
    `item` is the path item once its `$ref` is followed.
    """

    path: str
    shape: str
    method: str
    item: Node
    node: Node
    parameters: dict[tuple[str, str], Parameter] = field(default_factory=dict)
    kind: Kind = Kind.PATH
    name: str = ""
    owners: tuple[Operation, ...] = ()

    @property
    def title(self) -> str:
        """How people name it: `GET /users/{id}`, `webhook POST newPet`, `POST /users: callback POST {$url} (done)`."""
        text = f"{self.method} {self.path}"
        if self.kind is Kind.WEBHOOK:
            text = f"webhook {text}"
        if self.owners:
            text = f"{self.owners[0].title}: " + ", ".join(
                f"callback {one.method} {one.path} ({one.name})" for one in (*self.owners[1:], self)
            )
        return shorten(one_line(text), 200)

    @property
    def reversed(self) -> bool:
        """Whether the owner of the description is the one who calls; what a called one asks back is turned again."""
        first = self.owners[0] if self.owners else self
        return (len(self.owners) + (first.kind is Kind.WEBHOOK)) % 2 == 1


class Description(Struct, frozen=True, kw_only=True):
    """An OpenAPI description: its document, the library it lives in, its paths and operations by shape.

    One of Swagger 2.0 (`version` 2.0) is read as if written in OpenAPI 3.0; its places are those of its own text.
    `webhooks` are by name and method; they stand in no path, and a client cannot call them. `named` are the operations
    on paths by operationId, `placed` by where they stand.
    """

    document: Document
    library: Library
    version: str
    paths: dict[str, Node]
    operations: dict[tuple[str, str], Operation]
    webhooks: dict[tuple[str, str], Operation] = field(default_factory=dict)
    named: dict[str, Operation] = field(default_factory=dict)
    placed: dict[Place, Operation] = field(default_factory=dict)

    @property
    def root(self) -> Node:
        """The document as a node."""
        return Node(self.document, (), self.document.data)

    @property
    def dialect(self) -> str:
        """The version whose rules hold in it: what was Swagger 2.0 follows those of 3.0."""
        return "3.0" if self.version == "2.0" else self.version

    def callbacks(self, owner: Operation) -> dict[tuple[str, str, str], Operation]:
        """The operations that one asks to be called back with, by name, expression and method."""
        found: dict[tuple[str, str, str], Operation] = {}
        owners = (*owner.owners, owner)
        for name, use in _members(owner.node.get("callbacks")).items():
            for expression, entry in _fixed(_resolved(self.library, use)).items():
                for operation in _operations(
                    self.library, self.dialect, expression, entry, Kind.CALLBACK, name=name, owners=owners
                ):
                    found.setdefault((name, expression, operation.method), operation)
        return found

    def all_operations(self) -> Iterator[Operation]:
        """Every operation on paths, then those of webhooks, each followed by its callbacks and theirs in turn.

        A callback that several ways lead to from one operation is given once, and once more where its roles differ.
        """
        for first in (*self.operations.values(), *self.webhooks.values()):
            waiting = [first]
            seen: set[tuple[str, Pointer, bool]] = set()
            while waiting:
                operation = waiting.pop()
                key = (operation.node.document.path, operation.node.pointer, operation.reversed)
                if key not in seen:
                    seen.add(key)
                    yield operation
                    waiting += reversed(self.callbacks(operation).values())


def describe(library: Library, path: str) -> Description:
    """The description that a tree keeps under `path`. Raises UnreadableError when it keeps none there.

    Where two paths of one shape have the same method, the operation of the latest `x-since-date` counts (RFC 3339
    full-date, at the operation or else its path, 2000-01-01 where there is none), and the first of equal ones. This is
    what oasdiff does (docs/MATCHING-ENDPOINTS.md), which refuses equal ones; a date to come counts like any other.
    """
    document = library.open(path)
    version = _version(document)
    description = Description(document=document, library=library, version=version, paths={}, operations={})
    paths, operations, webhooks = description.paths, description.operations, description.webhooks
    dates: dict[tuple[str, str], date] = {}
    for template, entry in _members(description.root.get("paths")).items():
        if not template.startswith("/"):
            continue
        paths.setdefault(shape_of(template), entry)
        for operation in _operations(library, description.dialect, template, entry, Kind.PATH):
            key = (operation.shape, operation.method)
            since = _since((operation.node, entry, operation.item))
            if key not in operations or since > dates[key]:
                operations[key], dates[key] = operation, since
    for operation in operations.values():
        description.placed[operation.node.document.path, operation.node.pointer] = operation
        if identity := operation.node.text("operationId"):
            description.named.setdefault(identity, operation)
    hooks = description.root.get("webhooks") if version not in ("2.0", "3.0") else None
    for name, entry in _members(hooks).items():
        for operation in _operations(library, version, name, entry, Kind.WEBHOOK):
            webhooks.setdefault((name, operation.method), operation)
    return description


def shape_of(template: str) -> str:
    """The path with its parameters unnamed: `/users/{id}` and `/users/{userId}` have one shape."""
    return _TEMPLATE.sub("{}", template)


def headers(library: Library, holder: Node) -> dict[str, Parameter]:
    """The headers of a response or of a part of a body, by name in lower case: case means nothing (RFC 9110, 5.1)."""
    found: dict[str, Parameter] = {}
    for name, use in _members(holder.get("headers")).items():
        if name.lower() == "content-type":  # to be ignored: the media type says it (OpenAPI 3.1.1, 4.8.15 and 4.8.17)
            continue
        found.setdefault(name.lower(), Parameter(where="header", name=name, use=use, node=_resolved(library, use)))
    return found


def _operations(
    library: Library,
    version: str,
    template: str,
    entry: Node,
    kind: Kind,
    *,
    name: str = "",
    owners: tuple[Operation, ...] = (),
) -> Iterator[Operation]:
    """The operations of one path item; what it says itself goes before what its `$ref` leads to."""
    layers = _layers(library, entry)
    methods: dict[str, Node] = {}
    for layer in layers:
        methods.update(_methods(layer, version))
    shape, named = (shape_of(template), template) if kind is Kind.PATH else (template, "")
    for method, node in methods.items():
        if isinstance(node.value, dict):
            parameters = _parameters(library, named, [*layers, node])
            yield Operation(
                path=template, shape=shape, method=method, item=layers[0], node=node, parameters=parameters,
                kind=kind, name=name, owners=owners,
            )  # fmt: skip


def _methods(item: Node, version: str) -> dict[str, Node]:
    """The operations that a path item states; `query` and methods of one's own came with OpenAPI 3.2."""
    known = (*_METHODS, "query") if version == "3.2" else _METHODS
    methods = {key.upper(): node for key, node in item.members().items() if key in known}
    if version == "3.2":
        for key, node in _members(item.get("additionalOperations")).items():
            methods.setdefault(key.upper(), node)
    return methods


def _layers(library: Library, entry: Node) -> list[Node]:
    """A path item and those that its `$ref` leads to, the one at the end first; they are one, merged."""
    layers = [entry]
    places = {(entry.document.path, entry.pointer)}
    while (reference := reference_of(layers[0].value)) is not None:
        try:
            target = library.follow(layers[0].document, reference)
        except DanglingError:
            break
        place = (target.document.path, target.pointer)
        if place in places or len(layers) > _MOST_LAYERS:
            break
        places.add(place)
        layers.insert(0, target)
    return layers


def _since(holders: tuple[Node, ...]) -> date:
    for node in holders:
        stated = node.text("x-since-date")
        try:
            return date.fromisoformat(stated if _DAY.fullmatch(stated) else "")
        except ValueError:
            continue
    return _FIRST_DAY


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


def _parameters(library: Library, template: str, holders: list[Node]) -> dict[tuple[str, str], Parameter]:
    found: dict[tuple[str, str], Parameter] = {}
    order = [name[1:-1] for name in _TEMPLATE.findall(template)]
    for holder in holders:
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
                if where == "header" and key in _IGNORED_HEADERS and not _is_older(parameter):
                    continue
            found[where, key] = Parameter(where=where, name=name, use=use, node=parameter)
    return found


def _is_older(node: Node) -> bool:
    """Whether it is one of Swagger 2.0, which ignores no header."""
    return original_of(node.document) is not node.document


def _resolved(library: Library, node: Node) -> Node:
    try:
        return library.resolve(node)
    except DanglingError:
        return node


def _fixed(node: Node | None) -> dict[str, Node]:
    """The members of an object that takes extensions, without those and a `$ref` that leads nowhere.

    A map of things by name takes none: there `x-` begins a name as any other.
    """
    return {name: one for name, one in _members(node).items() if not name.startswith("x-") and name != "$ref"}


def _members(node: Node | None) -> dict[str, Node]:
    return node.members() if node else {}
