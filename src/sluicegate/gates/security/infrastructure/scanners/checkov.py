"""checkov over all files of this part, under made-up names, without its configuration and without the network.

It tells of a file only where it has a check for what is in it. What it says about passed checks is not asked for more
than to know which files it looked at.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sluicegate.errors import GateError
from sluicegate.gates.security.infrastructure import CHECKOV, CHECKOV_TOOL
from sluicegate.gates.security.infrastructure.scanners.told import Answer, Told, said
from sluicegate.model import Fact, Level, Outcome, Undecided
from sluicegate.text import one_line
from sluicegate.tools.laid import asked_once, lay
from sluicegate.tools.programs import find, lacking
from sluicegate.tools.running import run_command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sluicegate.model import Context, Yield
    from sluicegate.tools.laid import Laid
    from sluicegate.tools.running import Ran

_ASKED = (
    "--directory", ".", "--framework", "terraform", "cloudformation", "kubernetes", "dockerfile", "--skip-download",
    "--download-external-modules", "false", "--output", "json", "--compact", "--soft-fail",
)  # fmt: skip
_OFFLINE = {"BC_SKIP_MAPPING": "TRUE", "CKV_SKIP_PACKAGE_UPDATE_CHECK": "TRUE"}
"""It asks what its maker says of its checks, and once an hour whether there is a newer one."""
_NO_CHECK = Undecided(outcome=Outcome.NOT_TESTED, reason="checkov has no check for what is in it")
_NO_RESOURCE = Undecided(outcome=Outcome.NOT_APPLICABLE, reason="it declares nothing that can be checked")
_DECLARES = re.compile(rb"\b(?:resource|data|module|provider)\b")


class _Check(Struct, frozen=True, kw_only=True):
    check_id: str
    file_path: str
    check_name: str = ""
    resource: str = ""
    file_line_range: list[int] = field(default_factory=list)


class _Results(Struct, frozen=True, kw_only=True):
    passed_checks: list[_Check]
    failed_checks: list[_Check]
    skipped_checks: list[_Check]
    parsing_errors: list[str]


class _Summary(Struct, frozen=True, kw_only=True):
    checkov_version: str


class _Report(Struct, frozen=True, kw_only=True):
    """What it says for one framework; where it saw nothing at all, there is a summary alone."""

    results: _Results | None = None
    summary: _Summary | None = None
    checkov_version: str = ""


def scan(context: Context, paths: Sequence[str]) -> Iterator[Yield]:
    """What checkov finds in files. Raises GateError where nothing of it is of use."""
    program = _program(context)
    with lay(context.head, paths, _called()) as laid:
        answer, skipped, version = asked_once(
            context.memo, CHECKOV_TOOL.name, laid, lambda: _answered(context, program, laid)
        )
        yield from said(context, CHECKOV, CHECKOV_TOOL.name, laid, answer)
    if not context.past:
        yield Fact(name="checkov", value=one_line(version)[:40])
        yield Fact(name="checkov skip", value=str(skipped))


def _answered(context: Context, program: Path, laid: Laid) -> tuple[Answer, int, str]:
    """What it says, how many checks comments in the files skip, and its version."""
    answer = Answer()
    skipped, version = 0, ""
    if laid.paths:
        ran = run_command(
            CHECKOV_TOOL, [str(program), *_ASKED], folder=laid.folder, limit=context.settings.scanner_timeout,
            more={**_OFFLINE, "HOME": str(laid.folder)}, cancelled=context.cancelled,
        )  # fmt: skip
        skipped, version = _read(ran, laid, answer)
        for path in laid.names.keys() - answer.looked - answer.broken.keys():
            answer.silent[path] = _silence(laid, path)
    return answer, skipped, version


def _program(context: Context) -> Path:
    """The program: what the path has, or a file that is no part of what is judged, since a change could bring it."""
    named = context.settings.checkov
    if named == CHECKOV_TOOL.name:
        found = find(named)
        if found is None:
            raise lacking(CHECKOV_TOOL)
        return found
    path = Path(named)
    judged = Path(context.folder or ".").resolve()
    if not path.is_absolute() or path.resolve().is_relative_to(judged) or path.is_relative_to(judged):
        raise GateError(
            f"`checkov = {one_line(named)}` is no whole path outside of the repository",
            hint="write `checkov` for the one on the path, or the whole path of a program that no change can bring",
        )
    if not path.is_file():
        raise GateError(f"`checkov = {one_line(named)}`: there is no such program", hint=CHECKOV_TOOL.install)
    return path


def _called() -> Callable[[int, str], str]:
    """Names by which checkov knows what kind of file it is; what lay in one folder lies in one again."""
    folders: dict[str, int] = {}

    def name(number: int, path: str) -> str:
        folder, base = posixpath.split(path)
        place = f"{folders.setdefault(folder, len(folders)):05}"
        if base.endswith((".tf", ".tofu")):
            return f"{place}/{number:05}.tf"
        if base.endswith((".yaml", ".yml", ".template")):
            return f"{place}/{number:05}.yaml"
        if base.endswith(".json"):
            return f"{place}/{number:05}{'.tf' if base.endswith('.tf.json') else ''}.json"
        return f"{place}/{number:05}/Dockerfile"

    return name


def _read(ran: Ran, laid: Laid, answer: Answer) -> tuple[int, str]:
    """Take an answer in. Gives how many checks comments in the files skip, and checkov's version."""
    if ran.code != 0:
        raise GateError(f"checkov ended with what is no answer ({ran.complaint})", hint="run checkov by hand")
    alone = not ran.stdout.lstrip().startswith(b"[")
    skipped, version = 0, ""
    for report in [ran.decoded(_Report)] if alone else ran.decoded(list[_Report]):
        version = version or report.checkov_version or (report.summary.checkov_version if report.summary else "")
        if report.results is None:
            continue
        for check in report.results.failed_checks:
            answer.told.append(_told(check, _path(laid, check.file_path)))
        for check in (*report.results.passed_checks, *report.results.failed_checks, *report.results.skipped_checks):
            answer.looked.add(_path(laid, check.file_path))
        skipped += len(report.results.skipped_checks)
        for name in report.results.parsing_errors:
            path = _path(laid, name)
            answer.broken[path] = GateError(f"{path}: checkov cannot parse it", hint="Mend the file.")
    if not version:
        raise GateError("checkov names no version in its report", hint=CHECKOV_TOOL.install)
    return skipped, version


def _silence(laid: Laid, path: str) -> Undecided:
    """What it means that nothing is said of a file: variables and outputs of Terraform are nothing to check."""
    terraform = path.endswith((".tf", ".tofu", ".tf.json"))
    if terraform and not _DECLARES.search((laid.folder / laid.names[path]).read_bytes()):
        return _NO_RESOURCE
    return _NO_CHECK


def _path(laid: Laid, name: str) -> str:
    path = laid.path(name) or laid.path(name.lstrip("/"))
    if path is None:
        raise GateError("checkov tells of a file that it was not given", hint=CHECKOV_TOOL.install)
    return path


def _told(check: _Check, path: str) -> Told:
    way = check.resource.removeprefix(check.file_path).lstrip(".")
    return Told(
        path=path, ident=check.check_id, title=check.check_name, message=f"{check.check_name} ({way})",
        level=Level.WARNING, line=check.file_line_range[0] if check.file_line_range else 0, column=0, way=way,
    )  # fmt: skip
