"""The check of the security gate: asks its parts one after the other."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from sluicegate.gates.security.catalogue import RULES_OF
from sluicegate.gates.security.parts import PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.model import Context, Yield


def check(context: Context) -> Iterator[Yield]:
    """Look at everything that is asked for; a part of which no rule is wanted is not even loaded."""
    for part, entry in PARTS.items():
        if context.asks(part) and any(rule.id in context.rules for rule in RULES_OF[part]):
            module, _, name = entry.partition(":")
            yield from getattr(import_module(module), name)(context)
