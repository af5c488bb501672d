"""The account as one HTML page that needs nothing else: no request, no script, light and dark, on paper too."""

from __future__ import annotations

from sluicegate.gates.compliance.reports.page.document import page

__all__ = ["page"]
