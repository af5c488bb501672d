"""That what computes is installed."""

from __future__ import annotations

from sluicegate.errors import GateError


def required() -> None:
    """Raises GateError with the command that installs it, where numpy cannot be imported."""
    try:
        import numpy  # noqa: F401, ICN001 - whoever computes imports it under its usual name
    except ImportError as error:
        raise GateError(
            f"numpy cannot be used, so that nothing can be compared: {error}",
            hint="pip install 'sluicegate[performance]'",
        ) from None
