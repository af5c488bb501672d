"""The properties of OpenAPI descriptions, each once, with the operations that lead to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from sluicegate.errors import UnreadableError
from sluicegate.model import Location
from sluicegate.openapi.references import DanglingError, Library

if TYPE_CHECKING:
    from sluicegate.openapi.document import Node, Pointer
    from sluicegate.openapi.operations import Description, Operation

_ONE = ("items", "additionalProperties", "contains", "if", "then", "else", "unevaluatedProperties")
_SEVERAL = ("allOf", "anyOf", "oneOf", "prefixItems")
_DEEPEST = 60
_MOST_USES = 200

CONVENTIONAL = tuple(
    f"{prefix}{name}{ending}"
    for prefix in ("", "**/")
    for name in ("openapi", "swagger")
    for ending in (".yaml", ".yml", ".json")
)
"""Where a description is looked for when none is named."""


class Property(Struct, kw_only=True):
    """A property where it is defined: `uses` are its names by operation, such as `GET /users response .email`."""

    node: Node
    name: str
    type: str
    examples: tuple[str, ...] = ()
    uses: list[str] = field(default_factory=list)

    @property
    def location(self) -> Location:
        """Where it stands."""
        line, column = self.node.line_column
        return Location(path=self.node.document.shown, line=line, column=column, logical=self.name)


class Found(Struct, frozen=True, kw_only=True):
    """A property as a walk comes by it: `way` is its name in what the walk began with."""

    place: tuple[str, Pointer]
    way: str
    node: Node


def properties(library: Library, description: Description) -> list[Property]:
    """The properties of a description, in the order in which operations lead to them, then those that none leads to."""
    known: dict[tuple[str, Pointer], Property] = {}
    for operation in description.all_operations():
        for found in of_operation(library, operation):
            one = known.get(found.place)
            if one is None:
                known[found.place] = one = _property(found)
            if len(one.uses) < _MOST_USES and found.way not in one.uses:
                one.uses.append(found.way)
    components = description.root.get("components")
    schemas = components.get("schemas") if components else None
    for name, schema in (schemas.members() if schemas else {}).items():
        for found in _walked(library, schema, f"{name} "):
            known.setdefault(found.place, _property(found))
    return list(known.values())


def of_operation(library: Library, operation: Operation, *, responses: bool = True, requests: bool = True
                 ) -> Iterator[Found]:  # fmt: skip
    """What an operation takes and gives, as `GET /users response .email`, whatever the status and the media type."""
    if requests and (body := operation.node.get("requestBody")) is not None:
        yield from _content(library, body, f"{operation.title} request ")
    if responses:
        listed = operation.node.get("responses")
        seen: set[tuple[str, Pointer]] = set()
        for response in (listed.members() if listed else {}).values():
            yield from _content(library, response, f"{operation.title} response ", seen)


def _content(library: Library, holder: Node, start: str, seen: set[tuple[str, Pointer]] | None = None
             ) -> Iterator[Found]:  # fmt: skip
    seen = set() if seen is None else seen
    resolved = _resolved(library, holder)
    content = resolved.get("content") if resolved else None
    for media in (content.members() if content else {}).values():
        if (schema := media.get("schema")) is not None:
            yield from _walked(library, schema, start, seen)


def _walked(library: Library, schema: Node, start: str, seen: set[tuple[str, Pointer]] | None = None
            ) -> Iterator[Found]:  # fmt: skip
    """The properties below a schema; each schema is gone through once, however many ways lead to it."""
    seen = set() if seen is None else seen
    waiting: list[tuple[Node, str, int]] = [(schema, start, 0)]
    while waiting:
        node, way, depth = waiting.pop()
        resolved = _resolved(library, node)
        if resolved is None or depth > _DEEPEST:
            continue
        place = (resolved.document.path, resolved.pointer)
        if place in seen or not isinstance(resolved.value, dict):
            continue
        seen.add(place)
        below: list[tuple[Node, str, int]] = []
        named = resolved.get("properties")
        for name, member in (named.members() if named else {}).items():
            inner = f"{way}.{name}"
            yield Found(place=(member.document.path, member.pointer), way=inner, node=member)
            below.append((member, inner, depth + 1))
        below += [(one, way, depth + 1) for key in _ONE if (one := resolved.get(key)) is not None]
        for key in _SEVERAL:
            listed = resolved.get(key)
            below += [(one, way, depth + 1) for one in (listed.items() if listed else ())]
        waiting += reversed(below)


def _resolved(library: Library, node: Node) -> Node | None:
    try:
        return library.resolve(node)
    except (DanglingError, UnreadableError):
        return None  # the contract gate tells what leads nowhere


def _property(found: Found) -> Property:
    value = found.node.value if isinstance(found.node.value, dict) else {}
    return Property(
        node=found.node, name=component(found.node.pointer) or found.way, type=_type(value),
        examples=tuple(_examples(value)),
    )  # fmt: skip


def component(pointer: Pointer) -> str:
    """`User.address.street` of what a schema with a name defines; "" of what stands within an operation."""
    for start in (("components", "schemas"), ("definitions",)):
        if pointer[: len(start)] == start and len(pointer) > len(start):
            rest = pointer[len(start) :]
            named = [str(part) for at, part in enumerate(rest) if at and rest[at - 1] == "properties"]
            return ".".join((str(rest[0]), *named))
    return ""


def _type(value: dict[str, Any]) -> str:
    kind = value.get("type")
    told = "|".join(map(str, kind)) if isinstance(kind, list) else str(kind or "")
    form = value.get("format")
    return f"{told} ({form})" if isinstance(form, str) else told


def _examples(value: dict[str, Any]) -> Iterator[str]:
    listed = value.get("examples")
    for one in (value.get("example"), value.get("default"), *(listed if isinstance(listed, list) else ())):
        if isinstance(one, (str, int)) and not isinstance(one, bool):
            yield str(one)
