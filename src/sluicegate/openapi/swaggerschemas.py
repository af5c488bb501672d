"""Schemas and parameters of Swagger 2.0 in words of OpenAPI 3.0.

A parameter of 2.0 is its own schema, so that `type`, `enum` and their like stand beside its name; in 3.0 they stand
below `schema`. Whatever is shared in the text, as YAML aliases are, stays shared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from sluicegate.openapi.document import Pointer
    from sluicegate.openapi.moved import Moves

SECTIONS = {
    "definitions": "schemas",
    "parameters": "parameters",
    "responses": "responses",
    "securityDefinitions": "securitySchemes",
}
"""The shared sections of 2.0, by their names below `components`."""

BODY_PLACES = ("body", "formData")
"""Where a parameter is `in` that describes a request body."""

_OF_SCHEMA = frozenset(
    ("type", "format", "items", "default", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength",
     "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "enum", "multipleOf", "x-nullable")
)  # fmt: skip
_STYLES = {
    "csv": ("form", False),
    "ssv": ("spaceDelimited", False),
    "tsv": ("tabDelimited", False),
    "pipes": ("pipeDelimited", False),
    "multi": ("form", True),
}
_LISTS = ("allOf", "anyOf", "oneOf")
_ONE = ("additionalProperties", "not")


def rewritten(reference: str, moves: Moves) -> str:
    """A reference inside one document, to where a shared thing is kept since; any other stays as it is."""
    start, *parts = reference.split("/")
    if start != "#" or len(parts) < 2 or parts[0] not in SECTIONS:  # noqa: PLR2004
        return reference
    return "/".join((start, *map(str, moves.now((parts[0],))), *parts[1:]))


def named(use: Any, section: str) -> str | None:
    """The name of the shared thing of a section that is referred to."""
    reference = use.get("$ref") if isinstance(use, dict) else None
    if not isinstance(reference, str) or not reference.startswith(f"#/{section}/"):
        return None
    name = reference.removeprefix(f"#/{section}/")
    return None if "/" in name else unquote(name).replace("~1", "/").replace("~0", "~")


def schema(value: Any, now: Pointer, moves: Moves, memo: dict[Any, Any]) -> Any:
    """The schema that stands at `now` from here on; `memo` keeps what was converted before."""
    if not isinstance(value, dict):
        return value
    if id(value) in memo:
        return memo[id(value)][1]
    built = dict(value)
    if isinstance(built.get("$ref"), str):
        built["$ref"] = rewritten(built["$ref"], moves)
    if isinstance(members := built.get("properties"), dict):
        built["properties"] = {
            name: schema(one, (*now, "properties", name), moves, memo) for name, one in members.items()
        }
    for word in _LISTS:
        if isinstance(arms := built.get(word), list):
            built[word] = [schema(one, (*now, word, index), moves, memo) for index, one in enumerate(arms)]
    for word in _ONE:
        if word in built:
            built[word] = schema(built[word], (*now, word), moves, memo)
    if isinstance(items := built.get("items"), list):
        built["items"] = [schema(one, (*now, "items", index), moves, memo) for index, one in enumerate(items)]
    elif items is not None:
        built["items"] = schema(items, (*now, "items"), moves, memo)
    if isinstance(built.get("discriminator"), str):
        built["discriminator"] = {"propertyName": built["discriminator"]}
    if built.get("type") == "file":
        built.update(type="string", format="binary")
        moves.show((*now, "format"), (*moves.was(now), "type"))
    if isinstance(built.get("x-nullable"), bool):
        built["nullable"] = built["x-nullable"]
        moves.show((*now, "nullable"), (*moves.was(now), "x-nullable"))
    memo[id(value)] = (value, built)  # the value too, so that no other object gets its id
    return built


def parameter(value: Any, now: Pointer, moves: Moves, memo: dict[Any, Any], *, header: bool = False) -> Any:
    """A parameter, or the header of a response, with its own schema below `schema`."""
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("$ref"), str):
        return {**value, "$ref": rewritten(value["$ref"], moves)}
    built = {key: one for key, one in value.items() if key not in _OF_SCHEMA and key != "collectionFormat"}
    own = _own_schema(value, memo)
    if own or not ("schema" in value or "content" in value):
        was = moves.was(now)
        moves.show((*now, "schema"), was)
        for word in own:
            moves.add((*now, "schema", word), (*was, word))
        built["schema"] = schema(own, (*now, "schema"), moves, memo)
    how = style(value, "header" if header else value.get("in"))
    for word in how:
        moves.show((*now, word), (*moves.was(now), "collectionFormat"))
    return {**built, **how}


def field(value: dict[str, Any], now: Pointer, moves: Moves, memo: dict[Any, Any]) -> dict[str, Any]:
    """A parameter of a form as a property of the form's schema."""
    built: dict[str, Any] = schema(_own_schema(value, memo), now, moves, memo)
    beside = {key: one for key, one in value.items() if key == "description" or key.startswith("x-")}
    return {**beside, **built}


def style(value: dict[str, Any], where: Any) -> dict[str, Any]:
    """How an array is written: 2.0 says comma-separated where it says nothing, 3.0 repeats the parameter then."""
    if value.get("type") != "array":
        return {}
    name, explode = _STYLES.get(str(value.get("collectionFormat", "csv")), _STYLES["csv"])
    if where in ("query", "formData"):
        return {"style": name, "explode": explode}
    return {} if name == "form" else {"style": name}


def _own_schema(value: dict[str, Any], memo: dict[Any, Any]) -> dict[str, Any]:
    """What of a parameter is its schema: the same object each time, so that it is converted once."""
    key = ("own", id(value))
    if key not in memo:
        memo[key] = (value, {word: one for word, one in value.items() if word in _OF_SCHEMA})
    own: dict[str, Any] = memo[key][1]
    return own
