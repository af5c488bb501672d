"""What can be told of a schema and a value at a glance: that it is taken, or by which one keyword it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluicegate.openapi.keywords import RANGES, is_well_formed

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


def refusal(value: dict[str, Any], instances: list[Any], hidden: Callable[[], frozenset[str]]) -> dict[str, Any] | None:
    """A part of the schema that refuses all the values by itself: whatever else it says makes no difference then.

    Unions of many variants are told apart by a type, by a property that is not there, or by one with a listed value.
    `hidden` gives the properties that are not asked for.
    """
    said = value.get("type")
    if said is not None and is_well_formed("type", said):
        allowed = set(said) if isinstance(said, list) else {said}
        if not any(allowed & _types(one) for one in instances):
            return {"type": list(dict.fromkeys(said)) if isinstance(said, list) else said}
    if not all(isinstance(one, dict) for one in instances):
        return None
    names = value.get("required")
    if names and is_well_formed("required", names):
        missing = [name for name in names if all(name not in one for one in instances)]
        if missing and (asked := without(missing, hidden())):
            return {"required": asked[:1]}
    said = value.get("properties")
    declared = said if isinstance(said, dict) else {}
    for name in instances[0]:
        member = declared.get(name)
        listed = member.get("enum") if isinstance(member, dict) and "$ref" not in member else None
        if isinstance(listed, list) and listed and all(name in one and one[name] not in listed for one in instances):
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
