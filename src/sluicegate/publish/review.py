"""Suggestions on the lines of a pull request, where a finding has a fix: each made once, and never again.

A suggestion stands on lines that the pull request shows, and on no others: GitHub refuses them. Those that were made
before are known by an invisible first line and by their author.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from sluicegate.markup import code, prose
from sluicegate.publish.publication import SkippedError
from sluicegate.text import one_line, plural, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sluicegate.model import Finding, Fix
    from sluicegate.publish.publication import Publication

MOST = 30
"""So many comments are made by one publication; the next one makes more, when some are dealt with."""

_HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@")
_MARK = re.compile(r"<!-- sluicegate suggestion ([0-9a-f]{32}) -->\n")
_REPLACEMENT = 20_000


def send(publication: Publication) -> str:
    """Make the suggestions that are not there yet. Raises SkippedError, ApiError."""
    fixable = [(one, one.fix) for one in publication.run.findings if one.fix and one.counts]
    if not fixable:
        raise SkippedError("no finding has a fix")
    number = publication.pull_request()
    pull = f"{publication.repository}/pulls/{number}"
    visible_lines = {
        str(file.get("filename")): hunks(file["patch"])
        for file in publication.api.items(f"{pull}/files")
        if isinstance(file.get("patch"), str)
    }
    made = _made(publication, pull)
    wanted: dict[str, tuple[Finding, Fix]] = {}
    for finding, fix in fixable:
        shown = any(fix.first_line in hunk and fix.last_line in hunk for hunk in visible_lines.get(fix.path, ()))
        if shown and suggestible(fix) and (key := key_of(finding, fix)) not in made:
            wanted.setdefault(key, (finding, fix))
    if not wanted:
        raise SkippedError("every fix is suggested already, or stands on lines that the pull request does not show")
    taken = dict(list(wanted.items())[:MOST])
    over = len(wanted) - len(taken)
    told = plural(len(taken), "suggestion") + (f", {over:,} more with the next publication" if over else "")
    body = {
        "commit_id": publication.subject.sha,
        "event": "COMMENT",
        "body": f"Sluicegate has {told}.",
        "comments": [_comment(key, finding, fix) for key, (finding, fix) in taken.items()],
    }

    def arrived() -> dict[str, Any] | None:
        return {} if set(taken) & _made(publication, pull) else None

    publication.api.once("POST", f"{pull}/reviews", body, arrived)
    return f"review of #{number}: {told}"


def hunks(patch: str) -> list[range]:
    """The lines of the new side that each hunk of a patch shows, counted from 1."""
    found: list[range] = []
    start = line = 0
    for text in patch.split("\n"):
        if begin := _HUNK.match(text):
            if line > start:
                found.append(range(start, line))
            start = line = int(begin[1])
        elif text[:1] in {"+", " "} and start:
            line += 1
    if line > start:
        found.append(range(start, line))
    return found


def suggestible(fix: Fix) -> bool:
    """Whether a suggestion shows the whole edit: nothing in it is invisible, and it is of a size for reading."""
    sound = 1 <= fix.first_line <= fix.last_line and len(fix.replacement) <= _REPLACEMENT
    return sound and visible(fix.replacement) == fix.replacement and one_line(fix.path) == fix.path


def key_of(finding: Finding, fix: Fix) -> str:
    """What makes it the same suggestion next time: the finding and the text, but no line number."""
    parts = (finding.fingerprint, fix.path, str(fix.removed), fix.replacement)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _made(publication: Publication, pull: str) -> set[str]:
    """The keys of the suggestions that are there already."""
    marked: Iterable[tuple[re.Match[str], dict[str, Any]]] = (
        (found, comment)
        for comment in publication.api.items(f"{pull}/comments")
        if isinstance(comment.get("body"), str)
        and (found := _MARK.match(comment["body"].replace("\r\n", "\n"))) is not None
    )
    return {found[1] for found, comment in marked if publication.mine(comment)}


def _comment(key: str, finding: Finding, fix: Fix) -> dict[str, Any]:
    fence = "`" * max(3, 1 + max((len(ticks) for ticks in re.findall("`+", fix.replacement)), default=0))
    inside = "" if fix.removed else f"{fix.replacement}\n"
    body = (
        f"<!-- sluicegate suggestion {key} -->\n{prose(finding.message)} {prose(fix.title, 300)}\n\n"
        f"{fence}suggestion\n{inside}{fence}\n\n<sub>{code(finding.rule, 200)}</sub>\n"
    )
    place: dict[str, Any] = {"path": fix.path, "line": fix.last_line, "side": "RIGHT", "body": body}
    if fix.first_line < fix.last_line:
        place |= {"start_line": fix.first_line, "start_side": "RIGHT"}
    return place
