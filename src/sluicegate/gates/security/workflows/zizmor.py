"""zizmor beside the gate's own rules: each of its audits becomes a rule when it finds something.

It is asked offline, of copies under made-up names, without its configuration. Its log says which files it looked at.
"""

from __future__ import annotations

import contextlib
import re
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from sluicegate.errors import GateError
from sluicegate.gates.security import workflows as rules
from sluicegate.gates.security.saying import finding, undecided, unread
from sluicegate.gates.security.workflows.audits import Audited, Step, level_of, told_by_us
from sluicegate.model import Examination, Fact, Finding, Location, Outcome, Rule, RuleKind, Undecided
from sluicegate.text import one_line, shorten
from sluicegate.tools.laid import Laid, asked_once, lay
from sluicegate.tools.running import Ran, run
from sluicegate.tools.versions import version_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sluicegate.model import Context, Yield

DEPENDABOT = (".github/dependabot.yml", ".github/dependabot.yaml")
_ASKED = (
    "--offline", "--strict-collection", "--no-config", "--no-progress", "--color", "never", "--collect=all",
    "--format", "json", "--",
)  # fmt: skip
_COMPLETED = re.compile(r"\bcompleted (\S+)\s*$", re.MULTILINE)
_CAUSE = re.compile(r"^\s*(?:0:|fatal:|error:)\s*(.+)$", re.MULTILINE)
_IGNORED = re.compile(rb"#\s*zizmor:\s*ignore\[")
_NOTHING_COLLECTED = 3
_ENDED_WELL = frozenset({0, 11, 12, 13, 14})
"""Nothing found, or the worst that was found; what is found is read from the report alone."""


class _Local(Struct, frozen=True, kw_only=True):
    verbatim_path: str = ""


class _Key(Struct, frozen=True, kw_only=True):
    local: _Local | None = field(default=None, name="Local")


class _Symbolic(Struct, frozen=True, kw_only=True):
    key: _Key
    kind: str = ""
    annotation: str = ""
    route: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    feature_kind: Any = None


class _Point(Struct, frozen=True, kw_only=True):
    row: int = 0
    column: int = 0


class _Span(Struct, frozen=True, kw_only=True):
    start_point: _Point = _Point()


class _Concrete(Struct, frozen=True, kw_only=True):
    location: _Span
    feature: str = ""


class _Location(Struct, frozen=True, kw_only=True):
    symbolic: _Symbolic
    concrete: _Concrete


class _Result(Struct, frozen=True, kw_only=True):
    ident: str
    desc: str
    locations: list[_Location]
    determinations: dict[str, str] = field(default_factory=dict)


class _Said(Struct, kw_only=True):
    results: list[tuple[str, _Result]] = field(default_factory=list)
    looked: set[str] = field(default_factory=set)
    broken: dict[str, GateError] = field(default_factory=dict)


class Looking(NamedTuple):
    """zizmor at work: the files that it was given, and what it will say of them."""

    laid: Laid
    said: Future[_Said | None]


@contextlib.contextmanager
def looking(context: Context, paths: Sequence[str]) -> Iterator[Looking]:
    """Have zizmor look at the files while the block does something else; what goes wrong, `said` raises."""
    over = Event()
    watched = replace(context, cancelled=lambda: context.cancelled() or over.is_set())
    with contextlib.ExitStack() as stack:
        try:
            laid = stack.enter_context(lay(context.head, [*paths, *filter(context.head.find, DEPENDABOT)], _called))
        except GateError as error:
            failed: Future[_Said | None] = Future()
            failed.set_exception(error)
            yield Looking(Laid(folder=Path()), failed)
            return
        thread = stack.enter_context(ThreadPoolExecutor(1))
        stack.callback(over.set)  # who leaves before the end does not wait for it
        yield Looking(laid, thread.submit(asked_once, context.memo, "zizmor", laid, lambda: _asked(watched, laid)))


def audit(context: Context, asked: Looking, own: Mapping[str, Sequence[Finding]]) -> Iterator[Yield]:
    """What zizmor finds in the files; what the gate's `own` rules say of the same place by path is not told twice."""
    only, laid = [rules.ZIZMOR], asked.laid
    try:
        if not context.past:
            yield Fact(name="zizmor", value=version_of(rules.ZIZMOR_TOOL))
        # while zizmor is at work
        ignored = sum(len(_IGNORED.findall((laid.folder / name).read_bytes())) for name in laid.paths)
        said = asked.said.result()
    except GateError as error:
        yield from unread(context, only, "workflows", error)
        return
    if said is None:
        why = Undecided(outcome=Outcome.NOT_TESTED, reason="zizmor collected none of the files")
        yield from undecided(context, only, "workflows", why)
        return
    yield from _found(context, said, own)
    for path in laid.names:
        if path not in said.looked:
            said.broken.setdefault(path, GateError(f"{path}: zizmor was given the file and did not look at it"))
    for path, why_not in sorted({**said.broken, **laid.unread}.items()):
        yield from unread(context, only, path, why_not)
    if not context.past:
        yield Fact(name="zizmor ignore", value=str(ignored))


