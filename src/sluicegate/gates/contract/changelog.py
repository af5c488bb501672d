"""The changelog of an API: what comparisons found, told to the people who use it. A pure function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.contract.changelog_content import contents
from sluicegate.gates.contract.changelog_html import page
from sluicegate.gates.contract.changelog_markdown import document

if TYPE_CHECKING:
    from sluicegate.model import Changelog


def write(changelog: Changelog, form: str) -> str:
    """The changelog as "markdown" or as a "html" page that needs nothing else; both end in a newline."""
    told = contents(changelog)
    return page(told) if form == "html" else document(told)
