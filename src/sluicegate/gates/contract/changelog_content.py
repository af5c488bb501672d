"""What a changelog tells, put in order: chapters, in each the places of the API, at each what changed there."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sluicegate.gates.contract.impact import ABOUT, Impact, impact
from sluicegate.model import Level, Outcome, RuleKind
from sluicegate.text import one_line, plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.model import Changelog, Finding, GateResult, Location, Run, Step

_SHARED = ("schema ", "parameter ", "response ", "request body ", "path item ", "header ", "component ")
_USED = " (used by "
_PROOF = re.compile("(.*) (was (?:accepted|described|never sent), and [a-z ]+)", re.DOTALL)
WORDS = {Level.ERROR: "Breaking", Level.WARNING: "Warning", Level.NOTE: "Change", Level.NONE: "Change"}


class Entry(Struct, frozen=True, kw_only=True):
    """One change at a place: `before` is where it stood at base, `accepted` why it was suppressed."""

    level: Level
    message: str
    witness: str
    at: str
    before: str
    accepted: str


class Place(Struct, frozen=True, kw_only=True):
    """An operation, or a shared part of the description with the operations that use it."""

    name: str
    shared: bool
    used_by: str
    entries: tuple[Entry, ...]


class Chapter(Struct, frozen=True, kw_only=True):
    """What one version changed. `places` holds what breaks or may break, `others` the rest.

    It is `lone` where there was nothing on the other side. `doubts` is what could not be compared, `remarks` what else
    is to be said. `files` are those that line numbers without a file are of: at head, and at base where it is another.
    """

    base: str
    head: str
    date: str = ""
    about: str = ""
    counts: Counter[Level] = field(default_factory=Counter)
    impact: Impact = Impact.NONE
    files: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    others: tuple[Place, ...] = ()
    lone: bool = False
    doubts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def blind(self) -> bool:
        """Whether nothing is told because nothing could be compared."""
        return bool(self.doubts) and not self.counts

    @property
    def silent(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.places or self.others or self.doubts or self.remarks)


class Contents(Struct, frozen=True, kw_only=True):
    """The whole of it: the chapters that tell something, newest first, and the names of those that do not."""

    subject: str
    base: str
    head: str
    chapters: tuple[Chapter, ...]
    quiet: tuple[str, ...]

    @property
    def single(self) -> bool:
        """Whether one version was compared with one other, so that there is nothing to choose from."""
        return len(self.chapters) + len(self.quiet) == 1


def contents(changelog: Changelog) -> Contents:
    """Every comparison as a chapter, but those where nothing changed: they are named together."""
    chapters = [_chapter(step) for step in changelog.steps]
    alone = len(chapters) == 1
    return Contents(
        subject=changelog.subject,
        base=changelog.base,
        head=changelog.head,
        chapters=tuple(chapter for chapter in chapters if alone or not chapter.silent),
        quiet=tuple(chapter.head for chapter in chapters if not alone and chapter.silent),
    )


def summary(*chapters: Chapter) -> str:
    """`2 breaking changes, 1 warning, 12 other changes`, of all chapters together."""
    counts = total(chapters)
    in_doubt = sum(bool(chapter.doubts) for chapter in chapters)
    if not sum(counts.values()):
        lone = chapters and all(chapter.lone for chapter in chapters)
        return (
            "could not be compared" if in_doubt else "nothing to compare" if lone else "no change that clients can see"
        )
    others = counts[Level.NOTE] + counts[Level.NONE]
    told = [
        plural(counts[Level.ERROR], "breaking change") if counts[Level.ERROR] else "no breaking change",
        plural(counts[Level.WARNING], "warning") if counts[Level.WARNING] else "",
        plural(others, "other change") if others else "",
    ]
    text = ", ".join(filter(None, told))
    return f"{text}; not everything could be compared" if in_doubt else text


def impact_words(*chapters: Chapter) -> str:
    """`Impact: major`, of the worst of the chapters; nothing where nothing was compared."""
    told = [chapter for chapter in chapters if not chapter.blind and not chapter.lone]
    if not told:
        return ""
    worst = max(chapter.impact for chapter in told)
    least = "at least " if worst is not Impact.MAJOR and any(chapter.doubts for chapter in chapters) else ""
    return f"Impact: {least}{worst.word}"


def total(chapters: tuple[Chapter, ...]) -> Counter[Level]:
    """The counts of all chapters together."""
    return sum((chapter.counts for chapter in chapters), Counter())


def pieces(message: str) -> Iterator[tuple[bool, str]]:
    """A message in parts, each with whether it stands between backticks."""
    parts = message.split("`")
    for number, part in enumerate(parts):
        code = number % 2 == 1
        if code and number == len(parts) - 1:
            yield False, f"`{part}"  # the last backtick has no partner
        elif part:
            yield code, part


def proof(witness: str) -> tuple[str, str]:
    """The value that proves a change, and what becomes of it: `{"size":6}`, `was accepted, and is refused now`."""
    found = _PROOF.fullmatch(witness)
    return (found[1], found[2]) if found else (witness, "")


def sentence(text: str) -> str:
    """The text with a capital first letter, where it begins with a word and not with a file's name."""
    first = text.partition(" ")[0].rstrip(",:;")
    return text[:1].upper() + text[1:] if first.isalpha() else text


