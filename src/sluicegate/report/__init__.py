"""Reporters: each a pure function from a Run to text, loaded only when it is asked for.

| kind | what it is for |
|---|---|
| terminal | an engineer at a terminal or in a log |
| annotations | GitHub workflow commands on standard output |
| markdown | the job summary on GitHub |
| html | one page for a browser, that needs nothing else |
| junit | every CI server's list of tests |
| junit-strict | the same for Jenkins: nothing that its schema refuses |
| sarif | code scanning |
| checklist, checklist-json | an auditor: every rule, how it ended, and which standards speak of it |
| json | the Run itself, to be read back (`sluicegate.report.json.read`) |
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sluicegate.errors import UserError

if TYPE_CHECKING:
    from sluicegate.model import Run

REPORTERS: dict[str, str] = {
    "terminal": "sluicegate.report.terminal:render",
    "annotations": "sluicegate.report.annotations:render",
    "markdown": "sluicegate.report.markdown:render",
    "html": "sluicegate.report.page:render",
    "junit": "sluicegate.report.junit:render",
    "junit-strict": "sluicegate.report.junit:render_strict",
    "sarif": "sluicegate.report.sarif:render",
    "checklist": "sluicegate.report.checklist:render",
    "checklist-json": "sluicegate.report.checklist:render_json",
    "json": "sluicegate.report.json:render",
}
"""Every reporter by its name, as an import string."""

SUFFIXES: dict[str, str] = {
    "terminal": ".txt",
    "annotations": ".txt",
    "markdown": ".md",
    "html": ".html",
    "junit": ".xml",
    "junit-strict": ".xml",
    "sarif": ".sarif",
    "checklist": ".md",
    "checklist-json": ".json",
    "json": ".json",
}
"""The ending of a file that holds such a report."""

__all__ = ["REPORTERS", "SUFFIXES", "render", "reporter"]


def reporter(kind: str) -> Callable[..., str]:
    """The reporter of one kind, loaded. Raises UserError for a kind there is not."""
    if kind not in REPORTERS:
        raise UserError(f"there is no report called {kind!r}", hint=f"the reports are {', '.join(REPORTERS)}")
    module, _, name = REPORTERS[kind].partition(":")
    found: Callable[..., str] = getattr(import_module(module), name)
    return found


def render(kind: str, run: Run, **options: Any) -> str:
    """The report of one kind; the options are those of its `render`. Raises UserError for a kind there is not."""
    return reporter(kind)(run, **options)
