"""What a gate is to do, in a form that crosses a process boundary."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct

from sluicegate.config import S3Settings
from sluicegate.revision import TreeSpec


class StoreAddress(Struct, frozen=True, kw_only=True):
    """Where a store is, as the settings say it: `address` counts from `root`."""

    address: str
    root: str
    s3: S3Settings


class Job(Struct, frozen=True, kw_only=True):
    """All that a gate's work needs, in a form that crosses a process boundary.

    `check` and `settings_type` are import strings, `settings` the builtin form of the gate's section. `reference` is
    what change rules compare with, `base` the state before the change; they differ where the reference is an older
    release. `chosen`: the user named the reference. `secrets` are struck from everything that the gate says.
    `store` is what earlier runs have left behind, None where it may not be asked. `look_back`: what stood at the base
    has a say; `absent`: what is gone is to be told too, so that the base is looked at whole. `cache_key` and `subjects`
    as the gate declares them; `cacheable`: what was found at the base may be kept. `untrusted` says why nothing of the
    head is to be run. `run` is the document of what the other gates came to, for one that is asked after them.
    `settings_before`: the builtin form of the section at the base, None where it cannot be known.
    """

    gate: str
    check: str
    settings_type: str
    settings: dict[str, Any]
    head: TreeSpec
    reference: TreeSpec | None
    base: TreeSpec | None
    no_reference: str
    rules: tuple[str, ...]
    change_rules: tuple[str, ...]
    now: datetime
    parts: tuple[str, ...] = ()
    chosen: bool = True
    secrets: tuple[str, ...] = ()
    store: StoreAddress | None = None
    look_back: bool = True
    absent: bool = False
    cache_key: str = ""
    subjects: str = ""
    cacheable: bool = True
    run: bytes = b""
    untrusted: str = ""
    settings_before: dict[str, Any] | None = None