def _chapter(step: Step) -> Chapter:
    run = step.run
    gate = run.gates[0] if run and run.gates else None
    if run is None or gate is None:
        return Chapter(
            base=step.base, head=step.head, date=step.date, about=step.about, lone=True, remarks=_told(step.why)
        )
    kinds = {rule.id: rule.kind for rule in run.rules}
    changes = [found for found in gate.findings if kinds.get(found.rule) is RuleKind.CHANGE]
    weighty = [found for found in changes if found.level.reaches(Level.WARNING)]
    doubts, remarks = _undecided(run, gate)
    files = _files(weighty)
    return Chapter(
        base=step.base,
        head=step.head,
        date=step.date,
        about=step.about,
        counts=Counter(found.level for found in changes),
        impact=impact(found.level for found in changes if found.rule not in ABOUT),
        files=tuple(dict.fromkeys(filter(None, files))),
        places=_places(weighty, files),
        others=_places([found for found in changes if not found.level.reaches(Level.WARNING)], files),
        lone=not changes and bool(remarks),
        doubts=doubts,
        remarks=(*_told(step.why), *remarks, *_faults(run, gate)),
    )


def _told(why: str) -> tuple[str, ...]:
    return (f"{one_line(why)}.",) if why else ()


def _files(findings: list[Finding]) -> tuple[str, str]:
    """The files, at head and at base, that most findings are in: most often the only ones."""
    sides = ([found.location for found in findings], [found.base_location for found in findings])
    head, base = (Counter(place.path for place in side if place and place.path).most_common(1) for side in sides)
    return one_line(head[0][0] or "") if head else "", one_line(base[0][0] or "") if base else ""


def _places(findings: list[Finding], files: tuple[str, str]) -> tuple[Place, ...]:
    """The places in the order of what is worst there; operations stand before what they share.

    What is shared stands once for each of the operations that its changes concern.
    """
    told: dict[tuple[str, str], list[tuple[Finding, str]]] = {}
    for found in findings:
        name = one_line(found.location.logical or found.location.path or "the description")
        message, used_by = _parted(one_line(found.message), name)
        told.setdefault((name, used_by), []).append((found, message))
    places = [_place(*named, changes, files) for named, changes in told.items()]
    return tuple(sorted(places, key=lambda place: (-place.entries[0].level.weight, place.shared)))


def _place(name: str, used_by: str, changes: list[tuple[Finding, str]], files: tuple[str, str]) -> Place:
    entries = [
        Entry(
            level=found.level,
            message=message,
            witness=one_line(found.witness),
            at=_at(found.location, files[0]),
            before=_at(found.base_location, files[1]),
            accepted=_accepted(found),
        )
        for found, message in changes
    ]
    shared = bool(used_by) or name.startswith(_SHARED)
    return Place(
        name=name, shared=shared, used_by=used_by, entries=tuple(sorted(entries, key=lambda one: -one.level.weight))
    )


def _parted(message: str, name: str) -> tuple[str, str]:
    """A message without the name of its place, and the operations that use it, which its end may tell."""
    used_by = ""
    if message.endswith(")") and _USED in message:
        message, _, rest = message.partition(_USED)
        used_by = _users(rest[:-1])
    start, colon, rest = message.partition(": ")
    # a name may hold a colon of its own
    while colon and len(start) < len(name):
        more, colon, rest = rest.partition(": ")
        start = f"{start}: {more}"
    if colon and start.replace("`", "").lower() == name.replace("`", "").lower():
        message = rest
    return sentence(message), used_by


def _users(text: str) -> str:
    """`used by `GET /a``, or `used by 12 operations: `GET /a`, `GET /b` and 10 more`."""
    count, listed, titles = text.partition(" operations (")
    if not listed:
        return f"used by `{text}`"
    titles, more, rest = (
        titles.removesuffix(")").rpartition(" and ") if titles.endswith(" more)") else (titles[:-1], "", "")
    )
    return f"used by {count} operations: {', '.join(f'`{title}`' for title in titles.split(', '))}{more}{rest}"


def _at(location: Location | None, file: str) -> str:
    """`line 12` in the file that needs no name, `path:12:3` in others."""
    if location is None or not location.path:
        return ""
    path = one_line(location.path)
    if path == file and location.line:
        return f"line {location.line}"
    return ":".join([path, *(str(part) for part in (location.line, location.column) if part)])


def _accepted(finding: Finding) -> str:
    decision = finding.suppression
    return one_line(f"{decision.reason}, {decision.owner}, until {decision.expires}") if decision else ""


def _undecided(run: Run, gate: GateResult) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Why changes could not be told: what is in doubt, and what there was nothing to compare with.

    Where one rule has looked at a document, that others had nothing to look at in it goes without saying.
    """
    kinds = {rule.id: rule.kind for rule in run.rules}
    doubts: dict[str, None] = {}
    lone: dict[str, dict[str, None]] = {}
    compared: set[str] = set()
    if gate.reason and gate.outcome is not Outcome.NOT_APPLICABLE:
        doubts[one_line(gate.reason)] = None
    for result in gate.rules:
        if kinds.get(result.rule) is not RuleKind.CHANGE:
            continue
        for examination in result.examinations:
            why = examination.undecided
            if why is None:
                compared.add(examination.subject)
            elif why.outcome is Outcome.NOT_APPLICABLE:
                lone.setdefault(examination.subject, {})[f"{one_line(why.reason)}."] = None
            else:
                doubts[one_line(why.reason)] = None
    remarks = dict.fromkeys(
        reason for subject, reasons in lone.items() if subject not in compared for reason in reasons
    )
    return tuple(doubts), tuple(remarks)


def _faults(run: Run, gate: GateResult) -> tuple[str, ...]:
    """What is wrong with the description as it stands, in one sentence: no change, but it may hide or feign some."""
    kinds = {rule.id: rule.kind for rule in run.rules}
    found = Counter(found.rule for found in gate.findings if kinds.get(found.rule) is RuleKind.STATE)
    if not found:
        return ()
    rules = ", ".join(f"`{rule}` ({count:,})" if count > 1 else f"`{rule}`" for rule, count in found.most_common())
    return (f"Take care: the description itself has {plural(found.total(), 'fault')}, by {rules}.",)
