"""A gate's work on both sides of a change, in whichever process it runs."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeVar

import msgspec

from sluicegate.engine.plan import Job
from sluicegate.errors import CancelledRunError
from sluicegate.model import Check, Context, Finding, Location, Yield
from sluicegate.registry import load
from sluicegate.revision import open_tree
from sluicegate.text import visible

Side = Literal["head", "base"]
Said = tuple[Side, Yield]
T = TypeVar("T")


def work(job: Job, cancelled: Callable[[], bool] = lambda: False) -> Iterator[Said]:
    """What the gate yields at head, then, for the rules that found something, at the base.

    Where the reference is the base itself, change rules have nothing to say there and are not asked. Every string is
    made safe to carry, and secrets are struck out. Raises whatever the gate raises, and CancelledRunError.
    """
    check: Check = load(job.check)
    settings = msgspec.convert(job.settings, load(job.settings_type))
    trees = {spec: open_tree(spec) for spec in (job.head, job.reference, job.base) if spec is not None}
    reference = trees[job.reference] if job.reference else None
    memo: dict[Any, Any] = {}
    fired: set[str] = set()

    def side(name: Side, tree: Any, rules: frozenset[str], *, whole: bool = True) -> Iterator[Said]:
        context = Context(
            settings=settings,
            head=tree,
            reference=reference,
            no_reference=job.no_reference,
            chosen=job.chosen,
            rules=rules,
            whole=whole,
            now=job.now,
            memo=memo,
            cancelled=cancelled,
        )
        for said in check(context):
            if cancelled():
                raise CancelledRunError
            if isinstance(said, Finding):
                fired.add(said.rule)
            yield name, cleaned(said, job.secrets)

    yield from side("head", trees[job.head], frozenset(job.rules))
    if job.base and (wanted := _wanted(job, fired)):
        yield from side("base", trees[job.base], wanted, whole=job.absent)


def _wanted(job: Job, fired: set[str]) -> frozenset[str]:
    """The rules that are asked at the base: those that found something, or all where what is gone is wanted too."""
    if not job.look_back:
        return frozenset()
    wanted = set(job.rules) if job.absent else fired
    return frozenset(wanted - set(job.change_rules) if job.reference == job.base else wanted)


def cleaned(value: T, secrets: tuple[str, ...] = ()) -> T:
    """The same value with each string made visible (see `sluicegate.text`) and without the secrets."""
    return _cleaned(value, secrets)  # type: ignore[no-any-return]  # the recursion is over Any


def _flat(text: str | None) -> str | None:
    return None if text is None else text.replace("\n", "\\n").replace("\t", "\\t")


def _cleaned(value: Any, secrets: tuple[str, ...]) -> Any:
    if isinstance(value, enum.Enum) or value is None:
        return value
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, "***")
        return visible(value)
    if isinstance(value, tuple):
        return tuple(_cleaned(item, secrets) for item in value)
    if isinstance(value, Location):
        # a file name may hold a line end; in a report it must not begin a line
        value = dataclasses.replace(value, path=_flat(value.path), logical=_flat(value.logical))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changed = {}
        for field in dataclasses.fields(value):
            old = getattr(value, field.name)
            new = _cleaned(old, secrets)
            if new is not old and new != old:
                changed[field.name] = new
        return dataclasses.replace(value, **changed) if changed else value
    return value
