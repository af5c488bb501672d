"""What one schema object says itself, without the schemas that its keywords lead to in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluicegate.openapi.relation.languages import finds_all
from sluicegate.openapi.relation.shape import EVERY, OF_TYPE, Arm, Rest, listed_by, listing, words_of

if TYPE_CHECKING:
    from sluicegate.openapi.document import Node

_FORMS = ("format", "title", "default", "deprecated", "readOnly", "writeOnly", "discriminator", "x-extensible-enum")
_STATED = ("type", *OF_TYPE, *_FORMS)
"""Keywords that are kept as they stand; that `properties` or `items` are there tells, also where they say nothing."""


def own(node: Node, value: dict[str, Any], *, legacy: bool) -> Arm:
    """What the keywords of one schema object say themselves, without those that lead to other schemas in place."""
    arm = Arm(types=_types(value, legacy=legacy))
    for word in _STATED:
        if word in value:
            arm.stated[word] = stated_at(node, word)
    if "contains" in value:
        arm.stated["contains"] = [node]  # its counts stand beside it
    if (values := listed_by(value)) is not None:
        arm.values = listing(values)
        arm.stated["enum"] = stated_at(node, "const" if "const" in value else "enum")
    properties = node.get("properties")
    arm.properties = {name: [member] for name, member in (properties.members() if properties else {}).items()}
    names = value.get("required")
    if isinstance(names, list):
        at = node.get("required") or node
        arm.required = {name: at for name in names if isinstance(name, str)}
    patterned = node.get("patternProperties")
    arm.patterned = {regex: [member] for regex, member in (patterned.members() if patterned else {}).items()}
    general = [regex for regex in arm.patterned if finds_all(regex)]
    for regex in general:  # no name is left for `additionalProperties`
        if _asks(arm.patterned[regex][0]):
            arm.additional.append(Rest(arm.patterned.pop(regex)[0]))
    additional = node.get("additionalProperties") if not general else None
    if additional is not None and _asks(additional):
        arm.additional = [Rest(additional, frozenset(arm.properties), tuple(arm.patterned))]
    prefix = node.get("prefixItems")
    arm.prefix = [[item] for item in (prefix.items() if prefix else [])]
    items = node.get("items")
    if items is not None and _asks(items):
        arm.items = [Rest(items, start=len(arm.prefix))]
    return arm


def _asks(node: Node) -> bool:
    """Whether a schema for members may refuse any."""
    return node.value is not True and not (isinstance(node.value, dict) and not words_of(node.value))


def _types(value: dict[str, Any], *, legacy: bool) -> frozenset[str]:
    stated = value.get("type")
    listed = stated if isinstance(stated, list) else [stated]
    types = frozenset(one for one in listed if isinstance(one, str))
    if not types:
        return EVERY
    if "number" in types:
        types |= {"integer"}
    if "file" in types:
        types |= {"string"}
    if legacy and value.get("nullable") is True:
        types |= {"null"}
    return types & EVERY


_EVALUATING = {
    "unevaluatedProperties": ("if", "dependentSchemas"),
    "unevaluatedItems": ("if", "dependentSchemas", "contains"),
}


def unevaluated(arm: Arm, word: str, holder: Node) -> None:
    """What no keyword in place has spoken of; nothing, where a schema within has spoken of all that was left."""
    said, rest = ("items", arm.items) if word == "unevaluatedItems" else ("additionalProperties", arm.additional)
    if not _asks(holder) or said in arm.stated or rest:
        return
    if word == "unevaluatedProperties" and any(map(finds_all, arm.patterned)):
        return
    if not arm.stated.keys().isdisjoint(_EVALUATING[word]):
        arm.stated[word] = [holder]  # what that speaks of depends on the value, so that only the same is known to be so
    if word == "unevaluatedItems":
        arm.items = [Rest(holder, start=len(arm.prefix))]
    else:
        arm.additional = [Rest(holder, frozenset(arm.properties), tuple(arm.patterned))]


def stated_at(node: Node, word: str) -> list[Node]:
    """Where a schema states a keyword, if it does."""
    found = node.get(word)
    return [found] if found is not None else []
