"""What is true of a declared resource, in words that all clouds share. No fact says what ought to be."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from msgspec import Struct, field

from sluicegate.gates.compliance.evidence.declared.kinds import (
    KINDS,
    LONGEST_RECOVERY,
    OPEN,
    Asked,
    number,
    there,
    tls,
    type_of,
)
from sluicegate.infrastructure.resource import WORLD, Resource, along
from sluicegate.infrastructure.storage import is_copied, of_cluster
from sluicegate.infrastructure.values import Unknown

_PLACES = ("region", "location", "availability_zone", "zone")
_ZONE = re.compile(r"(?:([a-z]{2}(?:-[a-z]+)+-[0-9])[a-z]|([a-z]+-[a-z]+[0-9]+)-[a-f])")
_KEY = re.compile(r"(?:data\.)?[a-z]+_kms_|known after apply")


class Facts(Struct, kw_only=True):
    """What is known of a resource by the name of the fact, and the names of what is not."""

    known: dict[str, Any] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)

    def say(self, name: str, value: Any) -> None:
        """That something is so; what was unknown is then known."""
        self.unknown.discard(name)
        self.known[name] = value

    def leave(self, name: str) -> None:
        """That something cannot be told."""
        self.known.pop(name, None)
        self.unknown.add(name)

    def drop(self, name: str) -> None:
        """That the thing has no such fact."""
        self.known.pop(name, None)
        self.unknown.discard(name)

    def has(self, name: str) -> bool:
        """Whether the thing has such a fact, known or not."""
        return name in self.known or name in self.unknown


def facts_of(resource: Resource) -> tuple[str, Facts]:
    """What kind of thing a resource is, empty where nothing is known of it but its region, and its facts."""
    type_ = type_of(resource.kind)
    kind, asked = KINDS.get(type_, ("", ()))
    facts = Facts()
    part = type_ == "aws_db_instance" and of_cluster(resource)
    for one in asked:
        if not facts.has(one.fact) and not (part and one.fact != "public"):
            _ask(facts, one, resource)
    if further := _FURTHER.get(type_):
        further(facts, resource)
    _region(facts, resource)
    return kind, facts


def region(text: str) -> str:
    """The name of a region, of that of a zone in it or of what a person writes: `West Europe` is `westeurope`."""
    plain = text.strip().lower().replace(" ", "")
    zone = _ZONE.fullmatch(plain)
    return (zone[1] or zone[2]) if zone else plain


def _ask(facts: Facts, asked: Asked, resource: Resource) -> None:
    for way in asked.ways:
        found = next(along(resource.body, *way.split(".")), None)
        if found is None:
            continue
        if isinstance(found.of, Unknown):
            if asked.read is there and _KEY.match(found.of.text):
                facts.say(asked.fact, True)
            else:
                facts.leave(asked.fact)
            return
        read = asked.read(found.of)
        if read is not None:
            facts.say(asked.fact, read)
        elif asked.default is OPEN:
            facts.leave(asked.fact)
        return
    copied = asked.fact == "encrypted" and asked.ways and is_copied(resource)
    if asked.default is OPEN or copied:
        facts.leave(asked.fact)
    elif asked.default is not None:
        facts.say(asked.fact, asked.default)


def _listener(facts: Facts, resource: Resource) -> None:
    """Whether a listener speaks TLS alone; one that only sends elsewhere, by TLS, does."""
    protocol, policy = resource.body.get("protocol"), resource.body.get("ssl_policy")
    said = "" if protocol is None else str(protocol.of).upper()
    if protocol is not None and protocol.is_unknown:
        facts.leave("https_only")
    elif said in ("HTTPS", "TLS"):
        facts.say("https_only", True)
        version = 1.0 if policy is None else None if policy.is_unknown else tls(policy.of)
        facts.leave("tls") if version is None else facts.say("tls", version)
    elif said == "HTTP":
        actions = [*along(resource.body, "default_action"), *along(resource.body, "default_actions")]
        sent = [one for each in actions for name in ("redirect", "redirect_config") for one in along(each, name)]
        targets = [one.get("protocol") for one in sent]
        if any(each.is_unknown for each in (*actions, *sent)) or any(one and one.is_unknown for one in targets):
            facts.leave("https_only")
        else:
            facts.say("https_only", bool(targets) and all(one is not None and one.of == "HTTPS" for one in targets))


def _networks(facts: Facts, resource: Resource) -> None:
    """Whether a database of Google lets the whole internet in."""
    networks = list(along(resource.body, "settings", "ip_configuration", "authorized_networks", "value"))
    if any(str(one.of) in WORLD for one in networks):
        facts.say("public", True)
    elif any(one.is_unknown for one in networks):
        facts.leave("public")
    else:
        facts.say("public", False)


def _recovery(facts: Facts, resource: Resource) -> None:
    """For how many days a table can be taken back, where it says fewer than the most."""
    for block in ("point_in_time_recovery", "point_in_time_recovery_specification"):
        for one in along(resource.body, block, "recovery_period_in_days"):
            if facts.known.get("backup_days") == LONGEST_RECOVERY:
                days = number(one.of)
                facts.leave("backup_days") if days is None else facts.say("backup_days", days)


def _key(facts: Facts, resource: Resource) -> None:
    """Only a symmetric key whose material is of AWS's own making can be made anew by itself."""
    asked = [resource.body.get(name) for name in ("customer_master_key_spec", "key_spec", "origin")]
    others = [one for one in asked if one is not None and one.of not in ("SYMMETRIC_DEFAULT", "AWS_KMS")]
    if any(not one.is_unknown for one in others):
        facts.drop("rotates")
    elif others and facts.known.get("rotates") is not True:
        facts.leave("rotates")


def _balancer(facts: Facts, resource: Resource) -> None:
    """Whether a balancer writes down what it passes on, as templates say it; a gateway's cannot."""
    kind = resource.body.get("load_balancer_type") or resource.body.get("type")
    if kind is not None and kind.of == "gateway":
        facts.drop("access_logs")
        return
    attributes = list(along(resource.body, "load_balancer_attributes"))
    for one in attributes:
        if one.text("key") == "access_logs.s3.enabled":
            value = one.get("value")
            if value is None or value.is_unknown:
                facts.leave("access_logs")
            else:
                facts.say("access_logs", str(value.of).lower() == "true")
            return
    if any(one.is_unknown or (one.get("key") or one).is_unknown for one in attributes):
        facts.leave("access_logs")


def _region(facts: Facts, resource: Resource) -> None:
    for name in _PLACES:
        found = resource.body.get(name)
        if found is None or isinstance(found.of, dict | list):
            continue
        if found.is_unknown:
            facts.leave("region")
        else:
            facts.say("region", region(str(found.of)))
        return


_FURTHER: dict[str, Callable[[Facts, Resource], None]] = {
    "aws_dynamodb_table": _recovery,
    "aws_kms_key": _key,
    "aws_lb": _balancer,
    "aws_lb_listener": _listener,
    "google_sql_database_instance": _networks,
}
"""What cannot be told of a type by looking in one place."""
