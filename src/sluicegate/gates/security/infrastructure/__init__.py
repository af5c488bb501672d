"""Files that say what runs and where: Dockerfiles.

A small set of rules, each of which a reviewer believes at once. What a file leaves open, such as a variable, stays
unknown: the rule is inconclusive there. The rules follow the CIS benchmark of Docker.
"""

from __future__ import annotations

from sluicegate.model import Level, Rule, RuleKind

_SEVERITY = {Level.ERROR: 8.0, Level.WARNING: 5.0}


def _rule(family: str, unit: str, name: str, level: Level, title: str, summary: str, *tags: str) -> Rule:
    return Rule(
        id=f"security/{family}-{name}", title=title, summary=summary, level=level, kind=RuleKind.STATE, unit=unit,
        tags=("infrastructure", *tags), security_severity=_SEVERITY[level],
    )  # fmt: skip


def _dockerfile(name: str, level: Level, title: str, summary: str, *tags: str) -> Rule:
    return _rule("dockerfile", "instruction", name, level, title, summary, *tags)


UNPINNED_BASE = _dockerfile(
    "unpinned-base", Level.ERROR, "Base image is not pinned",
    "An image is built on one that is named by a tag, which can become another image at any time.",
    "CWE-829", "ASVS-10.3.2",
)  # fmt: skip
ROOT = _dockerfile(
    "runs-as-root", Level.ERROR, "Image runs as root",
    "What is started in the image has every right there, and whoever breaks out of it has them outside.",
    "CWE-250", "ASVS-14.1.1",
)  # fmt: skip
IMAGE_SECRET = _dockerfile(
    "secret", Level.ERROR, "Secret is built into an image",
    "An argument or a variable of the image holds a secret, which everybody who can pull the image can read.",
    "CWE-798", "CWE-526", "ASVS-2.10.4",
)  # fmt: skip
UNCHECKED_ADD = _dockerfile(
    "unchecked-add", Level.ERROR, "Download is not checked",
    "`ADD` fetches a file from a server without a checksum, so that it is whatever the server sends that day.",
    "CWE-494", "ASVS-14.2.3",
)  # fmt: skip
PIPED = _dockerfile(
    "piped-script", Level.ERROR, "Script from the network is run unseen",
    "A build runs what a server sends, without holding it against anything.",
    "CWE-494", "ASVS-14.2.3",
)  # fmt: skip
UNCHECKED_PACKAGES = _dockerfile(
    "unchecked-packages", Level.ERROR, "Check of a download is switched off",
    "A package manager or a downloader is told to take what has no valid signature or certificate.",
    "CWE-295", "CWE-347", "ASVS-9.2.1",
)  # fmt: skip
SUDO = _dockerfile(
    "sudo", Level.WARNING, "Build uses sudo",
    "`sudo` gives a user of the image every right again, and its password is that of nobody.",
    "CWE-250", "ASVS-4.1.3",
)  # fmt: skip
WHOLE_CONTEXT = _dockerfile(
    "whole-context", Level.WARNING, "Whole folder is copied into the image",
    "Everything that lies beside the Dockerfile gets into the image, with `.git` and whatever a laptop has there.",
    "CWE-538", "ASVS-14.3.2",
)  # fmt: skip

DOCKERFILE = (UNPINNED_BASE, ROOT, IMAGE_SECRET, UNCHECKED_ADD, PIPED, UNCHECKED_PACKAGES, SUDO, WHOLE_CONTEXT)
RULES = DOCKERFILE
