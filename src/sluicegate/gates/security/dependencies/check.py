"""Judges the packages of lock files and SBOMs by advisories and licences, and SBOMs by the lock files they describe."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sluicegate.gates.security.dependencies import DRIFT, LICENCES, MATCHING, TOO_OLD, sboms
from sluicegate.gates.security.dependencies.files import Files
from sluicegate.gates.security.dependencies.lockfiles import locks
from sluicegate.gates.security.saying import nothing, unread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sluicegate.gates.security.dependencies.packages import Lock
    from sluicegate.model import Context, Yield


def check(context: Context) -> Iterator[Yield]:
    """Judge each lock file and SBOM; one that cannot be read counts as errored, and the others are judged."""
    files = Files(context.head)
    named, lacking = sboms.named(context)
    for name, trouble in lacking.items():
        yield from unread(context, (*MATCHING, DRIFT, *LICENCES), name, trouble)
    bills = [path for path in named if context.touched is None or path in context.touched]
    readers: dict[str, Callable[[], Lock]] = {
        path: partial(files.lock, path, name) for path, name in locks(context).items()
    }
    readers |= {path: partial(files.sbom, path) for path in bills}
    if any(rule.id in context.rules for rule in (*MATCHING, TOO_OLD)):
        yield from _matched(context, readers)
    if any(rule.id in context.rules for rule in LICENCES):
        from sluicegate.gates.security.dependencies.licences.check import licensed

        yield from licensed(context, readers, {path: partial(files.sbom, path) for path in named})
    if DRIFT.id in context.rules:
        from sluicegate.gates.security.dependencies.drift import drifted

        yield from drifted(context, files, named)


def _matched(context: Context, readers: Mapping[str, Callable[[], Lock]]) -> Iterator[Yield]:
    """Hold what is locked, and what the SBOMs name, against the advisories."""
    if not readers:
        yield from nothing(context, (*MATCHING, TOO_OLD), "lock files", "there is no lock file of a kind that is read")
        return
    from sluicegate.gates.security.dependencies.matching import matched

    yield from matched(context, readers)
