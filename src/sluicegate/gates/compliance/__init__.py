"""The compliance gate: what the repository, its history and recorded answers prove of each control."""

from __future__ import annotations

from sluicegate.gates.compliance.catalogue import RULES
from sluicegate.model import Command, Gate

__all__ = ["GATE", "RULES"]

GATE = Gate(
    id="compliance",
    title="Compliance",
    summary="Proves controls of GDPR, SOC 2, PCI DSS and HIPAA from evidence, and says what is not tested.",
    settings="sluicegate.gates.compliance.settings:Settings",
    check="sluicegate.gates.compliance.check:check",
    rules=RULES,
    extra="compliance",
    after=True,
    cache_key="sluicegate.gates.compliance.keeping:cache_key",
    sums_up="sluicegate.gates.compliance.reports.standing:summed_up",
    planted="sluicegate.gates.compliance.selftest:planted",
    catalogue="sluicegate.gates.compliance.controls.known:catalogue",
    commands=tuple(
        Command(name=name, summary=summary, load=f"sluicegate.cli.compliance.{where}")
        for where, name, summary in (
            ("collect:collect", "collect", "Record what services answer, for the check to judge."),
            ("census:census", "census", "Write every change of the window with what stands behind it."),
            ("anchor:anchor", "anchor", "Keep how long audit trails are, and the hash of their last event."),
            ("report:report", "report", "Show what a Run proves of each clause, for people, auditors and programs."),
            ("bundle:bundle", "bundle", "Put a Run, its reports and its evidence into one file that can be verified."),
            ("verify:verify", "verify", "Say whether a bundle of evidence is whole and says one thing."),
            ("lint:lint", "lint", "Say what is wrong with a pack."),
            ("packs:test", "test", "Try a pack on recorded evidence."),
            ("packs:diff", "diff", "Say what another version of a pack changes, and for which clauses."),
        )
    ),
)
