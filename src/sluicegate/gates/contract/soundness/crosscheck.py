"""A second opinion: openapi-spec-validator over the same files, in a child process with a time limit."""

from __future__ import annotations

import os
import re
import sys
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from sluicegate.errors import GateError
from sluicegate.gates.contract.soundness import CROSS
from sluicegate.gates.contract.soundness.cross import MOST
from sluicegate.gates.contract.soundness.lint import shown, steps
from sluicegate.gates.contract.soundness.survey import survey
from sluicegate.model import Examination, Finding, Level, Location, Outcome, Tool, Undecided
from sluicegate.openapi.dangling import bad_references
from sluicegate.openapi.document import Node
from sluicegate.openapi.moved import original_of
from sluicegate.text import one_line, plural, shorten
from sluicegate.tools.running import run_command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.openapi.document import Document
    from sluicegate.openapi.operations import Description

LIMIT = 120.0
"""Seconds; the 13 MB of GitHub's description take 12."""

_QUOTED = re.compile(r"['`\"]([^'`\"]{1,120})['`\"]")
_OPERATION = re.compile(r"for '([a-z]+)' (?:operation )?in '(.*)' (?:is|was) not ")
_PARAMETER = re.compile(r"Duplicate parameter '(.*)'")
_TAG = re.compile(r"(Duplicate tag name|Tag) '(.*?)'(?: references unknown parent tag '.*')?")
_VALIDATOR = Tool(name="openapi-spec-validator")
_OFF = Undecided(
    outcome=Outcome.NOT_APPLICABLE,
    reason="openapi-spec-validator is not asked (`cross-check` in [contract] is off)",
)


class _Answer(msgspec.Struct, frozen=True):
    found: list[dict[str, Any]]
    trouble: str


def cross_check(
    description: Description, subject: str, *, wanted: bool, limit: float = LIMIT
) -> Iterator[Finding | Examination]:
    """What openapi-spec-validator finds, and whether it could look; nothing is run unless it is wanted."""
    if not wanted:
        yield Examination(rule=CROSS, subject=subject, undecided=_OFF)
        return
    bad = list(islice(bad_references(description.library, description.document), 1_000))
    if bad:
        why = Undecided(
            outcome=Outcome.NOT_TESTED,
            reason=f"openapi-spec-validator was not run: {plural(len(bad), 'reference')} of {subject} lead nowhere, "
            "and it would stop there or fetch them",
            hint="Correct the references first.",
        )
        yield Examination(rule=CROSS, subject=subject, undecided=why)
        return
    answer = _asked(description, limit)
    if isinstance(answer, Undecided):
        yield Examination(rule=CROSS, subject=subject, undecided=answer)
        return
    told: dict[tuple[str, ...], int] = {}
    written = original_of(description.document)
    for error in answer.found:
        node = _place(written, error["path"])
        quoted = (error["kind"], error["keyword"], *steps(node), *_QUOTED.findall(error["message"])[:3])
        key = (subject, *quoted)
        told[key] = told.get(key, 0) + 1
        if not error["path"]:
            node = _place(written, _named(written.data, error["message"]))
        yield _finding(error, node, key if told[key] == 1 else (*key, str(told[key])))
    undecided = None
    if answer.trouble:
        reason = f"openapi-spec-validator ended in the middle of {subject}: {one_line(answer.trouble)}"
        undecided = Undecided(outcome=Outcome.INCONCLUSIVE, reason=reason)
    elif len(answer.found) >= MOST:
        reason = f"openapi-spec-validator found {MOST} mistakes in {subject} and was not asked for more"
        undecided = Undecided(outcome=Outcome.INCONCLUSIVE, reason=reason)
    yield Examination(rule=CROSS, subject=subject, examined=1, undecided=undecided)


def _asked(description: Description, limit: float) -> _Answer | Undecided:
    """What the child says. It gets every file that the description refers to, under made-up addresses."""
    files = {description.document.path: description.document}
    files.update((spot.document.path, spot.document) for spot in survey(description).spots)
    written = [original_of(document) for document in files.values()]
    job = {
        "version": description.version,
        "main": _address(description.document),
        "files": {_address(document): document.data for document in written},
    }
    isolated = "-I" if sys.flags.isolated else "-P"  # the folder that is judged is no place to import from
    command = [sys.executable, isolated, "-X", "utf8", "-m", "sluicegate.gates.contract.soundness.cross"]
    path = {name: value for name, value in os.environ.items() if name == "PYTHONPATH"}
    try:
        ran = run_command(_VALIDATOR, command, limit=limit, given=msgspec.json.encode(job), more=path)
    except GateError as error:
        return Undecided(
            outcome=Outcome.ERRORED, reason=error.message, hint="Set cross-check = false in [contract]."
        )  # fmt: skip
    try:
        return ran.decoded(_Answer)
    except GateError:
        reason = f"the process of openapi-spec-validator gave no answer ({ran.complaint})"
        return Undecided(outcome=Outcome.ERRORED, reason=reason)


def _address(document: Document) -> str:
    return "file:///" + quote(document.path)


def _place(document: Document, path: list[str | int]) -> Node:
    """Where a path leads, as far as there is something."""
    value: Any = document.data
    way: list[str | int] = []
    for part in path:
        if isinstance(value, dict) and str(part) in value:
            way.append(str(part))
            value = value[str(part)]
        elif isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value):
            way.append(part)
            value = value[part]
        else:
            break
    return Node(document, tuple(way), value)


def _named(data: Any, message: str) -> list[str | int]:
    """The way to what a message names, where the validator gives no path: an operation, a tag, a parameter."""
    if found := _OPERATION.search(message):
        return ["paths", found[2], found[1], *(["operationId"] if "Operation ID" in message else [])]
    if found := _TAG.fullmatch(message):
        tags = [index for index, tag in enumerate(_items(data, "tags")) if _of(tag, "name") == found[2]]
        return ["tags", tags[-1], *([] if "Duplicate" in found[1] else ["parent"])] if tags else []
    if found := _PARAMETER.fullmatch(message):
        ways = list(_repeated(data, found[1]))
        return ways[0] if len(ways) == 1 else []
    return []


def _repeated(data: Any, name: str) -> Iterator[list[str | int]]:
    """The parameters of a name that stand in a list with another one of it."""
    paths = _of(data, "paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        holders = (
            [([path], item), *(([path, method], one) for method, one in item.items())] if isinstance(item, dict) else []
        )
        for way, holder in holders:
            same = [index for index, one in enumerate(_items(holder, "parameters")) if _of(one, "name") == name]
            if len(same) > 1:
                yield ["paths", *way, "parameters", same[-1]]


def _of(value: Any, word: str) -> Any:
    return value.get(word) if isinstance(value, dict) else None


def _items(value: Any, word: str) -> list[Any]:
    listed = _of(value, word)
    return listed if isinstance(listed, list) else []


def _finding(error: dict[str, Any], node: Node, key: tuple[str, ...]) -> Finding:
    line, column = node.line_column
    return Finding(
        rule=CROSS, level=Level.WARNING, key=key,
        message=f"openapi-spec-validator: {shown(node)}: {shorten(one_line(error['message']), 240)}",
        location=Location(path=node.document.shown, line=line, column=column, logical=shown(node)),
        advice="See whether it is right; where another rule tells the same, correct that.",
    )  # fmt: skip
