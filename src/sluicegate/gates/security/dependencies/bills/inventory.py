"""All that some lock files pin, each package once, whichever of them name it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sluicegate.gates.security.dependencies.purl import purl
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.gates.security.dependencies.packages import Lock


class Component(Struct, kw_only=True):
    """A package: `ref` is its package URL with the version, `files` the lock files that name it.

    One that is no release has neither a version nor a package URL.
    """

    ref: str
    name: str
    version: str = ""
    purl: str = ""
    needs: set[str] = field(default_factory=set)
    licences: set[str] = field(default_factory=set)
    digests: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    optional: set[bool | None] = field(default_factory=set)

    @property
    def scope(self) -> str:
        """Whether the product needs it: `required`, `optional`, or "" where no file says it."""
        if False in self.optional:
            return "required"
        return "optional" if self.optional == {True} else ""

    @property
    def licence(self) -> str:
        """What is said of its licence, as one expression."""
        said = sorted(self.licences)
        return said[0] if len(said) == 1 else " AND ".join(f"({one})" for one in said)


class Inventory(Struct, frozen=True, kw_only=True):
    """The product, its components by their refs, which of them it asks for itself, and what is no release."""

    name: str
    components: Sequence[Component]
    direct: frozenset[str]
    whole: bool
    time: str


def inventory(locks: Sequence[Lock], called: str, time: str) -> Inventory:
    """What some lock files pin; the product is called as they call it where they agree, and nobody names it."""
    found: dict[str, Component] = {}
    direct: set[str] = set()
    for lock in locks:
        refs: dict[str, set[str]] = defaultdict(set)
        for package in lock.packages:
            ref = purl(package.ecosystem, package.name, package.version)
            refs[package.id].add(ref)
            one = found.setdefault(
                ref, Component(ref=ref, name=package.name, version=package.version, purl=ref)
            )  # fmt: skip
            one.licences.update(package.licences)
            one.digests.update(package.digests)
            one.files.add(lock.path)
            one.optional.add(package.optional)
            if package.direct:
                direct.add(ref)
        for package in lock.packages:
            needs = found[purl(package.ecosystem, package.name, package.version)].needs
            for needed in package.needs:
                needs.update(refs.get(needed, ()))
        for skipped in lock.skipped:
            name = shorten(one_line(skipped.name), 200)
            one = found.setdefault(f"unreleased:{name}", Component(ref=f"unreleased:{name}", name=name))
            one.files.add(lock.path)
            one.optional.add(None)
    names = {name for lock in locks for name in lock.own}
    return Inventory(
        name=called or (next(iter(names)) if len(names) == 1 else "product"),
        components=sorted(found.values(), key=lambda one: one.ref), direct=frozenset(direct),
        whole=not any(lock.skipped for lock in locks), time=time,
    )  # fmt: skip
