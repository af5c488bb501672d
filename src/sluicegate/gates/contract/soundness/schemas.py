"""Schemas that no value can meet, or that say less than they seem to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sluicegate.gates.contract.mending import with_items, without_item
from sluicegate.gates.contract.soundness.composed import MOST, possible, together
from sluicegate.gates.contract.soundness.lint import Lint, code, plain, steps, strings
from sluicegate.gates.contract.soundness.regex import fault_of
from sluicegate.gates.contract.soundness.survey import ARMS, members

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.contract.soundness.survey import Spot, Survey
    from sluicegate.openapi.document import Node

_BOUNDS = (
    ("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"),
    ("minProperties", "maxProperties"), ("minContains", "maxContains"),
)  # fmt: skip
_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
_CLASSES: dict[str, tuple[type, ...]] = {
    "string": (str,), "boolean": (bool,), "object": (dict,), "array": (list,), "null": (type(None),),
    "number": (int, float), "integer": (int, float),
}  # fmt: skip
_EXACT = 2**53


def bounds(survey: Survey) -> Iterator[Lint]:
    """Lower bounds above their upper bounds."""
    for spot in survey.schemas(*_LOWER):
        for lower, upper in _BOUNDS:
            if why := _contradiction(spot.value, lower, upper):
                at, text = why
                yield Lint(
                    rule="contradictory-bounds", node=spot.node.get(at) or spot.node, key=(upper,),
                    message=f"{text}: no value fits", advice="Exchange the two, or correct the one that is wrong.",
                )  # fmt: skip


def enums(survey: Survey) -> Iterator[Lint]:
    """Values that the type beside them refuses, and lists without a value."""
    for spot in survey.schemas("enum", "const"):
        value = spot.value
        listed = value.get("enum")
        if listed == []:
            yield Lint(
                rule="enum-mismatch", node=spot.node.get("enum") or spot.node, key=("empty",),
                message="the enum is empty: no value fits", advice="List its values, or remove it.",
            )  # fmt: skip
        types = _types(value)
        if types is None:
            continue
        values = [("enum", one) for one in listed] if isinstance(listed, list) else []
        values += [("const", value["const"])] if "const" in value and not survey.is_3_0(spot.document) else []
        told: set[str] = set()
        for keyword, one in values:
            text = plain(one)
            if text not in told and not any(_is_of(one, name) for name in types):
                told.add(text)
                yield Lint(
                    rule="enum-mismatch", node=spot.node.get(keyword) or spot.node, key=(text,),
                    message=f"the value `{code(text)[1:-1]}` is refused by the type beside it ({', '.join(types)})",
                    advice="Correct the value (quotes make a string in YAML), or the type.",
                )  # fmt: skip


def repeated_values(survey: Survey) -> Iterator[Lint]:
    """Values that an enum lists more than once."""
    for spot in survey.schemas("enum"):
        listed = spot.value["enum"]
        if not isinstance(listed, list) or len(listed) < 2:  # noqa: PLR2004
            continue
        if all(one.__class__ is str for one in listed) and len(set(listed)) == len(listed):
            continue
        first: set[str] = set()
        twice: dict[str, int] = {}
        for index, one in enumerate(listed):
            text = plain(float(one) if one.__class__ is int and abs(one) < _EXACT else one)
            if text in first:
                twice.setdefault(text, index)
            first.add(text)
        items = (spot.node.get("enum") or spot.node).items() if twice else []
        way = steps(spot.node) if twice else []
        for text, index in twice.items():
            yield Lint(
                rule="duplicate-enum-value", node=items[index], key=(*way, text), global_key=True,
                message=f"the enum lists {code(listed[index])} more than once", advice="Keep one of them.",
                mend=partial(without_item, items[index], f"remove the second {code(listed[index])}"),
            )  # fmt: skip


def patterns(survey: Survey) -> Iterator[Lint]:
    """Patterns that are no regular expressions (ECMA-262), each text told wherever it stands."""
    known: dict[str, str] = {}
    for spot in survey.schemas("pattern", "patternProperties"):
        value = spot.value
        found: list[tuple[str, tuple[str, ...]]] = []
        if isinstance(value.get("pattern"), str):
            found.append((value["pattern"], ("pattern",)))
        if isinstance(value.get("patternProperties"), dict):
            found += [(name, ("patternProperties", name)) for name in value["patternProperties"]]
        for text, way in found:
            if text not in known:
                known[text] = fault_of(text)
            if known[text]:
                node: Node = spot.node
                for step in way:
                    node = node.get(step) or node
                yield Lint(
                    rule="invalid-pattern", node=node, key=(text,),
                    message=f"the pattern {code(text)} is no regular expression: {known[text]}",
                    advice="Correct it; patterns are those of ECMAScript (JavaScript).",
                )  # fmt: skip


def arrays(survey: Survey) -> Iterator[Lint]:
    """Arrays without `items` in OpenAPI 3.0 (3.0.4, 4.7.24: `items` must be present if the type is array)."""
    for spot in survey.of("schema"):
        if spot.value.get("type") == "array" and "items" not in spot.value and survey.is_3_0(spot.document):
            yield Lint(
                rule="array-without-items", node=spot.node.get("type") or spot.node,
                message="the array does not say what its items are", advice="Add `items`; `items: {}` allows any.",
                mend=partial(with_items, spot.node, "say that the items may be anything"),
            )  # fmt: skip


def undefined_required(survey: Survey) -> Iterator[Lint]:
    """Required properties that neither the schema nor what it is a part of defines."""
    for spot in survey.schemas("required"):
        required = strings(spot.value.get("required"))
        own = spot.value.get("properties")
        lacking = [name for name in required if not isinstance(own, dict) or name not in own]
        if not lacking or "additionalProperties" in spot.value:
            continue  # what is closed is told as impossible, what is open says itself that it takes any
        around = _around(survey, spot)
        every = possible(survey, around) if around else None
        if every is None or any(_is_open(node.value) for node in every):
            continue
        defined = {name for node in every for name in members(node.get("properties"))}
        for name in dict.fromkeys(lacking):
            if name not in defined:
                yield Lint(
                    rule="undefined-required-property", node=spot.node.get("required") or spot.node, key=(name,),
                    message=f"the property {code(name)} is required, and defined nowhere",
                    advice="Define it under `properties`, or take it off `required`.",
                )  # fmt: skip


def impossible_properties(survey: Survey) -> Iterator[Lint]:
    """Required properties that a part of the schema with `additionalProperties: false` refuses."""
    for spot in survey.schemas("additionalProperties", "allOf"):
        value = spot.value
        closed = value.get("additionalProperties") is False
        if not (closed and value.get("required")) and "allOf" not in value and not (closed and "$ref" in value):
            continue
        node = spot.node
        branches = together(survey, node)
        if branches is None:
            continue
        for name in dict.fromkeys(_refused(branches, _inner(survey, node))):
            yield Lint(
                rule="impossible-property", node=node.get("required") or node.get("allOf") or node, key=(name,),
                message=f"the property {code(name)} is required, and `additionalProperties: false` refuses it: "
                "no object fits",
                advice="Define the property where `additionalProperties: false` stands, or do not close it.",
            )  # fmt: skip


def _refused(branches: list[Node], inner: list[set[int]]) -> Iterator[str]:
    """The names that one branch requires and another, or the same, refuses; not what an inner schema tells itself."""
    for shut in branches:
        if shut.value.get("additionalProperties") is not False or shut.value.get("patternProperties"):
            continue
        allowed = members(shut.get("properties"))
        for one in branches:
            if not any(id(shut.value) in group and id(one.value) in group for group in inner):
                yield from (name for name in strings(one.value.get("required")) if name not in allowed)


def _inner(survey: Survey, node: Node) -> list[set[int]]:
    listed = node.get("allOf")
    return [
        {id(branch.value) for branch in together(survey, arm) or ()}
        for arm in (listed.items() if listed else [])
    ]  # fmt: skip


def _around(survey: Survey, spot: Spot) -> list[Node]:
    """The schema and those whose branch it is; nothing below `not` and `if`, where required names are a question."""
    found: dict[int, Node] = {}
    waiting = [spot]
    while waiting:
        one = waiting.pop()
        if id(one.value) in found:
            continue
        if len(found) >= MOST:
            survey.passed_over += 1
            return []
        found[id(one.value)] = one.node
        if one.parent is not None and one.parent.kind == "schema" and one.key[0] in ARMS:
            if one.key[0] in ("not", "if"):
                return []
            waiting.append(one.parent)
        waiting += survey.composed.get(id(one.value), ())
    return list(found.values())


def _is_open(value: dict[str, Any]) -> bool:
    """Whether the schema says something about properties that it does not name."""
    others = (value.get("additionalProperties"), value.get("unevaluatedProperties"))
    return bool(value.get("patternProperties")) or any(one not in (None, False) or one == {} for one in others)


def _types(value: dict[str, Any]) -> list[str] | None:
    """The types beside an enum; None where they are not known."""
    kind = value.get("type")
    types = [kind] if isinstance(kind, str) else strings(kind)
    if not types or any(name not in _CLASSES for name in types):
        return None
    return [*types, "null"] if value.get("nullable") is True else types


def _is_of(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    if name == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _CLASSES[name])


def _contradiction(value: dict[str, Any], lower: str, upper: str) -> tuple[str, str] | None:
    """The keyword at fault and why, where no value lies between two bounds."""
    lows = [(lower, value.get(lower), value.get("exclusiveMinimum") is True)]
    highs = [(upper, value.get(upper), value.get("exclusiveMaximum") is True)]
    if lower == "minimum":
        lows.append(("exclusiveMinimum", value.get("exclusiveMinimum"), True))
        highs.append(("exclusiveMaximum", value.get("exclusiveMaximum"), True))
    else:
        lows, highs = [(lower, value.get(lower), False)], [(upper, value.get(upper), False)]
    for low_name, low, low_open in lows:
        for high_name, high, high_open in highs:
            if not isinstance(low, (int, float)) or not isinstance(high, (int, float)):
                continue
            if isinstance(low, bool) or isinstance(high, bool):
                continue
            if low > high:
                return low_name, f"`{low_name}` {code(low)} is larger than `{high_name}` {code(high)}"
            if low == high and (low_open or high_open):
                return low_name, f"`{low_name}` and `{high_name}` are both {code(low)}, which is excluded"
    return None
