"""What `sluicegate init` writes for the contract gate."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sluicegate.gates.contract.settings import CONVENTIONAL
from sluicegate.text import visible

if TYPE_CHECKING:
    from sluicegate.model import Tree


def propose(tree: Tree) -> str:
    """The commented `[contract]` section for the descriptions of a tree; empty when there are none."""
    found = sorted({path for pattern in CONVENTIONAL for path in tree.glob(pattern)})
    found = [path for path in found if path == visible(path)]
    if not found:
        return ""
    paths = [json.dumps(path, ensure_ascii=False) for path in found]
    spec = paths[0] if len(paths) == 1 else "[\n" + "".join(f"    {path},\n" for path in paths) + "]"
    return (
        "[contract]\n"
        "# The OpenAPI descriptions: paths, or patterns with * and **.\n"
        f"spec = {spec}\n"
        "# What they are compared with: the merge base, or a release, such as:\n"
        '# base = "rev:v1.0"\n'
    )
