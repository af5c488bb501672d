"""What a change does to the life of a part of an API, and what that life does to other changes.

The words and their meaning are oasdiff's (docs/DEPRECATION.md and docs/STABILITY.md there). Deprecating breaks nobody;
what was promised does: that it stays until its sunset, that the sunset leaves time to move, that it is stable.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from sluicegate.gates.contract.changes import HARMLESS, Change, listed
from sluicegate.gates.contract.lifecycle import BY_ID
from sluicegate.gates.contract.lifecycle.words import (
    DEPRECATED,
    STABILITIES,
    STABILITY,
    SUNSET,
    Life,
    gathered,
    life,
    told,
)
from sluicegate.gates.contract.wording import what as value_at
from sluicegate.model import Level
from sluicegate.openapi.direction import Direction
from sluicegate.openapi.relation.shape import key_of
from sluicegate.text import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from sluicegate.gates.contract.changes import Site
    from sluicegate.openapi.document import Node
    from sluicegate.openapi.relation import Difference

__all__ = [
    "EXTENSIBLE", "Policy", "cap", "extensible", "gathered", "lifecycle", "open_lists", "policy_of", "removal",
    "stability",
]  # fmt: skip

EXTENSIBLE = "x-extensible-enum"
_DEPRECATED = "deprecated"
_STABLE = "stable"
_UNSTABLE = ("draft", "alpha")


class Policy(Struct, frozen=True, kw_only=True):
    """For how many days from `today` on something that is deprecated must stay, by its stability; 0: no demand."""

    today: date
    deprecation_days: Mapping[str, int]

    def days(self, stability: str) -> int:
        """The days of notice for a level of stability; what states none is taken for stable."""
        return self.deprecation_days.get(stability or _STABLE, 0)


def policy_of(deprecation_days: Mapping[str, int], now: datetime) -> Policy:
    """The policy on a day of the clock, in UTC."""
    return Policy(today=now.astimezone(UTC).date(), deprecation_days=deprecation_days)


def stability(node: Node) -> str:
    """What an object states of its stability: draft, alpha, beta or stable; empty where it states none of them."""
    return life(node).stability


def lifecycle(
    one: Node, other: Node, what: str, site: Site, policy: Policy, kind: str, inherited: str = ""
) -> Iterator[Change]:
    """The changes in the life of one part of the API, which both sides have.

    `what` names it in a sentence (unless the site's title ends with that) and `kind` is its family of rules; where it
    states no stability itself, that of the operation around it is `inherited`.
    """
    was, now = life(one), life(other)
    telling = _Telling(one, other, _subject(site, what), site, kind)
    yield from _deprecation(was, now, telling)
    if now.deprecated:
        yield from _sunset(was, now, telling, policy, now.stability or inherited or _STABLE)
    yield from _stability(was, now, telling)


def removal(node: Node, policy: Policy) -> Level | None:
    """How much it weighs that something is gone, by what it said of itself at base; None where the rule's level holds.

    It may go from the day of its sunset on, and at any time where it is only a draft or alpha. Who was told that it
    stays until its sunset is broken by an earlier removal.
    """
    said = life(node)
    if said.stability in _UNSTABLE:
        return Level.NOTE
    if not said.deprecated or said.sunset is None:
        return None
    return Level.NOTE if said.sunset <= policy.today else Level.ERROR


def cap(node: Node) -> Level:
    """The most that any change weighs inside an operation, by what it said of itself at base."""
    return Level.NOTE if stability(node) in _UNSTABLE else Level.ERROR


def extensible(one: Node, other: Node, direction: Direction, site: Site) -> Iterator[Change]:
    """The values that the open list (`x-extensible-enum`) of a schema lost and won; a list that is new or gone is none.

    Clients are told to expect more values, so that only one that requests may no longer hold breaks them.
    """
    old, new = one.get(EXTENSIBLE), other.get(EXTENSIBLE)
    if old is not None and new is not None:
        yield from _open_lists(old, new, direction, site)


def open_lists(difference: Difference, direction: Direction, site: Site) -> Iterator[Change]:
    """The same, where the relation met the lists: in what `allOf` merges, and in a variant."""
    if difference.keyword == EXTENSIBLE and difference.was is not None and difference.now is not None:
        yield from _open_lists(difference.base, difference.head, direction, site)


def _open_lists(old: Node, new: Node, direction: Direction, site: Site) -> Iterator[Change]:
    if not isinstance(old.value, list) or not isinstance(new.value, list):
        return
    olds, news = _keys(old.value), _keys(new.value)
    subject = f"{site.title}: {value_at(site, direction)}"
    for verb, keys, saying in (
        ("removed", [key for key in olds if key not in news], "no longer lists"),
        ("added", [key for key in news if key not in olds], "may also be"),
    ):
        if keys:
            breaks = verb == "removed" and direction is Direction.REQUEST
            yield _change(
                f"{direction}-extensible-enum-value-{verb}", site, old, new,
                f"{subject} {saying} {listed([_plain(key) for key in keys])}",
                "Keep accepting the values that clients send." if breaks else HARMLESS, tuple(keys),
            )  # fmt: skip


class _Telling(NamedTuple):
    """Both sides of a part of the API, its name in a sentence, its place, and its family of rules."""

    one: Node
    other: Node
    subject: str
    site: Site
    kind: str

    def __call__(self, event: str, word: str, saying: str, advice: str) -> Change:
        """The change of an event, at the word that tells of it."""
        base, head = (
            node.get(word) or node.get("deprecated") or node.get(DEPRECATED) or node for node in (self.one, self.other)
        )
        return _change(f"{self.kind}-{event}", self.site, base, head, f"{self.subject}{saying}", advice)


def _deprecation(was: Life, now: Life, telling: _Telling) -> Iterator[Change]:
    if now.deprecated and not was.deprecated:
        until = f", and may go from {now.sunset} on" if now.sunset else ""
        change = telling("deprecated", "deprecated", f" is deprecated now{until}", "Tell clients what to use instead.")
        yield replace(change, said="with-sunset" if now.sunset else "")
    elif was.deprecated and not now.deprecated:
        yield telling("undeprecated", "deprecated", " is no longer deprecated", HARMLESS)


def _sunset(was: Life, now: Life, telling: _Telling, policy: Policy, stability: str) -> Iterator[Change]:
    """What is wrong with the sunset of something that is deprecated at head, as far as it is new."""
    days, fresh = policy.days(stability), not was.deprecated
    asked = f"what is {stability} must stay for {plural(days, 'day')}"
    if not now.has_sunset:
        if not fresh and was.sunset:
            yield telling(
                "sunset-removed", SUNSET, f": the sunset {was.sunset} was removed, and it is still deprecated",
                "Keep the date, or move it to a later day.",
            )  # fmt: skip
        elif fresh and days > 0:
            yield telling(
                "sunset-missing", SUNSET, f" is deprecated without `{SUNSET}`, and {asked}",
                f"Add `{SUNSET}`, at least {plural(days, 'day')} from now.",
            )  # fmt: skip
    elif now.sunset is None:
        if fresh or not was.has_sunset or now.stated != was.stated:
            yield telling(
                "sunset-invalid", SUNSET, f": `{SUNSET}` is {told(now.stated)}, and no date",
                "Write a date as in RFC 3339: `2027-12-31`.",
            )  # fmt: skip
    elif not fresh and was.sunset:
        if now.sunset < was.sunset:
            yield telling(
                "sunset-moved-earlier", SUNSET, f": the sunset moved from {was.sunset} to {now.sunset}",
                f"Keep {was.sunset}: clients were told that they may rely on it until then.",
            )  # fmt: skip
    elif (left := (now.sunset - policy.today).days) < days:
        away = "has passed" if left < 0 else "is today" if left == 0 else f"is {plural(left, 'day')} away"
        wanted = f", and {asked}" if days > 0 else ""
        yield telling(
            "sunset-too-soon", SUNSET, f": the sunset {now.sunset} {away}{wanted}",
            f"Move `{SUNSET}` to a day that leaves clients the time to move.",
        )  # fmt: skip


def _stability(was: Life, now: Life, telling: _Telling) -> Iterator[Change]:
    """A level that went up or down; a word that is no level is told once, and taken for stable as none is."""
    if now.has_level and not now.stability:
        if not was.has_level or was.level != now.level:
            yield telling(
                "stability-invalid", STABILITY,
                f": `{STABILITY}` is {told(now.level)}, and none of {', '.join(STABILITIES)}",
                f"Write one of {', '.join(STABILITIES)}.",
            )  # fmt: skip
        return
    before, after = (STABILITIES.index(side.stability or _STABLE) for side in (was, now))
    if before == after:
        return
    saying = f": the stability was {_stated(was)}, and is {_stated(now)} now"
    if after < before:
        yield telling("stability-decreased", STABILITY, saying, "Keep the level; offer what is less stable beside it.")
    else:
        yield telling("stability-increased", STABILITY, saying, HARMLESS)


def _stated(said: Life) -> str:
    return f"`{said.stability}`" if said.stability else "not stated (which means stable)"


def _subject(site: Site, what: str) -> str:
    """The name in a sentence; a component's own title is enough for what it is itself."""
    named = site.title.endswith(what) or (site.component is not None and not site.inner)
    return site.title if named else f"{site.title}: {what}"


def _change(
    rule: str, site: Site, base: Node, head: Node, message: str, advice: str, parts: tuple[str, ...] = ()
) -> Change:
    """A change at a site; it weighs what its rule does, and no more than anything there."""
    own = BY_ID[f"contract/{rule}"].level
    return Change(
        rule=f"contract/{rule}", key=(*site.whole_key, *parts), logical=site.logical, component=site.component,
        message=message, advice=advice, base=base, head=head,
        level=min(own, site.cap, key=lambda level: level.weight),
    )  # fmt: skip


def _keys(values: list[object]) -> dict[str, None]:
    """Listed values by their JSON texts, each once."""
    return dict.fromkeys(f'"{value}"' if isinstance(value, str) else key_of(value) for value in values)


def _plain(key: str) -> str:
    return key[1:-1] if key.startswith('"') else key
