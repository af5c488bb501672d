"""Settings: found, loaded, checked, with every mistake told at once."""

from __future__ import annotations

from sluicegate.config.load import FILE, Loaded, Source, find, parse
from sluicegate.config.schema import section_schema, settings_schema
from sluicegate.config.settings import (
    BaselineSettings,
    ExternalEntry,
    GateSettings,
    Override,
    S3Settings,
    Settings,
    SuppressionEntry,
)

__all__ = [
    "FILE",
    "BaselineSettings",
    "ExternalEntry",
    "GateSettings",
    "Loaded",
    "Override",
    "S3Settings",
    "Settings",
    "Source",
    "SuppressionEntry",
    "find",
    "parse",
    "section_schema",
    "settings_schema",
]
