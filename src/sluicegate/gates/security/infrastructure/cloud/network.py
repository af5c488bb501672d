"""Which ports are open to everybody: security groups of AWS, firewalls of Google, security rules of Azure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.security.infrastructure.cloud.said import Fault, open_
from sluicegate.infrastructure.resource import WORLD
from sluicegate.infrastructure.ways import LAST, ways

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.security.infrastructure.cloud.said import Said
    from sluicegate.infrastructure.resource import Resource

_MEANT = frozenset({80, 443})
"""Ports that are there for everybody."""


def ports(resource: Resource) -> Iterator[Said]:
    """Ways in for everybody to what is not a web server."""
    for way in ways(resource):
        if way.ports is not None and way.ports[0] == way.ports[1] and way.ports[0] in _MEANT:
            continue
        world = next((one for one in way.sources if str(one.of).lower() in WORLD), None)
        if world is None:
            unknown = next((one for one in way.sources if one.is_unknown), None)
            if unknown is not None:
                yield open_(resource, "who may reach a port", unknown)
        elif way.ports is None:
            yield open_(resource, "which port everybody may reach")
        else:
            first, last = way.ports
            told = "every port" if (first, last) == (0, LAST) else f"port {first}"
            told += "" if first == last or (first, last) == (0, LAST) else f" to {last}"
            yield Fault(
                at=world, what=f"{first}-{last} {world.of}",
                message=f"{resource.name} opens {told} to everybody (`{world.of}`)",
                advice="Name the addresses that need it, or the group that they are in.",
            )  # fmt: skip
