"""What keywords ask for without saying so: counts, lengths and names that others beside them fix already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from sluicegate.openapi.relation.bounds import COUNTS, count_bound
from sluicegate.openapi.relation.languages import Constraint, Length, outside
from sluicegate.openapi.relation.regexes import is_expression
from sluicegate.openapi.relation.steps import Difference, Effect, Want

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sluicegate.openapi.document import Node
    from sluicegate.openapi.relation.shape import Arm


def unsaid(steps: Iterable[Difference], before: Arm, after: Arm) -> Iterator[Difference]:
    """The differences of bounds without those that the other side says in other words."""
    for step in steps:
        strict, loose = (after, before) if step.effect is Effect.NARROWED else (before, after)
        bound = count_bound(strict, step.keyword) if step.keyword in COUNTS else None
        if bound is None:
            yield step
        elif COUNTS[step.keyword][0] == "string":
            yield from _of_texts(step, bound.value, strict, loose)
        elif not _is_met(step.keyword, bound.value, loose):
            yield step


def _of_texts(step: Difference, bound: int, strict: Arm, loose: Arm) -> Iterator[Difference]:
    asked = Length(bound, None) if step.keyword == "minLength" else Length(0, bound)
    if not (strict.stated.get("pattern") or loose.stated.get("pattern")):
        yield step
    elif not (found := outside(texts_of(loose), asked)).known or found.text is not None:
        others = texts_of(strict, but=step.keyword)
        yield replace(step, wants=(*telling(texts_of(loose), others, asked), *step.wants))


def telling(loose: frozenset[Constraint], others: frozenset[Constraint], asked: Constraint) -> Iterator[Want]:
    """Texts that one side allows and the other does not: for this reason alone, if there are any, and at all."""
    for inside in dict.fromkeys((loose | others, loose)):
        if (text := outside(inside, asked).text) is not None:
            yield Want(kind="value", what=text)


def texts_of(arm: Arm, but: str = "") -> frozenset[Constraint]:
    """All that is asked of texts by patterns and lengths, without what one keyword or one pattern says."""
    low, high = (None if word == but else count_bound(arm, word) for word in ("minLength", "maxLength"))
    patterns = {node.value for node in arm.stated.get("pattern", ()) if isinstance(node.value, str)} - {but}
    lengths = {Length(low.value if low else 0, high.value if high else None)} if low or high else set()
    return frozenset((*patterns, *lengths))


def unread(arm: Arm) -> frozenset[str]:
    """The patterns of an arm that are none: what is compared with them is not known."""
    patterns = {node.value for node in arm.stated.get("pattern", ()) if isinstance(node.value, str)}
    return frozenset(one for one in patterns if not is_expression(one))


def _is_met(word: str, bound: int, arm: Arm) -> bool:
    """Whether an arm never has fewer or more than so many items or members."""
    if word == "minItems":
        return fewest_items(arm) >= bound
    if word == "maxItems":
        most = most_items(arm)
        return most is not None and most <= bound
    if word == "minProperties":
        return len(arm.required) >= bound
    names = only_names(arm)
    return names is not None and len(names) <= bound


def fewest_items(arm: Arm) -> int:
    """How many items there must be: as many as are asked for, or as must be contained."""
    low = count_bound(arm, "minItems")
    return max([low.value if low else 0, *(contained(holder)[0] for holder in arm.stated.get("contains", ()))])


def most_items(arm: Arm) -> int | None:
    """How many items there may be: as many as are allowed, or as there are places before none may follow."""
    high = count_bound(arm, "maxItems")
    crowd = "unevaluatedItems" in arm.stated  # then what `contains` finds may follow
    found = [rest.start for rest in arm.items if rest.node.value is False and not crowd]
    return min([*found, *([high.value] if high else [])], default=None)


def contained(holder: Node) -> tuple[int, int | None]:
    """How many items must, and how many may, be what `contains` says; a count that is none counts nothing."""
    found = (holder.value.get(word) for word in ("minContains", "maxContains"))
    low, high = (int(it) if isinstance(it, (int, float)) and not isinstance(it, bool) else None for it in found)
    return 1 if low is None else low, high


def only_names(arm: Arm) -> frozenset[str] | None:
    """The names that an object may have; None where there is no end of them, or where they depend on the value."""
    if "unevaluatedProperties" in arm.stated:
        return None
    shut = [rest.names for rest in arm.additional if rest.node.value is False and not rest.patterns]
    if not shut:
        return None
    never = {name for name, nodes in arm.properties.items() if any(node.value is False for node in nodes)}
    return frozenset.intersection(*shut) - never


def needed(arm: Arm, name: str) -> bool:
    """Whether an object must have a property: it is required, or so many are that none may be missing."""
    if name in arm.required:
        return True
    low, names = count_bound(arm, "minProperties"), only_names(arm)
    return low is not None and names is not None and name in names and len(names) <= low.value
