"""Roles that allow everything, and bindings that hand such a role out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.security import infrastructure as rules
from sluicegate.gates.security.infrastructure.judged import Doubt
from sluicegate.gates.security.infrastructure.kubernetes.seen import at, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.security.infrastructure.kubernetes.seen import Seen
    from sluicegate.infrastructure.kubernetes import Thing
    from sluicegate.model import Finding

_ROLES = frozenset({"Role", "ClusterRole"})
_BINDINGS = frozenset({"RoleBinding", "ClusterRoleBinding"})
_TELLS = ("verbs", "resources", "apiGroups")
_ALL = "cluster-admin"


def roles(seen: Seen) -> Iterator[Finding | Doubt]:
    """Roles and bindings that a reviewer has to see."""
    for thing in seen.things:
        if thing.kind in _ROLES:
            yield from _allowed(seen, thing)
        elif thing.kind in _BINDINGS:
            yield from _bound(seen, thing)


def _allowed(seen: Seen, thing: Thing) -> Iterator[Finding | Doubt]:
    for rule in thing.body.items("rules"):
        asked = {name: rule.items(name) for name in _TELLS}
        named = {name: {one.of for one in some if isinstance(one.of, str)} for name, some in asked.items()}
        if "*" in named["verbs"] and "*" in named["resources"] and named["apiGroups"] & {"*", ""}:
            yield at(
                rules.BROAD_ROLE, seen, thing, rule, " ".join(sorted(named["apiGroups"])),
                f"{thing.shown} allows every verb on every resource",
                "List the verbs and resources that are needed.",
            )  # fmt: skip
        elif any(one.is_unknown for some in asked.values() for one in some):
            yield Doubt(why=f"{short(thing.shown)} leaves open what it allows")


def _bound(seen: Seen, thing: Thing) -> Iterator[Finding | Doubt]:
    asked = thing.body.get("roleRef", "name")
    if asked is not None and asked.is_unknown:
        yield Doubt(why=f"{short(thing.shown)} leaves open which role it gives")
    elif asked is not None and asked.of == _ALL and thing.body.text("roleRef", "kind") == "ClusterRole":
        yield at(
            rules.BROAD_ROLE, seen, thing, asked, _ALL,
            f"{thing.shown} gives every right there is (`{_ALL}`)",
            "Bind a role that allows what is needed.",
        )  # fmt: skip
