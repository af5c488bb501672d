"""The contract gate's known faults: what its pages show, and one for each rule that shares a page with others."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field

from sluicegate.gates.contract.catalogue import KEYWORDS, RULES
from sluicegate.gates.contract.lifecycle import KINDS
from sluicegate.gates.contract.selftest.families import EVENTS, carrying, listing, living
from sluicegate.gates.contract.selftest.families import KEYWORDS as PAIRS
from sluicegate.gates.contract.selftest.pages import examples
from sluicegate.model import Case, Planted, RuleKind

__all__ = ["planted"]

_FILE = "openapi.yaml"
_TOGETHER = 40
"""How many descriptions lie in one tree: the more there are, the more has to be counted at once."""
_ASKING: dict[str, dict[str, Any]] = {
    "cross-check": {"cross-check": True},
    "version-not-bumped": {"version-policy": "semver"},
    "sunset-missing": {"deprecation-days": {"stable": 30}},
}
"""The settings that a page needs and does not show."""
_SHOWN = {
    f"{way}-{verb}": f"{way}-max-length-{verb}" for way in ("request", "response") for verb in ("tightened", "loosened")
}
_FAMILIES: dict[str, list[str]] = defaultdict(list)
for _rule in RULES:
    _FAMILIES[_rule.page or _rule.name].append(_rule.id)


class _Fault(Struct, kw_only=True):
    """A description on both sides with its cases; None where there is no such file."""

    folder: str
    base: str | None
    head: str | None
    cases: list[Case] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)


def planted() -> Iterator[Planted]:
    """Every fault of the gate with its near-miss twin, some in each tree."""
    groups: dict[str, list[_Fault]] = defaultdict(list)
    for fault in (*_of_pages(), *_of_keywords(), *_of_lives(), *_of_lists()):
        groups[json.dumps(fault.settings, sort_keys=True)].append(fault)
    for faults in groups.values():
        for some in (faults[first : first + _TOGETHER] for first in range(0, len(faults), _TOGETHER)):
            yield Planted(
                head={f"{one.folder}/{_FILE}": one.head for one in some if one.head is not None},
                base={f"{one.folder}/{_FILE}": one.base for one in some if one.base is not None},
                settings=some[0].settings,
                place={"spec": [f"{one.folder}/{_FILE}" for one in some]},
                cases=tuple(case for one in some for case in one.cases),
            )


def _of_pages() -> Iterator[_Fault]:
    changes = frozenset(page for page, ids in _FAMILIES.items() if _kind(ids[0]) is RuleKind.CHANGE)
    for one in examples(sorted(_FAMILIES), changes):
        first = f"contract/{_shown(one.page)}"
        rules = (first, *(rule for rule in _FAMILIES[one.page] if rule != first))
        folder = f"{one.page}/{'fails' if one.fires else 'passes'}"
        what = f"the example of the page {one.page} that {'fails' if one.fires else 'passes'}"
        settings = _ASKING.get(one.page, {}) | one.settings
        case = Case(fault=what, rules=rules, folder=folder, fires=one.fires)
        yield _Fault(folder=folder, base=one.base, head=one.head, settings=settings, cases=[case])


def _of_keywords() -> Iterator[_Fault]:
    """For each keyword and direction one that allows less than before and one that allows more: twins."""
    for keyword, name in KEYWORDS.items():
        loose, tight = PAIRS[keyword]
        for way in ("request", "response"):
            one, other = json.dumps(carrying(loose, way)), json.dumps(carrying(tight, way))
            for verb, missed, base, head in (
                ("tightened", "loosened", one, other), ("loosened", "tightened", other, one),
            ):  # fmt: skip
                folder = f"{way}-{name}/{verb}"
                hit = Case(
                    fault=f"`{keyword}` {verb} in a {way}", rules=(f"contract/{way}-{name}-{verb}",), folder=folder
                )
                miss = Case(
                    fault=f"`{keyword}` {verb} in a {way}", rules=(f"contract/{way}-{name}-{missed}",), folder=folder,
                    fires=False,
                )  # fmt: skip
                yield _Fault(folder=folder, base=base, head=head, cases=[hit, miss])


def _of_lives() -> Iterator[_Fault]:
    """For each event in the life of each kind of part; its twin is the same text on both sides."""
    for event, (before, after) in EVENTS.items():
        for kind in KINDS:
            rule = f"contract/{kind}-{event}"
            rules = (rule, *(one for one in _FAMILIES[event] if one != rule))
            base, head = (json.dumps(living(kind, words)) for words in (before, after))
            for name, old, fires in (("changed", base, True), ("unchanged", head, False)):
                folder = f"{kind}-{event}/{name}"
                what = f"{KINDS[kind][0].lower()}{KINDS[kind][1:]}: {event.replace('-', ' ')}, {name}"
                case = Case(fault=what, rules=rules, folder=folder, fires=fires)
                yield _Fault(folder=folder, base=old, head=head, cases=[case], settings=_ASKING.get(event, {}))


def _of_lists() -> Iterator[_Fault]:
    """For each direction an open list of values that lost one, and one that won one: twins of each other."""
    for way in ("request", "response"):
        fewer, more = (json.dumps(listing(values, way)) for values in (["web"], ["web", "shop"]))
        for verb, missed, base, head in (("added", "removed", fewer, more), ("removed", "added", more, fewer)):
            folder = f"{way}-extensible-enum/{verb}"
            what = f"a value {verb} in an open list of a {way}"
            rule, other = (f"contract/{way}-extensible-enum-value-{word}" for word in (verb, missed))
            cases = [
                Case(fault=what, rules=(rule,), folder=folder),
                Case(fault=what, rules=(other,), folder=folder, fires=False),
            ]
            yield _Fault(folder=folder, base=base, head=head, cases=cases)


def _shown(page: str) -> str:
    """The name of the rule whose fault a page shows, where several share it."""
    if page in EVENTS:
        return f"operation-{page}"
    return f"request-{page}" if page.startswith("extensible-") else _SHOWN.get(page, page)


def _kind(rule_id: str) -> RuleKind:
    return next(rule.kind for rule in RULES if rule.id == rule_id)
