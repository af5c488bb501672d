"""What can be told of a schema and a value at a glance: that it is taken, or by which one keyword it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sluicegate.openapi.keywords import KEPT, RANGES, is_well_formed

if TYPE_CHECKING:
    from collections.abc import Callable


_SILENT = frozenset(
    (
        "type", "title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly",
        "externalDocs", "xml", "format", "nullable", "$comment",
    )
)  # fmt: skip
"""Keywords that refuse nothing, but for `type` and `format`."""
_BASIC: dict[str, type] = {"string": str, "boolean": bool, "object": dict, "array": list, "integer": int}


def takes(schema: Any, values: list[Any], *, formats: bool = True) -> bool:
    """Whether a schema says nothing but a type, and all the values are of it. With `formats`, texts must be of theirs.

    False tells nothing.
    """
    if schema.__class__ is not dict or not schema.keys() <= _SILENT:
        return False
    kind = schema.get("type")
    if kind is None:
        return "format" not in schema
    basic = _BASIC.get(kind) if kind.__class__ is str else None
    if basic is None or not all(value.__class__ is basic for value in values):
        return False
    if "format" not in schema:
        return True
    if basic is not int:
        return not formats or basic is not str
    span = RANGES.get(schema["format"]) if schema["format"].__class__ is str else None
    return span is None or all(span[0] <= value <= span[1] for value in values)


class Outline(Struct, frozen=True, kw_only=True):
    """What one schema says of every value, in words of JSON Schema 2020-12.

    `own` is the schema itself, `value` what it is in those words. `kept` are the keywords without subschemas; where not
    all of them are what they should be, the others are left out and not all is `told`. `listed` are the values of the
    properties that list any.
    """

    own: dict[str, Any]
    value: dict[str, Any]
    kept: dict[str, Any]
    told: bool
    types: frozenset[str] | None
    required: tuple[str, ...]
    listed: dict[str, list[Any]]


def outlined(own: dict[str, Any], value: dict[str, Any]) -> Outline:
    """The outline of a schema; `value` is itself where it means the same in 2020-12."""
    said, names, declared = value.get("type"), value.get("required"), value.get("properties")
    members = declared.items() if isinstance(declared, dict) else ()
    kept = {word: one for word, one in value.items() if word in KEPT}
    good = {word: one for word, one in kept.items() if is_well_formed(word, one)}
    if isinstance(good.get("type"), list):
        good["type"] = list(dict.fromkeys(good["type"]))
    return Outline(
        own=own, value=value, kept=good, told=len(good) == len(kept),
        types=frozenset(said if isinstance(said, list) else (str(said),)) if "type" in good else None,
        required=tuple(names) if names and "required" in good else (),
        listed={
            name: listed for name, one in members
            if isinstance(one, dict) and "$ref" not in one and isinstance(listed := one.get("enum"), list) and listed
        },
    )  # fmt: skip


def refusal(outline: Outline, instances: list[Any], hidden: Callable[[], frozenset[str]]) -> dict[str, Any] | None:
    """A part of the schema that refuses all the values by itself: whatever else it says makes no difference then.

    Unions of many variants are told apart by a type, by a property that is not there, or by one with a listed value.
    `hidden` gives the properties that are not asked for.
    """
    allowed = outline.types
    if allowed is not None and all(allowed.isdisjoint(_types(one)) for one in instances):
        said = outline.value["type"]
        return {"type": list(dict.fromkeys(said)) if isinstance(said, list) else said}
    if not all(isinstance(one, dict) for one in instances):
        return None
    missing = [name for name in outline.required if all(name not in one for one in instances)]
    if missing and (asked := without(missing, hidden())):
        return {"required": asked[:1]}
    for name in instances[0] if outline.listed else ():
        listed = outline.listed.get(name)
        if listed is not None and all(name in one and one[name] not in listed for one in instances):
            return {"properties": {name: {"enum": listed}}}
    return None


def _types(value: Any) -> frozenset[str]:
    if isinstance(value, float) and value.is_integer():
        return _WHOLE
    return _TYPES.get(type(value), frozenset())


_WHOLE = frozenset(("integer", "number"))
_TYPES = {
    str: frozenset(("string",)), bool: frozenset(("boolean",)), int: _WHOLE, float: frozenset(("number",)),
    dict: frozenset(("object",)), list: frozenset(("array",)), type(None): frozenset(("null",)),
}  # fmt: skip


def without(names: list[str], hidden: frozenset[str]) -> list[str]:
    """The names that are not hidden, each once: one that stands twice says nothing else."""
    return [name for name in dict.fromkeys(names) if name not in hidden]
