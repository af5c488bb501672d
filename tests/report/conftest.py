"""Rendered reports are compared with data files; `SLUICEGATE_SNAPSHOTS=write pytest tests/report` writes them anew."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

SNAPSHOTS = Path(__file__).parent / "snapshots"
# Read at once: fixtures take our variables out of the environment.
WRITE = os.environ.get("SLUICEGATE_SNAPSHOTS") == "write"


@pytest.fixture
def snapshot() -> Callable[[str, str], None]:
    def compare(name: str, text: str) -> None:
        path = SNAPSHOTS / name
        if WRITE:
            path.write_bytes(text.encode())
        assert path.exists(), f"no snapshot {name}: write it with SLUICEGATE_SNAPSHOTS=write, and read it"
        assert text == path.read_bytes().decode().replace("\r\n", "\n")

    return compare
