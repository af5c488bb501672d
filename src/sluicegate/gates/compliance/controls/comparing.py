"""What another version of a pack changes, and whom it concerns: controls, clauses, and how far these are served."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from sluicegate.gates.compliance.controls.model import Clause, Control, Pack, written

_FIELDS = ("evidence", "where", "holds", "minimum", "level", "parameters", "title", "summary", "message", "advice")
_DECIDING = frozenset(_FIELDS[:6])


class Step(Struct, frozen=True, kw_only=True):
    """One difference. `what` is the control or the clause, `clauses` are those that it touches.

    `decides`: a verdict may come out otherwise; else only words changed.
    """

    what: str
    how: str
    clauses: tuple[str, ...] = ()
    decides: bool = True


def steps(before: Pack, after: Pack) -> tuple[Step, ...]:
    """What the second pack has otherwise than the first, controls first."""
    return (*_controls(before, after), *_clauses(before, after))


def _controls(before: Pack, after: Pack) -> Iterator[Step]:
    was, now = _by_name(before), _by_name(after)
    for name in sorted({*was, *now}):
        old, new = was.get(name), now.get(name)
        serves = tuple(sorted({*_serving(before, old), *_serving(after, new)}))
        if old is None or new is None:
            yield Step(what=name, how="added" if old is None else "removed", clauses=serves)
            continue
        changed = [field for field in _FIELDS if getattr(old, field) != getattr(new, field)]
        for field in changed:
            how = f"{field}: {_said(getattr(old, field))} -> {_said(getattr(new, field))}"
            yield Step(what=name, how=how, clauses=serves, decides=field in _DECIDING)


def _clauses(before: Pack, after: Pack) -> Iterator[Step]:
    was = {clause.name: clause for clause in before.clauses}
    now = {clause.name: clause for clause in after.clauses}
    for name in sorted({*was, *now}):
        old, new = was.get(name), now.get(name)
        if old is None or new is None:
            yield Step(what=name, how="added" if old is None else "removed", clauses=(name,))
            continue
        yield from _served(name, old, new)


def _served(name: str, old: Clause, new: Clause) -> Iterator[Step]:
    before = {each.control: each for each in old.served}
    after = {each.control: each for each in new.served}
    for control in sorted({*before, *after}):
        was, now = before.get(control), after.get(control)
        if was is None or now is None:
            how = "is served by" if was is None else "is no longer served by"
            yield Step(what=name, how=f"{how} {control}", clauses=(name,))
        elif was.strength is not now.strength:
            how = f"{control} goes from {was.strength} to {now.strength}"
            yield Step(what=name, how=how, clauses=(name,))
        elif was.rationale != now.rationale:
            yield Step(what=name, how=f"another rationale for {control}", clauses=(name,), decides=False)


def _by_name(pack: Pack) -> dict[str, Control]:
    """The controls by their name alone: the pack itself may be called otherwise."""
    return {control.id.partition("/")[2]: control for control in pack.controls}


def _serving(pack: Pack, control: Control | None) -> list[str]:
    if control is None:
        return []
    return [clause.name for clause in pack.clauses if any(each.control == control.id for each in clause.served)]


def _said(value: object) -> str:
    if value in ("", {}):
        return "nothing"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {written(each)}" if name else str(each) for name, each in value.items())
    return str(value)
