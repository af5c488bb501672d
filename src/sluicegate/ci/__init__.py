"""What runs on a CI service: the reader of its environment, and what starts Sluicegate there."""

from __future__ import annotations

from sluicegate.ci.github import GitHub, append_summary, github, quarantine, write_outputs

__all__ = ["GitHub", "append_summary", "github", "quarantine", "write_outputs"]
