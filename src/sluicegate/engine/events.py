"""What the engine tells while it works, for whoever shows progress."""

from __future__ import annotations

from dataclasses import dataclass

from sluicegate.model import Finding, Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A gate begins."""

    gate: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progressed:
    """A gate says how far it has come."""

    gate: str
    progress: Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A gate found something; it is not judged yet."""

    gate: str
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A gate has ended, in whatever way; `trouble` says which where it did not end by itself."""

    gate: str
    seconds: float
    trouble: str = ""


Event = Started | Progressed | Found | Finished
