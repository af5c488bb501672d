"""The check of the security gate: asks its parts one after the other."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from sluicegate.gates.security.catalogue import BY_ID, RULES_OF, TOLD
from sluicegate.gates.security.parts import PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.model import Context, Yield


def check(context: Context) -> Iterator[Yield]:
    """Look at everything that is asked for; a part of which no rule is wanted is not even loaded."""
    for part, entry in PARTS.items():
        if context.asks(part) and context.settings.looks_at(part) and _wanted(context, part):
            module, _, name = entry.partition(":")
            yield from getattr(import_module(module), name)(context)


def _wanted(context: Context, part: str) -> bool:
    """Whether a rule of a part is wanted: one that it declares, or one that came with a scanner's answer before."""
    if any(rule.id in context.rules for rule in RULES_OF[part]):
        return True
    start = TOLD.get(part)
    return start is not None and any(rule.startswith(start) for rule in context.rules - BY_ID.keys())
