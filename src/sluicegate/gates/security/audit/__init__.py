"""Pinned requirements held against a service of advisories on the network, by pip-audit.

It is never asked where somebody waits for a commit, and never builds, runs or even fetches what it audits.
"""

from __future__ import annotations

from sluicegate.model import Level, Rule, RuleKind, Tool

PIP_AUDIT = Tool(
    name="pip-audit", minimum="2.10", install="pip install 'sluicegate[security]'", setting="pip-audit = true"
)

VULNERABLE = Rule(
    id="security/pip-audit-vulnerability", title="Requirement has a known vulnerability", level=Level.ERROR,
    summary="A pinned version of a package has a vulnerability that the service of advisories knows.",
    kind=RuleKind.STATE, unit="requirement", tags=("dependencies", "CWE-1395", "ASVS-14.2.1"), security_severity=7.5,
)  # fmt: skip

RULES = (VULNERABLE,)
