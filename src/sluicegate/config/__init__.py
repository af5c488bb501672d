"""Settings: found, loaded, checked, with every mistake told at once."""

from __future__ import annotations

from sluicegate.config.load import FILE, Loaded, Source, dotted, find, parse
from sluicegate.config.locked import broken
from sluicegate.config.schema import section_schema, settings_schema
from sluicegate.config.settings import (
    BaselineSettings,
    ExternalEntry,
    GateSettings,
    Override,
    PassEntry,
    PolicySettings,
    S3Settings,
    Section,
    Settings,
    SuppressionEntry,
)
from sluicegate.config.strictness import Loosened, Stricter, stricter

__all__ = [
    "FILE",
    "BaselineSettings",
    "ExternalEntry",
    "GateSettings",
    "Loaded",
    "Loosened",
    "Override",
    "PassEntry",
    "PolicySettings",
    "S3Settings",
    "Section",
    "Settings",
    "Source",
    "Stricter",
    "SuppressionEntry",
    "broken",
    "dotted",
    "find",
    "parse",
    "section_schema",
    "settings_schema",
    "stricter",
]
