"""Licences: what the repository declares of itself, and what bills of materials say of its components."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from sluicegate.errors import GateError
from sluicegate.gates.compliance.items import Asking, Gathered


def of_repository(asking: Asking) -> Iterator[Gathered]:
    """The repository, its manifests and its headers. Raises GateError: what reads expressions is not installed."""
    _needed()
    from sluicegate.gates.compliance.evidence.licences.declared import gather

    yield from gather(asking)


def of_components(asking: Asking) -> Iterator[Gathered]:
    """The components of bills of materials. Raises GateError: what reads expressions is not installed."""
    _needed()
    from sluicegate.gates.compliance.evidence.licences.components import gather

    yield from gather(asking)


def _needed() -> None:
    if find_spec("license_expression") is None:
        raise GateError(
            "license-expression is not installed, which reads licences", "pip install 'sluicegate[compliance]'"
        )
