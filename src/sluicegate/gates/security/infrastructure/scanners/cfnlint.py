"""cfn-lint over templates of CloudFormation, under made-up names and without its configuration.

Its log says which templates it scanned; one that it can neither scan nor parse is errored.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.gates.security.infrastructure import CFN_LINT, CFN_LINT_TOOL
from sluicegate.gates.security.infrastructure.scanners.told import Answer, Told, said
from sluicegate.model import Fact, Level
from sluicegate.text import one_line, shorten
from sluicegate.tools.laid import asked_once, lay
from sluicegate.tools.running import run
from sluicegate.tools.versions import version_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sluicegate.model import Context, Yield
    from sluicegate.tools.laid import Laid
    from sluicegate.tools.running import Ran

_WORDS = ("--info", "--format", "json", "--non-zero-exit-code", "none", "--template")
_SCANNED = re.compile(r"Run scan of template (\S+)\s*$", re.MULTILINE)
_IGNORED = re.compile(rb"\bignore_checks\b")
_TROUBLE = re.compile(r"E000\d")
"""Its ids for what it could not parse, transform or carry out."""
_LEVELS = {"error": Level.ERROR, "warning": Level.WARNING}


class _Start(Struct, frozen=True, kw_only=True, rename="pascal"):
    line_number: int = 0
    column_number: int = 0


class _Place(Struct, frozen=True, kw_only=True, rename="pascal"):
    start: _Start
    path: list[str | int] | None = None


class _Check(Struct, frozen=True, kw_only=True, rename="pascal"):
    id: str
    short_description: str = ""


class _Match(Struct, frozen=True, kw_only=True, rename="pascal"):
    filename: str | None
    level: str
    message: str
    location: _Place
    rule: _Check


def lint(context: Context, paths: Sequence[str]) -> Iterator[Yield]:
    """What cfn-lint finds in templates. Raises GateError where nothing of it is of use."""
    if not context.past:
        yield Fact(name="cfn-lint", value=version_of(CFN_LINT_TOOL))
    with lay(context.head, paths, _called) as laid:
        ignored = sum(len(_IGNORED.findall((laid.folder / name).read_bytes())) for name in laid.paths)
        answer = asked_once(context.memo, CFN_LINT_TOOL.name, laid, lambda: _asked(context, laid))
        yield from said(context, CFN_LINT, CFN_LINT_TOOL.name, laid, answer)
    if not context.past:
        yield Fact(name="cfn-lint ignore", value=str(ignored))


def _asked(context: Context, laid: Laid) -> Answer:
    answer = Answer()
    if laid.paths:
        ran = run(
            CFN_LINT_TOOL, [*_WORDS, *laid.paths], folder=laid.folder, limit=context.settings.scanner_timeout,
            more={"HOME": str(laid.folder)}, cancelled=context.cancelled,
        )  # fmt: skip
        _read(ran, laid, answer)
    return answer


def _called(number: int, path: str) -> str:
    return f"{number:05}.{'json' if path.endswith('.json') else 'yaml'}"


def _read(ran: Ran, laid: Laid, answer: Answer) -> None:
    if ran.code != 0:
        raise GateError(f"cfn-lint ended with what is no answer ({ran.complaint})", hint="run cfn-lint by hand")
    for match in ran.decoded(list[_Match]):
        path = laid.path(match.filename) if match.filename else None
        if path is None:
            raise GateError("cfn-lint tells of a file that it was not given", hint=CFN_LINT_TOOL.install)
        line = match.location.start.line_number
        if _TROUBLE.fullmatch(match.rule.id):
            why = shorten(one_line(match.message), 200)
            answer.broken[path] = GateError(f"{path}:{line}: cfn-lint cannot read it: {why}", hint="Mend the template.")
            continue
        way = ".".join(str(step) for step in match.location.path or ())
        answer.told.append(
            Told(
                path=path, ident=match.rule.id, title=match.rule.short_description, message=match.message,
                level=_LEVELS.get(match.level.lower(), Level.NOTE), line=line,
                column=match.location.start.column_number, way=way,
            )
        )  # fmt: skip
    for name in _SCANNED.findall(ran.stderr.decode("utf-8", "replace")):
        if path := laid.path(name):
            answer.looked.add(path)
    for path in laid.names:
        if path not in answer.looked:
            error = GateError(f"{path}: cfn-lint was given the file and did not scan it", hint="run cfn-lint by hand")
            answer.broken.setdefault(path, error)
