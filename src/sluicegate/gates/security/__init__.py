"""The security gate: what a change brings that an attacker could use, read from the repository alone."""

from __future__ import annotations

from sluicegate.gates.security.asking import TOOLS
from sluicegate.gates.security.catalogue import RULES
from sluicegate.gates.security.parts import PARTS
from sluicegate.model import CommitHook, Document, Gate, Needs

__all__ = ["GATE", "RULES"]

GATE = Gate(
    id="security",
    title="Security",
    summary="Looks for what an attacker could use: weak code, secrets, and what runs strangers' code.",
    settings="sluicegate.gates.security.settings:Settings",
    check="sluicegate.gates.security.check:check",
    rules=RULES,
    propose="sluicegate.gates.security.propose:propose",
    commit_hook=CommitHook(files="", summary="Refuse a commit that brings a secret or a weakness."),
    parts=tuple(PARTS),
    needs=Needs(extras=("commit",), tools=TOOLS, asked="sluicegate.gates.security.asking:asked"),
    documents=(
        Document(
            command="sbom",
            summary="Write a bill of materials (SBOM) of what the lock files pin.",
            help="All lock files that are found are taken where none is named. The same files give the same text; a "
            "time is in it where SOURCE_DATE_EPOCH is set. Where a file cannot be read nothing is written, and the "
            "exit code is 3: a part of what is shipped would look like the whole.",
            subjects="[LOCK-FILE]...",
            forms=("cyclonedx", "spdx"),
            writer="sluicegate.gates.security.dependencies.bills:write",
            example="sluicegate security sbom uv.lock --output sbom.cdx.json",
        ),
    ),
    cache_key="sluicegate.gates.security.asking:cache_key",
    planted="sluicegate.gates.security.selftest:planted",
)
