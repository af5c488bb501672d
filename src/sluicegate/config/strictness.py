"""Which of two settings is the stricter, key by key, and what one loosens against the other.

Direction is declared beside each key (`sluicegate.config.settings`). A key that declares none loosens by any change: it
is better to ask once too often than to let a change excuse itself.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol, cast

import msgspec
from msgspec import Struct, field

from sluicegate.config.locate import Path
from sluicegate.config.settings import (
    ExternalEntry,
    GateSettings,
    Override,
    PassEntry,
    PolicySettings,
    Section,
    Settings,
    SuppressionEntry,
)
from sluicegate.model import Level
from sluicegate.text import one_line, shorten


class Decision(Protocol):
    """A suppression, from the settings or beside the code."""

    @property
    def expires(self) -> date: ...
    @property
    def owner(self) -> str: ...
    @property
    def approved_by(self) -> str: ...


_SCOPE = ("rule", "path", "logical", "fingerprint")
_LONGEST = 120


class Loosened(Struct, frozen=True, kw_only=True):
    """One thing that a change loosens: where it stands now (or stood, if `gone`), what it is, and its lasting name.

    `now` and `was` are the values of a key that has one.
    """

    path: Path
    text: str
    key: tuple[str, ...]
    gone: bool = False
    now: str = ""
    was: str = ""


class Stricter(Struct, frozen=True, kw_only=True):
    """The stricter of two settings, and what of the new ones it holds back.

    `kept` says which entry of a list in the new settings an entry of the result is: (key, index) to index; an
    entry that the old settings alone have is missing there. `overrides` are the old ones: the higher
    of two levels counts.
    """

    settings: Settings
    sections: Mapping[str, GateSettings]
    loosened: tuple[Loosened, ...] = ()
    renewed: tuple[int, ...] = ()
    kept: Mapping[tuple[str, int], int] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()


def stricter(
    old: tuple[Settings, Mapping[str, GateSettings]],
    new: tuple[Settings, Mapping[str, GateSettings]],
    *,
    now: datetime | None = None,
) -> Stricter:
    """What `new` loosens against `old`, and the settings that keep the stricter of both everywhere.

    `now` is when it is asked: what the old policy let cover nothing at that time is no ground for a new decision. None:
    every old decision is taken to hold.
    """
    found: list[Loosened] = []
    settings = _section(old[0], new[0], (), found)
    sections: dict[str, GateSettings] = {}
    for gate, section in new[1].items():
        before = old[1].get(gate)
        sections[gate] = section if before is None else _section(before, section, (gate,), found)
    for gate, before in old[1].items():
        if gate not in sections:
            told = f"the gate {gate} is taken out of the settings"
            found.append(Loosened(path=(gate,), text=told, key=(gate, "gone"), gone=True))
            sections[gate] = before
    policy = old[0].policy
    void = [each for each in old[0].suppress if now is not None and not may_hold(each, policy, now)]
    judging = (new[0].policy, settings.policy)  # which of them does is decided later
    idle = [each for each in new[0].suppress if now is not None and all(is_idle(each, one, now) for one in judging)]
    suppress, renewed, kept = _suppressions((old[0].suppress, void), (new[0].suppress, idle), found)
    latest = now and now + timedelta(hours=policy.max_pass_hours)
    far = [each for each in old[0].passes if latest is not None and each.expires > latest]
    over = [each for each in new[0].passes if now is not None and each.expires <= now]
    passes, more = _passes((old[0].passes, far), (new[0].passes, over), found)
    _overrides(old[0].override, new[0].override, found)
    external = _external(old[0].external, new[0].external, found)
    settings = msgspec.structs.replace(
        settings, suppress=suppress, passes=passes, override=new[0].override, external=external
    )
    return Stricter(
        settings=settings,
        sections=sections,
        loosened=tuple(found),
        renewed=tuple(renewed),
        kept=kept | more,
        overrides=old[0].override,
    )


def keys(kind: Any) -> dict[str, tuple[str, Any]]:
    """The keys of a section: name in the file to name in Python and which way it tightens (None: it says nothing)."""
    return dict(_keys(kind))


def _section(old: Any, new: Any, path: Path, found: list[Loosened]) -> Any:
    if type(old) is not type(new):
        return new
    held: dict[str, Any] = {}
    for key, (name, way) in keys(type(new)).items():
        was, now = getattr(old, name), getattr(new, name)
        if was == now or (not path and (_is_entries(was) or _is_entries(now))):
            continue
        if isinstance(was, Section) and isinstance(now, Section):
            held[name] = _section(was, now, (*path, key), found)
        elif _looser(way, was, now):
            dotted = ".".join(map(str, (*path, key)))
            here, before = _shown(now), _shown(was)
            text = f"{dotted} is {here} and was {before}"
            name_of = (dotted, _canonical(now))
            found.append(Loosened(path=(*path, key), text=text, key=name_of, now=here, was=before))
            held[name] = was
    return msgspec.structs.replace(new, **held) if held else new


def _is_entries(value: Any) -> bool:
    """Whether a value is a list of tables; those of the settings themselves are compared entry by entry."""
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], Section)


def _looser(way: Any, was: Any, now: Any) -> bool:
    if isinstance(way, tuple):
        return way.index(now) < way.index(was) if was in way and now in way else True
    match way:
        case "any":
            return False
        case "higher" | "lower":
            if was is None or now is None:
                return now is None  # no limit is the loosest
            return bool(now < was if way == "higher" else now > was)
        case "more":
            return not _members(was) <= _members(now)
        case "fewer":
            return not _members(now) <= _members(was)
        case "named":  # where nothing was named nothing was looked at; of another name nobody can tell
            return bool(was)
        case "restricts":  # without a restriction everything is let through, so that naming something narrows it
            return bool(was) and not (now and set(now) <= set(was))
        case "selects":  # without a selection everything is looked at, so that naming something narrows it
            return not (was and set(was) <= set(now))
    return True


def _members(value: Any) -> set[Any]:
    """The items of a list, or of a table with what each stands for."""
    return set(value.items()) if isinstance(value, dict) else set(value)


@lru_cache(maxsize=128)
def _keys(kind: Any) -> dict[str, tuple[str, Any]]:
    fields = cast("Any", msgspec.inspect.type_info(kind)).fields
    return {each.encode_name: (each.name, _way(each.type)) for each in fields}


def _way(kind: Any) -> Any:
    if isinstance(kind, msgspec.inspect.Metadata):
        return (kind.extra or {}).get("stricter") or _way(kind.type)
    if isinstance(kind, msgspec.inspect.UnionType):
        return next((way for each in kind.types if (way := _way(each)) is not None), None)
    return None


def may_hold(entry: Decision, policy: PolicySettings, now: datetime) -> bool:
    """Whether a policy lets a suppression cover anything, whether or not its last day has passed."""
    days = policy.max_suppression_days
    short = days is None or entry.expires <= now.date() + timedelta(days=days)
    return short and _is_approved(entry, policy)


def is_idle(entry: Decision, policy: PolicySettings, now: datetime) -> bool:
    """Whether a suppression covers nothing, today and on every later day, however long it is left alone.

    One that reaches too far ahead is not idle: it comes into force by itself once its last day is near enough.
    """
    return entry.expires < now.date() or not _is_approved(entry, policy)


def _is_approved(entry: Decision, policy: PolicySettings) -> bool:
    approved = entry.approved_by.strip().lower()
    return policy.suppression_approval != "named" or approved not in ("", entry.owner.strip().lower())


def _external(
    old: Sequence[ExternalEntry], new: Sequence[ExternalEntry], found: list[Loosened]
) -> tuple[ExternalEntry, ...]:
    """The new entries, without what excuses results where no old one says so; and the old ones that are gone."""
    out = []
    for index, entry in enumerate(new):
        if entry not in old and entry.base:
            told = f"the results of {one_line(entry.file)} are held against those of {one_line(entry.base)}"
            key = ("external", "base", _canonical(entry))
            found.append(Loosened(path=("external", index), text=told, key=key))
            out.append(msgspec.structs.replace(entry, base=""))
        else:
            out.append(entry)
    gone = [entry for entry in old if entry not in new]
    for entry in gone:
        told = f"the results of {one_line(entry.file)} are no longer read, or no longer as they were"
        found.append(Loosened(path=("external",), text=told, key=("external", _canonical(entry)), gone=True))
    return (*out, *gone)


def _suppressions(
    before: tuple[Sequence[SuppressionEntry], Sequence[SuppressionEntry]],
    after: tuple[Sequence[SuppressionEntry], Sequence[SuppressionEntry]],
    found: list[Loosened],
) -> tuple[tuple[SuppressionEntry, ...], list[int], dict[tuple[str, int], int]]:
    """The new entries as far as old ones cover them, which of them move an expiry on, and which stand where.

    Those of the old that are `void` cover nothing, and what they say may stay as it is; those of the new that are
    `idle` never will, and loosen nothing.
    """
    (old, void), (new, idle) = before, after
    out: list[SuppressionEntry] = []
    renewed: list[int] = []
    kept: dict[tuple[str, int], int] = {}
    for index, entry in enumerate(new):
        covering = [each for each in old if each not in void and _within(entry, each)]
        latest = max((each.expires for each in covering), default=None)
        if (latest is not None and entry.expires <= latest) or entry in void or entry in idle:
            held: SuppressionEntry | None = entry
        else:
            held = None if latest is None else msgspec.structs.replace(entry, expires=latest)
            told = f"a suppression of {_scope(entry)} until {entry.expires}"
            if latest is not None:
                renewed.append(index)
                told = f"the suppression of {_scope(entry)} holds until {entry.expires} and held until {latest}"
            elif any(_within(entry, each) for each in void):
                told += ", which covered nothing before"
            key = ("suppress", *(getattr(entry, name) or "" for name in _SCOPE), entry.expires.isoformat())
            found.append(Loosened(path=("suppress", index), text=told, key=key))
        if held is not None:
            kept["suppress", len(out)] = index
            out.append(held)
    return tuple(out), renewed, kept


def _within(entry: SuppressionEntry, before: SuppressionEntry) -> bool:
    """Whether an older entry covers all that this one does: each limit that it sets is set here alike."""
    return before.rule in (entry.rule, "*") and all(
        getattr(before, name) in (None, getattr(entry, name)) for name in _SCOPE[1:]
    )


def _passes(
    before: tuple[Sequence[PassEntry], Sequence[PassEntry]],
    after: tuple[Sequence[PassEntry], Sequence[PassEntry]],
    found: list[Loosened],
) -> tuple[tuple[PassEntry, ...], dict[tuple[str, int], int]]:
    """The new passes that an old one covers, or that are over; of the old, those that are `far` ahead cover nothing."""
    (old, far), (new, over) = before, after
    out: list[PassEntry] = []
    kept: dict[tuple[str, int], int] = {}
    for index, entry in enumerate(new):
        if entry in far or entry in over or any(_pass_within(entry, each) for each in old if each not in far):
            kept["pass", len(out)] = index
            out.append(entry)
            continue
        told = f"a pass for {entry.fingerprint or entry.gate or 'everything'} until {entry.expires.isoformat(sep=' ')}"
        key = ("pass", entry.gate, entry.fingerprint, str(entry.errored), entry.expires.isoformat())
        found.append(Loosened(path=("pass", index), text=told, key=key))
    return tuple(out), kept


def _pass_within(entry: PassEntry, before: PassEntry) -> bool:
    return (
        before.gate in ("", entry.gate)
        and before.fingerprint in ("", entry.fingerprint)
        and (before.errored or not entry.errored)
        and entry.expires <= before.expires
    )


def _overrides(old: Sequence[Override], new: Sequence[Override], found: list[Loosened]) -> None:
    """What may lower a level: a new entry below error, one that raised it and is gone, and another order of entries."""
    left = Counter(_canonical(entry) for entry in old)
    for index, entry in enumerate(new):
        name = _canonical(entry)
        if left[name]:
            left[name] -= 1
        elif entry.level is not Level.ERROR:
            told = f"{_shown(entry.rules)} may fall to the level {entry.level}"
            found.append(Loosened(path=("override", index), text=told, key=("override", name)))
    for entry in old:
        name = _canonical(entry)
        if left[name] and entry.level is not Level.NONE:
            left[name] -= 1
            told = f"{_shown(entry.rules)} is no longer set to the level {entry.level}"
            found.append(Loosened(path=("override",), text=told, key=("override", "gone", name), gone=True))
    common = [_canonical(entry) for entry in new if entry in old]
    if common != [_canonical(entry) for entry in old if entry in new] and len(set(common)) > 1:
        told = "the overrides stand in another order, and the last that matches wins"
        found.append(Loosened(path=("override",), text=told, key=("override", "order", *common)))


def _scope(entry: SuppressionEntry) -> str:
    more = [f"{name} {getattr(entry, name)}" for name in _SCOPE[1:] if getattr(entry, name)]
    return shorten(one_line(", ".join((entry.rule, *more))), 2 * _LONGEST)


def _canonical(value: Any) -> str:
    return json.dumps(msgspec.to_builtins(value, enc_hook=str), sort_keys=True, default=str)


def _shown(value: Any) -> str:
    """A value as the file has it, no longer than a line."""
    if value is None:
        return "not set"
    if isinstance(value, tuple) and not value:
        return "not set"
    plain = msgspec.to_builtins(value, enc_hook=str)
    return shorten(one_line(json.dumps(plain, ensure_ascii=False, default=str)), _LONGEST)
