"""What a comparison says: one change, and the site in the API that it happened at."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from sluicegate.model import Level
from sluicegate.openapi.relation.steps import Effect
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Callable

    from sluicegate.model import Fix
    from sluicegate.openapi.direction import Direction
    from sluicegate.openapi.document import Node
    from sluicegate.openapi.operations import Description, Operation
    from sluicegate.openapi.relation import Difference, Witness


HARMLESS = "Nothing to do: it does not break clients."
KEEP = "Keep it; mark it deprecated first, and remove it in a new version of the API."


class Component(Struct, frozen=True, kw_only=True):
    """A part of a description that operations share: what a `$ref` names."""

    path: str
    pointer: tuple[str | int, ...]

    @property
    def title(self) -> str:
        """How people name it: schema `Order`."""
        if len(self.pointer) == 3 and self.pointer[0] == "components":  # noqa: PLR2004
            return f"{_KINDS.get(str(self.pointer[1]), 'component')} `{shown(str(self.pointer[2]))}`"
        return f"`{shown('/'.join((self.path, *map(str, self.pointer))))}`"

    def key(self, main: str) -> tuple[str, ...]:
        """What makes it the same one next time; the description's own file needs no name."""
        return ("" if self.path == main else self.path, *map(str, self.pointer))


_KINDS = {
    "schemas": "schema",
    "parameters": "parameter",
    "responses": "response",
    "requestBodies": "request body",
    "pathItems": "path item",
    "headers": "header",
    "links": "link",
    "mediaTypes": "media type",
}


_HOLDERS: dict[tuple[str | int, ...], str] = {
    ("components", "parameters"): "parameter",
    ("components", "headers"): "header",
}


class Site(NamedTuple):
    """Where in the API a value is: an operation's own part, or a component; `inner` leads on from there.

    `cap` is the most that a change weighs there: a change of an error response is a warning at most. `noun` is what
    the description calls the message, where that is not what its direction says: request or response. `users` are the
    operations that share it, where it is no component: the methods of a path. `reached` is where a component
    was referred to first, as `used_as` says it.
    """

    title: str
    key: tuple[str, ...]
    logical: str
    component: Component | None = None
    cap: Level = Level.ERROR
    noun: str = ""
    stability: str = ""
    inner: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    reached: str = ""

    @property
    def place(self) -> str:
        """In which part of a message it is: property, parameter, header or body."""
        return "property" if self.inner else self.holder

    @property
    def holder(self) -> str:
        """The same of what the value lies in, or is: parameter, header or body."""
        pointer = self.component.pointer if self.component else ()
        own = self.key[1 + len(pointer) :] if pointer else self.key  # a component may have any name
        found = next((part for part in ("parameter", "header") if part in own), None)
        return found or _HOLDERS.get(pointer[:2], "body")

    @property
    def used_as(self) -> str:
        """The place, with what it lies in if that is no body: `header-property`; of a component, where it is used.

        A parameter that is sent as a header is a `parameter-header`.
        """
        holder = self.reached or self.holder
        if holder == "parameter" and ("parameter", "header") in pairwise(self.key):
            holder = "parameter-header"
        if not self.inner or holder.endswith("property"):
            return holder
        return "property" if holder == "body" else f"{holder}-property"

    @property
    def plain(self) -> bool:
        """Whether the value is no body: a parameter's or a header's."""
        return self.place in ("parameter", "header")

    def into(self, part: str) -> Site:
        """One step further in: a property name, `[]` for items, `{}` for other members, `|name` for a variant."""
        return self._replace(inner=(*self.inner, part))

    @property
    def path(self) -> str:
        """The way in for people: `lines[].price`."""
        text = ""
        for part in self.inner:
            if part in ("[]", "{}"):
                text += part
            elif part.startswith("|"):
                text += f"({part[1:]})"
            else:
                text += f".{part}" if text else part
        return shown(text)

    @property
    def whole_key(self) -> tuple[str, ...]:
        """The key of the site with the way in."""
        return (*self.key, *self.inner)


