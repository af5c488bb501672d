"""Holds every locked package of a tree against the advisories that the settings name."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.gates.security.dependencies import DRIFT, LICENCES, MATCHING, TOO_OLD, sboms
from sluicegate.gates.security.dependencies.files import Files
from sluicegate.gates.security.dependencies.lockfiles import locks
from sluicegate.gates.security.dependencies.packages import Skipped
from sluicegate.gates.security.saying import examined, finding, nothing, undecided, unread
from sluicegate.model import Evidence, Fact, Location, Outcome, Progress, Undecided
from sluicegate.text import one_line, plural, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sluicegate.gates.security.dependencies.advisories.index import Index
    from sluicegate.gates.security.dependencies.advisories.joined import Hit
    from sluicegate.gates.security.dependencies.beside import Beside
    from sluicegate.gates.security.dependencies.packages import Lock
    from sluicegate.model import Context, Yield

_NAMED = 3
_FETCHED = ("dependencies", "fetched")
_WAITING = Undecided(
    outcome=Outcome.NOT_TESTED,
    reason="the advisories are at an address, and a commit does not wait for the network",
    hint="a check of the whole change fetches them",
)
_UNSET = Undecided(
    outcome=Outcome.NOT_TESTED,
    reason="no advisories are set to hold the locked packages against",
    hint='name a database in the OSV format: `[security] advisories = "all.zip"`',
)


def check(context: Context) -> Iterator[Yield]:
    """Judge each lock file and SBOM; one that cannot be read counts as errored, and the others are judged."""
    files = Files(context.head)
    named, lacking = sboms.named(context)
    for name, trouble in lacking.items():
        yield from unread(context, (*MATCHING, DRIFT, *LICENCES), name, trouble)
    bills = [path for path in named if context.touched is None or path in context.touched]
    readers = {path: partial(files.lock, path, name) for path, name in locks(context).items()}
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
    unasked = _unasked(context)
    if unasked is not None:
        for path in readers:
            yield from undecided(context, (*MATCHING, TOO_OLD), path, unasked)
        return
    try:
        index = _index(context)
    except GateError as error:
        yield from unread(context, (TOO_OLD,), "advisories", error)
        for path in readers:
            yield from unread(context, MATCHING, path, error)
        return
    from sluicegate.gates.security.dependencies.beside import beside

    yield from _about(context, index)
    if old := _too_old(context, index):
        yield from undecided(context, MATCHING, "advisories", old)
    besides = beside(context)
    for named, trouble in besides.troubles.items():
        yield from unread(context, MATCHING, named, trouble)
    for done, (path, read) in enumerate(readers.items()):
        yield Progress(what=path, done=done, total=len(readers))
        try:
            yield from _judged(context, index, read(), besides)
        except sboms.NotReadError as error:
            why = Undecided(outcome=Outcome.NOT_TESTED, reason=error.message, hint=error.hint)
            yield from undecided(context, MATCHING, path, why)
        except GateError as error:
            yield from unread(context, MATCHING, path, error)
    if besides.taken and not context.past:
        yield Fact(name="taken away by VEX", value=besides.told)


def _unasked(context: Context) -> Undecided | None:
    """Why no advisories are asked; None where they are."""
    if not context.settings.advisories:
        return _UNSET
    return _WAITING if "://" in context.settings.advisories and context.touched is not None else None


def _index(context: Context) -> Index:
    """The advisories, opened once for both sides. Raises GateError."""
    for module in ("cvss", "packaging"):
        if find_spec(module) is None:
            what = f"{module} is not installed, which orders versions or scores severities"
            raise GateError(what, hint="pip install 'sluicegate[security]'")
    from sluicegate.gates.security.dependencies.advisories.fetched import is_address
    from sluicegate.gates.security.dependencies.advisories.index import open_index

    key, name = ("dependencies", "index"), context.settings.advisories
    if key not in context.memo:
        try:
            context.memo[key] = _fetched(context) if is_address(name) else open_index(context.folder, name)
        except GateError as error:
            context.memo[key] = error  # the other side gets the same answer, and nobody is asked twice
    index: Index | GateError = context.memo[key]
    if isinstance(index, GateError):
        raise index
    return index


def _fetched(context: Context) -> Index:
    """The advisories at an address. Raises GateError."""
    from sluicegate.gates.security.dependencies.advisories.fetched import fetch
    from sluicegate.gates.security.dependencies.advisories.index import open_index

    settings = context.settings
    found = fetch(
        settings.advisories, now=context.now, max_days=settings.max_advisory_age, cancelled=context.cancelled
    )  # fmt: skip
    context.memo[_FETCHED] = found.told
    try:
        return open_index(context.folder, settings.advisories, found.path)
    finally:
        if not found.kept:
            found.path.unlink(missing_ok=True)


def _about(context: Context, index: Index) -> Iterator[Yield]:
    """What the advisories are, once a run, and whether they are new enough."""
    name, about, age = _called(context), index.about, _age(context, index)
    if not context.past:
        yield Evidence(subject="advisories", query=name, sha256=about.sha256, population=about.count)
        newest = f"the newest of {about.newest[:10]}, which is {plural(age, 'day')} old"
        told = f"{plural(about.count, 'advisory')}, {newest}; {about.withdrawn} withdrawn; SHA-256 {about.sha256}"
        yield Fact(name="advisories", value=told)
        if _FETCHED in context.memo:
            yield Fact(name="how the advisories came", value=context.memo[_FETCHED])
        if index.warning:
            yield Fact(name="index of advisories", value=index.warning)
    if TOO_OLD.id not in context.rules:
        return
    most = context.settings.max_advisory_age
    if age > most:
        yield finding(
            TOO_OLD, ("advisories", name), Location(path=_inside(context, name), logical="advisories"),
            f"the newest of the advisories in {one_line(name)} is {plural(age, 'day')} old, where {most} may pass",
            advice="Fetch them anew before the check; on a schedule, so that what is new is told.",
        )  # fmt: skip
    yield from examined(context, (TOO_OLD,), name)


def _called(context: Context) -> str:
    """What the report calls the advisories."""
    from sluicegate.gates.security.dependencies.advisories.fetched import is_address, shown

    name: str = context.settings.advisories
    return shown(name) if is_address(name) else name


def _age(context: Context, index: Index) -> int:
    """The days since the newest of the advisories was changed."""
    return max((context.now - datetime.fromisoformat(index.about.newest)).days, 0)


def _too_old(context: Context, index: Index) -> Undecided | None:
    """Why what no advisory covers is not known to be well; None where the advisories are new enough."""
    age, most = _age(context, index), context.settings.max_advisory_age
    if age <= most:
        return None
    reason = f"the newest of the advisories is {plural(age, 'day')} old, and the settings allow {most}"
    return Undecided(outcome=Outcome.INCONCLUSIVE, reason=reason, hint="fetch the advisories anew")


def _inside(context: Context, name: str) -> str | None:
    """The name of the advisories as a place in the tree; None where they lie elsewhere."""
    return None if name.startswith(("/", "..")) or ":" in name else context.head.display(name)


def _judged(context: Context, index: Index, lock: Lock, besides: Beside) -> Iterator[Yield]:
    from sluicegate.gates.security.dependencies.law import Case, told

    shown = context.head.display(lock.path)
    unclear: list[str] = []
    seen: set[tuple[str, str, str]] = set()
    skipped = [*lock.skipped, *_unknown(index, lock)]
    for package in lock.packages:
        same = (package.ecosystem, package.name, package.version)
        if same in seen:
            continue
        seen.add(same)
        found, doubts, better = _known(context, index, same)
        unclear += [f"{package.name}: {doubt}" for doubt in doubts]
        for hit in found:
            if besides.takes(package, hit):
                continue
            case = Case(
                lock=lock, package=package, hit=hit, mended=better, shown=shown,
                exploited=besides.exploited.has(hit), chance=besides.exploited.chance(hit),
                age=hit.age(context.now),
            )  # fmt: skip
            if case.rule.id in context.rules:
                yield told(case, context.settings)
    yield from examined(context, MATCHING, lock.path, len(lock.packages) + len(lock.skipped) - len(skipped))
    if skipped:
        why = Undecided(outcome=Outcome.NOT_TESTED, reason=_left(skipped))
        yield from undecided(context, MATCHING, lock.path, why)
    if unclear:
        said = "; ".join(shorten(one_line(one), 200) for one in unclear[:_NAMED])
        more = f"; and {len(unclear) - _NAMED} more" if len(unclear) > _NAMED else ""
        why = Undecided(outcome=Outcome.INCONCLUSIVE, reason=said + more)
        yield from undecided(context, MATCHING, lock.path, why)


def _unknown(index: Index, lock: Lock) -> Iterator[Skipped]:
    """The packages of an ecosystem of which the advisories know nothing: that none covers them says nothing."""
    for package in lock.packages:
        if not index.knows(package.ecosystem):
            why = f"the advisories hold none on packages of {package.ecosystem}"
            yield Skipped(name=package.name, why=why, line=package.line)


def _known(context: Context, index: Index, package: tuple[str, str, str]) -> tuple[Sequence[Hit], Sequence[str], str]:
    """The weaknesses of a package, what could not be held against it, and what mends it; found once for both sides."""
    from sluicegate.gates.security.dependencies.advisories.joined import hits, mended

    key = ("dependencies", *package)
    if key not in context.memo:
        ecosystem, name, version = package
        advisories = index.of(ecosystem, name)
        found, doubts = hits(advisories, ecosystem, version)
        context.memo[key] = found, doubts, mended(advisories, ecosystem, version) if found else ""
    known: tuple[Sequence[Hit], Sequence[str], str] = context.memo[key]
    return known


def _left(skipped: Sequence[Skipped]) -> str:
    """`2 of its entries are not tested: flask (line 3): …`."""
    some = [f"{one_line(one.name)}{f' (line {one.line})' if one.line else ''}: {one.why}" for one in skipped[:_NAMED]]
    more = f"; and {len(skipped) - _NAMED} more" if len(skipped) > _NAMED else ""
    return f"{plural(len(skipped), 'entry')} cannot be held against advisories: {'; '.join(some)}{more}"
