"""Dependencies: what lock files pin and images hold, held against advisories in the OSV format.

Nothing that is locked is built, run or looked up: what stands in the file is what is judged. The network is asked for
the advisories as a whole, and only where the settings name an address. CWE-1395 is the use of a
third-party component that is vulnerable, CWE-506 code that was put in to do harm.
"""

from __future__ import annotations

from sluicegate.model import Level, Rule, RuleKind


def _rule(
    name: str, level: Level, title: str, summary: str, severity: float, *tags: str, unit: str = "package"
) -> Rule:
    return Rule(
        id=f"security/{name}", title=title, summary=summary, level=level, kind=RuleKind.STATE, unit=unit,
        tags=("dependencies", *tags), security_severity=severity,
    )  # fmt: skip


MALICIOUS = _rule(
    "malicious-dependency", Level.ERROR, "Dependency is malware",
    "A package that is locked, or in an image, is known to have been published to do harm.",
    9.8, "CWE-506", "ASVS-10.2.1", "ASVS-14.2.4",
)  # fmt: skip
VULNERABLE = _rule(
    "vulnerable-dependency", Level.ERROR, "Dependency is vulnerable",
    "An advisory with a severity covers the version of a package that a lock file pins or an image holds.",
    8.0, "CWE-1395", "ASVS-14.2.1",
)  # fmt: skip
UNRATED = _rule(
    "vulnerable-dependency-unrated", Level.WARNING, "Dependency is vulnerable, and nobody said how badly",
    "An advisory without a severity covers the version of a package that a lock file pins or an image holds.",
    5.0, "CWE-1395", "ASVS-14.2.1",
)  # fmt: skip
TOO_OLD = _rule(
    "advisories-too-old", Level.ERROR, "Advisories are too old",
    "The newest entry of the advisories is older than the settings allow, so that what came since is not known.",
    5.0, "CWE-1395", "ASVS-14.2.1", unit="database",
)  # fmt: skip

DRIFT = _rule(
    "sbom-drift", Level.ERROR, "SBOM is not what is locked",
    "A bill of materials and the lock file that it describes name other packages, or other versions of one.",
    5.0, "CWE-1059", "ASVS-14.2.5",
)  # fmt: skip

DENIED = _rule(
    "denied-licence", Level.ERROR, "Licence is not let through",
    "A package is licensed under what the policy of the settings denies, or does not let through.",
    3.0, "CWE-1357", "ASVS-14.2.5",
)  # fmt: skip
UNKNOWN = _rule(
    "unknown-licence", Level.WARNING, "Licence is not known",
    "A file that tells licences tells none of a package, or one that no policy can be held against.",
    2.0, "CWE-1357", "ASVS-14.2.5",
)  # fmt: skip

MATCHING = (MALICIOUS, VULNERABLE, UNRATED)
"""The rules that hold locked packages against advisories."""

LICENCES = (DENIED, UNKNOWN)
"""The rules that hold licences against a policy."""

RULES = (*MATCHING, TOO_OLD, DRIFT, *LICENCES)
