"""Files that say what runs and where: Dockerfiles, manifests of Kubernetes, resources of a cloud.

A small set of rules, each of which a reviewer believes at once. What a file leaves open, such as a variable, stays
unknown: the rule is inconclusive there. The rules follow the CIS benchmarks of Docker, AWS, Google
and Azure and the Pod Security Standards of Kubernetes.
"""

from __future__ import annotations

from sluicegate.model import Level, Rule, RuleKind, Tool

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


def _kubernetes(name: str, level: Level, title: str, summary: str, *tags: str) -> Rule:
    return _rule("kubernetes", "object", name, level, title, summary, *tags)


PRIVILEGED = _kubernetes(
    "privileged", Level.ERROR, "Container is privileged",
    "A container has every right on the machine that it runs on.",
    "CWE-250", "ASVS-1.14.5",
)  # fmt: skip
HOST_NAMESPACE = _kubernetes(
    "host-namespace", Level.ERROR, "Pod shares the machine's namespaces",
    "A pod sees the network, the processes or the shared memory of the machine that it runs on.",
    "CWE-653", "ASVS-1.14.5",
)  # fmt: skip
HOST_PATH = _kubernetes(
    "host-path", Level.ERROR, "Pod mounts a folder of the machine",
    "A pod reads or writes files of the machine that it runs on; through some of them it has the machine.",
    "CWE-668", "ASVS-1.14.5",
)  # fmt: skip
ESCALATION = _kubernetes(
    "privilege-escalation", Level.WARNING, "Container may gain more rights",
    "A process may get more rights than what started it, as by a setuid program.",
    "CWE-250", "ASVS-1.14.5",
)  # fmt: skip
POD_ROOT = _kubernetes(
    "may-run-as-root", Level.WARNING, "Container may run as root",
    "Neither the pod nor the container says that it runs as somebody else than root.",
    "CWE-250", "ASVS-1.2.1",
)  # fmt: skip
CAPABILITY = _kubernetes(
    "added-capability", Level.ERROR, "Container is given a dangerous capability",
    "A container gets a right of the kernel that is as good as root on the machine, or leads there.",
    "CWE-250", "ASVS-1.14.5",
)  # fmt: skip
POD_IMAGE = _kubernetes(
    "unpinned-image", Level.WARNING, "Image of a container is not pinned",
    "A container runs an image that is named without its digest, so that it can become another one at any time.",
    "CWE-829", "ASVS-10.3.2",
)  # fmt: skip
POD_SECRET = _kubernetes(
    "plain-secret", Level.ERROR, "Secret stands in a manifest",
    "A variable of a container, a Secret or a ConfigMap has a secret in the file, for everybody to read.",
    "CWE-798", "ASVS-2.10.4",
)  # fmt: skip
POD_TOKEN = _kubernetes(
    "unneeded-token", Level.WARNING, "Container gets a token that nobody asked for",
    "A pod without an account of its own is handed the token of the namespace's default account.",
    "CWE-250", "ASVS-4.1.3",
)  # fmt: skip
BROAD_ROLE = _kubernetes(
    "broad-role", Level.ERROR, "Role may do everything",
    "A role allows every verb on every resource, or a binding hands out the role that does.",
    "CWE-250", "ASVS-4.1.3",
)  # fmt: skip

KUBERNETES = (
    PRIVILEGED, HOST_NAMESPACE, HOST_PATH, ESCALATION, POD_ROOT, CAPABILITY, POD_IMAGE, POD_SECRET, POD_TOKEN,
    BROAD_ROLE,
)  # fmt: skip


def _cloud(name: str, level: Level, title: str, summary: str, *tags: str) -> Rule:
    return _rule("cloud", "resource", name, level, title, summary, *tags)


PUBLIC_BUCKET = _cloud(
    "public-bucket", Level.ERROR, "Bucket is open to everybody",
    "Everybody can read what lies in a bucket, or nothing keeps that from happening.",
    "CWE-732", "ASVS-4.1.3",
)  # fmt: skip
OPEN_PORT = _cloud(
    "open-port", Level.ERROR, "Port is open to everybody",
    "The whole internet reaches a port other than those of a web server.",
    "CWE-284", "ASVS-1.14.1",
)  # fmt: skip
UNENCRYPTED = _cloud(
    "unencrypted-storage", Level.ERROR, "Storage is not encrypted",
    "A database, a file system or a disk is kept as it is, so that whoever gets a copy can read it.",
    "CWE-311", "ASVS-6.1.1",
)  # fmt: skip
PUBLIC_DATABASE = _cloud(
    "public-database", Level.ERROR, "Database can be reached from the internet",
    "A database has a public address, or lets every address in.",
    "CWE-284", "ASVS-1.14.1",
)  # fmt: skip
BROAD_POLICY = _cloud(
    "broad-policy", Level.ERROR, "Policy allows everything",
    "A policy allows every action on every resource, or a role that does is given to somebody.",
    "CWE-250", "ASVS-4.1.3",
)  # fmt: skip
CLOUD_SECRET = _cloud(
    "plain-secret", Level.ERROR, "Secret stands in a declaration",
    "An attribute, a variable or a parameter has a secret as its value in the file.",
    "CWE-798", "ASVS-2.10.4",
)  # fmt: skip

CLOUD = (PUBLIC_BUCKET, OPEN_PORT, UNENCRYPTED, PUBLIC_DATABASE, BROAD_POLICY, CLOUD_SECRET)

CFN_LINT_TOOL = Tool(name="cfn-lint", minimum="1.0", install="pip install cfn-lint", setting="cfn-lint = true")
CFN_LINT = Rule(
    id="security/cfn-lint-checks", title="Template is checked by cfn-lint", level=Level.NOTE, kind=RuleKind.STATE,
    summary="cfn-lint looked at the template; what it found stands under rules of their own, `security/cfn-lint-…`.",
    unit="file", tags=("infrastructure", "cfn-lint"),
)  # fmt: skip
CHECKOV_TOOL = Tool(name="checkov", minimum="3.2", install="pipx install checkov", setting='checkov = "checkov"')
CHECKOV = Rule(
    id="security/checkov-checks", title="Infrastructure is checked by checkov", level=Level.NOTE, kind=RuleKind.STATE,
    summary="checkov looked at the file; what it found stands under rules of their own, `security/checkov-…`.",
    unit="file", tags=("infrastructure", "checkov"),
)  # fmt: skip

SCANNERS = (CFN_LINT, CHECKOV)
TOLD = ("security/cfn-lint-", "security/checkov-")
"""How the ids of the rules begin that come with the answers of scanners."""
RULES = DOCKERFILE + KUBERNETES + CLOUD + SCANNERS
