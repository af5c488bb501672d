"""What runs on a CI service: the reader of its environment (`sluicegate.ci.github`), and what starts us there."""

from __future__ import annotations

from sluicegate.ci.github import GitHub, append_summary, quarantine, write_outputs

__all__ = ["GitHub", "append_summary", "quarantine", "write_outputs"]
