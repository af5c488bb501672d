"""Which descriptions the contract gate looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.contract.settings import CONVENTIONAL
from sluicegate.revision.globs import is_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sluicegate.gates.contract.settings import Settings
    from sluicegate.model import Tree


def subjects(settings: Settings, trees: Iterable[Tree]) -> list[str]:
    """The paths to judge, as the settings name them: those of any tree, and every named one that none has."""
    named, trees = settings.patterns, list(trees)
    found: dict[str, None] = {}
    for pattern in named or CONVENTIONAL:
        if is_pattern(pattern):
            matched = [path for tree in trees for path in tree.glob(pattern)]
        else:
            matched = [pattern] if any(tree.find(pattern) for tree in trees) else []
        found.update(dict.fromkeys(matched or ([pattern] if named else [])))
    return list(found)
