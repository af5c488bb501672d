"""What a difference is in words: one sentence, and what to do about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from sluicegate.gates.contract.changes import HARMLESS, Site, listed, shown
from sluicegate.gates.contract.law import breaks
from sluicegate.openapi.direction import Direction
from sluicegate.openapi.relation import Effect

if TYPE_CHECKING:
    from sluicegate.openapi.relation import Difference, Witness

_LONG_TEXT, _KEPT_SIGNS = 120, 40
_LONG_LIST, _KEPT_ITEMS = 20, 5
_ADVICE = {
    ("type", True): "Keep accepting the old type too.",
    ("type", False): "Keep sending the old type, or add another property.",
    ("nullable", True): "Keep accepting null.",
    ("nullable", False): "Keep sending a value, or add another property that may be null.",
    ("enum", True): "Keep accepting the values that clients send.",
    ("enum", False): "Tell clients to expect values they do not know, or send the new ones only to those who ask.",
    ("variant", True): "Keep accepting the variant.",
    ("variant", False): "Tell clients to expect variants they do not know.",
    ("required", True): "Keep it optional, with a default on the server.",
    ("required", False): "Keep it in `required` and keep sending it.",
    ("property", True): "Keep accepting it, and mark it deprecated first.",
    ("property", False): "Keep sending it; deprecate it first, and remove it in a new version of the API.",
    ("default", True): "Keep the old default, or tell clients to send the value.",
}


def sentence(difference: Difference, direction: Direction, site: Site) -> str:
    """What happened, without the site's title: `the request property `size` must be at most 5 now`."""
    doubtful = difference.effect is Effect.UNKNOWN and difference.keyword != "schema"
    return _sentence(difference, direction, site) + ("; whom that breaks could not be told" if doubtful else "")


def _sentence(difference: Difference, direction: Direction, site: Site) -> str:
    match difference.keyword:
        case "type":
            return f"the type of {what(site, direction)} changed from {difference.was} to {difference.now}"
        case "nullable":
            ending = "may no longer be null" if difference.effect is Effect.NARROWED else "may be null now"
            return f"{what(site, direction)} {ending}"
        case "enum":
            return _enum(difference, direction, site)
        case "property":
            return _property(difference, direction, site)
        case "required":
            return _required(difference, direction, site)
        case "variant":
            name = shown(difference.was or difference.now)
            place = f"`{site.path}` " if site.inner else ""
            verb = "lost the" if difference.effect is Effect.NARROWED else "has the new"
            return f"the {site.noun or direction} {place}{verb} variant `{name}`"
        case "schema":
            return f"{what(site, direction)} cannot be compared: {difference.now}"
        case _:
            return _constraint(difference, direction, site)


def advice(difference: Difference, direction: Direction) -> str:
    """What to do about it."""
    request = direction is Direction.REQUEST
    if difference.effect is Effect.UNKNOWN:
        return "Compare both places by hand; suppress the finding once you know that it breaks nobody."
    if difference.keyword == "property":
        if difference.effect is Effect.NARROWED:
            return _ADVICE["property", request]
        needed = request and difference.now == "required"
        return "Make it optional, with a default on the server." if needed else HARMLESS
    if difference.keyword in ("default", "x-extensible-enum"):
        return _ADVICE["default", True] if request else HARMLESS
    if not breaks(difference, direction):
        return HARMLESS
    otherwise = "Keep accepting what clients send." if request else "Keep to what was promised, or add a new property."
    return _ADVICE.get((difference.keyword, request), otherwise)


def what(site: Site, direction: Direction) -> str:
    """The value that a site is about: `the request property `a.b``."""
    noun = site.noun or direction.value
    if site.inner:
        only = len(site.inner) == 1 and site.inner[0].startswith("|")
        return f"the {noun} variant `{shown(site.inner[0][1:])}`" if only else f"the {noun} property `{site.path}`"
    return "the value" if site.component or noun == "request" or site.plain else "the response body"


def proof(found: Witness, direction: Direction) -> str:
    """The value that proves a difference, and what becomes of it."""
    value = msgspec.json.encode(_abridged(found.value)).decode()
    if direction is Direction.REQUEST:
        ending = "was described, and is not any more" if found.declared else "was accepted, and is refused now"
    elif found.lost:
        ending = "was described, and is not any more"
    else:
        ending = "was never sent, and may be sent now"
    return f"{value} {ending}"


