"""By which property variants are told apart: it refuses nothing by itself, and clients read messages by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sluicegate.gates.contract.changes import HARMLESS, Change, shown
from sluicegate.model import Level
from sluicegate.openapi.references import DanglingError, implied, mapping_reference, reference_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.contract.changes import Site
    from sluicegate.openapi.direction import Direction
    from sluicegate.openapi.document import Node
    from sluicegate.openapi.references import Library
    from sluicegate.openapi.relation import Relation

_ADVICE = "Keep it: clients choose by it what they read a message as."
_NAME_IT = "Map the old name to the schema: clients choose by it what they read a message as."
_DEFAULT = "defaultMapping"


class _Choice(NamedTuple):
    """Where a name leads: `node` is where that is said, and `said` how, as a reference."""

    node: Node
    said: str
    implicit: bool = False


class _Names(NamedTuple):
    """The names of a discriminator: those that hold for sure, and those that a reader may take to hold as well."""

    sure: dict[str, _Choice]
    other: dict[str, _Choice]

    def get(self, name: str) -> _Choice | None:
        return self.sure.get(name) or self.other.get(name)


def discriminator(old: Node, new: Node, way: Direction, site: Site, relation: Relation) -> Iterator[Change]:
    """The changes of a schema's discriminator: its property, and the names by which it chooses a variant."""
    one, other = old.get("discriminator"), new.get("discriminator")
    was, now = (node.text("propertyName") if node else "" for node in (one, other))
    base, head = one or old, other or new
    if was != now:
        text = f"the discriminator is {_named(now)}, and was {_named(was)}"
        breaking = was != ""
        yield _change(way, site, text, (base, head), (), breaking=breaking)
    implying = bool(was and now)
    libraries = relation.base.library, relation.head.library
    before, after = (_names(node, library, implying) for node, library in zip((old, new), libraries, strict=True))
    for name in {**before.sure, **after.sure}:
        said, says = before.get(name), after.get(name)
        if said and says and (name not in before.sure or _alike(said, says, way, relation)):
            continue
        verb = "is new" if said is None else "was removed" if says is None else f"leads to `{_shown(says)}` now"
        text = f"the name `{shown(name)}` of the discriminator {verb}"
        places = said.node if said else base, says.node if says else head
        advice = _NAME_IT if said and said.implicit else _ADVICE
        yield _change(way, site, text, places, (name,), breaking=said is not None, advice=advice)
    yield from _unmapped((base, head), way, site, relation)


def _names(schema: Node, library: Library, implying: bool) -> _Names:
    """What is mapped, and what the names of the components among the variants imply (OpenAPI 3.1.1, 4.8.25).

    Whether a schema that is mapped goes by its own name too is read both ways; and so is the name of one that is no
    component. Such a name is not missed where it goes, and none is missed where it stands.
    """
    found = _Names({}, {})
    stated = schema.get("discriminator")
    mapping = stated.get("mapping") if stated else None
    for name, node in (mapping.members() if mapping else {}).items():
        if isinstance(node.value, str):
            found.sure[name] = _Choice(node, mapping_reference(library, node))
    mapped = {choice.said for choice in found.sure.values()}
    for word in ("oneOf", "anyOf") if implying else ():
        arms = schema.get(word)
        for arm in arms.items() if arms else []:
            reference = reference_of(arm.value)
            name, is_component = implied(reference or "")
            if reference and name and name not in found.sure:
                sure = is_component and reference not in mapped
                (found.sure if sure else found.other)[name] = _Choice(arm, reference, implicit=True)
    return found


def _unmapped(stated: tuple[Node, Node], way: Direction, site: Site, relation: Relation) -> Iterator[Change]:
    """What a value leads to that no name maps (OpenAPI 3.2, 4.25)."""
    said, says = (
        _default(node, side.library) for node, side in zip(stated, (relation.base, relation.head), strict=True)
    )
    if (said is None and says is None) or (said and says and _alike(said, says, way, relation)):
        return
    leads = f"leads to `{_shown(says)}` now" if says else "leads to no schema any more"
    led = f", and led to `{_shown(said)}`" if said else ""
    text = f"a value that the discriminator has no name for {leads}{led}"
    places = said.node if said else stated[0], says.node if says else stated[1]
    yield _change(way, site, text, places, (_DEFAULT, ""), breaking=said is not None)


def _default(stated: Node, library: Library) -> _Choice | None:
    node = stated.get(_DEFAULT)
    if node is None or not isinstance(node.value, str) or library.version_of(node.document) != "3.2":
        return None
    return _Choice(node, mapping_reference(library, node))


def _alike(one: _Choice, other: _Choice, way: Direction, relation: Relation) -> bool:
    """Whether both lead to the same component, or to one that has a new name and allows the same."""
    if one.said == other.said:
        return True  # a component that changed is told at its own place
    old = _end(relation.base.library, one.node, one.said)
    new = _end(relation.head.library, other.node, other.said)
    if old is None or new is None:
        return False
    stays = _end(relation.head.library, other.node, one.said)
    if stays is not None:  # it was not renamed: what is chosen now is the same, or another one, however alike
        return (stays.document.path, stays.pointer) == (new.document.path, new.pointer)
    return relation.alike(old, new, way)


def _end(library: Library, said_at: Node, reference: str) -> Node | None:
    try:
        return library.resolve(library.follow(said_at.document, reference))
    except DanglingError:
        return None


def _shown(choice: _Choice) -> str:
    """Where a name leads, as it is written."""
    return shown(choice.node.value if isinstance(choice.node.value, str) else choice.said)


def _named(name: str) -> str:
    return f"the property `{shown(name)}`" if name else "none"


def _change(
    way: Direction, site: Site, text: str, places: tuple[Node, Node], key: tuple[str, ...], *, breaking: bool,
    advice: str = _ADVICE,
) -> Change:  # fmt: skip
    place = f"{way} property `{site.path}`: " if site.inner else ""
    return Change(
        rule=f"contract/{way}-discriminator-changed", key=(*site.whole_key, "discriminator", *key),
        logical=site.logical, component=site.component, message=f"{site.title}: {place}{text}",
        base=places[0], head=places[1], site=site, advice=advice if breaking else HARMLESS,
        level=min(Level.WARNING if breaking else Level.NOTE, site.cap, key=lambda level: level.weight),
    )  # fmt: skip
