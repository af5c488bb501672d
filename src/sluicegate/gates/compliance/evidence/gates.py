"""What the other gates of the same run came to, and those of Run documents of the same revision."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from sluicegate.errors import GateError
from sluicegate.gates.compliance.evidence.disk import content, named
from sluicegate.gates.compliance.items import Asking, Gathered, Item, digest_of, none
from sluicegate.model import BaselineState, Finding, GateResult, Level, Location, Outcome, Run, Undecided
from sluicegate.text import plural

LARGEST = 512 << 20
_OPEN = (Outcome.ERRORED, Outcome.NOT_TESTED, Outcome.INCONCLUSIVE)


def gather(asking: Asking) -> Iterator[Gathered]:
    """An item for each rule of each gate; asked of the base, with what held there already alone."""
    context = asking.context
    found = False
    if context.run is not None and context.run.gates:
        found = True
        yield _of(context.run, "this run", digest_of(context.run), past=context.past)
    for name, path in named(context.folder, asking.settings.runs):
        found = True
        try:
            if isinstance(path, GateError):
                raise path
            yield _document(content(name, path, LARGEST), name, asking)
        except GateError as error:
            yield from none(name, f"the Run document {name}", Outcome.ERRORED, error.message, error.hint)
    if not found:
        yield from none(
            "other gates",
            "the other gates of this run",
            Outcome.NOT_TESTED,
            "no other gate took part in this run, and no Run document is named",
            "configure the gates that the controls ask for, or name what they wrote: [compliance] runs",
        )


def _document(raw: bytes, path: str, asking: Asking) -> Gathered:
    import hashlib

    try:
        run = msgspec.json.decode(raw, type=Run)
    except msgspec.MsgspecError as error:
        raise GateError(f"{path} is no Run document: {error}", "write it with `--report json=FILE`") from None
    mine = asking.context.run
    wanted = mine.revision.head_commit if mine else None
    if wanted and run.revision.head_commit != wanted:
        told = run.revision.head_commit or "no commit"
        raise GateError(
            f"{path} is of {told[:12]}, and {wanted[:12]} is judged", "run those gates again on this revision"
        )
    if run.revision.uncommitted:
        files = plural(len(run.revision.uncommitted), "file")
        raise GateError(f"{path} judged {files} that no commit has", "run those gates again on what is committed")
    return _of(run, path, hashlib.sha256(raw).hexdigest(), past=asking.context.past)


def _of(run: Run, source: str, digest: str, *, past: bool) -> Gathered:
    items = [
        _item(run, gate, result, past=past) for gate in run.gates for result in gate.rules if gate.gate != "sluicegate"
    ]
    broken = [gate for gate in run.gates if gate.outcome is Outcome.ERRORED and not gate.rules]
    return Gathered(
        subject=f"gates of {source}",
        query=f"the rules of {plural(len(run.gates), 'gate')} in {source}",
        sha256=digest,
        items=tuple(items),
        collected=run.started,
        revision=run.revision.head_commit or run.revision.head,
        source="" if source == "this run" else source,
        lacking=tuple(
            Undecided(outcome=Outcome.ERRORED, reason=f"the gate {gate.gate}: {gate.reason}", hint=gate.hint)
            for gate in broken
        ),
    )


def _item(run: Run, gate: GateResult, result: Any, *, past: bool) -> Item:
    standing = [each for each in gate.findings if each.rule == result.rule and _stands(each, past=past)]
    counts = {level: sum(each.level is level for each in standing) for level in Level}
    worst = max(standing, key=lambda each: each.level.weight, default=None)
    rule = run.rule(result.rule)
    why = Undecided(outcome=result.outcome, reason=result.reason, hint=gate.hint)
    return Item(
        key=(result.rule,),
        data={
            "gate": gate.gate,
            "rule": result.rule,
            "title": rule.title,
            "tags": list(rule.tags),
            "outcome": result.outcome.value,
            "reason": result.reason,
            "examined": sum(each.examined for each in result.examinations),
            "errors": counts[Level.ERROR],
            "warnings": counts[Level.WARNING],
            "notes": counts[Level.NOTE],
            "suppressed": sum(each.suppression is not None for each in gate.findings if each.rule == result.rule),
        },
        location=worst.location if worst else Location(logical=result.rule),
        undecided=why if result.outcome in _OPEN else None,
    )


def _stands(finding: Finding, *, past: bool) -> bool:
    """Whether a finding is unsuppressed and there: at the base, those that the change did not bring."""
    if finding.suppression is not None or finding.state is BaselineState.ABSENT:
        return False
    return not past or finding.state is BaselineState.UNCHANGED
