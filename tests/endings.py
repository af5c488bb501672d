"""Whether processes that a test knows by number have ended."""

from __future__ import annotations

from pathlib import Path


def alive(pid: str) -> bool:
    """Whether a process still runs; one that has ended and that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
