"""What the gate says of both sides measured in turns, or of one of them where the other cannot be measured."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field, structs

from sluicegate.errors import GateError, UnreadableError
from sluicegate.gates.performance.bench.kept import Turned, cleared, leave
from sluicegate.gates.performance.bench.measuring import Judged, SideError, Taken, alone, in_turns
from sluicegate.gates.performance.bench.taking import NoResultsError, Side, build, take
from sluicegate.gates.performance.catalogue import REGRESSED, RULES
from sluicegate.gates.performance.change import lone, told
from sluicegate.gates.performance.found import Measured, without
from sluicegate.gates.performance.measuring import EndedError
from sluicegate.gates.performance.reading import Results
from sluicegate.gates.performance.undecided import undecided, unusable
from sluicegate.model import Examination, Fact, Outcome, Progress, Undecided
from sluicegate.text import plural
from sluicegate.tools.ending import passing

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from sluicegate.gates.performance.reading import Reading
    from sluicegate.model import Context, Yield

_FILES = ("sluicegate.toml", "pyproject.toml")
_LARGEST = 1 << 20
TRUSTED = "measure in a job on `pull_request`, which has no secrets and may write nothing (docs/performance.md)"


class Outcomes(Struct):
    """What became of it: what was measured of each side, what was judged, and why a side could not be measured.

    `brought`: the change brings what is measured, so that the base has none of it.
    """

    base: Measured = field(default_factory=Measured)
    head: Measured = field(default_factory=Measured)
    judged: Judged | None = None
    failed: dict[str, GateError] = field(default_factory=dict)
    brought: bool = False
    seed: int = 0
    runs: int = 0


def judged(context: Context) -> Generator[Yield, None, Outcomes]:
    """Measure both sides, say what came of it, and leave it where the settings want it.

    Where the base cannot be measured, the head is still there to be held against something else. Raises GateError: what
    was measured cannot be left. Raises CancelledRunError.
    """
    settings, bench = context.settings, context.settings.bench
    cleared(settings, context.folder)
    if context.untrusted:
        found = Outcomes(failed={"head": GateError(context.untrusted, hint=TRUSTED)})
    else:
        found = yield from _measured(context)
    if why := found.failed.get("head"):
        both = "; the base fails too" if "base" in found.failed else ""
        broken = Undecided(outcome=Outcome.ERRORED, reason=f"{why.message}{both}", hint=why.hint)
        yield from undecided(context, RULES, "benchmarks", broken)
        return found
    base, head = found.base, found.head
    found.base, found.head = without(base, settings), without(head, settings)
    if not found.head.readings and not found.head.refused and head.readings:
        hint = "name fewer of them under `ignore` in [performance], or more under `only`"
        reason = "none of the benchmarks that were measured is judged"
        ignored = Undecided(outcome=Outcome.ERRORED, reason=reason, hint=hint)
        yield from undecided(context, RULES, "benchmarks", ignored)
    elif found.judged:
        yield from _called(context, found, found.judged)
    alone = "" if found.judged else nothing_before(context, found).reason
    calls = found.judged or Judged()
    turned = Turned(
        base=_plain(base), verdicts=calls.verdicts, unlike=calls.unlike, seed=found.seed, runs=found.runs, alone=alone
    )  # fmt: skip
    leave(bench, context.folder, _results(context, head), turned)
    return found


def _called(context: Context, found: Outcomes, calls: Judged) -> Iterator[Yield]:
    """What both sides say together."""
    yield from unusable(context, found.base, "the base: ")
    for name, reason in calls.unlike.items():
        why = Undecided(outcome=Outcome.ERRORED, reason=reason, hint="give the benchmark another name")
        yield Examination(rule=REGRESSED.id, subject=name, undecided=why)
    yield from told(context, calls.verdicts, calls.bars, found.head)
    yield from lone(context, found.base, found.head)
    ended = f"; {calls.ended}" if calls.ended else ""
    yield Fact(name="turns", value=f"{plural(found.runs, 'run')}, drawn by lot from the seed {found.seed}{ended}")


def _results(context: Context, head: Measured) -> Results:
    """What the head measured, as a file of results says it."""
    settings = context.settings
    made = (*settings.results, *settings.base_results, settings.bench.output)
    commit = context.log.commit([each for each in made if each]) if context.log else ""
    said = head.results[0] if head.results else Results(tool="sluicegate", readings=())
    refused = tuple(each for _, each in head.refused)
    return structs.replace(
        said, readings=_plain(head), refused=refused, commit=commit, time=context.now.isoformat(timespec="seconds")
    )  # fmt: skip


def _plain(side: Measured) -> tuple[Reading, ...]:
    """The readings without the line that declares what is run, which is of the settings and not of their file."""
    return tuple(structs.replace(each, line=None) for each in side.readings.values())


def _measured(context: Context) -> Generator[Progress, None, Outcomes]:
    settings, bench = context.settings, context.settings.bench
    found, taken = Outcomes(seed=secrets.randbits(32)), Taken()
    with passing("sluicegate-bench-") as folder:
        sides: dict[str, Side] = {}
        trees = {"base": context.reference, "head": context.head}
        for name, tree in trees.items():
            if tree is None:
                continue
            yield Progress(what=f"laying out and building the {name}")
            try:
                # names of one length: that of a path can change what a program does with its memory
                (folder / name).mkdir()
                sides[name] = Side(name=name, folder=Path(tree.lay_out(str(folder / name))))
                build(bench, sides[name], context.cancelled)
                for number in range(bench.warm_up):
                    yield Progress(what=f"warming up the {name}", done=number, total=bench.warm_up)
                    take(bench, sides[name], f"warm-up {number + 1}", context.cancelled)
            except GateError as error:
                found.failed[name] = error
        found.brought = _is_brought(context, found.failed.get("base"))
        try:
            if not found.failed and "base" in sides:
                found.judged = yield from in_turns(
                    settings, sides["base"], sides["head"], taken, found.seed, context.cancelled
                )
            elif "head" not in found.failed and (found.brought or _is_wanted(context)):
                yield from alone(settings, sides["head"], taken, context.cancelled)
        except SideError as error:
            found.failed[error.side] = error.why
    file, line = _place(context)
    found.base, found.head = (taken.measured(side, file, line) for side in ("base", "head"))
    found.runs = sum(taken.counts.values())
    return found


def _is_brought(context: Context, why: GateError | None) -> bool:
    """Whether the base cannot be measured because the change brings what is measured.

    So it is where the settings of the base are known and measure nothing, and where the base says itself that it has
    nothing: a command of it ends with a code, cannot be started, or leaves no results. A base that hangs or crashes, or
    that cannot be laid out, was not looked at; and of a release that somebody named the settings are not known.
    """
    before = context.settings_before
    is_first = before is not None and not before.measures and not context.chosen
    return is_first and isinstance(why, EndedError | NoResultsError)


def _is_wanted(context: Context) -> bool:
    """Whether the head is worth measuring where there is nothing to measure beside it."""
    settings = context.settings
    limited = any(limit.warn_at or limit.fail_at for limit in settings.limit)
    return limited or bool(settings.bench.output) or context.history is not None


def nothing_before(context: Context, found: Outcomes) -> Undecided:
    """Why the head cannot be compared with a base that was measured beside it."""
    error = found.failed.get("base")
    if error and found.brought:
        return Undecided(
            outcome=Outcome.NOT_APPLICABLE,
            reason="this change brings what is measured, so that there is nothing to compare with: the settings of the "
            f"base have no [performance.bench], and the base cannot be measured as the change says: {error.message}",
            hint="Once this is merged, the next change is compared with it.",
        )
    if error:
        reason = f"the base cannot be measured, so that there is nothing to compare with: {error.message}"
        hint = (
            f"{error.hint}. What a command needs has to be in the base, too: merge that by a change of its own first. "
            "Where runs of the default branch are recorded, the head is held against those."
        )
    else:
        why = f": {context.no_reference}" if context.no_reference else ""
        reason, hint = f"there is no base to measure{why}", "run it on a change, or name what to compare with: --base"
    return Undecided(outcome=Outcome.NOT_TESTED, reason=reason, hint=hint)


def _place(context: Context) -> tuple[str, int | None]:
    """Where the settings declare what is run: a benchmark that no code declares stands there."""
    for name in _FILES:
        try:
            lines = context.head.read(name, _LARGEST).decode("utf-8", "replace").split("\n")
        except UnreadableError:
            continue
        for number, line in enumerate(lines, 1):
            if line.strip().startswith("[") and line.strip().rstrip("]").endswith("performance.bench"):
                return context.head.display(name), number
    return _FILES[0], None
