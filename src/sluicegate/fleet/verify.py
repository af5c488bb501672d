"""Whether a Run is what it is taken for: made of this revision, by this policy, with this tool, and attested."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

from msgspec import Struct

from sluicegate.errors import Exit, UserError
from sluicegate.fleet.attestation import Attestation
from sluicegate.model import Outcome, Run
from sluicegate.report.view import uncommitted
from sluicegate.report.whole import refusal
from sluicegate.text import one_line

_SHORTEST = 12
_HEX = re.compile(r"[0-9a-f]+")

_NOT_JUDGED = frozenset((Outcome.NOT_APPLICABLE, Outcome.NOT_TESTED, Outcome.ERRORED))
"""How a gate ends that has not judged the change."""


class Answer(StrEnum):
    """How one question ended; nothing that could not be looked at holds."""

    HOLDS = "holds"
    DIFFERS = "differs"
    NOT_CHECKED = "not checked"
    GH_SAYS = "gh says so"


class Checked(Struct, frozen=True, kw_only=True):
    """One question that was asked of a Run, and its answer."""

    what: str
    answer: Answer
    told: str


def verify(
    run: Run,
    data: bytes,
    *,
    revision: str = "",
    policy: str = "",
    tool: str = "",
    gates: Sequence[str] = (),
    attestations: Sequence[Attestation] | None = None,
) -> tuple[Checked, ...]:
    """The answers, one for each thing that is asked. `data` are the bytes of the file, which an attestation is about.

    Revision and digests may be given by their first 12 digits or more. Raises UserError where one is no such thing.
    """
    return tuple(_answers(run, data, revision, policy, tool, gates, attestations))


def exit_code(run: Run, checked: Sequence[Checked]) -> int:
    """3 where something was not checked, 1 where something differs; else that of the Run."""
    answers = {one.answer for one in checked}
    if Answer.NOT_CHECKED in answers:
        return Exit.ERRORED
    if Answer.DIFFERS in answers:
        return run.exit_code if run.exit_code == Exit.ERRORED else Exit.FAILED
    return run.exit_code


def _answers(
    run: Run,
    data: bytes,
    revision: str,
    policy: str,
    tool: str,
    gates: Sequence[str],
    attestations: Sequence[Attestation] | None,
) -> Iterator[Checked]:
    if refused := refusal(run):
        yield _told("whole", Answer.DIFFERS, f"{refused.message}; {refused.hint}")
    for what, asked, said in (
        ("revision", revision, run.revision.head_commit or ""),
        ("policy", policy, run.policy_digest),
        ("tool", tool, run.tool_digest),
    ):
        if asked:
            yield _digits(what, asked, said)
    if run.revision.uncommitted:
        told = f"the Run was made {uncommitted(run)}: commit them, and run again"
        yield _told("as committed", Answer.DIFFERS, told)
    elif run.revision.uncommitted is None and (revision or attestations is not None):
        told = (
            "the Run does not say whether it judged what the commit has; it is of an older Sluicegate, or of no commit"
        )
        yield _told("as committed", Answer.NOT_CHECKED, told)
    ran = {gate.gate: gate for gate in run.gates}
    for gate in gates:
        if gate not in ran:
            yield _told(f"gate {gate}", Answer.DIFFERS, "it took no part in the run")
        elif ran[gate].observed or ran[gate].outcome in _NOT_JUDGED:
            ended = f"it ended {ran[gate].outcome.words}: {ran[gate].reason}"
            yield _told(f"gate {gate}", Answer.DIFFERS, "it was only observed" if ran[gate].observed else ended)
        else:
            yield _told(f"gate {gate}", Answer.HOLDS, f"it ended {ran[gate].outcome.words}")
    if attestations is not None:
        yield from _attested(run, data, attestations)


def _attested(run: Run, data: bytes, attestations: Sequence[Attestation]) -> Iterator[Checked]:
    sha256 = hashlib.sha256(data).hexdigest()
    about = [one for one in attestations if sha256 in one.subjects]
    if not about:
        yield _told("attestation", Answer.DIFFERS, f"none is about a file with the SHA-256 {sha256}")
        return
    yield _told("attestation", Answer.HOLDS, f"it is about this file (SHA-256 {sha256})")
    signed = [one for one in about if one.checked]
    if not signed:
        told = "a bundle alone proves nothing: check it with `gh attestation verify --format json`, and give its answer"
        yield _told("signature", Answer.NOT_CHECKED, told)
        return
    by = signed[0].workflow or "a workflow that it does not name"
    yield _told("signature", Answer.GH_SAYS, f"the file says that gh has checked it, signed by {by}")
    commit = run.revision.head_commit or ""
    if all(one.commit != commit for one in signed):
        told = f"it was signed for commit {signed[0].commit or 'none'}, and the Run is of {commit or 'none'}"
        yield _told("signed commit", Answer.DIFFERS, told)
    else:
        yield _told("signed commit", Answer.HOLDS, commit)


def _digits(what: str, asked: str, said: str) -> Checked:
    wanted = asked.strip().lower()
    if not _HEX.fullmatch(wanted) or len(wanted) < _SHORTEST:
        raise UserError(
            f"--{what} {one_line(asked)}: expected {_SHORTEST} or more hexadecimal digits",
            hint="`sluicegate plan` prints those of the checkout it runs in",
        )
    if not said:
        return _told(what, Answer.NOT_CHECKED, "the Run does not say it; it is of an older Sluicegate, or of no commit")
    if said.startswith(wanted):
        return _told(what, Answer.HOLDS, said)
    return _told(what, Answer.DIFFERS, f"the Run says {said}, and {wanted} was asked for")


def _told(what: str, answer: Answer, told: str) -> Checked:
    return Checked(what=one_line(what), answer=answer, told=one_line(told))
