"""What a description's values refer to: the references that count for a schema, and whether equal text means the same.

A schema that reads the same on both sides may still refer to something that changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from sluicegate.gates.contract.views import UNCOMPARED
from sluicegate.openapi.references import DanglingError, reference_of

if TYPE_CHECKING:
    from sluicegate.openapi.document import Node
    from sluicegate.openapi.references import Library, Place

_DATA = frozenset(("example", "examples", "default", "const", "enum"))
_NAMES = frozenset(("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"))


def equal(one: Any, other: Any) -> bool:
    """Whether two values say the same: Python takes `true` for 1, JSON does not."""
    return bool(one == other) and _text(one) == _text(other)


def _text(value: Any) -> bytes:
    return msgspec.json.encode(value, order="deterministic")


def referred(value: Any, hidden: str) -> tuple[dict[str, None], dict[str, None]]:
    """The references in a schema: of the values it describes, and of what is not compared.

    What carries the keyword `hidden` does not travel and is left out, as is data, and so are extensions.
    """
    found: dict[str, None] = {}
    other: dict[str, None] = {}
    stack = [(value, False, found)]
    while stack:
        one, names, into = stack.pop()
        if one.__class__ is list:
            stack += [(child, False, into) for child in one]
        elif one.__class__ is dict and (names or one.get(hidden) is not True):
            if not names and (reference := reference_of(one)):
                into[reference] = None
            for name, child in one.items():
                if child.__class__ is not dict and child.__class__ is not list:
                    continue
                if names:
                    stack.append((child, False, into))
                elif name not in _DATA and name[:2] != "x-":
                    stack.append((child, name in _NAMES, other if name in UNCOMPARED else into))
    return found, other


def same(base: Library, one: Node, head: Library, other: Node) -> bool:
    """Whether two values read the same, and everything that they refer to, however far away, does too."""
    seen: set[tuple[Place, Place]] = set()
    waiting = [(one, other)]
    while waiting:
        old, new = waiting.pop()
        if not equal(old.value, new.value):
            return False
        for references in referred(old.value, ""):
            for reference in references:
                try:
                    target, now = base.follow(old.document, reference), head.follow(new.document, reference)
                except DanglingError:
                    continue  # told by the rules on references
                pair = ((target.document.path, target.pointer), (now.document.path, now.pointer))
                if pair not in seen:
                    seen.add(pair)
                    waiting.append((target, now))
    return True
