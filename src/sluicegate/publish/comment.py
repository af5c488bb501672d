"""One comment on the pull request: made where there is something to say, then changed in its place, never repeated.

It is known again by an invisible first line and by its author, so that a comment of somebody else which begins with the
same line is left alone. A run that passes makes no comment, and says so in the one that is there.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sluicegate.ci.api import ApiError
from sluicegate.markup import code
from sluicegate.publish import words
from sluicegate.publish.publication import SkippedError
from sluicegate.report import markdown
from sluicegate.text import one_line

if TYPE_CHECKING:
    from sluicegate.publish.publication import Publication

LIMIT = 60_000
"""GitHub takes 262,144 bytes of a comment and 65,536 characters of a description; a comment stays below both."""

_GONE = 404


def send(publication: Publication) -> str:
    """Make or change the comment. Raises SkippedError, ApiError."""
    number = publication.pull_request()
    comments = f"{publication.repository}/issues/{number}/comments"
    ours = _ours(publication, comments)
    first = ours[0] if ours else None
    body = text(publication)
    for other in ours[1:]:  # two jobs at the same moment have both made one
        _delete(publication, other)
    if first is not None:
        if _plain(first.get("body")) == _plain(body):
            return f"comment on #{number}: it says so already{_address(first)}"
        try:
            made = publication.api.ask("PATCH", _place(publication, first), {"body": body}).table()
        except ApiError as error:
            if error.status != _GONE:  # else somebody has deleted it just now
                raise
        else:
            return f"comment on #{number}: changed{_address(made)}"
    if words.is_quiet(publication.run):
        raise SkippedError(f"nothing needs to be said on pull request #{number}")

    def made_already() -> dict[str, Any] | None:
        return next(iter(_ours(publication, comments)), None)

    made = publication.api.once("POST", comments, {"body": body}, made_already)
    return f"comment on #{number}: made{_address(made)}"


def text(publication: Publication) -> str:
    """The whole comment, at most `LIMIT` bytes; what does not fit is told in it."""
    mark = marker(publication.name)
    link = f" · [the job]({publication.subject.details})" if publication.subject.details else ""
    foot = f"\n<sub>{code(publication.name, 100)} at {publication.subject.sha}{link}</sub>\n"
    room = LIMIT - len(f"{mark}\n{foot}".encode())
    return f"{mark}\n{markdown.render(publication.run, limit=room)}{foot}"


def marker(name: str) -> str:
    """The first line: an HTML comment that carries nothing of the name but its hash."""
    return f"<!-- sluicegate comment {hashlib.sha256(name.encode()).hexdigest()[:16]} -->"


def _ours(publication: Publication, comments: str) -> list[dict[str, Any]]:
    mark = marker(publication.name)
    marked = [one for one in publication.api.items(comments) if _plain(one.get("body")).startswith(f"{mark}\n")]
    return [one for one in marked if publication.mine(one)]


def _delete(publication: Publication, comment: dict[str, Any]) -> None:
    try:
        publication.api.ask("DELETE", _place(publication, comment))
    except ApiError as error:
        if error.status != _GONE:
            raise


def _place(publication: Publication, comment: dict[str, Any]) -> str:
    number = comment.get("id")
    if not isinstance(number, int):
        raise ApiError("GitHub's API lists a comment without a number")
    return f"{publication.repository}/issues/comments/{number}"


def _plain(body: object) -> str:
    """A body as it was sent; GitHub may answer with other line ends."""
    return body.replace("\r\n", "\n").strip() + "\n" if isinstance(body, str) else ""


def _address(comment: dict[str, Any]) -> str:
    address = comment.get("html_url")
    return f", {one_line(address)}" if isinstance(address, str) else ""
