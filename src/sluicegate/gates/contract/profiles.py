"""How strictly a change is judged: what counts on the wire, what generated clients feel, or everything.

Each profile weighs a change by what it means to somebody: `wire` by messages alone, read by clients that ignore what
they do not know; `client` (the default) by our law, for clients that were generated from the description; `strict`
holds every doubt against the change. What `wire` reports, `client` reports, and `strict` too, never at a lower level.
`oasdiff` and `redocly` give the levels of those tools, for people who come from there.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from sluicegate.gates.contract.catalogue import BY_ID
from sluicegate.gates.contract.crosswalk import peer_level
from sluicegate.model import Level

if TYPE_CHECKING:
    from sluicegate.gates.contract.changes import Change
    from sluicegate.gates.contract.settings import Profile

_NOT_ON_THE_WIRE = (
    "operation-id-changed", "parameter-removed", "request-property-removed", "response-enum-value-added",
    "response-variant-added", "*-default-changed", "response-header-removed", "server-removed", "*-media-type-changed",
    "*-deprecated", "*-sunset-*", "*-stability-*",
)  # fmt: skip
"""What a client that ignores what it does not know does not feel in the messages of today."""

_FELT_BY_SOMEBODY = (
    "response-additional-properties-loosened", "response-pattern-properties-loosened",
    "response-property-names-loosened", "schema-removed", "security-scope-removed", "security-scheme-removed",
)  # fmt: skip
"""Notes that are held against a change where everything is."""


def weighed(change: Change, profile: Profile) -> Level:
    """How much a change weighs by a profile."""
    level = change.level or BY_ID[change.rule].level
    if profile == "wire":
        return Level.NOTE if _is(change, _NOT_ON_THE_WIRE) or _optional(change) else level
    if profile == "strict":
        return Level.ERROR if level is Level.WARNING or _is(change, _FELT_BY_SOMEBODY) else level
    if profile == "client":
        return level
    return peer_level(change, profile) or level


def _is(change: Change, patterns: tuple[str, ...]) -> bool:
    name = change.rule.partition("/")[2]
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _optional(change: Change) -> bool:
    """Whether what a response no longer describes might always be missing."""
    found = change.difference
    return change.rule == "contract/response-property-removed" and found is not None and found.was == "optional"
