"""What each rule finds in a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.security import infrastructure as rules
from sluicegate.gates.security.infrastructure.cloud.kept import secrets
from sluicegate.gates.security.infrastructure.cloud.network import ports
from sluicegate.gates.security.infrastructure.cloud.policies import broad
from sluicegate.gates.security.infrastructure.cloud.storage import buckets, databases, unencrypted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sluicegate.gates.security.infrastructure.cloud.said import Said
    from sluicegate.infrastructure.resource import Resource
    from sluicegate.model import Rule

LAW: dict[Rule, Callable[[Resource], Iterator[Said]]] = {
    rules.PUBLIC_BUCKET: buckets,
    rules.OPEN_PORT: ports,
    rules.UNENCRYPTED: unencrypted,
    rules.PUBLIC_DATABASE: databases,
    rules.BROAD_POLICY: broad,
    rules.CLOUD_SECRET: secrets,
}
"""The rules, and what finds their faults."""
