"""The life of a part of an API: deprecation, sunset, stability, and enums that may grow."""

from __future__ import annotations

from sluicegate.model import Level, Rule, RuleKind

KINDS = {
    "operation": "An operation",
    "parameter": "A parameter",
    "property": "A property",
    "header": "A header",
    "security-scheme": "A security scheme",
    "response": "A response",
}
"""What has a life of its own, and how a sentence about it begins."""

_ERROR, _WARNING, _NOTE = Level.ERROR, Level.WARNING, Level.NOTE
_EVENTS = {  # what happened: the level, and what is said of it; each has one page for all kinds
    "deprecated": (_NOTE, "is deprecated now."),
    "undeprecated": (_NOTE, "is no longer deprecated."),
    "sunset-missing": (_ERROR, "is deprecated without the date from which it may go, which the settings ask for."),
    "sunset-invalid": (_ERROR, "is deprecated with a sunset that is no date."),
    "sunset-too-soon": (_ERROR, "is deprecated with less notice than the settings ask for, or with none."),
    "sunset-moved-earlier": (_ERROR, "may go earlier than clients were told."),
    "sunset-removed": (_ERROR, "is still deprecated, and the date until which it stays is gone."),
    "stability-decreased": (_ERROR, "is less stable than clients were told."),
    "stability-increased": (_NOTE, "is more stable than before."),
    "stability-invalid": (_WARNING, "has a stability level that is none of draft, alpha, beta and stable."),
}
_VALUES = (
    ("request", "removed", _ERROR, "A request value that is listed as one of many is not listed any more."),
    ("request", "added", _NOTE, "An open list of request values has a new one."),
    ("response", "removed", _NOTE, "An open list of response values lost one."),
    ("response", "added", _NOTE, "An open list of response values has a new one, as clients were told to expect."),
)


def _rule(name: str, level: Level, title: str, summary: str, page: str) -> Rule:
    return Rule(
        id=f"contract/{name}", title=title, summary=summary, level=level, kind=RuleKind.CHANGE, unit="operation",
        tags=("openapi", "lifecycle"), page=page,
    )  # fmt: skip


ABOUT = tuple(
    _rule(f"{kind}-{event}", level, f"{kind}-{event}".replace("-", " ").capitalize(), f"{subject} {said}", event)
    for event, (level, said) in _EVENTS.items()
    for kind, subject in KINDS.items()
)
"""The rules on what a part of an API says of its life."""

RULES = (
    *ABOUT,
    *(
        _rule(
            f"{direction}-extensible-enum-value-{verb}", level,
            f"{direction.capitalize()} extensible enum value {verb}", summary, f"extensible-enum-value-{verb}",
        )
        for direction, verb, level, summary in _VALUES
    ),
)  # fmt: skip
BY_ID = {rule.id: rule for rule in RULES}
