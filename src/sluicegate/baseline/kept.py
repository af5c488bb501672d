"""The Baseline in a Store: read, changed, and merged with what others made of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from sluicegate.baseline import document
from sluicegate.baseline.accepted import Accepted, Baseline, merge
from sluicegate.baseline.exchange import Merge
from sluicegate.baseline.store import INDEX, Store, StoreError, update
from sluicegate.model import FINGERPRINTS
from sluicegate.text import shorten, visible

NAME = "baseline.json"
KIND = document.Kind(format="sluicegate-baseline", version=1)

_FINGERPRINT = re.compile(r"[0-9a-f]{32}")
_MOST = 1_000_000


def read_baseline(store: Store) -> Baseline | None:
    """The baseline in a store; None where nothing was ever accepted. Raises StoreError, also for a corrupt one."""
    found = store.get(NAME)
    return decode(found.data, store.address) if found else None


def change_baseline(store: Store, change: Callable[[Baseline], Baseline]) -> Baseline:
    """The baseline after a change that others' changes do not get lost by. Raises StoreError."""
    after = Baseline()

    def changed(data: bytes | None) -> bytes | None:
        nonlocal after
        before = decode(data, store.address) if data is not None else Baseline()
        after = change(before)
        return None if data is not None and after == before else encode(after)

    update(store, NAME, changed)
    return after


def merging(address: str) -> Merge:
    """How two histories of a store become one: baselines are merged, and an index is left to be made anew.

    Anything else has to be decided by people.
    """

    def join(name: str, base: bytes | None, ours: bytes | None, theirs: bytes | None) -> bytes | None:
        if name.endswith(f"/{INDEX}"):
            return None
        if name != NAME:
            raise StoreError.at(address, f"{name} was changed here and there", hint="keep one of the two by hand")
        old, mine, other = (decode(data, address) if data is not None else Baseline() for data in (base, ours, theirs))
        return encode(merge(old, mine, other))

    return join


def encode(baseline: Baseline) -> bytes:
    """The document of a baseline."""
    content = msgspec.to_builtins(baseline)
    rules = {"rules": sorted(baseline.rules), "catalogue": sorted(baseline.catalogue)}
    return document.write(KIND, {**content, **rules})


def decode(data: bytes, address: str) -> Baseline:
    """The baseline of a document. Raises StoreError."""
    content = document.read(KIND, data, address=address, name=NAME)
    try:
        found = msgspec.convert(_cleaned(content), Baseline)
    except (msgspec.ValidationError, ValueError) as error:
        why = shorten(visible(str(error)), 200)
        raise StoreError.at(address, f"{NAME} cannot be trusted", why, "put an earlier version of it back") from None
    for each in found.accepted:
        _check(each, address)
    if not 1 <= found.fingerprints <= FINGERPRINTS:
        raise StoreError.at(
            address,
            f"{NAME} has fingerprints of version {found.fingerprints}; this Sluicegate makes version {FINGERPRINTS}",
            hint="update Sluicegate",
        )
    return found


def now() -> datetime:
    """The present second, in UTC."""
    return datetime.now(UTC).replace(microsecond=0)


def _check(each: Accepted, address: str) -> None:
    wrong = ""
    if not _FINGERPRINT.fullmatch(each.fingerprint):
        wrong = f"{shorten(each.fingerprint, 40)!r} is no fingerprint"
    elif not 0 < each.count <= _MOST:
        wrong = f"{each.fingerprint} is accepted {each.count} times"
    elif each.at.tzinfo is None:
        wrong = f"{each.fingerprint} was accepted at a time without a zone"
    if wrong:
        raise StoreError.at(address, f"{NAME} cannot be trusted", wrong, "put an earlier version of it back")


def _cleaned(value: Any) -> Any:
    """Built-in values with their text cleaned."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {visible(key): _cleaned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    return value
