"""What `sluicegate init` writes for the security gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sluicegate.model import Tree


def propose(tree: Tree) -> str:
    """The commented `[security]` section: whatever has files has something to look at."""
    if not tree.glob("**"):
        return ""
    return (
        "[security]\n"
        "# Everything is looked at; name the kinds to look at less:\n"
        '# kinds = ["secrets", "infrastructure", "workflows"]\n'
        "# Files that are not looked at:\n"
        '# exclude = ["vendor/**"]\n'
    )
