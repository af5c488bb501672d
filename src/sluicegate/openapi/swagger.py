"""A Swagger 2.0 document as one of OpenAPI 3.0, each value still knowing its line and column.

Everything is read as if it had been written in OpenAPI 3.0; the tables say what becomes what. Where 2.0 leaves open
which media type is meant, it is application/json, so that writing it out is no change. A tab-separated list has no
`style` in 3.0: it gets the one of its own name, `tabDelimited`, so that it can be told from the others. Shared
parameters that describe a body are written out where they are used, since their media types are the operation's.

Several files: each that says `swagger` is converted on its own, with its own media types. A file that is only a part
(neither `swagger` nor `openapi`) is converted by what its values look like, with application/json; words of OpenAPI 3
in it stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from sluicegate.openapi.moved import MovedPlaces, Moves
from sluicegate.openapi.skim import skim
from sluicegate.openapi.swaggerschemas import BODY_PLACES, SECTIONS, named, parameter, rewritten, schema, style
from sluicegate.openapi.swaggerschemas import field as form_field

if TYPE_CHECKING:
    from collections.abc import Callable

    from sluicegate.openapi.document import Document, Pointer

AS_VERSION = "3.0.4"
"""The version of OpenAPI whose rules hold for what comes out."""

_METHODS = frozenset(("get", "put", "post", "delete", "options", "head", "patch"))
_ROOT = frozenset(
    ("swagger", "host", "basePath", "schemes", "consumes", "produces", "paths", "definitions", "parameters",
     "responses", "securityDefinitions")
)  # fmt: skip
_OPERATION = frozenset(("consumes", "produces", "schemes", "parameters", "responses"))
_BODY = frozenset(("name", "in", "schema", "required"))
_OF_SCHEMAS = frozenset(("type", "properties", "allOf", "additionalProperties", "items", "enum", "x-nullable"))
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_JSON = "application/json"
_FLOWS = {
    "implicit": "implicit",
    "password": "password",
    "application": "clientCredentials",
    "accessCode": "authorizationCode",
}


class _Types(Struct, frozen=True, kw_only=True):
    """Media types, and where they are listed."""

    names: tuple[str, ...] = ()
    place: Pointer = ()


class _Work(Struct, kw_only=True):
    """One conversion: the root as it was, and what moved where."""

    root: dict[str, Any]
    consumes: _Types
    produces: _Types
    elsewhere: Callable[[str], Any] = lambda _: None
    moves: Moves = field(default_factory=Moves)
    memo: dict[Any, Any] = field(default_factory=dict)

    def schema(self, value: Any, now: Pointer) -> Any:
        """The schema that stands at `now` from here on."""
        return schema(value, now, self.moves, self.memo)


def is_swagger(data: Any) -> bool:
    """Whether these are the data of a Swagger 2.0 document; its version may have been written as a number."""
    return isinstance(data, dict) and str(data.get("swagger")) in ("2.0", "2")


def upward(document: Document, elsewhere: Callable[[str], Any]) -> Document:
    """The document in words of OpenAPI 3.0. What is malformed stays as it is; its places stay those of the text.

    `elsewhere` gives the value that a reference to another file leads to, as it was written; None where there is none.
    """
    root = document.data
    consumes, produces = _types(root, (), "consumes"), _types(root, (), "produces")
    work = _Work(root=root, consumes=consumes, produces=produces, elsewhere=elsewhere)
    components = _components(work)  # first: a reference to what is shared leads here, not to where it is written out
    data: dict[str, Any] = {"openapi": AS_VERSION}
    data.update({key: value for key, value in root.items() if key not in _ROOT})
    if servers := _servers(work, (), root.get("schemes")):
        data["servers"] = servers
    data["paths"] = {
        path: _path_item(work, ("paths", path), item) if path.startswith("/") else item
        for path, item in _mapping(root.get("paths")).items()
    }
    if components:
        data["components"] = components
    return _made(document, data, work)


def upward_part(document: Document, elsewhere: Callable[[str], Any]) -> Document:
    """A document that other documents refer to: the same one where nothing in it is in words of Swagger 2.0."""
    work = _Work(root=document.data, consumes=_Types(), produces=_Types(), elsewhere=elsewhere)
    data = _part(work, (), document.data)
    return document if data == document.data else _made(document, data, work)


def _made(document: Document, data: Any, work: _Work) -> Document:
    return replace(document, data=data, places=MovedPlaces(document, work.moves), references=skim(data).references)


def _part(work: _Work, now: Pointer, value: Any) -> Any:
    """A value of which nothing is known but what it looks like."""
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("in"), str) and isinstance(value.get("name"), str):
        if _is_body(value):  # read where it is used
            return {**value, "schema": work.schema(value["schema"], (*now, "schema"))} if "schema" in value else value
        return parameter(value, now, work.moves, work.memo)
    if any(isinstance(value.get(method), dict) and "responses" in value[method] for method in _METHODS):
        return _path_item(work, now, value)
    if not _OF_SCHEMAS.isdisjoint(value) and not isinstance(value.get("type"), dict):
        return work.schema(value, now)
    if isinstance(value.get("description"), str):
        return _response(work, now, value, work.produces)
    return {key: _part(work, (*now, key), one) for key, one in value.items()}


def _components(work: _Work) -> dict[str, Any]:
    for section, name in SECTIONS.items():
        work.moves.add(("components", name), (section,))
    parameters, bodies = {}, {}
    for name, value in _mapping(work.root.get("parameters")).items():
        if _is_body(value):
            now = ("components", "requestBodies", name)
            bodies[name] = _request_body(work, now, [(("parameters", name), value)], work.consumes)
        else:
            parameters[name] = parameter(value, ("components", "parameters", name), work.moves, work.memo)
    components = {
        "schemas": {
            name: work.schema(value, ("components", "schemas", name))
            for name, value in _mapping(work.root.get("definitions")).items()
        },
        "parameters": parameters,
        "requestBodies": bodies,
        "responses": {
            name: _response(work, ("components", "responses", name), value, work.produces)
            for name, value in _mapping(work.root.get("responses")).items()
        },
        "securitySchemes": {
            name: _security(work, ("components", "securitySchemes", name), value)
            for name, value in _mapping(work.root.get("securityDefinitions")).items()
        },
    }
    return {name: section for name, section in components.items() if section}


def _servers(work: _Work, at: Pointer, schemes: Any) -> list[dict[str, Any]]:
    """The addresses that host, basePath and schemes make together; without a host, those of the document itself."""
    host, base = _text(work.root.get("host")), _text(work.root.get("basePath"))
    names = [one for one in schemes if isinstance(one, str)] if isinstance(schemes, list) else []
    work.moves.show((*at, "servers"), ("basePath",) if not host else (*at, "schemes") if names else ("host",))
    if not host:
        return [{"url": base}] if base and not at else []
    address = f"//{host}{base.rstrip('/')}"
    servers = [{"url": f"{one}:{address}"} for one in names] or [{"url": address}]
    for index in range(len(servers)):
        work.moves.show((*at, "servers", index, "url"), ("host",))
    return servers


def _path_item(work: _Work, at: Pointer, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    item = dict(value)
    if isinstance(item.get("$ref"), str):
        item["$ref"] = rewritten(item["$ref"], work.moves)
    bodies = _set_parameters(work, at, item)
    for method in _METHODS & item.keys():
        if isinstance(item[method], dict):
            item[method] = _operation(work, (*at, method), item[method], bodies)
    return item


def _operation(
    work: _Work, at: Pointer, value: dict[str, Any], inherited: list[tuple[Pointer, dict[str, Any]]]
) -> dict[str, Any]:
    operation = {key: one for key, one in value.items() if key not in _OPERATION}
    if value.get("schemes") and (servers := _servers(work, at, value["schemes"])):
        operation["servers"] = servers
    if "parameters" in value:
        operation["parameters"] = value["parameters"]
    bodies = inherited + _set_parameters(work, at, operation)
    if bodies:
        consumes = _types(value, at, "consumes") if "consumes" in value else work.consumes
        operation["requestBody"] = _request_body(work, (*at, "requestBody"), bodies, consumes)
    if "responses" in value:
        own = _types(value, at, "produces") if "produces" in value else None
        operation["responses"] = _responses(work, (*at, "responses"), value["responses"], own)
    return operation


def _set_parameters(work: _Work, at: Pointer, holder: dict[str, Any]) -> list[tuple[Pointer, dict[str, Any]]]:
    """Convert the parameters of an operation or path, and take out those that describe a body: where each stood."""
    listed = holder.get("parameters")
    if not isinstance(listed, list):
        return []
    kept: list[Any] = []
    bodies: list[tuple[Pointer, dict[str, Any]]] = []
    for index, use in enumerate(listed):
        place, value = (*at, "parameters", index), use
        if (name := named(use, "parameters")) is not None:
            place, value = ("parameters", name), _mapping(work.root.get("parameters")).get(name)
        elif isinstance(reference := _mapping(use).get("$ref"), str) and _is_body(there := work.elsewhere(reference)):
            value = {**there, "schema": {"$ref": f"{reference}/schema"}}
        if _is_body(value):
            bodies.append((place, value))
            continue
        now = (*at, "parameters", len(kept))
        if bodies:
            work.moves.add(now, (*at, "parameters", index))
        kept.append(parameter(use, now, work.moves, work.memo))
    holder["parameters"] = kept
    if not kept:
        del holder["parameters"]
    return bodies


def _request_body(
    work: _Work, now: Pointer, bodies: list[tuple[Pointer, dict[str, Any]]], consumes: _Types
) -> dict[str, Any]:
    """The request body of one `in: body` parameter, or of several `in: formData`; the last of a name counts."""
    whole = [(place, value) for place, value in bodies if value["in"] == "body"]
    if not whole:
        forms = {str(value.get("name")): (place, value) for place, value in bodies}
        return _form(work, now, forms, consumes)
    place, value = whole[-1]
    work.moves.add(now, place)
    body: dict[str, Any] = {key: one for key, one in value.items() if key not in _BODY}
    body["content"] = {}
    for index, name in enumerate(consumes.names or (_JSON,)):
        at = (*now, "content", name)
        work.moves.show(at, (*consumes.place, index) if consumes.names else place)
        work.moves.add((*at, "schema"), (*place, "schema"))
        body["content"][name] = {"schema": work.schema(value.get("schema", {}), (*at, "schema"))}
    if "required" in value:
        body["required"] = value["required"]
    return body


def _form(
    work: _Work, now: Pointer, forms: dict[str, tuple[Pointer, dict[str, Any]]], consumes: _Types
) -> dict[str, Any]:
    has_file = any(value.get("type") == "file" for _, value in forms.values())
    usable = [name for name in consumes.names if name in _FORMS[has_file:]] or [_FORMS[has_file]]
    required = [name for name, (_, value) in forms.items() if value.get("required") is True]
    body: dict[str, Any] = {"content": {}}
    work.moves.show(now, next(iter(forms.values()))[0])
    for media in usable:
        at = (*now, "content", media)
        if media in consumes.names:
            work.moves.show(at, (*consumes.place, consumes.names.index(media)))
        properties, encoding = {}, {}
        for name, (place, value) in forms.items():
            here = (*at, "schema", "properties", name)
            work.moves.add(here, place)
            properties[name] = form_field(value, here, work.moves, work.memo)
            if how := style(value, "formData"):
                encoding[name] = how
        content: dict[str, Any] = {"schema": {"type": "object", "properties": properties}}
        work.moves.show((*at, "schema"), next(iter(forms.values()))[0])
        if required:
            content["schema"]["required"] = required
            for index, name in enumerate(required):
                work.moves.show((*at, "schema", "required", index), (*forms[name][0], "required"))
        if encoding:
            content["encoding"] = encoding
        body["content"][media] = content
    if required:
        body["required"] = True
    return body


def _responses(work: _Work, at: Pointer, value: Any, own: _Types | None) -> Any:
    if not isinstance(value, dict):
        return value
    shared = _mapping(work.root.get("responses"))
    responses = {}
    for code, one in value.items():
        now, response = (*at, code), one
        if own is not None and (name := named(one, "responses")) in shared:
            work.moves.add(now, ("responses", str(name)))  # of other media types here than where it is shared
            response = shared[name]
        responses[code] = one if code.startswith("x-") else _response(work, now, response, own or work.produces)
    return responses


def _response(work: _Work, now: Pointer, value: Any, produces: _Types) -> Any:
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("$ref"), str):
        return {**value, "$ref": rewritten(value["$ref"], work.moves)}
    response = {key: one for key, one in value.items() if key not in ("schema", "examples", "headers")}
    if isinstance(headers := value.get("headers"), dict):
        response["headers"] = {
            name: parameter(one, (*now, "headers", name), work.moves, work.memo, header=True)
            for name, one in headers.items()
        }
    if "schema" in value:
        was = work.moves.was(now)
        is_file = isinstance(value["schema"], dict) and value["schema"].get("type") == "file"
        response["content"] = {}
        for index, name in enumerate(produces.names or ("application/octet-stream" if is_file else _JSON,)):
            at = (*now, "content", name)
            work.moves.show(at, (*produces.place, index) if produces.names else (*was, "schema"))
            work.moves.add((*at, "schema"), (*was, "schema"))
            content = {"schema": work.schema(value["schema"], (*at, "schema"))}
            if name in _mapping(value.get("examples")):
                content["example"] = value["examples"][name]
                work.moves.add((*at, "example"), (*was, "examples", name))
            response["content"][name] = content
    return response


def _security(work: _Work, now: Pointer, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value.get("type") == "basic":
        work.moves.show((*now, "scheme"), (*work.moves.was(now), "type"))
        return {**value, "type": "http", "scheme": "basic"}
    if value.get("type") != "oauth2" or value.get("flow") not in _FLOWS:
        return value
    flow = _FLOWS[value["flow"]]
    moving = ("authorizationUrl", "tokenUrl", "scopes")
    work.moves.show((*now, "flows"), (*work.moves.was(now), "flow"))
    for key in moving:
        work.moves.add((*now, "flows", flow, key), (*work.moves.was(now), key))
    scheme = {key: one for key, one in value.items() if key not in (*moving, "flow")}
    scheme["flows"] = {flow: {key: value[key] for key in moving if key in value}}
    return scheme


def _types(holder: dict[str, Any], at: Pointer, key: str) -> _Types:
    listed = holder.get(key)
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        return _Types()
    return _Types(names=tuple(listed), place=(*at, key))


def _is_body(value: Any) -> bool:
    return isinstance(value, dict) and value.get("in") in BODY_PLACES


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
