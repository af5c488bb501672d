"""bandit as a program: its report, and the proof in its metrics that it looked at each file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from sluicegate.errors import GateError
from sluicegate.gates.security.code import BANDIT, level_of
from sluicegate.gates.security.code.scan import Hit, Scan
from sluicegate.tools.running import run

if TYPE_CHECKING:
    from sluicegate.model import Context
    from sluicegate.tools.laid import Laid


class _Result(Struct, frozen=True, kw_only=True):
    filename: str
    line_number: int
    test_id: str
    issue_text: str
    issue_severity: str = ""
    issue_confidence: str = ""
    col_offset: int = -1
    issue_cwe: dict[str, Any] = field(default_factory=dict)


class _Error(Struct, frozen=True, kw_only=True):
    filename: str
    reason: str = ""


class _Metrics(Struct, frozen=True, kw_only=True):
    nosec: int = 0
    skipped_tests: int = 0


class _Report(Struct, frozen=True, kw_only=True):
    results: list[_Result]
    metrics: dict[str, _Metrics]
    errors: list[_Error]


def scan(context: Context, laid: Laid) -> Scan:
    """What bandit says of the files. Raises GateError: it could not be run, or printed no report of its own."""
    ran = run(
        BANDIT, ["-q", "-f", "json", "-r", ".", "-x", "", "--number", "1"], folder=laid.folder,
        limit=context.settings.scanner_timeout, cancelled=context.cancelled,
    )  # fmt: skip
    report = ran.decoded(_Report)
    if ran.code not in (0, 1):
        raise GateError(f"bandit did not come to its end ({ran.complaint})", hint="run bandit by hand")
    said = Scan()
    for name, metrics in report.metrics.items():
        if path := laid.path(name):
            said.looked.add(path)
            said.quiet[path] = metrics.nosec + metrics.skipped_tests
    for error in report.errors:
        if path := laid.path(error.filename):
            said.broken[path] = f"bandit cannot read it: {error.reason or 'it does not say why'}"
    for result in report.results:
        path = laid.path(result.filename)
        if path is None:
            raise GateError("bandit tells of a file that it was not given", hint=BANDIT.install)
        cwe = result.issue_cwe.get("id")
        said.hits.append(
            Hit(
                path=path, number=result.test_id, line=result.line_number, text=result.issue_text,
                column=result.col_offset + 1 if result.col_offset >= 0 else None,
                level=level_of(result.issue_severity, result.issue_confidence),
                cwe=cwe if isinstance(cwe, int) and cwe > 0 else None,
            )
        )  # fmt: skip
    return said
