"""One pair of descriptions for every rule of oasdiff: the rule's id, and two small APIs that make it speak."""

from __future__ import annotations

from crosswalk import bounds, keywords, lifecycle, operations, properties, shapes
from crosswalk.template import Pair

FAMILIES: tuple[dict[str, Pair], ...] = (
    operations.PAIRS,
    lifecycle.PAIRS,
    properties.PAIRS,
    shapes.PAIRS,
    keywords.PAIRS,
    bounds.PAIRS,
)
PAIRS: dict[str, Pair] = {name: pair for family in FAMILIES for name, pair in family.items()}
