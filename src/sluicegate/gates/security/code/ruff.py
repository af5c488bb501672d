"""ruff's rules `S` as a program: its report, and the proof in its log that it looked at each file.

Rules that ruff calls a preview are asked too: without them a dozen of bandit's would be unknown at a commit.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.gates.security.code import RUFF
from sluicegate.gates.security.code.nosec import quietened
from sluicegate.gates.security.code.scan import Hit, Scan
from sluicegate.tools.running import run

if TYPE_CHECKING:
    from sluicegate.model import Context
    from sluicegate.tools.laid import Laid

_CHECKING = re.compile(rb"\[DEBUG\] Checking: ([^\r\n]+)")
_NUMBER = re.compile(r"S\d+")


class _Place(Struct, frozen=True, kw_only=True):
    row: int
    column: int


class _Result(Struct, frozen=True, kw_only=True):
    filename: str
    location: _Place
    message: str
    code: str | None = None
    end_location: _Place | None = None


def scan(context: Context, laid: Laid) -> Scan:
    """What ruff says of the files. Raises GateError: it could not be run, or printed no report of its own."""
    version = f"py3{sys.version_info.minor}"  # what bandit reads, which runs on this Python
    ran = run(
        RUFF,
        ["check", "--isolated", "--no-cache", "--verbose", "--no-respect-gitignore", "--preview", "--select", "S",
         "--output-format", "json", "--target-version", version, "--", "."],
        folder=laid.folder, limit=context.settings.scanner_timeout, cancelled=context.cancelled,
    )  # fmt: skip
    results = ran.decoded(list[_Result])
    if ran.code not in (0, 1):
        raise GateError(f"ruff did not come to its end ({ran.complaint})", hint="run ruff by hand")
    said = Scan()
    for name in _CHECKING.findall(ran.stderr):
        if path := laid.path(name.decode("utf-8", "replace")):
            said.looked.add(path)
    for result in results:
        path = laid.path(result.filename)
        if path is None:
            raise GateError("ruff tells of a file that it was not given", hint=RUFF.install)
        number = result.code or ""
        if not _NUMBER.fullmatch(number):
            said.broken.setdefault(path, f"ruff cannot read it: line {result.location.row}: {result.message}")
            continue
        last = result.end_location.row if result.end_location else result.location.row
        said.hits.append(
            Hit(
                path=path, number=number, line=result.location.row, column=result.location.column, text=result.message,
                last_line=last,
            )
        )  # fmt: skip
    return quietened(said, laid)
