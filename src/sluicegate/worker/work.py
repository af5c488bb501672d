"""A gate's work on both sides of a change, in whichever process it runs."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator
from operator import is_
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from sluicegate.errors import CancelledRunError
from sluicegate.model import Check, Context, Examination, Fact, Finding, Location, Outcome, Run, Yield
from sluicegate.registry import load
from sluicegate.revision import CommitLog, differing, open_tree
from sluicegate.text import visible
from sluicegate.worker.cache import open_cache
from sluicegate.worker.job import Job
from sluicegate.worker.moved import followed, names
from sluicegate.worker.recorded import RecordedTree, Seen, seen
from sluicegate.worker.remembered import remembered

Side = Literal["head", "base"]
Said = tuple[Side, Yield | Seen]
T = TypeVar("T")


def work(
    job: Job, cancelled: Callable[[], bool] = lambda: False, turns: Iterable[tuple[str, ...]] = ((),)
) -> Iterator[Said]:
    """What the gate yields at head, then, for the rules that found something, at the base.

    That in turns, each for some parts of the gate's check, or once for all of it.

    Where the reference is the base itself, change rules have nothing to say there and are not asked. Every string is
    made safe to carry, and secrets are struck out. What was found at a base before is taken from the cache where that
    is known to hold. Raises whatever the gate raises, and CancelledRunError.
    """
    check: Check = load(job.check)
    kind = load(job.settings_type)
    settings = msgspec.convert(job.settings, kind)
    before = None if job.settings_before is None else msgspec.convert(job.settings_before, kind)
    head = RecordedTree(tree=open_tree(job.head))
    given, job = job, followed(job, settings, head.tree)
    past = {spec: RecordedTree(tree=open_tree(spec)) for spec in (job.reference, job.base) if spec is not None}
    reference = past[job.reference] if job.reference else None
    memo: dict[Any, Any] = {}
    history = remembered(job.store)
    others = msgspec.json.decode(job.run, type=Run) if job.run else None
    # of a commit hook, whose work is to take time by the change alone
    touched = None
    if job.head.kind == "index":
        known = job.base is not None and job.base.kind == "commit"
        touched = differing(head.tree, past[job.base].tree) if known and job.base else frozenset(head.tree.glob("**"))

    def log(name: Side) -> CommitLog | None:
        side = job.base if name == "base" else job.head
        if side is None or side.kind not in ("working-tree", "commit"):
            return None
        before = job.base.commit if job.base and name == "head" else ""
        return CommitLog(root=Path(side.root), prefix=side.prefix, head=side.commit or "HEAD", base=before)

    def side(name: Side, tree: Any, rules: frozenset[str], job: Job, *, whole: bool = True) -> Iterator[Said]:
        context = Context(
            settings=settings,
            head=tree,
            reference=reference,
            no_reference=job.no_reference,
            chosen=job.chosen,
            rules=rules,
            parts=job.parts,
            past=name == "base",
            whole=whole,
            touched=touched,
            log=log(name),
            now=job.now,
            folder=job.head.folder,
            memo=memo,
            history=history,
            run=others,
            settings_before=before,
            untrusted=job.untrusted,
            cancelled=cancelled,
        )
        for said in check(context):
            if cancelled():
                raise CancelledRunError
            yield name, cleaned(said, job.secrets)

    def turn(job: Job) -> Iterator[Said]:
        found: list[Finding] = []
        for said in side("head", head, frozenset(job.rules), job):
            if isinstance(said[1], Finding):
                found.append(said[1])
            yield said
        if job.head.kind == "working-tree":
            beside = reference if job.reference and job.reference.kind in ("working-tree", "fetched") else None
            yield "head", seen([head, *([beside] if beside else [])], job.head.prefix)
        if job.base and (wanted := _wanted(job, {each.rule for each in found})):
            base = past[job.base]
            cache = open_cache(job, base, None if job.reference == job.base else reference)
            asked = None if job.absent else {each.fingerprint for each in found if each.rule in wanted}
            known = cache.get(wanted, asked) if cache else None
            if cache and cache.warning:
                yield "head", Fact(name="cache", value=cleaned(cache.warning, job.secrets))
            if known is not None:
                yield from (("base", each) for each in known)
                return
            fresh = Kept()
            for said in side("base", base, wanted, job, whole=job.absent):
                fresh.hear(said[1])
                yield said
            # what hangs on earlier runs holds no longer than until the next one
            if cache and not fresh.errored and not (history and history.asked):
                cache.put(wanted, asked, fresh.findings)

    if moved := names(given, job):
        yield "head", Fact(name="moved", value=cleaned("; ".join(moved), job.secrets))
    for parts in turns:
        yield from turn(replace(job, parts=parts))


class Kept(Struct):
    """What was found at a base, and whether all of it could be looked at: else nothing is kept."""

    findings: list[Finding] = field(default_factory=list)
    errored: bool = False

    def hear(self, said: Yield | Seen) -> None:
        """One word of the gate."""
        if isinstance(said, Finding):
            self.findings.append(said)
        elif isinstance(said, Examination) and said.undecided and said.undecided.outcome is Outcome.ERRORED:
            self.errored = True


def _wanted(job: Job, fired: set[str]) -> frozenset[str]:
    """The rules that are asked at the base: those that found something, or all where what is gone is wanted too."""
    if not job.look_back:
        return frozenset()
    wanted = set(job.rules) if job.absent else fired
    return frozenset(wanted - set(job.change_rules) if job.reference == job.base else wanted)


def cleaned(value: T, secrets: tuple[str, ...] = ()) -> T:
    """The same value with each string made visible (see `sluicegate.text`) and without the secrets."""
    return _cleaned(value, secrets)  # type: ignore[no-any-return]  # the recursion is over Any


def _flat(text: str) -> str:
    return text.replace("\n", "\\n").replace("\t", "\\t")


def _is_clean(value: Struct) -> bool:
    """Whether it is known that no text in a value has anything to clean: all of it is ASCII, with no control in it.

    JSON writes those as escapes, all but the last; of its escapes, only a quote and a backslash need no look.
    """
    try:
        text = msgspec.json.encode(value)
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return text.isascii() and b"\x7f" not in text and b"\\" not in text.replace(rb"\\", b"").replace(rb"\"", b"")


def _cleaned(value: Any, secrets: tuple[str, ...]) -> Any:
    if isinstance(value, enum.Enum) or value is None:
        return value
    # there may be very many, and a look at each of their texts takes ten times as long
    if isinstance(value, Finding | Examination) and not secrets and _is_clean(value):
        return value
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, "***")
        return visible(value)
    if isinstance(value, tuple):
        items = tuple([_cleaned(item, secrets) for item in value])
        return value if all(map(is_, items, value)) else items
    if isinstance(value, Struct):
        changed = {}
        place = isinstance(value, Location)
        for name in value.__struct_fields__:
            old = getattr(value, name)
            # a file name may hold a line end; in a report it must not begin a line
            new = _cleaned(_flat(old) if place and isinstance(old, str) else old, secrets)
            if new is not old:
                changed[name] = new
        return replace(value, **changed) if changed else value
    return value
