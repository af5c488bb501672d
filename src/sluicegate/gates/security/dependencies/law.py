"""What is said of a locked package that an advisory covers: its rule, its level, its words, its fix."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sluicegate.gates.security import dependencies as rules
from sluicegate.gates.security.dependencies.packages import PYPI
from sluicegate.gates.security.dependencies.purl import purl
from sluicegate.gates.security.saying import finding
from sluicegate.model import Fix, Level, Location
from sluicegate.text import one_line, plural, shorten, visible

if TYPE_CHECKING:
    from sluicegate.gates.security.dependencies.advisories.joined import Hit
    from sluicegate.gates.security.dependencies.packages import Lock, Package
    from sluicegate.gates.security.settings import Settings
    from sluicegate.model import Finding, Rule

_SHOWN = 4
_PLAIN = re.compile(r"[A-Za-z0-9@._/:+~-]+")
"""A name that can be pasted into a shell."""


class Case(Struct, frozen=True, kw_only=True):
    """A package with a weakness: `mended` is the lowest later version without any, `shown` its file's name.

    `exploited`: that is known to happen; `chance` is the probability that it will within 30 days, from 0 to 1. `age`
    are the days since somebody told of it first.
    """

    lock: Lock
    package: Package
    hit: Hit
    mended: str
    shown: str | None
    exploited: bool = False
    chance: float | None = None
    age: int = 0

    @property
    def rule(self) -> Rule:
        """The rule that is broken."""
        if self.hit.malicious:
            return rules.MALICIOUS
        return rules.VULNERABLE if self.hit.severity.word else rules.UNRATED


def told(case: Case, settings: Settings) -> Finding:
    """The finding for a case."""
    package, hit = case.package, case.hit
    name = hit.ids[0]
    key = (_file(case.lock), package.ecosystem, package.name, name)
    found = finding(
        case.rule, key,
        Location(
            path=case.shown, line=package.line, column=package.column, logical=purl(package.ecosystem, package.name)
        ),
        _message(case), advice=_advice(case), fix=_fix(case),
    )  # fmt: skip
    former = tuple((*key[:3], other) for other in hit.ids[1:])
    return replace(found, level=_level(case, settings), former_keys=former)


def _file(lock: Lock) -> str:
    return f"{lock.path} ({lock.part})" if lock.part else lock.path


def _level(case: Case, settings: Settings) -> Level:
    if case.rule is rules.MALICIOUS or case.exploited:
        return Level.ERROR
    if case.rule is rules.VULNERABLE:
        return case.hit.severity.level
    overdue = case.age > settings.unrated_days
    at_hand = bool(case.mended) and (case.package.direct is not False or overdue)
    return Level(settings.unrated_fixable if at_hand else settings.unrated)


def _message(case: Case) -> str:
    package, hit = case.package, case.hit
    others = ", ".join(hit.ids[1 : _SHOWN + 1]) + (
        f" and {len(hit.ids) - 1 - _SHOWN} more" * (len(hit.ids) > _SHOWN + 1)
    )
    unrated = f"unrated for {plural(case.age, 'day')}" if case.age else "unrated"
    beside = [str(hit.severity) if hit.severity.word else unrated] if case.rule is not rules.MALICIOUS else []
    if others:
        beside.append(f"also {others}")
    what = f" ({'; '.join(beside)})" if beside else ""
    says = f"`{package.name}` {package.version} " + ("is malware: " if hit.malicious else "has ")
    fixed = f", fixed in {', '.join(hit.fixed[:_SHOWN])}" if hit.fixed else ", and no version is said to mend it"
    text = one_line(
        f"{says}{hit.ids[0]}{what}{'' if hit.malicious else fixed}{_danger(case)}{_through(case)}{_where(case)}"
    )
    return f"{text}: {shorten(one_line(hit.summary), 160)}" if hit.summary else text


def _danger(case: Case) -> str:
    known = "; it is known to be exploited (KEV)" if case.exploited else ""
    return known if case.chance is None else f"{known}; it will be exploited by a chance of {case.chance:.1%} (EPSS)"


def _where(case: Case) -> str:
    """Which file it is about, where the place does not say it."""
    return f"; in {shorten(one_line(_file(case.lock)), 200)}" if case.lock.part or case.shown is None else ""


def _through(case: Case) -> str:
    if case.package.installed and case.package.installed != (case.package.name,):
        more = " and more" if len(case.package.installed) > _SHOWN else ""
        return f"; installed as {', '.join(shorten(one, 60) for one in case.package.installed[:_SHOWN])}{more}"
    if case.package.place:
        return f"; it lies in /{shorten(one_line(case.package.place), 200)}"
    way = case.lock.way(case.package)
    if case.package.direct:
        return "; the project asks for it itself"
    if len(way) > 1:
        return f"; it comes in through {' -> '.join(way)}"
    return "; it comes in through another package" if case.package.direct is False else ""


def _advice(case: Case) -> str:
    name = shorten(one_line(case.package.name), 100)
    if case.hit.malicious:
        return f"Take `{name}` out, and treat every machine and secret that it could reach as known to others."
    if case.mended and case.package.installed:
        return f"Build the image anew on a base that has `{name}` {case.mended}, or upgrade its packages in the build."
    if case.mended:
        return _raise(case)
    if case.hit.fixed:
        return f"Raise `{name}` to {case.hit.fixed[-1]}, which mends this one; others are known of every fixed version."
    return f"Replace `{name}`, or suppress this with the reason why its weakness cannot be reached here."


def _raise(case: Case) -> str:
    """The shortest way: who asks for the package, and as what; one that asks for this very version is in its way."""
    name, way = shorten(one_line(case.package.name), 100), case.lock.way(case.package)
    if len(way) == 1:
        return f"Raise `{name}` to {case.mended}{_how(case)}."
    before, said = shorten(one_line(way[-2]), 100), shorten(one_line(case.lock.asked(case.package)), 60)
    if said.lstrip("=v ") == case.package.version:
        return f"Raise `{before}`, which pins `{name}` at `{said}`, to a version that takes {case.mended}."
    return f"Raise `{name}`, which `{before}` asks for{f' as `{said}`' if said else ''}, to {case.mended}{_how(case)}."


def _how(case: Case) -> str:
    if case.lock.raising and _PLAIN.fullmatch(f"{case.package.name}{case.mended}"):
        return f": `{case.lock.raising.format(name=case.package.name, version=case.mended)}`"
    if case.package.hashed:
        return " and renew its digests" if case.lock.lines else " and lock anew"
    return ""


def _fix(case: Case) -> Fix | None:
    """Another version in the line of a requirement, where the line pins it alone and by no digest."""
    package = case.package
    if (
        not case.mended
        or not case.shown
        or package.hashed
        or not package.line
        or package.ecosystem != PYPI
        or not case.lock.lines
    ):
        return None
    line = case.lock.lines[package.line - 1]
    changed, count = re.subn(
        rf"(==\s*){re.escape(package.version)}(?=[\s;,#\\]|$)", lambda found: found[1] + case.mended, line
    )
    if count != 1 or "\r" in line or visible(line) != line or line.rstrip().endswith("\\"):
        return None
    return Fix(
        path=case.shown, first_line=package.line, last_line=package.line, original=line, replacement=changed,
        title=f"raise {package.name} to {case.mended}",
    )  # fmt: skip
