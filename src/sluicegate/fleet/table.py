"""Run files of many repositories as rows of one table, the worst first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from msgspec import Struct, field

from sluicegate.errors import Exit
from sluicegate.fleet.files import RunFile
from sluicegate.model import Outcome, Pass, Run
from sluicegate.report import view
from sluicegate.report.whole import refusal
from sluicegate.text import one_line, shorten

_SKEW = timedelta(minutes=5)
"""So far ahead a clock may be before it is told."""
_REPOSITORY = re.compile(r"[\w.-]{1,100}/[\w.-]{1,100}")
_LONGEST = 200


class Row(Struct, frozen=True, kw_only=True):
    """One repository. `trouble` says why its Run cannot be believed; then everything else is empty.

    `expires` is the soonest end of a suppression or pass, `passes` are those that the verdict rests on, `stale` says
    that the Run is older than asked for.
    """

    repository: str
    file: str
    outcome: Outcome
    gates: tuple[tuple[str, Outcome], ...] = ()
    failing: int = 0
    suppressed: int = 0
    expires: date | None = None
    passes: tuple[Pass, ...] = ()
    policy: str = ""
    tool: str = ""
    commit: str = ""
    ended: datetime | None = None
    age: timedelta | None = None
    stale: bool = False
    trouble: str = ""


class Table(Struct, frozen=True, kw_only=True):
    """The rows, the worst first; `older` are Runs of repositories that a newer one stands for."""

    rows: tuple[Row, ...]
    older: tuple[str, ...] = ()
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def count(self, outcome: Outcome) -> int:
        """How many rows ended so."""
        return sum(row.outcome is outcome for row in self.rows)

    @property
    def policies(self) -> int:
        """How many policies there are among the repositories that can be read."""
        return len({row.policy for row in self.rows if not row.trouble})

    @property
    def exit_code(self) -> Exit:
        """3 where a row errored, is stale or cannot be read; else 1 where one failed."""
        if any(row.outcome is Outcome.ERRORED or row.stale for row in self.rows):
            return Exit.ERRORED
        return Exit.FAILED if self.count(Outcome.FAILED) else Exit.PASSED


def table(files: Iterable[RunFile], now: datetime, stale: timedelta | None = None) -> Table:
    """A row for each repository, of its newest Run; files that cannot be read have a row of their own.

    A repository is known by what its Run says, else by the file. `stale` is the age from which a Run counts no more.
    """
    rows = [row(file, now, stale) for file in files]
    kept, older = [each for each in rows if each.trouble], []
    named = sorted(
        (row_ for row_ in rows if not row_.trouble), key=lambda row_: (row_.repository.casefold(), _age(row_))
    )
    for _, group in groupby(named, key=lambda row_: row_.repository.casefold()):
        newest, *others = group
        kept.append(newest)
        older += [other.file for other in others]
    return Table(rows=tuple(sorted(kept, key=_worst_first)), older=tuple(sorted(older)), now=now)


def row(file: RunFile, now: datetime, stale: timedelta | None = None) -> Row:
    """The row of one file."""
    run = file.run
    if run is None:
        return _unread(file, file.trouble)
    if refused := refusal(run):
        return _unread(file, f"{refused.message}; {refused.hint}")
    ended = (run.started if run.started.tzinfo else run.started.replace(tzinfo=UTC)) + timedelta(seconds=run.seconds)
    if ended > now + _SKEW:
        return _unread(file, f"it ended at {ended:%Y-%m-%d %H:%M} UTC, which is still to come: a clock is wrong")
    suppressions = [finding.suppression for finding in run.findings if finding.suppression]
    ends = [decision.expires for decision in suppressions] + [decision.expires.date() for decision in run.passes]
    return Row(
        repository=_name(run, file),
        file=file.shown,
        outcome=run.outcome,
        gates=tuple((one_line(gate.gate), gate.outcome) for gate in run.gates),
        failing=sum(item.fails for item in view.shown(run)),
        suppressed=len(suppressions),
        expires=min(ends, default=None),
        passes=tuple(each for each in run.passes if each.used),
        policy=one_line(run.policy_digest)[:12],
        tool=one_line(run.tool_version)[:40],
        commit=one_line(run.revision.head_commit or "")[:12],
        ended=ended,
        age=max(now - ended, timedelta()),
        stale=stale is not None and now - ended > stale,
    )


def _unread(file: RunFile, why: str) -> Row:
    return Row(repository=_from(file), file=file.shown, outcome=Outcome.ERRORED, trouble=one_line(why))


def _name(run: Run, file: RunFile) -> str:
    return run.repository if _REPOSITORY.fullmatch(run.repository) else _from(file)


def _from(file: RunFile) -> str:
    """The name of the file, or of its folder where all files are called `run.json`."""
    path = file.path
    named = path.parent.name if path.stem in {"run", "sluicegate"} and path.parent.name else path.stem
    return shorten(one_line(named), _LONGEST)


def _age(row_: Row) -> timedelta:
    return row_.age or timedelta()


def _worst_first(row_: Row) -> tuple[int, bool, int, str, str]:
    return (list(Outcome).index(row_.outcome), not row_.stale, -row_.failing, row_.repository.casefold(), row_.file)
