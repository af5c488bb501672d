"""Images of containers, read without an engine: what they run as, what they were made of, and what their layers hold.

Nothing of an image is ever run or written to a disk. What packages it has, the rules on dependencies judge.
"""

from __future__ import annotations

from sluicegate.model import Level, Rule, RuleKind

_SEVERITY = {Level.ERROR: 8.0, Level.WARNING: 5.0, Level.NOTE: 2.0}


def _rule(name: str, level: Level, title: str, summary: str, *tags: str, unit: str = "image") -> Rule:
    return Rule(
        id=f"security/image-{name}", title=title, summary=summary, level=level, kind=RuleKind.STATE, unit=unit,
        tags=("images", *tags), security_severity=_SEVERITY[level],
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
SECRET = _rule(
    "secret", Level.ERROR, "Secret is in an image",
    "A layer, the environment or the history holds a secret, which everybody who can pull the image can read.",
    "CWE-798", "CWE-312", "CWE-538", "ASVS-2.10.4", "ASVS-6.4.1", unit="file",
)  # fmt: skip
SETUID = _rule(
    "setuid", Level.WARNING, "File runs with the rights of its owner",
    "A file has the setuid or setgid bit, and is none of the few that distributions bring with it.",
    "CWE-250", "CWE-269", "ASVS-14.1.1", unit="file",
)  # fmt: skip
WRITABLE = _rule(
    "world-writable", Level.WARNING, "Everybody may write to it",
    "A file or a folder of the image may be written to by every user: whoever gets in as anybody changes it.",
    "CWE-732", "ASVS-14.1.1", unit="file",
)  # fmt: skip
SIZE = _rule(
    "too-large", Level.WARNING, "Image is too large",
    "The files of all layers have more bytes than the settings allow: what nobody needs is there to be attacked.",
    "CWE-1104", "ASVS-14.2.2",
)  # fmt: skip

ON_FILES = (SECRET, SETUID, WRITABLE, SIZE)
"""The rules that look into the layers."""

RULES = (ROOT, BASE, REMOTE, *ON_FILES)