def _called(number: int, path: str) -> str:
    """A name by which zizmor knows what kind of file it is."""
    if path in DEPENDABOT:
        return path
    base = path.rpartition("/")[2]
    if base in ("action.yml", "action.yaml"):
        return f"{number:04}/action.yml"
    return f".github/workflows/{number:04}.yml"


def _asked(context: Context, laid: Laid) -> _Said | None:
    """What zizmor says of the files; None where it found nothing to look at.

    One that it cannot read ends it before it has looked at any: then it is asked of each file alone.
    """
    said, names = _Said(), list(laid.paths)
    ran = _run(context, laid, ".")
    if ran.code == _NOTHING_COLLECTED:
        return None
    if ran.code in _ENDED_WELL:
        _read(ran, laid, said)
        return said
    if len(names) == 1:
        said.broken[laid.paths[names[0]]] = _unread(ran, laid.paths[names[0]])
        return said
    for name in names:
        alone = _run(context, laid, name)
        if alone.code in _ENDED_WELL:
            _read(alone, laid, said)
        else:
            said.broken[laid.paths[name]] = _unread(alone, laid.paths[name])
    return said


def _run(context: Context, laid: Laid, target: str) -> Ran:
    return run(
        rules.ZIZMOR_TOOL, [*_ASKED, target], folder=laid.folder, limit=context.settings.scanner_timeout,
        cancelled=context.cancelled,
    )  # fmt: skip


def _unread(ran: Ran, path: str) -> GateError:
    complaint = ran.stderr.decode("utf-8", "replace")
    causes = _CAUSE.findall(complaint)
    why = shorten(one_line(causes[-1]), 200) if causes else ran.complaint
    return GateError(f"{path}: zizmor cannot read it: {why}", hint="Mend the file, or name it under `exclude`.")


def _read(ran: Ran, laid: Laid, said: _Said) -> None:
    for result in ran.decoded(list[_Result]):
        primary = next((one for one in result.locations if one.symbolic.kind == "Primary"), None)
        primary = primary or next(iter(result.locations), None)
        local = primary.symbolic.key.local if primary else None
        path = laid.path(local.verbatim_path) if local else None
        if path is None:
            raise GateError("zizmor tells of a file that it was not given", hint=rules.ZIZMOR_TOOL.install)
        said.results.append((path, result))
    for name in _COMPLETED.findall(ran.stderr.decode("utf-8", "replace")):
        if path := laid.path(name):
            said.looked.add(path)


def _found(context: Context, said: _Said, own: Mapping[str, Sequence[Finding]]) -> Iterator[Yield]:
    looked = sorted(said.looked - set(said.broken))
    declared: dict[str, Rule] = {}
    shown = {path: context.head.display(path) for path, _ in said.results}
    for path, result in said.results:
        audited = _audited(path, result)
        if told_by_us(audited, own.get(path, ())):
            continue
        rule = _rule(result)
        if rule.id not in declared:
            declared[rule.id] = rule
            yield rule
        yield finding(
            rule, audited.key,
            Location(path=shown[path], line=audited.line, column=audited.column, logical=audited.logical),
            shorten(one_line(f"{result.desc}: {audited.annotation}"), 300),
            advice=f"See what zizmor says of `{result.ident}`.", level=level_of(result.determinations),
        )  # fmt: skip
    for path in looked:
        for rule_id in (rules.ZIZMOR.id, *declared):
            if rule_id in declared or rule_id in context.rules:
                yield Examination(rule=rule_id, subject=path, examined=1)


def _rule(result: _Result) -> Rule:
    ident = re.sub(r"[^a-z0-9-]+", "-", result.ident.lower())[:60].strip("-")
    level = level_of(result.determinations)
    title = shorten(one_line(result.desc), 120) or ident
    return Rule(
        id=f"security/zizmor-{ident}", title=title[:1].upper() + title[1:], level=level, kind=RuleKind.STATE,
        summary=f"zizmor's audit `{ident}`: {title}.", unit="workflow", tags=("workflows", "zizmor"),
        security_severity=rules.SCORES.get(level),
        help=f"# {title}\n\nFound by zizmor, whose documentation describes the audit `{ident}`.\n",
    )  # fmt: skip


def _audited(path: str, result: _Result) -> Audited:
    place = next((one for one in result.locations if one.symbolic.kind == "Primary"), result.locations[0])
    start = place.concrete.location.start_point
    steps: list[Step] = []
    for part in place.symbolic.route.get("route", []):
        steps += [value for value in part.values() if isinstance(value, str | int)]
    kind = place.symbolic.feature_kind
    sub = kind.get("Subfeature") if isinstance(kind, dict) else None
    fragment = sub.get("fragment") if isinstance(sub, dict) else None
    raw = fragment.get("Raw") if isinstance(fragment, dict) else None
    return Audited(
        path=path, ident=result.ident, route=tuple(steps), fragment=raw if isinstance(raw, str) else "",
        feature=place.concrete.feature, annotation=place.symbolic.annotation,
        line=start.row + 1, column=start.column + 1,
    )  # fmt: skip
