"""Workflows of GitHub Actions: what the trust in a gate hangs on.

The rules follow GitHub's guide "Secure use" and OpenSSF's Scorecard ("Pinned-Dependencies", "Token-Permissions",
"Dangerous-Workflow"). A workflow is judged by what it says, never by what an action may do.
"""

from __future__ import annotations

from sluicegate.model import Level, Rule, RuleKind, Tool

SCORES = {Level.ERROR: 8.0, Level.WARNING: 5.0, Level.NOTE: 3.0}
ZIZMOR_TOOL = Tool(name="zizmor", minimum="1.30", install="pip install 'sluicegate[security]'", setting="zizmor = true")


def _rule(name: str, level: Level, title: str, summary: str, *tags: str) -> Rule:
    return Rule(
        id=f"security/workflow-{name}", title=title, summary=summary, level=level, kind=RuleKind.STATE, unit="workflow",
        tags=("workflows", *tags), security_severity=SCORES[level],
    )  # fmt: skip


UNPINNED = _rule(
    "unpinned-action", Level.ERROR, "Action is not pinned",
    "An action is called by a tag or branch, which its owner, or whoever gets in there, can move to other code.",
    "CWE-829", "ASVS-10.3.2",
)  # fmt: skip
PERMISSIONS = _rule(
    "broad-permissions", Level.WARNING, "Token may do more than it has to",
    "A job runs with every permission that the repository gives by default, or with one to write on each scope.",
    "CWE-250", "ASVS-4.1.3",
)  # fmt: skip
CHECKOUT = _rule(
    "untrusted-checkout", Level.ERROR, "Trusted workflow checks out a stranger's code",
    "A workflow that holds secrets and a token to write checks out the code of a pull request.",
    "CWE-829", "ASVS-14.1.1",
)  # fmt: skip
INJECTION = _rule(
    "script-injection", Level.ERROR, "Script is put together from foreign text",
    "An expression whose value a stranger can choose is pasted into a script, where it runs.",
    "CWE-94", "CWE-78", "ASVS-5.3.8",
)  # fmt: skip
CACHE = _rule(
    "release-cache", Level.WARNING, "Release restores a cache",
    "A job that releases restores a cache, which any other workflow of the repository may have filled.",
    "CWE-349", "ASVS-14.1.1",
)  # fmt: skip
INHERITED = _rule(
    "inherited-secrets", Level.WARNING, "Called workflow gets every secret",
    "A called workflow is handed all secrets of the repository instead of those that it needs.",
    "CWE-250", "ASVS-4.1.3",
)  # fmt: skip

ZIZMOR = Rule(
    id="security/zizmor-audits", title="Workflow is audited by zizmor", level=Level.NOTE, kind=RuleKind.STATE,
    summary="zizmor looked at the workflow; what it found stands under rules of their own, `security/zizmor-…`.",
    unit="workflow", tags=("workflows", "zizmor"),
)  # fmt: skip

OWN = (UNPINNED, PERMISSIONS, CHECKOUT, INJECTION, CACHE, INHERITED)
RULES = (*OWN, ZIZMOR)
