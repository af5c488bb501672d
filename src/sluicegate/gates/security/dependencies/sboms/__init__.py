"""Bills of materials (SBOM) that are read: CycloneDX 1.4 to 1.6 (JSON, XML), SPDX 2.2 and 2.3 (JSON, tag-value)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.gates.security.dependencies.lockfiles import reader_of
from sluicegate.revision.globs import is_pattern, matches

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sluicegate.gates.security.dependencies.packages import Lock
    from sluicegate.model import Context, Tree


def named(context: Context) -> tuple[list[str], dict[str, GateError]]:
    """The SBOMs that the settings name, sorted, and what is wrong with names under which nothing is.

    At the base of a change nothing need be there yet.
    """
    settings = context.settings
    found: set[str] = set()
    lacking: dict[str, GateError] = {}
    for pattern in dict.fromkeys((*settings.sboms, *settings.describes)):
        paths = context.head.glob(pattern) if pattern in settings.sboms or not is_pattern(pattern) else [pattern]
        left = (path for path in paths if not any(matches(each, path) for each in settings.exclude))
        # a pattern as wide as `*.json` means no lock file
        found.update(path for path in left if not (is_pattern(pattern) and reader_of(path)))
        if not paths and not context.past:
            lacking[pattern] = GateError(f"no SBOM is there under the name {pattern}", hint="correct [security] sboms")
    return sorted(found), lacking


def described(context: Context, path: str) -> tuple[str, ...]:
    """The lock files that an SBOM is said to describe."""
    describes: Mapping[str, tuple[str, ...]] = context.settings.describes
    return describes.get(path, ())


def read(tree: Tree, path: str) -> Lock:
    """The packages that an SBOM names. Raises UnreadableError, and NotReadError where it is of SPDX 3."""
    from sluicegate.gates.security.dependencies.sboms.locked import lock_of
    from sluicegate.manifests import sboms

    return lock_of(path, sboms.read(tree, path))
