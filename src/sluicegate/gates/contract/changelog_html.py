"""The changelog as a page of its own: no script, no request, light and dark, on a wide screen and on a phone."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from sluicegate.gates.contract.changelog_content import WORDS, impact_words, pieces, proof, sentence, summary, total
from sluicegate.markup import escape
from sluicegate.model import Level
from sluicegate.text import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.contract.changelog_content import Chapter, Contents, Entry, Place

_OPEN = 25
"""So many other changes are shown at once; more are folded away."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(contents: Contents) -> str:
    """The whole page."""
    return "\n".join(_lines(contents)) + "\n"


def _lines(contents: Contents) -> Iterator[str]:
    title = f"API changes from {escape(contents.base)} to {escape(contents.head)}"
    style = resources.files(__package__).joinpath("changelog.css").read_text("utf-8")
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield f"<title>{title}</title>"
    yield f"<style>\n{style}</style>"
    yield "</head>"
    yield "<body>"
    yield "<header>"
    yield f"<h1>API changes <span>from <b>{escape(contents.base)}</b> to <b>{escape(contents.head)}</b></span></h1>"
    subject = f"<code>{escape(contents.subject)}</code> " if contents.subject else ""
    yield f"<p>{subject}{_chips(*contents.chapters)}</p>"
    yield "</header>"
    yield "<main>"
    if contents.single:
        yield from _body(contents.chapters[0], 2)
    else:
        yield from _several(contents)
    yield "</main>"
    yield "</body>"
    yield "</html>"


def _several(contents: Contents) -> Iterator[str]:
    if len(contents.chapters) > 1:
        yield '<nav aria-label="Versions"><ol>'
        for number, chapter in enumerate(contents.chapters, 1):
            link = f'<a href="&#35;v{number}">{escape(chapter.head)}</a>'
            yield f"<li>{link} <span>{_chips(chapter)}</span></li>"
        yield "</ol></nav>"
    if contents.quiet:
        names = ", ".join(map(escape, contents.quiet))
        yield f"<p>Nothing changed in {names}.</p>"
    for number, chapter in enumerate(contents.chapters, 1):
        yield f'<section id="v{number}">'
        date = f" <time>{escape(chapter.date)}</time>" if chapter.date else ""
        yield f"<h2>{escape(chapter.head)}{date}</h2>"
        about = f"{escape(chapter.about)}. " if chapter.about else ""
        yield f'<p class="quiet">{about}Compared with {escape(chapter.base)}: {summary(chapter)}.</p>'
        yield from _body(chapter, 3)
        yield "</section>"


def _chips(*chapters: Chapter) -> str:
    """How much breaks, may break and merely changed; each with its word, since not everybody sees colours."""
    counts = total(chapters)
    others = counts[Level.NOTE] + counts[Level.NONE]
    in_doubt = any(chapter.doubts for chapter in chapters)
    told = [
        ("error", f"{counts[Level.ERROR]:,} breaking") if counts[Level.ERROR] else ("ok", "nothing breaks"),
        ("warning", plural(counts[Level.WARNING], "warning")) if counts[Level.WARNING] else None,
        ("note", f"{others:,} other") if others else None,
    ]
    if not sum(counts.values()):
        told = [("warning" if in_doubt else "note", summary(*chapters))]
    elif in_doubt:
        told.append(("warning", "not everything could be compared"))
    if impact := impact_words(*chapters):
        told.append(("note", impact[:1].lower() + impact[1:]))
    return " ".join(f'<span class="chip {kind}">{text}</span>' for kind, text in filter(None, told))


def _body(chapter: Chapter, level: int) -> Iterator[str]:
    for remark in chapter.remarks:
        yield f"<p>{_prose(sentence(remark))}</p>"
    if chapter.doubts:
        yield '<aside class="doubt">'
        yield f"<h{level}>Could not be compared</h{level}>"
        yield "<ul>"
        yield from (f"<li>{_prose(sentence(doubt))}</li>" for doubt in chapter.doubts)
        yield "</ul>"
        yield "</aside>"
    if chapter.files:
        files = " and, before, of ".join(f"<code>{escape(file)}</code>" for file in chapter.files)
        yield f'<p class="quiet">Lines are those of {files}.</p>'
    for place in chapter.places:
        yield "<article>"
        yield f"<h{level}>{_name(place)}</h{level}>"
        if place.used_by:
            yield f'<p class="quiet">{_prose(sentence(place.used_by))}</p>'
        yield '<ul class="changes">'
        for entry in place.entries:
            yield from _entry(entry)
        yield "</ul>"
        yield "</article>"
    if chapter.others:
        count = sum(len(place.entries) for place in chapter.others)
        yield f"<details{' open' if count <= _OPEN else ''}>"
        yield f"<summary>{plural(count, 'other change')}</summary>"
        yield '<dl class="others">'
        for place in chapter.others:
            yield from _other(place)
        yield "</dl>"
        yield "</details>"


def _entry(entry: Entry) -> Iterator[str]:
    yield f'<li class="{entry.level.value}">'
    yield f'<span class="chip {entry.level.value}">{WORDS[entry.level]}</span> {_prose(entry.message)}'
    if entry.witness:
        value, ending = proof(entry.witness)
        yield f'<p class="example"><code>{escape(value)}</code>{f" {escape(ending)}" if ending else ""}</p>'
    if entry.accepted:
        yield f'<p class="quiet">Accepted: {escape(entry.accepted)}</p>'
    if entry.at:
        before = f", before: {_spot(entry.before)}" if entry.before else ""
        yield f'<p class="place">{sentence(_spot(entry.at))}{before}</p>'
    yield "</li>"


def _spot(place: str) -> str:
    return escape(place) if place.startswith("line ") else f"<code>{escape(place)}</code>"


def _other(place: Place) -> Iterator[str]:
    used_by = f' <span class="quiet">{_prose(place.used_by)}</span>' if place.used_by else ""
    yield f"<dt>{_name(place)}{used_by}</dt>"
    for entry in place.entries:
        accepted = f' <span class="quiet">accepted: {escape(entry.accepted)}</span>' if entry.accepted else ""
        yield f"<dd>{_prose(entry.message)}{accepted}</dd>"


def _name(place: Place) -> str:
    kind, _, name = place.name.rpartition(" ")
    if place.shared and kind:
        return f"{escape(sentence(kind))} <code>{escape(name)}</code>"
    return f"<code>{escape(place.name)}</code>"


def _prose(text: str) -> str:
    """A sentence of the gate, foreign names as code."""
    return "".join(f"<code>{escape(part)}</code>" if code else _kept(part) for code, part in pieces(text))


def _kept(part: str) -> str:
    """Escaped text with the spaces at its ends, which part it from the code beside it."""
    before = " " if part[:1].isspace() else ""
    after = " " if part[-1:].isspace() and part.strip() else ""
    return f"{before}{escape(part)}{after}"
