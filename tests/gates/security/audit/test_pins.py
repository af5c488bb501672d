"""Lines of requirements that were made to take long."""

from __future__ import annotations

import time

import pytest

from effort import HANGS
from sluicegate.gates.security.audit.pins import UnpinnedError, pins

LONG = {
    "white space": "a" + " " * 1_000_000 + "b",
    "a name": "a" + ".-" * 500_000,
    "a marker": "a==1 ;" + " x" * 500_000 + "\\x",
    "hashes": "a==1 ; x" + " --hash=sha256:aa" * 50_000 + " !",
    "lines that go on": "a==1 \\\n" * 100_000 + "!",
}


@pytest.mark.parametrize("kind", LONG)
def test_a_long_line_takes_no_longer_than_it_has_to(kind: str) -> None:
    began = time.monotonic()
    with pytest.raises(UnpinnedError):
        pins(LONG[kind])
    assert time.monotonic() - began < HANGS
