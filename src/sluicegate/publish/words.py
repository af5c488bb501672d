"""What a Run is called on GitHub: its conclusion, its state, its title. What did not pass is never green."""

from __future__ import annotations

from sluicegate.errors import Exit
from sluicegate.model import Outcome, Run
from sluicegate.report import view
from sluicegate.text import one_line, plural, shorten


def conclusion(run: Run) -> str:
    """That of a check run: success for what passed alone, neutral for what was not decided and does not fail."""
    if run.exit_code == Exit.PASSED:
        return "success" if run.outcome is Outcome.PASSED else "neutral"
    return "cancelled" if run.interrupted else "failure"


def state(outcome: Outcome, exit_code: int) -> str:
    """That of a commit status."""
    if exit_code == Exit.PASSED:
        return "success"
    return "failure" if outcome is Outcome.FAILED else "error"


def title(run: Run, limit: int) -> str:
    """The verdict on one line: `FAILED: 2 findings fail the change`."""
    return shorten(one_line(f"{view.word(run)}: {view.verdict(run)}"), limit)


def more(count: int, name: str, where: str) -> str:
    """`40 annotations more; see the summary above`."""
    return f"{plural(count, name)} more; see {where}"


def is_quiet(run: Run) -> bool:
    """Whether nobody needs to hear of it: it does not fail, all was looked at, and nothing counts."""
    return run.exit_code == Exit.PASSED and not any(finding.counts for finding in run.findings)
