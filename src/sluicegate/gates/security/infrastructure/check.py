"""Asks each family of files, one after the other; one of which no rule is wanted is not even loaded."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from sluicegate.gates.security.infrastructure import CLOUD, DOCKERFILE, KUBERNETES, SCANNERS, TOLD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.model import Context, Yield

_FAMILIES = {
    "dockerfile": DOCKERFILE,
    "kubernetes": KUBERNETES,
    "cloud": CLOUD,
    "scanners": SCANNERS,
}


def check(context: Context) -> Iterator[Yield]:
    """Hold every file that says what runs against the rules of its family."""
    for name, rules in _FAMILIES.items():
        if any(rule.id in context.rules for rule in rules) or (name == "scanners" and _told(context)):
            yield from import_module(f"sluicegate.gates.security.infrastructure.{name}.check").check(context)


def _told(context: Context) -> bool:
    """Whether a rule is wanted that came with a scanner's answer before."""
    return any(rule.startswith(TOLD) for rule in context.rules)
