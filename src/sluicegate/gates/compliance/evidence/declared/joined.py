"""What other resources say of one: who may read it, whether it is guarded, how long it keeps what is in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from sluicegate.gates.compliance.evidence.declared.facts import Facts
from sluicegate.gates.compliance.evidence.declared.kinds import type_of
from sluicegate.infrastructure.plan import INDEX
from sluicegate.infrastructure.policies import DOCUMENT, documents, statements
from sluicegate.infrastructure.resource import Resource, along
from sluicegate.infrastructure.storage import ACCOUNT, GRANTS, GUARDS, POLICIES, grants, guards
from sluicegate.infrastructure.values import Unknown, Value

_BUCKETS = frozenset({"aws_s3_bucket", "google_storage_bucket"})
_OTHERS = {
    "aws_kms_key": (),
    "aws_kms_key_policy": ("key_id",),
    "aws_sns_topic": (),
    "aws_sns_topic_policy": ("arn", "topics", "topic_arn"),
    "aws_sqs_queue": (),
    "aws_sqs_queue_policy": ("queue_url", "queues", "queue"),
}
"""What else has a policy, and how each policy that stands by itself names what it is of."""
JOINED = _BUCKETS | {name for name, ways in _OTHERS.items() if not ways}
"""The types of which other resources say more."""


class _Said(Struct, frozen=True, kw_only=True):
    """What a resource says of others: whether everybody may reach them, is kept out, and the days that things stay."""

    readers: frozenset[bool | None]
    guards: frozenset[bool | None]
    days: frozenset[int | None]


class Group:
    """The resources that know each other by name: those of a folder, a plan or a template. It lives as long."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.resources = list(resources)
        self._about: dict[str, list[Resource]] = {}
        self._documents = {one.name: one for one in self.resources if one.kind == DOCUMENT}
        self._guarded = [one for one in self.resources if one.kind == ACCOUNT]
        written = {one.name: one.body for one in self.resources if one.kind.startswith("written.")}
        self._said: dict[int, _Said] = {}
        for one in self.resources:
            if one.kind in _BUCKETS:
                continue  # a bucket speaks of itself alone
            ways: tuple[str, ...] = _OTHERS.get(type_of(one.kind), ())
            if one.kind in GRANTS or one.kind in POLICIES or one.kind in GUARDS or "_lifecycle" in one.kind:
                ways = ("bucket",)
            for name in _names(one, ways, written) if ways else ():
                self._about.setdefault(name, []).append(one)

    def complete(self, resource: Resource, facts: Facts) -> None:
        """Add to the facts of a resource what the others say of it."""
        names = [resource.name, resource.name.partition(" ")[0], resource.body.text("bucket")]
        names += [resource.body.text("name")]
        names += [INDEX.sub("", resource.name)] if INDEX.search(resource.name) else []
        seen: dict[int, Resource] = {id(resource): resource}
        for name in filter(None, names):
            seen |= {id(one): one for one in self._about.get(name, ())}
        about = [self._of(one) for one in seen.values()]
        if resource.kind == "aws_s3_bucket":
            _guard(facts, frozenset().union(*(each.guards for each in (*about, *map(self._of, self._guarded)))))
        _readers(facts, frozenset().union(*(each.readers for each in about)))
        if resource.kind in _BUCKETS:
            _lifecycle(facts, frozenset().union(*(each.days for each in about)))

    def _of(self, one: Resource) -> _Said:
        """What a resource says, asked once: many may speak of one bucket, and one of many."""
        if id(one) not in self._said:
            held = frozenset(guard.holds for guard in guards(one))
            self._said[id(one)] = _Said(readers=self._read_by(one), guards=held, days=_days(one))
        return self._said[id(one)]

    def _read_by(self, one: Resource) -> frozenset[bool | None]:
        answers = [each.to_all for each in grants(one)]
        if one.kind in POLICIES or type_of(one.kind) in _OTHERS:
            answers += [answer for policy in documents(one) for answer in self._policy(policy)]
        return frozenset(answers)

    def _policy(self, policy: Value) -> list[bool | None]:
        if isinstance(policy.of, Unknown):
            named = next((each for each in policy.of.names if each.startswith(f"{DOCUMENT}.")), "")
            document = self._documents.get(named.removesuffix(".json"))
            if document is None:
                return [None]
            return [
                None if each.is_unknown else each.of == "*"
                for statement in along(document.body, "statement")
                if (statement.text("effect") or "Allow") == "Allow" and statement.get("condition") is None
                for each in along(statement, "principals", "identifiers")
            ]
        return [one.opens for one in statements([policy])]


def _names(resource: Resource, ways: tuple[str, ...], written: dict[str, Value]) -> list[str]:
    """What a resource may call the one that it is about: its address, or its own name."""
    bodies = [resource.body]
    if not resource.written:  # a plan knows the name, and its configuration the address
        bodies += [configured] if (configured := written.get(INDEX.sub("", resource.name))) is not None else []
    names: list[str] = []
    for one in (each for body in bodies for way in ways for each in along(body, way)):
        of: Any = one.of
        if isinstance(of, str):
            names.append(of)
        elif isinstance(of, Unknown):
            for name in of.names or (of.text,):
                address = re.match(r"[A-Za-z0-9_]+(?:\.[A-Za-z0-9_-]+)?", name)
                module = re.match(r"(?:module\.[^.]+\.)*", resource.name)
                prefix = INDEX.sub("", module[0]) if module else ""
                index = INDEX.search(resource.name)
                names += (
                    [f"{prefix}{address[0]}", f"{prefix}{address[0]}{index[0] if index else ''}"] if address else []
                )
    return names


def _readers(facts: Facts, answers: frozenset[bool | None]) -> None:
    """Whether it is everybody's; a guard keeps everybody out whatever a policy says."""
    if facts.known.get("guarded") is True:
        facts.say("public", False)
    elif True in answers:
        facts.say("public", True)
    elif None in answers:
        facts.leave("public")
    else:
        facts.say("public", False)


def _guard(facts: Facts, answers: frozenset[bool | None]) -> None:
    """Whether all four switches against public access are on; without a guard, the age of the bucket decides."""
    if True in answers:
        facts.say("guarded", True)
    elif not answers or None in answers:
        facts.leave("guarded")
    else:
        facts.say("guarded", False)


def _lifecycle(facts: Facts, days: frozenset[int | None]) -> None:
    """After how many days what is in it goes, where something says so."""
    if None in days:
        facts.leave("retention_days")
    elif days:
        facts.say("retention_days", min(each for each in days if each is not None))


def _days(one: Resource) -> frozenset[int | None]:
    rules = [
        rule
        for way in (("rule",), ("lifecycle_rule",), ("lifecycle_configuration", "rules"))
        for rule in along(one.body, *way)
    ]
    return frozenset(
        None if each.is_unknown or not isinstance(each.of, int | float) else int(each.of)
        for rule in rules
        if rule.text("status") != "Disabled" and _of(rule, "enabled") is not False
        for way in (("expiration", "days"), ("expiration_in_days",), ("condition", "age"))
        for each in along(rule, *way)
    )


def _of(value: Value, name: str) -> Any:
    """What a member is, None where there is none."""
    found = value.get(name)
    return found.of if found is not None else None
