"""Levels by decree: the `[[override]]` entries of the settings."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from sluicegate.model import Finding, Level, Location
from sluicegate.revision.globs import fits, matches


class LevelOverride(Struct, frozen=True, kw_only=True):
    """Another level for the findings that match every list that is not empty; `origin` is where it stands."""

    level: Level
    rules: tuple[str, ...] = ("*",)
    paths: tuple[str, ...] = ()
    logical: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    origin: Location


def levelled(finding: Finding, overrides: Sequence[LevelOverride]) -> Finding:
    """The finding with the level of the last entry that matches it, and where that entry stands."""
    for override in reversed(overrides):
        if _applies(override, finding):
            return replace(finding, level=override.level, level_origin=str(override.origin))
    return finding


def _applies(override: LevelOverride, finding: Finding) -> bool:
    place = finding.location
    return (
        any(fits(pattern, finding.rule) for pattern in override.rules)
        and (not override.paths or any(matches(pattern, place.path or "") for pattern in override.paths))
        and (
            not override.logical
            or finding.named_by(lambda name: any(fits(pattern, name) for pattern in override.logical))
        )
        and (not override.tags or any(tag in finding.tags for tag in override.tags))
    )
