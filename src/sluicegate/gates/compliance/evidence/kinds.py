"""The kinds of evidence that a control may need, and who gathers each; nothing is loaded before it is asked for."""

from __future__ import annotations

from msgspec import Struct

from sluicegate.gates.compliance.evidence.items import Collector

_HERE = "sluicegate.gates.compliance.evidence"


class Kind(Struct, frozen=True, kw_only=True):
    """A kind of evidence: what its items are called, one of them in words, and the import string of its collector."""

    unit: str
    summary: str
    collector: str


KINDS: dict[str, Kind] = {
    "gates": Kind(
        unit="rule",
        summary="each rule of the other gates in this run, with its outcome and its findings",
        collector=f"{_HERE}.gates:gather",
    ),
    "changes": Kind(
        unit="change",
        summary="each commit that reached the default branch in the window, with its pull request, reviews and checks",
        collector=f"{_HERE}.changes:gather",
    ),
    "branch": Kind(
        unit="branch",
        summary="the default branch as its rulesets and its classic protection have it together",
        collector=f"{_HERE}.branch:gather",
    ),
    "rewrites": Kind(
        unit="branch",
        summary="the default branch with the forced pushes that it saw in the window",
        collector=f"{_HERE}.rewrites:gather",
    ),
    "deployments": Kind(
        unit="deployment",
        summary="each deployment of the window, with its commit and whether that is on the default branch",
        collector=f"{_HERE}.deployments:gather",
    ),
    "owners": Kind(
        unit="file",
        summary="each file that the settings call sensitive, with its owners by CODEOWNERS",
        collector=f"{_HERE}.owners:gather",
    ),
    "documents": Kind(
        unit="document",
        summary="each kind of document that a house keeps: whether there is one, its day, the hours that it names",
        collector=f"{_HERE}.documents:gather",
    ),
    "fields": Kind(
        unit="field",
        summary="each property of descriptions, column of schemas, field of logs, and how the data map classifies it",
        collector=f"{_HERE}.fields:gather",
    ),
    "responses": Kind(
        unit="field of a response",
        summary="each field of a response of an operation whose purpose the data map declares",
        collector=f"{_HERE}.responses:gather",
    ),
    "categories": Kind(
        unit="category",
        summary="each category of personal data, with its basis, purposes and retention",
        collector=f"{_HERE}.processing:categories",
    ),
    "processors": Kind(
        unit="processor",
        summary="each processor of the data map",
        collector=f"{_HERE}.processing:processors",
    ),
    "services": Kind(
        unit="service",
        summary="each service whose package the repository declares, and whether the data map has its processor",
        collector=f"{_HERE}.services:gather",
    ),
    "processing": Kind(
        unit="system",
        summary="the record of processing that a data map is, and what is missing in it",
        collector=f"{_HERE}.processing:records",
    ),
    "migrations": Kind(
        unit="migration",
        summary="each migration of the database, with what it takes away and whether it can be undone",
        collector=f"{_HERE}.migrations:gather",
    ),
    "fixtures": Kind(
        unit="value or file",
        summary="each file of test data, and each value in it that looks like somebody's",
        collector=f"{_HERE}.fixtures:gather",
    ),
    "logs": Kind(
        unit="value or log",
        summary="each sample of logs, and each value in it that looks like somebody's",
        collector=f"{_HERE}.logs:gather",
    ),
    "canaries": Kind(
        unit="canary in a log",
        summary="each planted value beside each sample of logs, and whether it stands there in any form",
        collector=f"{_HERE}.logs:canaries",
    ),
    "live": Kind(
        unit="probe",
        summary="what a running system answers; no gate asks one yet",
        collector=f"{_HERE}.live:gather",
    ),
}
"""By the name that packs use."""


def collector(kind: str) -> Collector:
    """The collector of a kind. Raises KeyError."""
    from importlib import import_module

    module, _, name = KINDS[kind].collector.partition(":")
    return getattr(import_module(module), name)
