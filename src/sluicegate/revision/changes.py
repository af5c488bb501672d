"""Which lines of a file a change touches."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from sluicegate.revision.git import Repository
from sluicegate.revision.trees import TreeSpec

_HUNK = re.compile(rb"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


def changed_lines(base: TreeSpec, head: TreeSpec, paths: Iterable[str]) -> dict[str, tuple[range, ...]] | None:
    """The changed line ranges at head of each path (from the root); None where git cannot compare the two.

    Where lines were only removed, the two lines around the gap count as changed; a file that the base does not have is
    changed in every line.
    """
    if base.kind != "commit" or head.kind == "folder" or base.root != head.root:
        return None
    repository = Repository(root=Path(head.root))
    side = {"working-tree": (), "index": ("--cached",), "commit": ()}[head.kind]
    tip = (head.commit,) if head.kind == "commit" else ()
    found: dict[str, tuple[range, ...]] = {}
    for path in sorted(set(paths)):
        out = repository.run(
            "diff",
            "--no-ext-diff",
            "--no-textconv",
            "--no-color",
            "-U0",
            *side,
            base.commit,
            *tip,
            "--",
            f":(top,literal){path}",
        )
        if not out and repository.ask("cat-file", "-t", f"{base.commit}:{path}") is None:
            found[path] = (range(1, sys.maxsize),)
            continue
        found[path] = tuple(_lines(int(start), int(count) if count else 1) for start, count in _HUNK.findall(out))
    return found


def _lines(start: int, count: int) -> range:
    return range(start, start + count) if count else range(start, start + 2)
