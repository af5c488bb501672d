"""Whether an SBOM and the lock files that it describes name the same packages in the same versions.

What a lock file marks as wanted for development, as an extra or on some machines alone may be missing, and may be
there. The project's own parts are left out on both sides, and so is what no registry has.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sluicegate.errors import GateError
from sluicegate.gates.security.dependencies import DRIFT
from sluicegate.gates.security.dependencies.lockfiles import ecosystem_of
from sluicegate.gates.security.dependencies.packages import folded
from sluicegate.gates.security.dependencies.purl import purl
from sluicegate.gates.security.dependencies.sboms import described
from sluicegate.gates.security.dependencies.versions import spelt
from sluicegate.gates.security.saying import examined, finding, nothing, undecided, unread
from sluicegate.manifests.sboms import NotReadError
from sluicegate.model import Location, Outcome, Undecided
from sluicegate.text import one_line, plural, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sluicegate.gates.security.dependencies.files import Files
    from sluicegate.gates.security.dependencies.packages import Lock, Package
    from sluicegate.model import Context, Finding, Yield

_NAMED = 3
_GO = ("std", "stdlib")
"""What tools call the library of Go itself, which no go.mod pins."""

_ADVICE = "Have the SBOM made anew from what is locked, or lock what is shipped."


class _Side(Struct, kw_only=True):
    """One name on one side: its packages by the one spelling of their versions."""

    packages: dict[str, Package] = field(default_factory=dict)

    @property
    def versions(self) -> str:
        """The versions, as they are written."""
        return " and ".join(sorted(shorten(one_line(one.version), 60) for one in self.packages.values()))


_Names = dict[tuple[str, str], _Side]


def drifted(context: Context, files: Files, paths: Sequence[str]) -> Iterator[Yield]:
    """Hold each SBOM against what it is said to describe."""
    looked = False
    for path in paths:
        others = described(context, path)
        if not others or (context.touched is not None and context.touched.isdisjoint((path, *others))):
            continue
        looked = True
        try:
            bill, locks = files.sbom(path), [files.lock(other) for other in others]
        except NotReadError as error:
            why = Undecided(outcome=Outcome.NOT_TESTED, reason=error.message, hint=error.hint)
            yield from undecided(context, (DRIFT,), path, why)
        except GateError as error:
            yield from unread(context, (DRIFT,), path, error)
        else:
            yield from _compared(context, bill, locks)
    if not looked and context.touched is not None:
        yield from nothing(context, (DRIFT,), "SBOMs", "the commit touches no SBOM, and nothing that one describes")


def _compared(context: Context, bill: Lock, locks: Sequence[Lock]) -> Iterator[Yield]:
    ecosystems = {ecosystem_of(lock.path) for lock in locks}
    apart = [package for package in bill.packages if package.ecosystem not in ecosystems]
    unheld = {folded(*one) for one in _let_be(bill, locks)}
    said = _names((package for package in bill.packages if package.ecosystem in ecosystems), unheld)
    pinned = _names((package for lock in locks for package in lock.packages), unheld)
    unsure: list[str] = []
    where = ", ".join(lock.path for lock in locks)
    for name in sorted(said.keys() | pinned.keys()):
        here, there = said.get(name, _Side()), pinned.get(name, _Side())
        more = here.packages.keys() - there.packages.keys()
        less = there.packages.keys() - here.packages.keys()
        if more or any(there.packages[one].optional is False for one in less):
            yield _told(context, bill, where, here, there)
        elif any(there.packages[one].optional is None for one in less):
            unsure.append(name[1])
    yield from examined(context, (DRIFT,), bill.path, len(said.keys() | pinned.keys()))
    if unsure:
        reason = (
            f"{where} pins {plural(len(unsure), 'package')} that the SBOM does not name, and does not say whether only "
            f"development needs them: {_some(unsure)}"
        )
        yield from undecided(context, (DRIFT,), bill.path, Undecided(outcome=Outcome.INCONCLUSIVE, reason=reason))
    left = [f"{package.name} of {package.ecosystem}" for package in apart]
    left += sorted({shorten(one_line(one.name), 60) for each in (bill, *locks) for one in each.skipped})
    if left:
        reason = f"{plural(len(left), 'entry')} cannot be held against the other side: {_some(left)}"
        yield from undecided(context, (DRIFT,), bill.path, Undecided(outcome=Outcome.NOT_TESTED, reason=reason))


def _let_be(bill: Lock, locks: Sequence[Lock]) -> Iterator[tuple[str, str]]:
    """What is held against nothing: the project's own parts, and what one side names without a release."""
    ecosystems = {ecosystem_of(lock.path) for lock in locks}
    for each in (bill, *locks):
        skipped = [one.name for one in each.skipped]  # the whole line, where that is how it is named
        names = {*_GO, *each.own, *skipped, *(one.partition(" ")[0] for one in skipped)}
        yield from ((ecosystem, name) for ecosystem in ecosystems for name in names)


def _names(packages: Iterable[Package], unheld: set[tuple[str, str]]) -> _Names:
    found: _Names = defaultdict(_Side)
    for package in packages:
        name = folded(package.ecosystem, package.name)
        if name not in unheld:
            version = spelt(package.ecosystem, package.version)
            known = found[name].packages.get(version)
            if known is None or known.optional is not False:
                found[name].packages[version] = package
    return found


def _told(context: Context, bill: Lock, where: str, here: _Side, there: _Side) -> Finding:
    package = next(iter((*here.packages.values(), *there.packages.values())))
    place = next(iter(here.packages.values()), None)
    name, files = one_line(package.name), one_line(where)
    if not there.packages:
        text = f"the SBOM names `{name}` {here.versions}, which {files} does not pin"
    elif not here.packages:
        text = f"{files} pins `{name}` {there.versions}, which the SBOM does not name"
    else:
        text = f"the SBOM says {here.versions} of `{name}`, and {files} pins {there.versions}"
    return finding(
        DRIFT, (bill.path, package.ecosystem, folded(package.ecosystem, package.name)[1]),
        Location(
            path=context.head.display(bill.path), line=place.line if place else None,
            column=place.column if place else None, logical=purl(package.ecosystem, package.name),
        ),
        text, advice=_ADVICE,
    )  # fmt: skip


def _some(names: Sequence[str]) -> str:
    more = f"; and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"
