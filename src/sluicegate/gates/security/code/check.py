"""Has a scanner look at every Python file of a tree, and holds what it says against what it was given."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.gates.security.code import BANDIT, ROW_OF, RUFF, RULES, bandit, choose, ruff, told
from sluicegate.gates.security.code.known import Content, Place, contents, hides
from sluicegate.gates.security.files import lacking, listed
from sluicegate.gates.security.saying import examined, nothing, undecided, unread
from sluicegate.model import Examination, Fact, Finding, Level, Location, Outcome, Progress, Undecided
from sluicegate.text import one_line, plural, shorten
from sluicegate.tools.laid import lay
from sluicegate.tools.versions import version_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sluicegate.model import Context, Tool, Yield

PATTERNS = ("**/*.py", "*.py", "**/*.pyw", "*.pyw")
BY_ID = {rule.id: rule for rule in RULES}
_SCANS = {BANDIT.name: bandit.scan, RUFF.name: ruff.scan}
_ALL = "Python code"
_NAMED = 100
"""So many files that could not be looked at are named one by one."""

_MEND = "Mend the file, or name it under `exclude` in [security]."


def check(context: Context) -> Iterator[Yield]:
    """Lay the files out, run the scanner, tell what it found and which files it looked at."""
    paths = listed(context, PATTERNS)
    if not paths:
        yield from nothing(context, RULES, _ALL, lacking(context, "Python file"))
        return
    tool = choose(context.settings.python, waiting=context.touched is not None)
    scan = _SCANS[tool.name]
    yield Progress(what=tool.name, done=0, total=len(paths))
    known: dict[str, Content] = context.memo.setdefault(("security", tool.name), {})
    try:
        if not context.past:
            yield Fact(name=tool.name, value=version_of(tool))
        with lay(context.head, paths, lambda number, _: f"{number:06}.py", known=known) as laid:
            if laid.paths:
                known.update(contents(scan(context, laid), laid))
    except GateError as error:
        yield from unread(context, RULES, _ALL, error)
        return
    files = {path: known[digest] for path, digest in laid.digests.items()}
    yield from _found(context, files)
    yield from _looked(context, tool, files, laid.unread)


def _found(context: Context, files: Mapping[str, Content]) -> Iterator[Yield]:
    declared: set[str] = set(ROW_OF)
    for path, content in sorted(files.items()):
        for place in content.places:
            rule, hit = place.rule, place.hit
            if rule in ROW_OF and rule not in context.rules:
                continue
            if rule not in declared:
                declared.add(rule)
                title = shorten(one_line(hit.text), 200).rstrip(".")
                yield told(hit.number, title, hit.cwe, hit.level or Level.WARNING)
            yield _finding(context, path, place)
    for rule in declared - set(ROW_OF):
        yield Examination(rule=rule, subject=_ALL, examined=sum(content.looked for content in files.values()))


def _finding(context: Context, path: str, place: Place) -> Finding:
    row, declared, hit = ROW_OF.get(place.rule), BY_ID.get(place.rule), place.hit
    return Finding(
        rule=place.rule,
        level=hit.level or (declared.level if declared else Level.WARNING),
        key=(path, place.scope, place.line),
        message=row.summary if row and hides(place.rule) else shorten(one_line(hit.text), 300),
        location=Location(
            path=context.head.display(path), line=hit.line, column=hit.column, logical=place.scope or path
        ),
        advice=row.advice if row else "Read what the scanner says of it, and mend or suppress it.",
        tags=declared.tags if declared else ("python",),
    )  # fmt: skip


def _looked(
    context: Context, tool: Tool, files: Mapping[str, Content], unread_: Mapping[str, GateError]
) -> Iterator[Yield]:
    """What each rule looked at, folder by folder, and what no rule could; silence about a file is no look at it."""
    broken = dict(unread_)
    for path, content in files.items():
        if content.broken:
            broken[path] = GateError(content.broken, hint=_MEND)
        elif not content.looked:
            why = f"{tool.name} was given the file and did not look at it"
            broken[path] = GateError(why, hint=f"run {tool.name} by hand: {tool.install}")
    unknown = [rule for rule in RULES if tool is RUFF and not ROW_OF[rule.id].ruff]
    able = [rule for rule in RULES if rule not in unknown]
    folders = Counter(path.partition("/")[0] if "/" in path else "." for path in files.keys() - broken.keys())
    for folder, count in sorted(folders.items()):
        yield from examined(context, able, folder, count)
    for path in sorted(broken)[:_NAMED]:
        yield from unread(context, RULES, path, GateError(_named(path, broken[path]), hint=broken[path].hint or _MEND))
    if len(broken) > _NAMED:
        more = f"{plural(len(broken) - _NAMED, 'more file')} could not be looked at"
        yield from unread(context, RULES, _ALL, GateError(more, hint=_MEND))
    why_not = Undecided(
        outcome=Outcome.NOT_TESTED,
        reason=f"ruff does not look for what {', '.join(rule.name for rule in unknown)} are about",
        hint='bandit has it: python = "bandit" in [security]',
    )  # fmt: skip
    if folders:
        yield from undecided(context, unknown, _ALL, why_not)
    if not context.past:
        yield Fact(name="nosec", value=str(sum(content.quiet for content in files.values())))


def _named(path: str, error: GateError) -> str:
    """Why a file could not be looked at, with its name."""
    return error.message if path in error.message else f"{path}: {error.message}"
