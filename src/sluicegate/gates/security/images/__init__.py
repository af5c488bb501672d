"""Images of containers, read without an engine: what they run as, and what they were made of.

An image is judged by what its configuration and its annotations say; nothing of it is ever run or written to a disk.
"""

from __future__ import annotations

from sluicegate.model import Level, Rule, RuleKind


def _rule(name: str, level: Level, title: str, summary: str, *tags: str) -> Rule:
    return Rule(
        id=f"security/image-{name}", title=title, summary=summary, level=level, kind=RuleKind.STATE, unit="image",
        tags=("images", *tags), security_severity={Level.ERROR: 8.0, Level.WARNING: 5.0}[level],
    )  # fmt: skip


ROOT = _rule(
    "root-user", Level.WARNING, "Image runs as root",
    "The image names no user, or root: whoever breaks into its process owns everything in the container.",
    "CWE-250", "ASVS-1.2.1", "ASVS-14.1.1",
)  # fmt: skip
BASE = _rule(
    "unpinned-base", Level.WARNING, "Base image is not pinned",
    "The image says which image it was built on without a digest, so that the same build gives another one tomorrow.",
    "CWE-829", "ASVS-14.2.1",
)  # fmt: skip
REMOTE = _rule(
    "remote-add", Level.ERROR, "Image takes in what a server sent",
    "A step of the build adds a file from the network without a checksum, or runs what a server sent.",
    "CWE-494", "CWE-829", "ASVS-14.2.4",
)  # fmt: skip

RULES = (ROOT, BASE, REMOTE)
