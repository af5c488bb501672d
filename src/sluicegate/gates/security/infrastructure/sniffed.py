"""Which YAML and JSON files are manifests or templates, found once for all who ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.security.files import listed
from sluicegate.infrastructure.sniffed import PATTERNS, Sniffed
from sluicegate.infrastructure.sniffed import sniffed as looked_into

if TYPE_CHECKING:
    from sluicegate.model import Context


def sniffed(context: Context) -> Sniffed:
    """What the files of a tree are."""
    key = ("infrastructure", "sniffed", context.past, context.head.name)
    known = context.memo.get(key)
    if isinstance(known, Sniffed):
        return known
    found = looked_into(context.head, listed(context, PATTERNS), context.cancelled)
    if not context.cancelled():
        context.memo[key] = found
    return found
