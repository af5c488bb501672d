"""A check run with annotations: made with the first page of them, the others added page by page, then completed.

Every publication makes a check run of its own: GitHub shows the newest of a name, and annotations of an older one could
be added to, but never taken away.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sluicegate.ci.api import ApiError
from sluicegate.publish import words
from sluicegate.publish.annotate import PAGE, annotations_of
from sluicegate.report import markdown
from sluicegate.text import one_line, plural, shorten

if TYPE_CHECKING:
    from sluicegate.publish.publication import Publication

SUMMARY = 65_535
"""GitHub refuses a longer summary; it counts characters, and we count bytes, of which there are never fewer."""

_TITLE = 255
_CUT = "\n\n> The annotations on the lines are not complete: GitHub's API failed while they were sent.\n"


def send(publication: Publication) -> str:
    """Make the check run. Raises ApiError, after the check run is completed where there is one."""
    run, api = publication.run, publication.api
    notes, over = annotations_of(run)
    pages = [notes[at : at + PAGE] for at in range(0, len(notes), PAGE)] or [[]]
    output = {"title": words.title(run, _TITLE), "summary": markdown.render(run, limit=SUMMARY - len(_CUT) - 1)}
    ended = {
        "status": "completed",
        "conclusion": words.conclusion(run),
        "completed_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    made = _create(publication, {**output, "annotations": pages[0]}, ended if len(pages) == 1 else {})
    if len(pages) > 1:
        place = f"{publication.repository}/check-runs/{_number(made)}"
        try:
            _append(publication, place, output, pages)
        except ApiError:
            # A check that stays in progress would hold the change up for ever, and its verdict is known.
            cut = {**output, "summary": output["summary"] + _CUT}
            api.ask("PATCH", place, {**ended, "output": cut})
            raise
        made = api.ask("PATCH", place, {**ended, "output": output}).table()
    address = made.get("html_url")
    more = f", {words.more(over, 'annotation', 'its summary')}" if over else ""
    where = f", {one_line(address)}" if isinstance(address, str) else ""
    return f"check run {publication.name}: {ended['conclusion']}, {plural(len(notes), 'annotation')}{more}{where}"


def _create(publication: Publication, output: dict[str, Any], ended: dict[str, str]) -> dict[str, Any]:
    """Make it, once: after a doubtful end it is looked for by a name that nobody else has given."""
    own, sha = uuid.uuid4().hex, publication.subject.sha
    body: dict[str, Any] = {
        "name": shorten(publication.name, _TITLE),
        "head_sha": sha,
        "external_id": own,
        "started_at": publication.run.started.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "output": output,
        **(ended or {"status": "in_progress"}),
    }
    if publication.subject.details:
        body["details_url"] = publication.subject.details

    def made() -> dict[str, Any] | None:
        named = f"check_name={quote(body['name'], safe='')}&filter=all"
        found = publication.api.items(f"{publication.repository}/commits/{sha}/check-runs?{named}", "check_runs")
        return next((one for one in found if one.get("external_id") == own), None)

    return publication.api.once("POST", f"{publication.repository}/check-runs", body, made)


def _append(publication: Publication, place: str, output: dict[str, str], pages: list[list[dict[str, Any]]]) -> None:
    """Add the other pages, each once: after a doubtful end, the number that GitHub has says whether one arrived."""
    sent = len(pages[0])
    for page in pages[1:]:
        sent += len(page)

        def arrived(wanted: int = sent) -> dict[str, Any] | None:
            found = publication.api.ask("GET", place).table()
            told = found.get("output")
            count = told.get("annotations_count") if isinstance(told, dict) else None
            return found if isinstance(count, int) and count >= wanted else None

        body = {"status": "in_progress", "output": {**output, "annotations": page}}
        publication.api.once("PATCH", place, body, arrived)


def _number(made: dict[str, Any]) -> int:
    number = made.get("id")
    if not isinstance(number, int):
        raise ApiError("GitHub's API has made a check run and does not say which")
    return number
