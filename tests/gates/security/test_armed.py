"""The gate's own faults: each is seen by its rule, and what looks much like it is left alone."""

from __future__ import annotations

from sluicegate.engine.selftest import selftest
from sluicegate.gates.security import GATE, RULES
from sluicegate.gates.security.selftest import planted


def test_the_gate_is_armed() -> None:
    tried = selftest(GATE)
    assert [case for case in tried if not case.ok] == []
    assert len({case.rule for case in tried if case.fires}) > 75


def test_every_rule_has_a_fault_and_a_near_miss_twin_or_an_excuse() -> None:
    cases = [case for tree in planted() for case in tree.cases]
    excused = {case.rules[0] for case in cases if case.excuse}
    faults = {case.rules[0] for case in cases if case.fires and not case.excuse}
    twins = {rule for case in cases if not case.fires for rule in case.rules}
    declared = {rule.id for rule in RULES}
    assert faults - declared == {"security/zizmor-insecure-commands", "security/zizmor-dangerous-triggers"}
    assert faults <= twins
    assert declared - faults == excused == {
        "security/zizmor-audits", "security/pip-audit-vulnerability", "security/secret-in-history",
        "security/cfn-lint-checks", "security/checkov-checks",
    }  # fmt: skip


def test_no_two_cases_share_a_folder() -> None:
    places = [case.folder for tree in planted() for case in tree.cases if not case.excuse]
    assert len(places) == len(set(places))
