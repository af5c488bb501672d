"""What the engine tells while it works, for whoever shows progress."""

from __future__ import annotations

from msgspec import Struct

from sluicegate.model import Finding, Progress


class Started(Struct, frozen=True, kw_only=True):
    """A gate begins."""

    gate: str
    title: str


class Progressed(Struct, frozen=True, kw_only=True):
    """A gate says how far it has come."""

    gate: str
    progress: Progress


class Found(Struct, frozen=True, kw_only=True):
    """A gate found something; it is not judged yet."""

    gate: str
    finding: Finding


class Finished(Struct, frozen=True, kw_only=True):
    """A gate has ended, in whatever way; `trouble` says which where it did not end by itself."""

    gate: str
    seconds: float
    trouble: str = ""


Event = Started | Progressed | Found | Finished
