"""The contract gate: what a change does to the clients of an API, read from its OpenAPI description."""

from __future__ import annotations

from sluicegate.gates.contract.catalogue import RULES
from sluicegate.gates.contract.parts import PARTS
from sluicegate.model import CommitHook, Comparison, Gate

__all__ = ["GATE", "RULES"]

GATE = Gate(
    id="contract",
    title="Contract drift",
    summary="Compares OpenAPI descriptions and says what the change breaks for clients.",
    settings="sluicegate.gates.contract.settings:Settings",
    check="sluicegate.gates.contract.check:check",
    rules=RULES,
    aliases="sluicegate.gates.contract.crosswalk:aliases",
    propose="sluicegate.gates.contract.propose:propose",
    comparison=Comparison(
        command="diff",
        summary="Compare two OpenAPI descriptions.",
        setting="spec",
        example="sluicegate contract diff released/openapi.yaml openapi.yaml",
        options=("profile", "ids", "version-policy", "cross-check"),
        changelog="sluicegate.gates.contract.changelog:write",
    ),
    commit_hook=CommitHook(
        files=r"\.(ya?ml|json)$", summary="Refuse a commit that breaks the clients of an OpenAPI description."
    ),
    parts=PARTS,
    concludes="sluicegate.gates.contract.impact:concluded",
    joins="sluicegate.gates.contract.impact:joined",
    planted="sluicegate.gates.contract.selftest:planted",
    subjects="sluicegate.gates.contract.subjects:subjects",
)
