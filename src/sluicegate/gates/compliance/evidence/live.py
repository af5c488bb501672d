"""What only a running system can show."""

from __future__ import annotations

from collections.abc import Iterator

from sluicegate.gates.compliance.items import Asking, Gathered, none
from sluicegate.model import Outcome


def gather(_asking: Asking) -> Iterator[Gathered]:
    """That nothing is asked of a running system yet."""
    return none(
        "running system",
        "requests to the system under test",
        Outcome.NOT_TESTED,
        "it takes a running system, and no gate asks one yet",
    )
