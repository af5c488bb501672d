"""A small API with a hole in it: the places where a schema can stand, and a pair of descriptions.

Every description of the crosswalk is made here, so that a pair differs in one thing only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

Schema = dict[str, Any] | bool
Document = dict[str, Any]
Place = Callable[[Schema], Document]

JSON = "application/json"
DONE = {"200": {"description": "Done."}}


class Pair(NamedTuple):
    """Two descriptions, and what oasdiff must be told to see the difference between them."""

    base: Document
    head: Document
    flags: tuple[str, ...] = ()

    def reversed(self) -> Pair:
        """The change taken back."""
        return Pair(self.head, self.base, self.flags)


def document(*, paths: dict[str, Any] | None = None, version: str = "1.0.0", **more: Any) -> Document:
    """A whole description; `paths` is one plain operation where nothing is given."""
    told = {"openapi": "3.1.0", "info": {"title": "Shop", "version": version}}
    return told | {"paths": {"/orders": {"post": {"responses": DONE}}} if paths is None else paths} | more


def operation(**more: Any) -> Document:
    """A description whose one operation, POST /orders, has these members."""
    return document(paths={"/orders": {"post": {"responses": DONE} | more}})


def body(media: dict[str, Any], **more: Any) -> Document:
    """A description whose operation takes a body of these media types."""
    return operation(requestBody={"required": True, "content": media} | more)


def answer(media: dict[str, Any], **more: Any) -> Document:
    """A description whose operation answers 200 with these media types."""
    return operation(responses={"200": {"description": "Done.", "content": media} | more})


def parameters(*several: dict[str, Any]) -> Document:
    """A description whose operation has these parameters."""
    return operation(parameters=list(several))


def query(schema: Schema | None = None, name: str = "value", **more: Any) -> dict[str, Any]:
    """A parameter in the query."""
    return {"name": name, "in": "query", "schema": {"type": "string"} if schema is None else schema} | more


def record(schema: Schema, *, required: bool = False) -> dict[str, Any]:
    """An object that has the schema as its property `value`."""
    told = {"type": "object", "properties": {"value": schema}}
    return told | {"required": ["value"]} if required else told


def request_body(schema: Schema) -> Document:
    return body({JSON: {"schema": schema}})


def request_property(schema: Schema) -> Document:
    return request_body(record(schema))


def request_parameter(schema: Schema) -> Document:
    return parameters(query(schema))


def parameter_property(schema: Schema) -> Document:
    return parameters(query(record(schema)))


def response_body(schema: Schema) -> Document:
    return answer({JSON: {"schema": schema}})


def response_property(schema: Schema) -> Document:
    return response_body(record(schema))


def response_header(schema: Schema) -> Document:
    return operation(responses={"200": {"description": "Done.", "headers": {"X-Value": {"schema": schema}}}})


BODIES: dict[str, Place] = {"request-body": request_body, "response-body": response_body}
PROPERTIES: dict[str, Place] = {"request-property": request_property, "response-property": response_property}
REQUEST: dict[str, Place] = {"request-body": request_body, "request-property": request_property}
RESPONSE: dict[str, Place] = {"response-body": response_body, "response-property": response_property}
CONTENT = REQUEST | RESPONSE
PARAMETER: dict[str, Place] = {"request-parameter": request_parameter}
PARAMETER_PROPERTY: dict[str, Place] = {"request-parameter-property": parameter_property}
HEADER: dict[str, Place] = {"response-header": response_header}
EVERYWHERE = CONTENT | PARAMETER | HEADER


def family(places: dict[str, Place], changes: dict[str, tuple[Schema, Schema]]) -> dict[str, Pair]:
    """One pair for each place and change of a schema, by the id `place-change`."""
    return {
        f"{place}-{change}": Pair(build(before), build(after))
        for place, build in places.items()
        for change, (before, after) in changes.items()
    }


def both_ways(name: str, before: Schema, after: Schema, words: Iterable[str] = ("added", "removed")) -> dict[str, Any]:
    """A change and the change taken back, named by the two words."""
    there, back = words
    return {f"{name}-{there}": (before, after), f"{name}-{back}": (after, before)}