def _abridged(value: Any) -> Any:
    """A value with what is long in it cut, and how long it is: so long that nobody counts it."""
    if isinstance(value, str) and len(value) > _LONG_TEXT:
        return f"{value[:_KEPT_SIGNS]}… ({len(value):,} characters in all)"
    if isinstance(value, list):
        cut = [f"… ({len(value):,} items in all)"] if len(value) > _LONG_LIST else []
        return [*map(_abridged, value[:_KEPT_ITEMS] if cut else value), *cut]
    if isinstance(value, dict):
        kept = dict(list(value.items())[:_KEPT_ITEMS]) if len(value) > _LONG_LIST else value
        more = {"…": f"({len(value):,} members in all)"} if len(value) > _LONG_LIST else {}
        return {name: _abridged(one) for name, one in kept.items()} | more
    return value


def _enum(difference: Difference, direction: Direction, site: Site) -> str:
    subject, request = what(site, direction), direction is Direction.REQUEST
    values = listed(_plain(difference.parts))
    if difference.effect is Effect.NARROWED:
        if difference.parts == ("*",):
            now = listed(_plain(tuple(difference.now or ())))
            return f"{subject} {'takes' if request else 'is'} only {now} now"
        return f"{subject} {'no longer takes' if request else 'is no longer'} {values}"
    if difference.parts == ("*",):
        values = "any other value"
    return f"{subject} {'takes' if request else 'may be'} {values} now"


def _property(difference: Difference, direction: Direction, site: Site) -> str:
    request, noun = direction is Direction.REQUEST, site.noun or direction.value
    if difference.effect is Effect.NARROWED:
        if difference.now == "hidden":
            return f"the property `{site.path}` is {'read' if request else 'write'}-only now"
        if not request:
            return f"the {noun} property `{site.path}` was removed"
        refused = difference.now == "refused"
        ending = "and unknown properties are refused" if refused else "and clients may still send it"
        return f"the {noun} property `{site.path}` was removed, {ending}"
    verb = "must carry" if request and difference.now == "required" else "may carry" if request else "carry"
    return f"{noun}s {verb} the new property `{site.path}`"


def _required(difference: Difference, direction: Direction, site: Site) -> str:
    narrowed, noun = difference.effect is Effect.NARROWED, site.noun or direction.value
    if direction is Direction.REQUEST:
        verb = "must carry" if narrowed else "need no longer carry"
        return f"{noun}s {verb} the property `{site.path}`" + (" now" if narrowed else "")
    return f"the {noun} property `{site.path}` {'is always there now' if narrowed else 'may be missing now'}"


def _constraint(difference: Difference, direction: Direction, site: Site) -> str:
    word = f"`{difference.keyword}`"
    subject = f"{what(site, direction)}: {word}" if site.inner else word
    if difference.keyword in ("additionalProperties", "items", "prefixItems", "patternProperties") and isinstance(
        difference.was, str
    ):
        return f"{subject} {_MEMBERS[difference.was]}, and {_NOW[str(difference.now)]}"
    was, now = (
        _defaults(difference) if difference.keyword == "default" else map(_value, (difference.was, difference.now))
    )
    if was and now:
        return f"{subject} changed from {was} to {now}"
    if now:
        return f"{subject} is {now} now, and was not set"
    if was:
        return f"{subject} is no longer set, and was {was}"
    verb = {Effect.NARROWED: "asks for more now", Effect.WIDENED: "asks for less now"}.get(difference.effect, "changed")
    return f"{subject} {verb}"


_MEMBERS = {"any": "allowed anything", "none": "allowed nothing", "described": "described what it allows"}
_NOW = {"any": "allows anything now", "none": "allows nothing now", "described": "describes what it allows now"}


def _value(value: Any) -> str:
    return "" if value is None else f"`{shown(value if isinstance(value, str) else _json(value))}`"


def _defaults(difference: Difference) -> tuple[str, str]:
    """Both defaults as JSON, so that 1 and "1" and null and none at all are told apart."""
    was, now = (f"`{shown(_json(value))}`" for value in (difference.was, difference.now))
    return "" if difference.parts == ("set",) else was, "" if difference.parts == ("unset",) else now


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _plain(keys: tuple[str, ...]) -> list[str]:
    """Listed values without their quotation marks, but for those that would be taken for another value."""
    return [key[1:-1] if key.startswith('"') and not _ambiguous(key[1:-1]) else key for key in keys]


def _ambiguous(text: str) -> bool:
    if not text.strip():
        return True
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
