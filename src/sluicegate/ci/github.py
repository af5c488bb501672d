"""The one reader of GitHub's environment, and the one writer of its files.

Branch names, titles and whole event files come from whoever opened the pull request, so that nothing here is taken on
trust: what does not look like a commit or a branch is left out.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import msgspec
from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.revision import Event

SUMMARY_BYTES = 1024 * 1024
"""How large the summary of one step may be; GitHub shows nothing at all of a larger one."""

_PAYLOAD_BYTES = 32 * 1024 * 1024  # GitHub itself caps an event at 25 MB
COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
BRANCH = re.compile(r"(?!-)(?!.*(?:\.\.|@\{|//))[^\s\x00-\x20\x7f~^:?*\[\\]{1,255}")
REPOSITORY = re.compile(r"[\w.-]{1,100}/[\w.-]{1,100}")


class GitHub(Struct, frozen=True, kw_only=True):
    """What a job of GitHub Actions says of itself; empty or None where it says nothing.

    `event` is what the merge base is found from, `summary` and `output` the files of this step.
    """

    event: Event
    repository: str = ""
    default_branch: str = ""
    pull_request: int | None = None
    summary: Path | None = None
    output: Path | None = None


def github(environ: Mapping[str, str]) -> GitHub | None:
    """The job that an environment describes, or None outside of GitHub Actions.

    Raises GateError when the event file is there and cannot be read, for then what is new cannot be known.
    """
    if environ.get("GITHUB_ACTIONS") != "true":
        return None
    payload = event_of(environ.get("GITHUB_EVENT_PATH", ""))
    pull_request = table(payload, "pull_request")
    base = table(pull_request, "base")
    merge_group = table(payload, "merge_group")
    repository = table(payload, "repository")
    kind = environ.get("GITHUB_EVENT_NAME", "")
    ref = environ.get("GITHUB_REF", "")
    default_branch = matching(BRANCH, repository.get("default_branch"))
    if kind == "schedule" and not default_branch:  # which runs nowhere else, and whose payload may be bare
        default_branch = matching(BRANCH, ref.removeprefix("refs/heads/"))
    return GitHub(
        event=Event(
            kind=kind if re.fullmatch(r"[a-z_]{1,64}", kind) else "",
            ref=matching(BRANCH, ref),
            base=matching(COMMIT, merge_group.get("base_sha") if kind == "merge_group" else base.get("sha")),
            base_ref=matching(BRANCH, base.get("ref") or environ.get("GITHUB_BASE_REF")),
            tip=matching(COMMIT, table(pull_request, "head").get("sha")),
            before=matching(COMMIT, payload.get("before")) if kind == "push" else "",
            head=matching(COMMIT, environ.get("GITHUB_SHA")),
            default_branch=default_branch,
            stranger=_strange(kind, payload, matching(REPOSITORY, environ.get("GITHUB_REPOSITORY"))),
        ),
        repository=matching(REPOSITORY, environ.get("GITHUB_REPOSITORY")),
        default_branch=default_branch,
        pull_request=number(pull_request.get("number")),
        summary=_file(environ.get("GITHUB_STEP_SUMMARY")),
        output=_file(environ.get("GITHUB_OUTPUT")),
    )


def _strange(kind: str, payload: Mapping[str, Any], repository: str) -> bool:
    """Whether a job with the rights of the repository is about a change that comes from elsewhere.

    A fork that is gone has no name, and is elsewhere too.
    """
    if kind == "pull_request_target":
        head = table(table(table(payload, "pull_request"), "head"), "repo")
    elif kind == "workflow_run" and table(payload, "workflow_run").get("event") != "push":
        head = table(table(payload, "workflow_run"), "head_repository")
    else:
        return False
    return head.get("full_name") != repository


def write_outputs(file: Path, outputs: Mapping[str, str]) -> None:
    """Append outputs of this step, each fenced by a delimiter that nobody can guess.

    Raises ValueError where a name is not one, or a name or value holds the delimiter. Raises OSError.
    """
    written = []
    for name, value in outputs.items():
        delimiter = f"ghadelimiter_{uuid.uuid4()}"
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", name) or delimiter in value or delimiter in name:
            raise ValueError(f"{name!r} cannot be written as an output")
        written.append(f"{name}<<{delimiter}\n{value}\n{delimiter}\n")
    with file.open("a", encoding="utf-8", newline="\n") as out:
        out.write("".join(written))


def append_summary(file: Path, markdown: str, rest: str) -> None:
    """Append Markdown to the summary of this step, no more than GitHub shows; `rest` says where the whole is.

    The cut is made between lines and told in the summary. Raises OSError.
    """
    room = SUMMARY_BYTES - (file.stat().st_size if file.exists() else 0)
    text = markdown.encode("utf-8", "replace")
    if len(text) > room:
        notice = f"\n\n> Cut here, since GitHub shows no more than 1 MiB of summary. The whole: {rest}\n".encode()
        cut = text.rfind(b"\n", 0, max(room - len(notice), 0) + 1)
        text = text[: max(cut, 0)] + notice if room >= len(notice) else b""
    with file.open("ab") as out:
        out.write(text)


@contextmanager
def quarantine(log: TextIO) -> Iterator[None]:
    """Between entering and leaving, the runner takes no line of the log for a command."""
    token = uuid.uuid4().hex
    log.write(f"::stop-commands::{token}\n")
    log.flush()
    try:
        yield
    finally:
        log.write(f"\n::{token}::\n")
        log.flush()


def event_of(path: str) -> dict[str, Any]:
    """The event that a file holds; empty where there is no file. Raises GateError where it cannot be read."""
    if not path:
        return {}
    hint = "the runner writes it; where a tool stands in for the runner, give it a valid event file"
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - never more of it than the limit
            raw = file.read(_PAYLOAD_BYTES + 1)
        if len(raw) > _PAYLOAD_BYTES:
            raise GateError(f"the event file GITHUB_EVENT_PATH is larger than {_PAYLOAD_BYTES >> 20} MiB", hint=hint)
        payload = msgspec.json.decode(raw) if raw.strip() else {}
    except (OSError, ValueError, RecursionError) as error:
        raise GateError(f"the event file GITHUB_EVENT_PATH cannot be read: {error}", hint=hint) from error
    if not isinstance(payload, dict):
        raise GateError("the event file GITHUB_EVENT_PATH holds no JSON object", hint=hint)
    return payload


def table(within: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The object under a name; empty where there is none."""
    value = within.get(name)
    return value if isinstance(value, dict) else {}


def matching(pattern: re.Pattern[str], value: object) -> str:
    """The text where it is one of this form, else nothing."""
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""


def number(value: object) -> int | None:
    """A whole number above 0, else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _file(value: str | None) -> Path | None:
    return Path(value) if value else None
