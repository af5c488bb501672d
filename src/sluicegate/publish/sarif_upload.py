"""Upload to code scanning: the SARIF report compressed, cut to what GitHub takes, and its processing waited for."""

from __future__ import annotations

import base64
import gzip
import re
import time
from typing import TYPE_CHECKING, Any

from sluicegate.ci.api import ApiError, RefusedError
from sluicegate.model import BaselineState
from sluicegate.publish.publication import SkippedError
from sluicegate.report import sarif
from sluicegate.text import one_line, plural, shorten

if TYPE_CHECKING:
    from sluicegate.publish.publication import Publication

PACKED = 10_000_000
"""GitHub takes 10 MB of a compressed report."""
SHOWN = 5_000
"""Of the results of a run, GitHub shows so many."""

_TOO_LARGE = 413
_PROCESSING = 120.0
_POLL = 2.0
_FORBIDDEN = frozenset({403, 404})
_ID = re.compile(r"[\w-]{1,100}")


def send(publication: Publication) -> str:
    """Upload the report and wait until GitHub has read it. Raises SkippedError, ApiError."""
    if not publication.subject.ref and publication.subject.head:
        ref = f"refs/pull/{publication.pull_request()}/head"
    else:
        ref = publication.subject.ref
    if not ref:
        raise SkippedError("it is not known which branch or pull request the results belong to")
    total = sum(finding.state is not BaselineState.ABSENT for finding in publication.run.findings)
    limit = min(total, sarif.MOST_RESULTS)
    while True:
        packed, limit = pack(publication, limit)
        try:
            answer = _upload(publication, ref, packed)
        except ApiError as error:
            if error.status != _TOO_LARGE or not limit:
                raise
            limit //= 2
        else:
            break
    state = _processed(publication, answer)
    told = f"results for {ref}: {plural(limit, 'finding')}"
    if limit < total:
        told += f" of {total:,}, the others are left out, the least important ones, and the report says so"
    if limit > SHOWN:
        told += f"; GitHub shows the first {SHOWN:,}"
    return f"{told}; {state}"


def pack(publication: Publication, limit: int, most: int = PACKED) -> tuple[bytes, int]:
    """The report with at most `limit` results as gzip of at most `most` bytes, and how many results it has."""
    while True:
        text = sarif.render(publication.run, category=publication.name, limit=limit)
        packed = gzip.compress(text.encode(), mtime=0)
        if len(packed) <= most or not limit:
            return packed, limit
        limit //= 2


def _upload(publication: Publication, ref: str, packed: bytes) -> dict[str, Any]:
    subject = publication.subject
    body = {
        "commit_sha": subject.analysed,
        "ref": ref,
        "sarif": base64.b64encode(packed).decode(),
        "started_at": publication.run.started.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if subject.workspace:
        body["checkout_uri"] = subject.workspace
    try:
        return publication.api.ask("POST", f"{publication.repository}/code-scanning/sarifs", body).table()
    except RefusedError:
        raise
    except ApiError as error:
        if error.status in _FORBIDDEN:
            hint = "enable code scanning in the repository's settings (security-events: write), or do not publish sarif"
            raise ApiError(error.message, hint, error.status) from None
        raise


def _processed(publication: Publication, answer: dict[str, Any]) -> str:
    """What became of the upload, waited for in bounds. Raises ApiError where GitHub cannot use it."""
    upload = answer.get("id")
    if not isinstance(upload, str) or not _ID.fullmatch(upload):
        raise ApiError("GitHub's API has taken the results and does not say where they are")
    end = time.monotonic() + min(_PROCESSING * publication.api.pause, publication.api.left)
    while True:
        try:
            told = publication.api.ask("GET", f"{publication.repository}/code-scanning/sarifs/{upload}").table()
        except ApiError as error:
            if error.status != 404:  # noqa: PLR2004 - not known yet
                raise
            told = {}
        status = told.get("processing_status")
        if status == "complete":
            return "processed"
        if status == "failed":
            errors = told.get("errors")
            words = "; ".join(map(str, errors[:3])) if isinstance(errors, list) else "no reason was given"
            raise ApiError(f"GitHub could not process the results: {shorten(one_line(words), 500)}")
        if time.monotonic() > end:
            return "GitHub is still processing them"
        time.sleep(_POLL * publication.api.pause)
