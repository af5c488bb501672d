"""Conditions: each by itself, and those that say what another keyword says."""

from __future__ import annotations

from sluicegate.openapi.document import Node
from sluicegate.openapi.relation.shape import words_of


def conditional(node: Node) -> Node:
    """The keywords of a condition by themselves, so that what stands beside them is not taken for a part of it."""
    parts = {word: node.value[word] for word in ("if", "then", "else") if word in node.value}
    return Node(node.document, (*node.pointer, "(if)"), parts)


def branch(condition: Node, word: str) -> Node | None:
    """A part of a condition, at its own place; `condition` stands at a made-up one beside it."""
    if word not in condition.value:
        return None
    return Node(condition.document, (*condition.pointer[:-1], word), condition.value[word])


def dependency(condition: Node) -> tuple[str, Node] | None:
    """The property and the names that it asks for, where a condition says no more than `dependentRequired` would."""
    if condition.value.get("else", True) not in (True, {}):
        return None
    asked, then = branch(condition, "if"), branch(condition, "then")
    if asked is None or then is None or not isinstance(asked.value, dict) or not isinstance(then.value, dict):
        return None
    if words_of(asked.value) - {"required", "type", "properties"} or words_of(then.value) != {"required"}:
        return None
    properties = asked.value.get("properties", {})
    if not isinstance(properties, dict) or any(said not in (True, {}) for said in properties.values()):
        return None
    names, needs = asked.value.get("required"), then.get("required")
    if asked.value.get("type", "object") != "object" or not isinstance(names, list) or needs is None:
        return None
    return (names[0], needs) if len(names) == 1 and isinstance(names[0], str) else None
