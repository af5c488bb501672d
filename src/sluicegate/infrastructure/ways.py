"""The ways into a network that resources open: security groups of AWS, firewalls of Google, security rules of Azure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sluicegate.infrastructure.resource import along
from sluicegate.infrastructure.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.infrastructure.resource import Resource

LAST = 65_535
"""The last port there is."""
_WITHOUT_PORTS = frozenset({"icmp", "icmpv6", "1", "58", "esp", "ah", "50", "51"})
_EVERY = frozenset({"-1", "all", "*"})
_RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_GROUPS = frozenset({"aws_security_group", "aws_default_security_group"})
_LONE = frozenset({"aws_security_group_rule", "aws_vpc_security_group_ingress_rule"})
_SOURCES = ("cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6")


class Way(Struct, frozen=True, kw_only=True):
    """A way in: from where, to which ports; None is a port that is left open."""

    at: Value
    sources: list[Value]
    ports: tuple[int, int] | None


def ways(resource: Resource) -> Iterator[Way]:
    """Those that a resource opens itself; none for what is no wall."""
    body = resource.body
    if resource.kind in _GROUPS:
        for one in along(body, "ingress"):
            yield from _amazon(one)
    elif resource.kind in _LONE:
        if resource.kind != "aws_security_group_rule" or body.text("type") == "ingress":
            yield from _amazon(body)
    elif resource.kind == "google_compute_firewall":
        yield from _google(body)
    elif resource.kind == "azurerm_network_security_rule":
        yield from _azure(body)
    elif resource.kind == "azurerm_network_security_group":
        for one in along(body, "security_rule"):
            yield from _azure(one)


def _amazon(rule: Value) -> Iterator[Way]:
    if rule.is_unknown:
        yield Way(at=rule, sources=[rule], ports=None)
        return
    protocol = rule.get("protocol") or rule.get("ip_protocol")
    said = "" if protocol is None else str(protocol.of).lower()
    if said in _WITHOUT_PORTS:
        return
    first, last = (_number(rule.get(name)) for name in ("from_port", "to_port"))
    if said in _EVERY or (first, last) == (-1, -1):
        first, last = 0, LAST
    known = None if first is None or last is None or (protocol is not None and protocol.is_unknown) else (first, last)
    yield Way(at=rule, sources=[one for name in _SOURCES for one in along(rule, name)], ports=known)


def _google(body: Value) -> Iterator[Way]:
    disabled = body.get("disabled")
    if (body.text("direction") or "INGRESS") != "INGRESS" or (disabled is not None and disabled.of is True):
        return
    sources = list(along(body, "source_ranges"))
    for allowed in along(body, "allow"):
        protocol = allowed.get("protocol")
        if protocol is not None and str(protocol.of).lower() in _WITHOUT_PORTS:
            continue
        named = list(along(allowed, "ports"))
        for port in named:
            yield Way(at=allowed, sources=sources, ports=_range(port))
        if not named:
            yield Way(at=allowed, sources=sources, ports=None if allowed.is_unknown else (0, LAST))


def _azure(rule: Value) -> Iterator[Way]:
    told = {name: rule.text(name).lower() for name in ("direction", "access", "protocol")}
    if told["direction"] == "outbound" or told["access"] == "deny" or told["protocol"] in _WITHOUT_PORTS:
        return
    sources = [*along(rule, "source_address_prefix"), *along(rule, "source_address_prefixes")]
    for port in (*along(rule, "destination_port_range"), *along(rule, "destination_port_ranges")):
        yield Way(at=rule, sources=sources, ports=_range(port))


def _range(value: Value) -> tuple[int, int] | None:
    text = str(value.of).strip()
    if text in _EVERY:
        return 0, LAST
    found = _RANGE.fullmatch(text)
    return (int(found[1]), int(found[2] or found[1])) if found and not value.is_unknown else None


def _number(value: Value | None) -> int | None:
    of: Any = None if value is None else value.of
    if isinstance(of, bool):
        return None
    if isinstance(of, int):
        return of
    return int(of) if isinstance(of, str) and re.fullmatch(r"-?\d{1,5}", of) else None
