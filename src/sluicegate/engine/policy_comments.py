"""Suppressions beside the code: one form in every language that has comments.

    total: int  # sluicegate: ignore[contract/response-property-removed] reason="…" owner="@acme/api" expires=2027-01-31

It covers its own line; where nothing else stands on its line, the next one. JSON has no comments, and what stands there
would become part of the document: such a finding is suppressed in the settings.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from sluicegate.text import one_line, shorten

MARK = b"sluicegate:"
"""What stands in every file that may hold one."""

VERB = "ignore"
_OPENING = re.compile(r"(?:#|//|/\*+|<!--|--|;|\*)\s*sluicegate:\s*(?P<said>.*)$")
_CLOSING = re.compile(r"\s*(?:\*/|-->)\s*$")
_SAID = re.compile(r"(?P<verb>[A-Za-z_-]+)\s*(?P<rules>\[[^\]]*\])?(?P<rest>.*)$")
_PART = re.compile(r"""\s*(?P<key>[A-Za-z_-]+)\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"']+))""")
_VERBS = ("ignore", "suppress", "disable", "allow", "skip", "noqa", "off")
_KEYS = ("reason", "owner", "expires", "approved-by")
_FORM = 'sluicegate: ignore[RULE] reason="…" owner="@you" expires=2027-01-31'
_LONGEST = 10_000


class Comment(Struct, frozen=True, kw_only=True):
    """One suppression beside the code; `line` is where it stands, `covers` the line that it speaks of and its text."""

    line: int
    covers: int
    text: str
    rules: tuple[str, ...]
    reason: str
    owner: str
    expires: date
    approved_by: str = ""


class Malformed(Struct, frozen=True, kw_only=True):
    """A comment that was meant for us and says nothing: every trouble with it."""

    line: int
    troubles: tuple[str, ...]


def comments_of(text: str) -> Iterator[Comment | Malformed]:
    """The suppressions in the text of a file, in order."""
    waiting: list[Comment] = []
    for number, full in enumerate(text.split("\n"), 1):
        line = full.rstrip("\r")
        found = _OPENING.search(line) if "sluicegate:" in line and len(line) <= _LONGEST else None
        before = line[: found.start()].strip() if found else line.strip()
        said = _said(_CLOSING.sub("", found["said"]), number) if found else None
        if said is None or before:
            yield from (_covering(comment, number, before) for comment in waiting)
            waiting = []
        if isinstance(said, Malformed):
            yield said
        elif said is not None and before:
            yield _covering(said, number, before)
        elif said is not None:
            waiting.append(said)
    yield from waiting


def _covering(comment: Comment, line: int, text: str) -> Comment:
    return replace(comment, covers=line, text=text)


def _said(text: str, line: int) -> Comment | Malformed | None:
    """What a comment says; None where it is prose that only begins like ours."""
    match = _SAID.match(text)
    if match is None or not (
        match["rules"] or match["verb"].lower() in _VERBS or difflib.get_close_matches(match["verb"].lower(), [VERB])
    ):
        return None
    troubles = [] if match["verb"] == VERB else [f"the word is {VERB}, not {one_line(match['verb'])}"]
    rules = tuple(filter(None, (rule.strip() for rule in (match["rules"] or "[]")[1:-1].split(","))))
    if not rules:
        troubles.append("it names no rule in brackets")
    values, wrong = _values(match["rest"])
    troubles += wrong
    troubles += [f"{key} is missing" for key in _KEYS[:3] if not values.get(key, "").strip()]
    expires = None
    if values.get("expires"):
        try:
            expires = date.fromisoformat(values["expires"])
        except ValueError:
            troubles.append(f"expires is no date such as 2027-01-31, but {shorten(one_line(values['expires']), 40)}")
    if troubles or expires is None:
        return Malformed(line=line, troubles=tuple(troubles))
    return Comment(
        line=line,
        covers=line,
        text="",
        rules=rules,
        reason=values["reason"],
        owner=values["owner"],
        expires=expires,
        approved_by=values.get("approved-by", ""),
    )


def _values(text: str) -> tuple[dict[str, str], list[str]]:
    values: dict[str, str] = {}
    troubles = []
    at = 0
    while part := _PART.match(text, at):
        key = part["key"].lower().replace("_", "-")
        if key not in _KEYS:
            likely = difflib.get_close_matches(key, _KEYS, n=1)
            troubles.append(f"nobody reads {key}" + (f"; did you mean {likely[0]}?" if likely else ""))
        elif key in values:
            troubles.append(f"{key} stands twice")
        else:
            values[key] = next(each for each in (part["double"], part["single"], part["bare"]) if each is not None)
        at = part.end()
    if rest := text[at:].strip():
        troubles.append(f"nobody reads {shorten(one_line(rest), 60)}; the form is {_FORM}")
    return values, troubles
