"""Which files of a tree count as evidence, and what they came to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

from msgspec import Struct, field

from sluicegate.errors import GateError
from sluicegate.gates.compliance.items import Asking
from sluicegate.infrastructure.sniffed import PATTERNS, Sniffed, sniffed
from sluicegate.model import Outcome, Undecided
from sluicegate.revision.globs import matches

T = TypeVar("T")


class Read(Struct, Generic[T], kw_only=True):
    """What files brought by their paths, the hash over all of them, and what could not be read.

    `shown` are the paths as people know them.
    """

    files: dict[str, T] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    digest: Any = field(default_factory=hashlib.sha256)
    lacking: list[Undecided] = field(default_factory=list)


def listed(asking: Asking, patterns: Iterable[str], *, but: Sequence[str] = ()) -> list[str]:
    """The files that match one of some patterns, and none of others or of those that settings leave out, sorted."""
    found = {path for pattern in patterns for path in asking.context.head.glob(pattern)}
    return sorted(path for path in found if not any(matches(each, path) for each in (*asking.settings.exclude, *but)))


def known(asking: Asking) -> Sniffed:
    """Which YAML and JSON files are manifests or templates, looked into once for all who ask."""
    context = asking.context
    key = ("compliance", "sniffed", context.past, context.head.name)
    found = context.memo.get(key)
    if not isinstance(found, Sniffed):
        paths = listed(asking, PATTERNS, but=asking.settings.terraform_plans)
        found = context.memo[key] = sniffed(context.head, paths, context.cancelled)
    return found


def read(asking: Asking, paths: Sequence[str], limit: int, reader: Callable[[str, bytes, str], T]) -> Read[T]:
    """What a reader makes of each path, its bytes and its name for people; one that cannot be read is told."""
    tree = asking.context.head
    found: Read[T] = Read()
    for path in paths:
        try:
            raw = tree.read(path, limit)
            found.digest.update(f"{path}\0{len(raw)}\0".encode("utf-8", "surrogateescape"))
            found.digest.update(raw)
            found.shown[path] = tree.display(path)
            found.files[path] = reader(path, raw, found.shown[path])
        except GateError as error:
            found.lacking.append(Undecided(outcome=Outcome.ERRORED, reason=error.message, hint=error.hint))
    return found