class Pair(Struct, frozen=True, kw_only=True):
    """One operation on both sides, in its descriptions. `cap` is the most that a change of it weighs."""

    before: Operation
    after: Operation
    base: Description
    head: Description
    cap: Level = Level.ERROR
    stability: str = ""

    def way(self, direction: Direction) -> Direction:
        """Which way values travel: what a webhook's or a callback's request carries is sent by the server."""
        return direction.reversed if self.after.reversed else direction

    def key(self, *parts: str) -> tuple[str, ...]:
        """What makes a part of it the same one next time."""
        before = self.before
        owners = [part for owner in before.owners for part in (owner.method, owner.shape)]
        return (*owners, *([before.name] if before.name else []), before.method, before.shape, *parts)

    @property
    def shares_path(self) -> bool:
        """Whether it lies in a path, or is a webhook, so that other methods may share what is said there."""
        return not self.after.owners

    @property
    def path_key(self) -> tuple[str, ...]:
        """What makes its path, or its webhook, the same one next time."""
        return (*(["webhook"] if self.after.reversed else []), self.before.shape)

    def site(self, what: str, direction: Direction, *key: str) -> Site:
        """The site of a part of it; `direction` is what the description calls it, whoever sends."""
        title = self.after.title
        return Site(
            title=f"{title}: {what}" if what else title, key=self.key(*key), logical=title, noun=direction.value,
            stability=self.stability,
            cap=self.cap,
        )  # fmt: skip


class Change(Struct, frozen=True, kw_only=True):
    """One difference that a rule speaks of. `level` is None where the rule's own holds.

    `users` are the operations that it concerns, where it is told at what they share and that is no component. `mend`
    works out the edit that mends it, where there is one.
    """

    rule: str
    message: str
    key: tuple[str, ...]
    logical: str
    head: Node | None
    base: Node | None
    advice: str
    level: Level | None = None
    component: Component | None = None
    witness: Witness | None = None
    difference: Difference | None = None
    direction: Direction | None = None
    site: Site | None = None
    said: str = ""
    users: tuple[str, ...] = ()
    mend: Callable[[], Fix | None] | None = None

    @property
    def place(self) -> str:
        """In which part of a message it is: property, parameter, header or body; empty where it is in none."""
        return self.site.place if self.site else ""

    @property
    def detail(self) -> str:
        """Whether something was set, unset or changed, was required or optional; empty where that is not known."""
        found = self.difference
        if found is None:
            return self.said
        if found.keyword == "type":
            return _turn(found)
        if found.keyword == "property":
            return str(found.was if found.effect is Effect.NARROWED else found.now)
        return "set" if found.was is None and found.now else "unset" if found.now is None and found.was else "changed"

    @property
    def weight(self) -> int:
        """How much it weighs where its level is not the rule's own: 3 for an error down to 0."""
        return self.level.weight if self.level else 0


def _turn(found: Difference) -> str:
    """What became of a type: by its effect, and whether it is that of variants, or there is none on one side."""
    if "nothing" in (found.was, found.now):
        return "emptied" if found.now == "nothing" else "filled"
    return f"{'variants-' if _of_variants(found) else ''}{found.effect}"


def _of_variants(found: Difference) -> bool:
    """Whether a type is that of a variant on one side: the way to it ends in a list of them, a number, and `type`."""
    return any(node.pointer[-3:-2] in (("oneOf",), ("anyOf",)) for node in (found.base, found.head) if node is not None)


def tags_of(operation: Operation) -> tuple[str, ...]:
    """The tags of an operation."""
    node = operation.node.get("tags")
    return tuple(tag.value for tag in (node.items() if node else []) if isinstance(tag.value, str))


def shown(text: str) -> str:
    """A foreign name made fit for a sentence, where it stands between backticks; one of its own is spelt out."""
    return shorten(one_line(text).replace("`", "\\x60"), 160)


def listed(names: list[str], most: int = 8) -> str:
    """Names in a sentence: the first few, and how many more there are."""
    first = ", ".join(f"`{shown(name)}`" for name in names[:most])
    return first if len(names) <= most else f"{first} and {len(names) - most} more"
