"""The changelog as Markdown: headings and lists that read well unrendered too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.contract.changelog_content import WORDS, impact_words, pieces, proof, sentence, summary
from sluicegate.markup import inert, span
from sluicegate.model import Level
from sluicegate.text import disarm, plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.contract.changelog_content import Chapter, Contents, Entry, Place

_SIGNS = {Level.ERROR: "🔴", Level.WARNING: "🟠"}
_NAMED = 20


def document(contents: Contents) -> str:
    """The whole document."""
    return disarm("\n".join(_lines(contents)) + "\n")


def _lines(contents: Contents) -> Iterator[str]:
    yield f"# API changes from {inert(contents.base)} to {inert(contents.head)}"
    yield ""
    counted = sentence(summary(*contents.chapters))
    subject = f"{span(contents.subject)}. " if contents.subject else ""
    impact = impact_words(*contents.chapters)
    yield f"{subject}**{counted}.**{f' {impact}.' if impact else ''}"
    if contents.single:
        yield from _body(contents.chapters[0], "##")
        return
    if len(contents.chapters) > 1:
        yield ""
        yield "| Version | Impact | Breaking | Warnings | Other |"
        yield "|---|---|---:|---:|---:|"
        for chapter in contents.chapters:
            counts = chapter.counts
            numbers = (counts[Level.ERROR], counts[Level.WARNING], counts[Level.NOTE] + counts[Level.NONE])
            cells = ["?" if chapter.blind else f"{number:,}" for number in numbers]
            impact = impact_words(chapter).removeprefix("Impact: ")
            yield f"| {' | '.join((inert(chapter.head), impact or '?', *cells))} |"
    if contents.quiet:
        yield ""
        yield f"{_quiet(contents.quiet)}."
    for chapter in contents.chapters:
        yield ""
        yield f"## {inert(chapter.head)}{f' ({inert(chapter.date)})' if chapter.date else ''}"
        yield ""
        about = f"{inert(chapter.about)}. " if chapter.about else ""
        yield f"{about}Compared with {inert(chapter.base)}: {summary(chapter)}."
        yield from _body(chapter, "###")


def _quiet(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"Nothing changed in {', '.join(inert(name) for name in names[:_NAMED])}{more}"


def _body(chapter: Chapter, level: str) -> Iterator[str]:
    for remark in chapter.remarks:
        yield ""
        yield _prose(sentence(remark))
    if chapter.doubts:
        yield ""
        yield f"{level} Could not be compared"
        yield ""
        for doubt in chapter.doubts:
            yield f"- {_prose(sentence(doubt))}"
    if chapter.files:
        yield ""
        yield f"Lines are those of {' and, before, of '.join(map(span, chapter.files))}."
    for place in chapter.places:
        yield ""
        yield f"{level} {_name(place)}"
        yield ""
        if place.used_by:
            yield f"{_prose(sentence(place.used_by))}."
            yield ""
        for entry in place.entries:
            yield from _entry(entry)
    if chapter.others:
        count = sum(len(place.entries) for place in chapter.others)
        yield ""
        yield f"{level} {plural(count, 'other change')}"
        yield ""
        for place in chapter.others:
            yield from _other(place)


def _entry(entry: Entry) -> Iterator[str]:
    yield f"- {_SIGNS[entry.level]} **{WORDS[entry.level]}:** {_prose(entry.message)}"
    if entry.witness:
        value, ending = proof(entry.witness)
        yield f"  - Example: {span(value)}{f' {inert(ending)}' if ending else ''}"
    if entry.at:
        yield f"  - {_where(entry)}"
    if entry.accepted:
        yield f"  - Accepted: {inert(entry.accepted)}"


def _where(entry: Entry) -> str:
    at, before = (
        inert(sentence(place)) if place.startswith("line ") else span(place) for place in (entry.at, entry.before)
    )
    return f"{at}, before: {before.lower() if before.startswith('Line') else before}" if before else at


def _other(place: Place) -> Iterator[str]:
    used_by = f" ({_prose(place.used_by)})" if place.used_by else ""
    if len(place.entries) == 1:
        yield f"- {_name(place)}: {_short(place.entries[0])}{used_by}"
        return
    yield f"- {_name(place)}{used_by}"
    for entry in place.entries:
        yield f"  - {_short(entry)}"


def _short(entry: Entry) -> str:
    return _prose(entry.message) + (f" (accepted: {inert(entry.accepted)})" if entry.accepted else "")


def _name(place: Place) -> str:
    """An operation as code; of a shared part, its name: schema `Order`."""
    kind, _, name = place.name.rpartition(" ")
    return f"{sentence(inert(kind))} {span(name)}" if place.shared and kind else span(place.name)


def _prose(text: str) -> str:
    """A sentence of the gate, foreign names as code."""
    return "".join(span(part) if code else _kept(part) for code, part in pieces(text))


def _kept(part: str) -> str:
    """Inert text with the spaces at its ends, which part it from the code beside it."""
    before = " " if part[:1].isspace() else ""
    after = " " if part[-1:].isspace() and part.strip() else ""
    return f"{before}{inert(part)}{after}"
