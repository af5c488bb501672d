"""What other resources say of a bucket: who may read it, whether it is guarded, how long it keeps what is in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from sluicegate.gates.compliance.evidence.declared.facts import Facts
from sluicegate.infrastructure.plan import INDEX
from sluicegate.infrastructure.policies import DOCUMENT, documents, statements
from sluicegate.infrastructure.resource import Resource, along
from sluicegate.infrastructure.values import Unknown, Value

BUCKETS = frozenset({"aws_s3_bucket", "google_storage_bucket"})
_GUARDS = ("aws_s3_bucket_public_access_block", "aws_s3_account_public_access_block")
_SWITCHES = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
_GRANTS = {
    "aws_s3_bucket": ("acl",),
    "aws_s3_bucket_acl": ("acl",),
    "google_storage_bucket_iam_member": ("member",),
    "google_storage_bucket_iam_binding": ("members",),
    "google_storage_bucket_access_control": ("entity",),
}
_POLICIES = frozenset({"aws_s3_bucket", "aws_s3_bucket_policy"})
_EVERYBODY = frozenset({"public-read", "public-read-write", "authenticated-read", "allusers", "allauthenticatedusers"})


class _Said(Struct, frozen=True, kw_only=True):
    """What a resource says of buckets: whether everybody reads them, is kept out, and the days that things stay."""

    readers: frozenset[bool | None]
    guards: frozenset[bool | None]
    days: frozenset[int | None]


class Group:
    """The resources that know each other by name: those of a folder, a plan or a template. It lives as long."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.resources = list(resources)
        self._about: dict[str, list[Resource]] = {}
        self._documents = {one.name: one for one in self.resources if one.kind == DOCUMENT}
        self._guarded = [one for one in self.resources if one.kind == _GUARDS[1]]
        written = {one.name: one.body for one in self.resources if one.kind.startswith("written.")}
        self._said: dict[int, _Said] = {}
        for one in self.resources:
            if one.kind in BUCKETS:
                continue  # a bucket speaks of itself alone
            if one.kind in _GRANTS or one.kind in _POLICIES or one.kind == _GUARDS[0] or "_lifecycle" in one.kind:
                for name in _names(one, written):
                    self._about.setdefault(name, []).append(one)

    def complete(self, bucket: Resource, facts: Facts) -> None:
        """Add to the facts of a bucket what the others say of it."""
        names = [bucket.name, bucket.name.partition(" ")[0], bucket.body.text("bucket"), bucket.body.text("name")]
        names += [INDEX.sub("", bucket.name)] if INDEX.search(bucket.name) else []
        seen: dict[int, Resource] = {id(bucket): bucket}
        for name in filter(None, names):
            seen |= {id(one): one for one in self._about.get(name, ())}
        about = [self._of(one) for one in seen.values()]
        if bucket.kind == "aws_s3_bucket":
            guards = [*about, *map(self._of, self._guarded)]
            _guard(facts, frozenset().union(*(each.guards for each in guards)))
        _readers(facts, frozenset().union(*(each.readers for each in about)))
        _lifecycle(facts, frozenset().union(*(each.days for each in about)))

    def _of(self, one: Resource) -> _Said:
        """What a resource says, asked once: many may speak of one bucket, and one of many."""
        if id(one) not in self._said:
            self._said[id(one)] = _Said(readers=self._read_by(one), guards=_guards(one), days=_days(one))
        return self._said[id(one)]

    def _read_by(self, one: Resource) -> frozenset[bool | None]:
        answers: list[bool | None] = []
        for name in _GRANTS.get(one.kind, ()):
            answers += [
                None if each.is_unknown else str(each.of).lower() in _EVERYBODY for each in along(one.body, name)
            ]
        if one.kind in _POLICIES:
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
        return [one.to_all for one in statements([policy]) if one.allows and not one.conditional]


def _readers(facts: Facts, answers: frozenset[bool | None]) -> None:
    """Whether everybody may read it; a guard keeps everybody out whatever a policy says."""
    if facts.known.get("guarded") is True:
        facts.say("public", False)
    elif True in answers:
        facts.say("public", True)
    elif None in answers:
        facts.leave("public")
    else:
        facts.say("public", False)


def _names(resource: Resource, written: dict[str, Value]) -> list[str]:
    """What a resource may call the bucket that it is about: its address, or its own name."""
    found = [resource.body.get("bucket")]
    if not resource.written:  # a plan knows the name, and its configuration the address
        configured = written.get(INDEX.sub("", resource.name))
        found.append(configured.get("bucket") if configured is not None else None)
    names: list[str] = []
    for one in found:
        of: Any = one.of if one is not None else None
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


def _guard(facts: Facts, answers: frozenset[bool | None]) -> None:
    """Whether all four switches against public access are on; without a guard, the age of the bucket decides."""
    if True in answers:
        facts.say("guarded", True)
    elif not answers or None in answers:
        facts.leave("guarded")
    else:
        facts.say("guarded", False)


def _guards(one: Resource) -> frozenset[bool | None]:
    blocks = [one.body] if one.kind in _GUARDS else []
    blocks += along(one.body, "public_access_block_configuration")
    return frozenset(map(_switched, blocks))


def _switched(block: Value) -> bool | None:
    asked = [block.get(name) for name in _SWITCHES]
    if any(one is None or (not one.is_unknown and one.of not in (True, "true")) for one in asked):
        return None if block.is_unknown else False
    return None if any(one is not None and one.is_unknown for one in asked) else True


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
