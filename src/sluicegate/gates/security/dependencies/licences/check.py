"""Holds the licences that lock files and SBOMs tell against the policy of the settings."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.gates.security.dependencies import DENIED, LICENCES, UNKNOWN
from sluicegate.gates.security.dependencies.packages import folded
from sluicegate.gates.security.dependencies.purl import purl
from sluicegate.gates.security.dependencies.sboms import described
from sluicegate.gates.security.dependencies.versions import spelt
from sluicegate.gates.security.saying import examined, finding, nothing, undecided, unread
from sluicegate.manifests.sboms import NotReadError
from sluicegate.model import Fact, Level, Location, Outcome, Undecided
from sluicegate.text import one_line, plural, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sluicegate.gates.security.dependencies.packages import Lock, Package
    from sluicegate.model import Context, Finding, Yield

_NAMED = 5
_Same = tuple[str, str, str]
"""A package as its ecosystem spells it: ecosystem, name, version."""

_SILENT = Undecided(
    outcome=Outcome.NOT_TESTED,
    reason="it tells the licence of no package",
    hint="name an SBOM that does under [security] sboms, and in `describes` that it describes this file",
)


def licensed(
    context: Context, readers: Mapping[str, Callable[[], Lock]], bills: Mapping[str, Callable[[], Lock]]
) -> Iterator[Yield]:
    """Judge each package of which a file tells the licence; `bills` are all SBOMs there are."""
    if not readers:
        yield from nothing(context, LICENCES, "lock files", "there is no lock file and no SBOM that is read")
        return
    if find_spec("license_expression") is None:
        error = GateError("license-expression is not installed, which reads licences")
        error.hint = "pip install 'sluicegate[security]'"
        for path in readers:
            yield from unread(context, LICENCES, path, error)
        return
    elsewhere = _elsewhere(context, bills)
    excused: dict[str, str] = {}
    for path, read in readers.items():
        try:
            lock = read()
        except NotReadError as error:
            why = Undecided(outcome=Outcome.NOT_TESTED, reason=error.message, hint=error.hint)
            yield from undecided(context, LICENCES, path, why)
        except GateError as error:
            yield from unread(context, LICENCES, path, error)
        else:
            yield from _judged(context, lock, excused, elsewhere.get(path, frozenset()))
    if excused and not context.past:
        some = "; ".join(f"{name} ({one_line(why)})" for name, why in sorted(excused.items())[:_NAMED])
        more = f"; and {len(excused) - _NAMED} more" if len(excused) > _NAMED else ""
        yield Fact(name="licences that are excepted", value=f"{plural(len(excused), 'package')}: {some}{more}")


def _elsewhere(context: Context, bills: Mapping[str, Callable[[], Lock]]) -> dict[str, frozenset[_Same]]:
    """By lock file the packages of which an SBOM that describes it tells the licence."""
    found: dict[str, frozenset[_Same]] = {}
    for path, read in bills.items():
        others = described(context, path)
        try:
            packages = read().packages if others else ()
        except GateError:  # told where the SBOM itself is read
            continue
        told = frozenset(_same(package) for package in packages if package.licences)
        found |= {other: found.get(other, frozenset()) | told for other in others}
    return found


def _same(package: Package) -> _Same:
    return (*folded(package.ecosystem, package.name), spelt(package.ecosystem, package.version))


def _silent(context: Context, lock: Lock, elsewhere: frozenset[_Same]) -> Iterator[Yield]:
    """What is said of a file that tells no licence at all: what an SBOM tells of its packages is judged there."""
    left = sorted({package.name for package in lock.packages if _same(package) not in elsewhere})
    if not elsewhere:
        yield from undecided(context, LICENCES, lock.path, _SILENT)
    elif left:
        some = ", ".join(shorten(one_line(name), 60) for name in left[:_NAMED])
        more = f"; and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
        reason = f"neither it nor the SBOM that describes it tells the licence of {some}{more}"
        why = Undecided(outcome=Outcome.NOT_TESTED, reason=reason, hint=_SILENT.hint)
        yield from undecided(context, LICENCES, lock.path, why)
    else:
        yield from nothing(context, LICENCES, lock.path, "the SBOM that describes it tells the licences")


def _judged(context: Context, lock: Lock, excused: dict[str, str], elsewhere: frozenset[_Same]) -> Iterator[Yield]:
    """The findings of a file. One that tells no licence at all is not tested, unless an SBOM does that for it."""
    from sluicegate.gates.security.dependencies.licences.policy import Verdict, judged

    policy = context.settings.licences
    if lock.packages and not any(package.licences for package in lock.packages):
        yield from _silent(context, lock, elsewhere)
        return
    seen: set[tuple[str, str, tuple[str, ...]]] = set()
    for package in lock.packages:
        one = (package.ecosystem, package.name, package.licences)
        if one in seen:
            continue
        seen.add(one)
        verdict, text = judged(policy, package.licences)
        if verdict is Verdict.ALLOWED:
            continue
        if why := _excepted(policy.exceptions, package):
            excused[purl(package.ecosystem, package.name, package.version)] = why
            continue
        found = _denied(context, lock, package, text) if verdict is Verdict.DENIED else _unknown(context, lock, package)
        if found.rule in context.rules:
            yield found
    yield from examined(context, LICENCES, lock.path, len(lock.packages))
    if lock.skipped:
        some = ", ".join(shorten(one_line(each.name), 60) for each in lock.skipped[:_NAMED])
        more = f"; and {len(lock.skipped) - _NAMED} more" if len(lock.skipped) > _NAMED else ""
        left = Undecided(outcome=Outcome.NOT_TESTED, reason=f"the licence is not looked for of {some}{more}")
        yield from undecided(context, LICENCES, lock.path, left)


def _excepted(exceptions: Mapping[str, str], package: Package) -> str:
    """Why a package, or this version of it, is excepted; "" where it is not."""
    names = (purl(package.ecosystem, package.name), purl(package.ecosystem, package.name, package.version))
    return next((exceptions[name] for name in names if name in exceptions), "")


def _denied(context: Context, lock: Lock, package: Package, text: str) -> Finding:
    said = shorten(one_line(text), 120)
    return finding(
        DENIED, (lock.path, package.ecosystem, package.name, said), _place(context, lock, package),
        f"`{package.name}` {package.version} is licensed under {said}, which the policy does not let through",
        advice="Replace it, or write under [security.licences.exceptions] who may use it and why.",
    )  # fmt: skip


def _unknown(context: Context, lock: Lock, package: Package) -> Finding:
    said = shorten(one_line(" and ".join(package.licences)), 120)
    what = f"says of its licence `{said}`, which is no expression of licences that SPDX knows" if said else "tells none"
    return finding(
        UNKNOWN, (lock.path, package.ecosystem, package.name, said), _place(context, lock, package),
        f"the licence of `{package.name}` {package.version} is not known: {lock.path} {what}",
        advice="Look it up, and write under [security.licences.exceptions] what it is; or name its `LicenseRef-` or "
        "these words under `allow` or `deny`.",
        level=Level(context.settings.licences.unknown),
    )  # fmt: skip


def _place(context: Context, lock: Lock, package: Package) -> Location:
    return Location(
        path=context.head.display(lock.path), line=package.line, column=package.column,
        logical=purl(package.ecosystem, package.name),
    )  # fmt: skip
