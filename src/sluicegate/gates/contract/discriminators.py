"""By which property variants are told apart: it refuses nothing by itself, and clients read messages by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.contract.changes import HARMLESS, Change, shown
from sluicegate.model import Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.contract.changes import Site
    from sluicegate.openapi.direction import Direction
    from sluicegate.openapi.document import Node

_ADVICE = "Keep it: clients choose by it what they read a message as."


def discriminator(old: Node, new: Node, way: Direction, site: Site) -> Iterator[Change]:
    """The changes of a schema's discriminator: its property, and the names that it maps to variants."""
    one, other = old.get("discriminator"), new.get("discriminator")
    was, now = (node.text("propertyName") if node else "" for node in (one, other))
    base, head = one or old, other or new
    if was != now:
        text = f"the discriminator is {_named(now)}, and was {_named(was)}"
        breaking = was != ""
        yield _change(way, site, text, (base, head), (), breaking=breaking)
    before, after = (_mapping(node) for node in (one, other))
    for name in {**before, **after}:
        said, says = before.get(name), after.get(name)
        if (said.value if said else None) == (says.value if says else None):
            continue
        verb = (
            "is new" if said is None else "was removed" if says is None else f"leads to `{shown(str(says.value))}` now"
        )
        text = f"the name `{shown(name)}` of the discriminator {verb}"
        yield _change(way, site, text, (said or base, says or head), (name,), breaking=said is not None)


def _mapping(node: Node | None) -> dict[str, Node]:
    found = node.get("mapping") if node else None
    return found.members() if found else {}


def _named(name: str) -> str:
    return f"the property `{shown(name)}`" if name else "none"


def _change(
    way: Direction, site: Site, text: str, places: tuple[Node, Node], key: tuple[str, ...], *, breaking: bool
) -> Change:
    place = f"{way} property `{site.path}`: " if site.inner else ""
    return Change(
        rule=f"contract/{way}-discriminator-changed", key=(*site.whole_key, "discriminator", *key),
        logical=site.logical, component=site.component, message=f"{site.title}: {place}{text}",
        base=places[0], head=places[1], site=site, advice=_ADVICE if breaking else HARMLESS,
        level=min(Level.WARNING if breaking else Level.NOTE, site.cap, key=lambda level: level.weight),
    )  # fmt: skip
