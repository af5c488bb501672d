"""Asking Presidio, where somebody has installed it: in a process of its own, without the network, and for so long."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct, field

from sluicegate.text import one_line, shorten

SECONDS = 120.0
KINDS = {
    "CREDIT_CARD": "card", "EMAIL_ADDRESS": "e-mail", "IBAN_CODE": "iban", "PHONE_NUMBER": "phone", "US_SSN": "ssn",
    "IP_ADDRESS": "ip", "PERSON": "name", "LOCATION": "place",
}  # fmt: skip
"""What is taken from it; of its other kinds nearly every line of a log has one."""


class Said(Struct, frozen=True, kw_only=True):
    """What Presidio says of each text: the kind, and from where to where; or why it says nothing."""

    model: str = ""
    found: list[list[tuple[str, int, int]]] = field(default_factory=list)
    error: str = ""


def ask(texts: Sequence[str]) -> Said:
    """Ask it about some texts. Nothing is raised where it is not there, or fails."""
    if importlib.util.find_spec("presidio_analyzer") is None:
        return Said(error="Presidio is not installed")
    child = str(Path(__file__).with_name("presidio_child.py"))
    try:
        done = subprocess.run(
            [sys.executable, "-I", child], input=msgspec.json.encode(list(texts)), capture_output=True, check=False,
            timeout=SECONDS,
        )  # fmt: skip
        said = msgspec.json.decode(done.stdout, type=Said)
    except subprocess.TimeoutExpired:
        return Said(error=f"Presidio did not answer within {SECONDS:g} s")
    except msgspec.MsgspecError:
        return Said(error="Presidio ended without an answer")
    return Said(error=f"Presidio cannot start: {shorten(one_line(said.error), 120)}") if said.error else said
