"""Has a scanner look at every Python file of a tree, and holds what it says against what it was given."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.gates.security.code import BANDIT, ROW_OF, RUFF, RULES, bandit, ruff, rule_id, told
from sluicegate.gates.security.code.places import Source, source
from sluicegate.gates.security.code.table import SAYS_A_SECRET
from sluicegate.gates.security.files import listed
from sluicegate.gates.security.saying import examined, nothing, undecided, unread
from sluicegate.model import Examination, Fact, Finding, Level, Location, Outcome, Progress, Undecided
from sluicegate.text import one_line, plural, shorten
from sluicegate.tools.laid import Laid, lay
from sluicegate.tools.programs import version_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sluicegate.gates.security.code.scan import Hit, Scan
    from sluicegate.model import Context, Tool, Yield

PATTERNS = ("**/*.py", "*.py", "**/*.pyw", "*.pyw")
_SCANS = {"bandit": (BANDIT, bandit.scan), "ruff": (RUFF, ruff.scan)}
_ALL = "Python code"
_NAMED = 100
"""So many files that could not be looked at are named one by one."""

_MEND = "Mend the file, or name it under `exclude` in [security]."


def check(context: Context) -> Iterator[Yield]:
    """Lay the files out, run the scanner, tell what it found and which files it looked at."""
    paths = listed(context, PATTERNS)
    if not paths:
        yield from nothing(context, RULES, _ALL, "there is no Python file")
        return
    tool, scan = _SCANS[scanner(context)]
    yield Progress(what=tool.name, done=0, total=len(paths))
    try:
        if not context.past:
            yield Fact(name=tool.name, value=version_of(tool))
        with lay(context.head, paths, lambda number, _: f"{number:06}.py") as laid:
            said = scan(context, laid)
            yield from _found(context, said.hits, laid)
            yield from _looked(context, tool, said, laid)
    except GateError as error:
        yield from unread(context, RULES, _ALL, error)


def scanner(context: Context) -> str:
    """Which scanner looks: as the settings say, else the fast one for whoever waits for a commit."""
    wanted: str = context.settings.python
    return wanted if wanted != "auto" else "ruff" if context.committing else "bandit"


def _found(context: Context, hits: Iterable[Hit], laid: Laid) -> Iterator[Yield]:
    read: dict[str, Source] = {}
    declared: set[str] = set(ROW_OF)
    for hit in sorted(hits, key=lambda hit: (hit.path, hit.line, hit.column or 0, hit.number)):
        rule = rule_id(hit.number)
        if rule in ROW_OF and rule not in context.rules:
            continue
        if rule not in declared:
            declared.add(rule)
            title = shorten(one_line(hit.text), 200).rstrip(".")
            yield told(hit.number, title, hit.cwe, hit.level or Level.WARNING)
        if hit.path not in read:
            read[hit.path] = source(laid.text(hit.path))
        yield _finding(context, rule, hit, read[hit.path])
    for rule in declared - set(ROW_OF):
        yield Examination(rule=rule, subject=_ALL, examined=len(laid.paths))


def _finding(context: Context, rule: str, hit: Hit, text: Source) -> Finding:
    row = ROW_OF.get(rule)
    hidden = row is not None and row.number in SAYS_A_SECRET
    scope = text.scope(hit.line)
    message = row.summary if row and hidden else shorten(one_line(hit.text), 300)
    declared = next((one for one in RULES if one.id == rule), None)
    return Finding(
        rule=rule,
        level=hit.level or (declared.level if declared else Level.WARNING),
        key=(hit.path, scope, _digest(text.line(hit.line, masked=hidden))),
        message=message,
        location=Location(
            path=context.head.display(hit.path), line=hit.line, column=hit.column, logical=scope or hit.path
        ),
        advice=row.advice if row else "Read what the scanner says of it, and mend or suppress it.",
        tags=declared.tags if declared else ("python",),
    )


def _digest(line: str) -> str:
    """What stands for a line in a key, which every report carries: the line may hold what is not to be shown."""
    return hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _looked(context: Context, tool: Tool, said: Scan, laid: Laid) -> Iterator[Yield]:
    """What each rule looked at, folder by folder, and what no rule could; silence about a file is no look at it."""
    broken = {path: GateError(why, hint=_MEND) for path, why in said.broken.items()} | laid.unread
    for path in laid.paths.values():
        if path not in said.looked and path not in broken:
            broken[path] = GateError(
                f"{tool.name} was given the file and did not look at it",
                hint=f"run {tool.name} by hand: {tool.install}",
            )
    unknown = [rule for rule in RULES if tool is RUFF and not ROW_OF[rule.id].ruff]
    able = [rule for rule in RULES if rule not in unknown]
    folders = Counter(path.partition("/")[0] if "/" in path else "." for path in said.looked - set(broken))
    for folder, count in sorted(folders.items()):
        yield from examined(context, able, folder, count)
    for path in sorted(broken)[:_NAMED]:
        yield from unread(context, RULES, path, GateError(_named(path, broken[path]), hint=broken[path].hint or _MEND))
    if len(broken) > _NAMED:
        more = f"{plural(len(broken) - _NAMED, 'more file')} could not be looked at"
        yield from unread(context, RULES, _ALL, GateError(more, hint=_MEND))
    why = Undecided(
        outcome=Outcome.NOT_TESTED, reason="ruff has no such rule",
        hint='bandit has it: python = "bandit" in [security]',
    )  # fmt: skip
    if folders:
        yield from undecided(context, unknown, _ALL, why)
    if not context.past:
        yield Fact(name="nosec", value=str(said.quiet))


def _named(path: str, error: GateError) -> str:
    """Why a file could not be looked at, with its name."""
    return error.message if path in error.message else f"{path}: {error.message}"
