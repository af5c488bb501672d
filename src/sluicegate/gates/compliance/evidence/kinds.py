"""The kinds of evidence that a control may need, and who gathers each; nothing is loaded before it is asked for."""

from __future__ import annotations

from msgspec import Struct

from sluicegate.gates.compliance.items import Collector

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
    "trail-fields": Kind(
        unit="kind of event",
        summary="each action in an audit trail, with what its events lack",
        collector=f"{_HERE}.trail.contents:fields",
    ),
    "trail-chain": Kind(
        unit="chain",
        summary="the hash chain of an audit trail, or CloudTrail's digests, and each place where it does not hold",
        collector=f"{_HERE}.trail.integrity:chain",
    ),
    "trail-anchor": Kind(
        unit="anchored trail",
        summary="each audit trail of which an anchor is kept, and whether it is still what it was then",
        collector=f"{_HERE}.trail.integrity:anchor",
    ),
    "trail-sequence": Kind(
        unit="sequence",
        summary="the numbers of an audit trail's events, and each gap, double and late one",
        collector=f"{_HERE}.trail.order:sequence",
    ),
    "trail-clock": Kind(
        unit="clock",
        summary="the times of an audit trail's events, and each that goes back or lies ahead",
        collector=f"{_HERE}.trail.order:clock",
    ),
    "trail-retention": Kind(
        unit="trail",
        summary="how far an audit trail goes back, and how much of it is at hand",
        collector=f"{_HERE}.trail.order:retention",
    ),
    "trail-operations": Kind(
        unit="operation",
        summary="each operation of the description that writes, with how often an audit trail has it",
        collector=f"{_HERE}.trail.contents:coverage",
    ),
    "trail-personal": Kind(
        unit="finding of the detectors",
        summary="what looks like personal data in a sample of an audit trail",
        collector=f"{_HERE}.trail.contents:personal",
    ),
    "resources": Kind(
        unit="resource",
        summary="each resource of a cloud that Terraform, CloudFormation or recorded answers of AWS declare, each way "
        "into a network, and each provider",
        collector=f"{_HERE}.declared.resources:gather",
    ),
    "servers": Kind(
        unit="server",
        summary="each server that the OpenAPI descriptions name",
        collector=f"{_HERE}.declared.servers:gather",
    ),
    "workloads": Kind(
        unit="container",
        summary="each container of the manifests of Kubernetes",
        collector=f"{_HERE}.declared.workloads:gather",
    ),
    "images": Kind(
        unit="Dockerfile",
        summary="the last stage of each Dockerfile",
        collector=f"{_HERE}.declared.images:gather",
    ),
    "workflows": Kind(
        unit="job",
        summary="each job of the workflows of GitHub Actions",
        collector=f"{_HERE}.declared.workflows:gather",
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
    "licences": Kind(
        unit="declaration",
        summary="the repository with the files of its terms, each manifest and each header that names its licence",
        collector=f"{_HERE}.licences:of_repository",
    ),
    "components": Kind(
        unit="component",
        summary="each component of the bills of materials, with the licences under which it may be taken",
        collector=f"{_HERE}.licences:of_components",
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
