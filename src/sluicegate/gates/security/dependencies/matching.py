"""Holds packages, whatever names them, against the advisories that the settings name."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.gates.security.dependencies import MATCHING, TOO_OLD
from sluicegate.gates.security.files import shown
from sluicegate.gates.security.saying import examined, finding, nothing, undecided, unread
from sluicegate.manifests.sboms import NotReadError
from sluicegate.model import Evidence, Fact, Location, Outcome, Progress, Undecided
from sluicegate.text import one_line, plural, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sluicegate.gates.security.dependencies.advisories.index import Index
    from sluicegate.gates.security.dependencies.advisories.joined import Hit
    from sluicegate.gates.security.dependencies.beside import Beside
    from sluicegate.gates.security.dependencies.packages import Lock, Package, Skipped
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
    reason="no advisories are set to hold the packages against",
    hint='name a database in the OSV format: `[security] advisories = "all.zip"`',
)


def matched(context: Context, subjects: Mapping[str, Callable[[], Lock]], where: str = "") -> Iterator[Yield]:
    """Judge what each subject holds, which is read when it is its turn; `where` tells these subjects from others.

    One that cannot be read counts as errored, and the others are judged.
    """
    if unasked := _unasked(context):
        for subject in subjects:
            yield from undecided(context, MATCHING, subject, unasked)
        yield from undecided(context, (TOO_OLD,), "advisories", unasked)
        return
    try:
        index = _index(context)
    except GateError as error:
        yield from unread(context, (TOO_OLD,), "advisories", error)
        for subject in subjects:
            yield from unread(context, MATCHING, subject, error)
        return
    from sluicegate.gates.security.dependencies.beside import beside

    if (said := ("dependencies", "about", context.past)) not in context.memo:
        context.memo[said] = True  # one database for all that is held against it
        yield from _about(context, index)
        if old := _too_old(context, index):
            yield from undecided(context, MATCHING, "advisories", old)
    besides = beside(context)
    for named, trouble in besides.troubles.items():
        yield from unread(context, MATCHING, named, trouble)
    for done, (subject, read) in enumerate(subjects.items()):
        yield Progress(what=subject, done=done, total=len(subjects))
        try:
            yield from _judged(context, index, subject, read(), besides)
        except NotReadError as error:
            why = Undecided(outcome=Outcome.NOT_TESTED, reason=error.message, hint=error.hint)
            yield from undecided(context, MATCHING, subject, why)
        except GateError as error:
            yield from unread(context, MATCHING, subject, error)
    if besides.taken and not context.past:
        yield Fact(name=f"taken away by VEX{where}", value=besides.told)


def _unasked(context: Context) -> Undecided | None:
    """Why no advisories are asked; None where they are."""
    if not context.settings.advisories:
        return _UNSET
    from sluicegate.gates.security.dependencies.advisories.fetched import is_address

    return _WAITING if is_address(context.settings.advisories) and context.touched is not None else None


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
            TOO_OLD, ("advisories", name), Location(path=shown(context, name), logical="advisories"),
            f"the newest of the advisories in {one_line(name)} is {plural(age, 'day')} old, where {most} may pass",
            advice="Fetch them anew before the check; on a schedule, so that what is new is told.",
        )  # fmt: skip
    yield from examined(context, (TOO_OLD,), name)


def _called(context: Context) -> str:
    """What the report calls the advisories."""
    from sluicegate.gates.security.dependencies.advisories import fetched

    name: str = context.settings.advisories
    return fetched.shown(name) if fetched.is_address(name) else name


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


def _judged(context: Context, index: Index, subject: str, lock: Lock, besides: Beside) -> Iterator[Yield]:
    from sluicegate.gates.security.dependencies.law import Case, told

    unclear: list[str] = []
    seen: set[tuple[str, str, str]] = set()
    counts = _counts(lock.packages)
    unknown = {ecosystem for ecosystem in counts if not index.knows(ecosystem)}
    for package in lock.packages:
        same = (package.ecosystem, package.name, package.version)
        if same in seen or package.ecosystem in unknown:
            continue
        seen.add(same)
        found, doubts, better = _known(context, index, same)
        unclear += [f"{package.name}: {doubt}" for doubt in doubts]
        for hit in found:
            if besides.takes(package, hit):
                continue
            case = Case(
                lock=lock, package=package, hit=hit, mended=better, shown=shown(context, lock.path),
                exploited=besides.exploited.has(hit), chance=besides.exploited.chance(hit),
                age=hit.age(context.now),
            )  # fmt: skip
            if case.rule.id in context.rules:
                yield told(case, context.settings)
    looked = sum(count for ecosystem, count in counts.items() if ecosystem not in unknown)
    if looked:
        yield from examined(context, MATCHING, subject, looked)
    elif not unknown and not lock.skipped:
        yield from nothing(context, MATCHING, subject, "it holds no package")
    for ecosystem in sorted(unknown):
        yield from undecided(context, MATCHING, subject, _none_on(ecosystem, counts[ecosystem]))
    if lock.skipped:
        why = Undecided(outcome=Outcome.NOT_TESTED, reason=_left(lock.skipped))
        yield from undecided(context, MATCHING, subject, why)
    if unclear:
        said = "; ".join(shorten(one_line(one), 200) for one in unclear[:_NAMED])
        more = f"; and {len(unclear) - _NAMED} more" if len(unclear) > _NAMED else ""
        why = Undecided(outcome=Outcome.INCONCLUSIVE, reason=said + more)
        yield from undecided(context, MATCHING, subject, why)


def _counts(packages: Sequence[Package]) -> Mapping[str, int]:
    """How many packages there are, by ecosystem: what is installed, under however many names."""
    counts = Counter(package.ecosystem for package in packages if not package.installed)
    names = {(package.ecosystem, name) for package in packages for name in package.installed}
    return counts + Counter(ecosystem for ecosystem, _ in names)


def _none_on(ecosystem: str, count: int) -> Undecided:
    """Where a database says nothing of an ecosystem, that nothing is known of a package says nothing either."""
    return Undecided(
        outcome=Outcome.NOT_TESTED,
        reason=f"the advisories hold none on {ecosystem} ({plural(count, 'package')})",
        hint=f"add those on {ecosystem.partition(':')[0]} to the database",
    )


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
