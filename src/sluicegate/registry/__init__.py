"""Which gates there are: those of this package, and those of distributions that the settings name."""

from __future__ import annotations

from sluicegate.registry.discovery import Broken, Registry, discover, gates
from sluicegate.registry.house import HOUSE
from sluicegate.registry.parts import every_rule, help_page, load, propose, settings_type

__all__ = [
    "HOUSE",
    "Broken",
    "Registry",
    "discover",
    "every_rule",
    "gates",
    "help_page",
    "load",
    "propose",
    "settings_type",
]
