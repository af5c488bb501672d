"""Where a description is not valid: the OpenAPI meta-schemas, checked by jsonschema-rs.

The meta-schemas come with openapi-spec-validator; they are read as files, the package is never imported. Nothing is
ever fetched: what a schema refers to is either here or refused.
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import msgspec
from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.openapi.moved import original_of
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.openapi.document import Document, Pointer


class Mistake(Struct, frozen=True, kw_only=True):
    """One place that the specification does not allow, and the keyword of the meta-schema that says so.

    `pointer` leads through `document`, which is the one that was written: not what Swagger 2.0 was made into.
    """

    document: Document
    pointer: Pointer
    keyword: str
    message: str


def mistakes(document: Document, version: str) -> Iterator[Mistake]:
    """Where a document is not valid OpenAPI of `version` 2.0, 3.0, 3.1 or 3.2: the most telling place of each."""
    document = original_of(document)
    validator = _validator(version)
    if validator.is_valid(document.data):
        return
    seen: set[tuple[Pointer, str]] = set()
    for error in validator.iter_errors(document.data):
        for mistake in _leaves(error, document, 0):
            key = (mistake.pointer, mistake.message)
            if key not in seen:
                seen.add(key)
                yield mistake


def _leaves(error: Any, document: Document, depth: int) -> list[Mistake]:
    """The error itself, or what lies behind an anyOf or oneOf: the branch that came furthest, unless they tie."""
    keyword = str(error.kind.name)
    branches = [list(branch) for branch in getattr(error.kind, "context", [])]
    pointer = _pointer(document.data, error.instance_path)
    if options := _same_place(branches):
        allowed, value, path = options
        pointer = _pointer(document.data, path)
        message = f"{value} is not one of {allowed}"
        return [Mistake(document=document, pointer=pointer, keyword="enum", message=message)]
    if branches and depth < 20:  # noqa: PLR2004
        value = error.instance
        if isinstance(value, dict):  # an object that has no $ref is not meant to be a Reference
            branches = [branch for branch in branches if not _wants_reference(branch, value, len(pointer))] or branches
        best = min(branches, key=lambda branch: _distance(branch, len(pointer)))
        found = [mistake for inner in best for mistake in _leaves(inner, document, depth + 1)]
        if found:
            return found
    message = shorten(one_line(_told(error, keyword)), 240)
    return [Mistake(document=document, pointer=pointer, keyword=keyword, message=message)]


def _pointer(data: Any, path: list[str | int]) -> Pointer:
    """The path with mapping keys as strings: jsonschema-rs takes the key "200" for an index."""
    pointer: list[str | int] = []
    for part in path:
        pointer.append(str(part) if isinstance(data, dict) else part)
        if isinstance(data, dict):
            data = data.get(str(part))
        elif isinstance(data, list) and isinstance(part, int):
            data = data[part]
    return tuple(pointer)


def _same_place(branches: list[list[Any]]) -> tuple[str, str, list[str | int]] | None:
    """Where every branch refuses one value for not being among its own: what is allowed, the value, its path."""
    refused = [error for branch in branches for error in branch if str(error.kind.name) == "enum"]
    paths = {tuple(error.instance_path) for error in refused}
    if len(branches) < 2 or len(paths) != 1 or len(refused) != len(branches):  # noqa: PLR2004
        return None
    allowed = dict.fromkeys(str(option) for error in refused for option in error.kind.options)
    return ", ".join(allowed), _shown(refused[0].instance), list(refused[0].instance_path)


def _wants_reference(branch: list[Any], value: dict[str, Any], depth: int) -> bool:
    return "$ref" not in value and any(
        str(error.kind.name) == "required" and "$ref" in str(error.message) and len(error.instance_path) == depth
        for error in branch
    )


def _distance(branch: list[Any], depth: int) -> tuple[int, int]:
    """A branch is near when its errors lie deep, and are few."""
    shallow = sum(len(error.instance_path) == depth for error in branch)
    return shallow, len(branch)


def _shown(value: Any) -> str:
    """A value as the description might have it: a text as it is, the rest as JSON."""
    return shorten(one_line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)), 60)


def _told(error: Any, keyword: str) -> str:
    if keyword in ("additionalProperties", "unevaluatedProperties"):
        names = ", ".join(f"`{one_line(str(name))}`" for name in error.kind.unexpected)
        return f"{names} may not stand here"
    if keyword == "required":
        return f"`{error.kind.property}` is missing"
    value = _shown(error.instance)
    if keyword == "type":
        return (
            f"{value} is not of the type that is expected here ({one_line(str(error.message)).rpartition(' type ')[2]})"
        )
    if keyword == "enum":
        return f"{value} is not one of {one_line(msgspec.json.encode(error.kind.options).decode())}"
    if keyword == "pattern":
        return f"{value} does not match {one_line(str(error.kind.pattern))}"
    if keyword in ("falseSchema", "not"):
        return "this may not stand here"
    return shorten(one_line(str(error.message)), 200)


@cache
def _validator(version: str) -> Any:
    schema = _shipped(version)
    if version in ("2.0", "3.0"):
        return jsonschema_rs.Draft4Validator(schema, retriever=_refuse)
    # Schema Objects of 3.1 and 3.2 follow JSON Schema 2020-12; the meta-schema leaves them open ($dynamicRef: #meta).
    schema = dict(schema)
    definitions = dict(schema["$defs"])
    definitions["schema"] = {
        "$dynamicAnchor": "meta",
        "type": ["object", "boolean"],
        "$ref": "https://json-schema.org/draft/2020-12/schema",
    }
    # that of 3.1 calls the server of a link `body`, which no version of the specification does (3.1.1, 4.8.20.1)
    link = dict(definitions["link"])
    link["properties"] = {"server": {"$ref": "#/$defs/server"}, **link["properties"]}
    definitions["link"] = link
    schema["$defs"] = definitions
    return jsonschema_rs.Draft202012Validator(schema, retriever=_refuse)


def _shipped(version: str) -> dict[str, Any]:
    found = importlib.util.find_spec("openapi_spec_validator")
    for folder in (found.submodule_search_locations or []) if found else []:
        path = Path(folder, "resources", "schemas", f"v{version}", "schema.json")
        if path.is_file():
            return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    raise GateError(
        f"the meta-schema of OpenAPI {version} is not installed",
        'Install it: pip install "openapi-spec-validator>=0.9".',
    )


def _refuse(uri: str) -> Any:
    raise ValueError(f"{uri} is not fetched")
