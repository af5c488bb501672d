from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from sluicegate.config import GateSettings


class Settings(GateSettings, frozen=True, kw_only=True):
    """`then` is what the gate does after its findings: end, sleep, raise, die, babble, print, refuse or stay silent."""

    files: tuple[str, ...] = ("a.txt",)
    then: Annotated[str, Meta(extra={"stricter": "any"})] = "end"
    token: str = ""
