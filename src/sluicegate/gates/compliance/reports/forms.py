"""The forms that an account is written in."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sluicegate.gates.compliance.reports.account import Account

_HERE = "sluicegate.gates.compliance.reports"

FORMS = {
    "markdown": f"{_HERE}.markdown:render",
    "html": f"{_HERE}.page:page",
    "csv": f"{_HERE}.table:render",
    "oscal": f"{_HERE}.oscal:render",
    "json": f"{_HERE}.coverage:render",
}
"""The import strings of their writers, by name; a module is loaded when its form is asked for."""

FILES = {
    "markdown": "report.md", "html": "report.html", "csv": "report.csv", "oscal": "assessment-results.json",
    "json": "coverage.json",
}  # fmt: skip
"""What the file of each is called in a bundle."""


def written(account: Account, form: str) -> str:
    """An account in one form. Raises KeyError."""
    module, _, name = FORMS[form].partition(":")
    write: Callable[[Account], str] = getattr(import_module(module), name)
    return write(account)
