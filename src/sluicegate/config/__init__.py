"""Settings: found, loaded, checked, with every mistake told at once."""

from __future__ import annotations

from sluicegate.config.settings import GateSettings, Mode, Override, Settings, SuppressionEntry

__all__ = ["GateSettings", "Mode", "Override", "Settings", "SuppressionEntry"]
