"""Who may read what is stored, and what keeps everybody out: where the types of resources say so, and what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.infrastructure.resource import along

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.infrastructure.resource import Resource
    from sluicegate.infrastructure.values import Value

EVERYBODY = frozenset(
    {
        "public-read", "public-read-write", "authenticated-read", "allusers", "allauthenticatedusers", "blob",
        "container", "reader:allusers", "writer:allusers", "owner:allusers", "reader:allauthenticatedusers",
    }
)  # fmt: skip
"""How lists of who may read write everybody, in small letters."""
GRANTS = {
    "aws_s3_bucket": ("acl",),
    "aws_s3_bucket_acl": ("acl",),
    "google_storage_bucket_iam_member": ("member",),
    "google_storage_bucket_iam_binding": ("members",),
    "google_storage_bucket_access_control": ("entity",),
    "google_storage_bucket_acl": ("role_entity", "predefined_acl"),
    "azurerm_storage_container": ("container_access_type",),
}
"""Where each type lists who may read."""
POLICIES = frozenset({"aws_s3_bucket_policy", "aws_s3_bucket"})
"""Types whose policy lets somebody read a bucket."""
ACCOUNT = "aws_s3_account_public_access_block"
"""The guard of all buckets of an account."""
GUARDS: dict[str, tuple[str, ...]] = {
    "aws_s3_bucket_public_access_block": (),
    ACCOUNT: (),
    "aws_s3_bucket": ("public_access_block_configuration",),
}
"""Where each type guards against public access, whatever lists and policies say."""
_SWITCHES = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
_COPIED = (
    "snapshot_identifier", "snapshot_id", "replicate_source_db", "source_db_instance_identifier",
    "replication_source_identifier", "source_db_cluster_identifier", "restore_to_point_in_time",
    "global_cluster_identifier", "db_snapshot_identifier",
)  # fmt: skip


class Grant(Struct, frozen=True, kw_only=True):
    """Somebody who may read, under the name that lists them; None where only a run tells whether it is everybody."""

    name: str
    at: Value
    to_all: bool | None


class Guard(Struct, frozen=True, kw_only=True):
    """A guard against public access, and its switches that are off. `holds`: all are on; None where one is unknown."""

    at: Value
    off: dict[str, Value | None]
    holds: bool | None


def grants(resource: Resource) -> Iterator[Grant]:
    """Whom a resource lists as readers."""
    for name in GRANTS.get(resource.kind, ()):
        for one in along(resource.body, name):
            yield Grant(name=name, at=one, to_all=None if one.is_unknown else str(one.of).lower() in EVERYBODY)


def guards(resource: Resource) -> Iterator[Guard]:
    """The guards that a resource is or has."""
    if resource.kind in GUARDS:
        for block in along(resource.body, *GUARDS[resource.kind]):
            yield _guard(block)


def _guard(block: Value) -> Guard:
    """A guard without a switch has it off."""
    if block.is_unknown:
        return Guard(at=block, off={}, holds=None)
    asked = {name: block.get(name) for name in _SWITCHES}
    off = {
        name: one for name, one in asked.items() if one is None or (not one.is_unknown and one.of not in (True, "true"))
    }
    unknown = any(one is not None and one.is_unknown for one in asked.values())
    return Guard(at=block, off=off, holds=False if off else None if unknown else True)


def is_copied(resource: Resource) -> bool:
    """Whether a database or disk is made of another one: what is left out is then as it was there."""
    return any(resource.body.get(name) is not None for name in _COPIED)


def of_cluster(resource: Resource) -> bool:
    """Whether a database is part of a cluster, which says for all of them how it stores."""
    return resource.body.get("db_cluster_identifier") is not None or resource.body.text("engine").startswith("aurora")
