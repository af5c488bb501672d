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
