"""What everybody can read, and what lies on a disk unencrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.security.infrastructure.cloud.said import Fault, open_
from sluicegate.infrastructure.policies import documents, statements
from sluicegate.infrastructure.resource import WORLD, along
from sluicegate.model import Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.security.infrastructure.cloud.said import Said
    from sluicegate.infrastructure.resource import Resource
    from sluicegate.infrastructure.values import Value

_EVERYBODY = frozenset(
    {
        "public-read", "public-read-write", "authenticated-read", "allusers", "allauthenticatedusers", "blob",
        "container", "reader:allusers", "writer:allusers", "owner:allusers", "reader:allauthenticatedusers",
    }
)  # fmt: skip
_GRANTS = {
    "aws_s3_bucket": ("acl",),
    "aws_s3_bucket_acl": ("acl",),
    "google_storage_bucket_iam_member": ("member",),
    "google_storage_bucket_iam_binding": ("members",),
    "google_storage_bucket_access_control": ("entity",),
    "google_storage_bucket_acl": ("role_entity", "predefined_acl"),
    "azurerm_storage_container": ("container_access_type",),
}
"""Where each kind says who may read."""
_SWITCHES = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
_BLOCKS = {
    "aws_s3_bucket_public_access_block": (),
    "aws_s3_account_public_access_block": (),
    "aws_s3_bucket": ("public_access_block_configuration",),
}
_ALLOWS = {"azurerm_storage_account": ("allow_nested_items_to_be_public", "allow_blob_public_access")}
_POLICIES = frozenset({"aws_s3_bucket_policy", "aws_s3_bucket"})
_PRIVATE = "Take it out; what the world should see is given to it by a service in front of the bucket."

_ENCRYPTED = {
    "aws_db_instance": "storage_encrypted",
    "aws_rds_cluster": "storage_encrypted",
    "aws_docdb_cluster": "storage_encrypted",
    "aws_neptune_cluster": "storage_encrypted",
    "aws_efs_file_system": "encrypted",
    "aws_ebs_volume": "encrypted",
}
"""The switch of each kind that stores; it is off where it is left out."""
_INHERITS = (
    "snapshot_identifier", "snapshot_id", "replicate_source_db", "source_db_instance_identifier",
    "replication_source_identifier", "source_db_cluster_identifier", "restore_to_point_in_time",
    "global_cluster_identifier", "db_snapshot_identifier",
)  # fmt: skip
_DISKS = ("root_block_device", "ebs_block_device")

_PUBLIC = frozenset(
    {"aws_db_instance", "aws_rds_cluster_instance", "aws_redshift_cluster", "aws_dms_replication_instance"}
)


def buckets(resource: Resource) -> Iterator[Said]:
    """Buckets that everybody can read, or that are no longer guarded against it."""
    for name in _GRANTS.get(resource.kind, ()):
        for one in along(resource.body, name):
            if one.is_unknown:
                yield open_(resource, "who may read it", one)
            elif str(one.of).lower() in _EVERYBODY:
                yield Fault(
                    at=one, what=f"{name} {one.of}", message=f"{resource.name} gives everybody access (`{one.of}`)",
                    advice=_PRIVATE,
                )  # fmt: skip
    for name in _ALLOWS.get(resource.kind, ()):
        yield from _switched(resource, name, "lets containers be public", _PRIVATE)
    if resource.kind in _BLOCKS:
        for one in along(resource.body, *_BLOCKS[resource.kind]):
            yield from _unguarded(resource, one)
    if resource.kind in _POLICIES:
        for statement in statements(documents(resource)):
            if statement.allows and statement.to_all and not statement.conditional:
                yield Fault(
                    at=statement.at, what="policy", message=f"{resource.name} has a policy for everybody",
                    advice="Name who may (`Principal`), or set a condition that only they meet.",
                )  # fmt: skip


def _unguarded(resource: Resource, block: Value) -> Iterator[Said]:
    if block.is_unknown:
        yield open_(resource, "whether it is guarded against public access", block)
        return
    asked = {name: block.get(name) for name in _SWITCHES}
    off = [name for name, one in asked.items() if one is None or (not one.is_unknown and one.of not in (True, "true"))]
    if off:
        yield Fault(
            at=next((one for name in off if (one := asked[name]) is not None), block), what="unguarded",
            message=f"{resource.name} leaves the guard against public access open (`{'`, `'.join(off)}`)",
            advice="Set all four switches to true.",
        )  # fmt: skip
    elif any(one is not None and one.is_unknown for one in asked.values()):
        yield open_(resource, "whether it is guarded against public access")


def unencrypted(resource: Resource) -> Iterator[Said]:
    """Storage that is not encrypted."""
    name = _ENCRYPTED.get(resource.kind)
    if name is not None and not _of_cluster(resource):
        asked = resource.body.get(name)
        if asked is not None and asked.is_unknown:
            yield open_(resource, "whether it is encrypted", asked)
        elif asked is None and any(resource.body.get(one) is not None for one in _INHERITS):
            yield open_(resource, "whether it is encrypted, which it takes from where it is made of")
        elif asked is None or asked.of not in (True, "true"):
            by_default = asked is None and resource.kind == "aws_ebs_volume"
            yield Fault(
                at=asked or resource.body, what=name,
                message=f"{resource.name} is not encrypted"
                + (", unless the account encrypts all volumes" if by_default else ""),
                advice=f"Write `{name} = true`; what is there already has to be copied.",
                level=Level.WARNING if by_default else None,
            )  # fmt: skip
    if resource.kind == "aws_instance":
        for disk in _DISKS:
            for asked in along(resource.body, disk, "encrypted"):
                if asked.is_unknown:
                    yield open_(resource, "whether a disk is encrypted", asked)
                elif asked.of in (False, "false"):
                    yield Fault(
                        at=asked, what=disk, message=f"{resource.name} has a disk that is not encrypted",
                        advice="Write `encrypted = true`.",
                    )  # fmt: skip


def _of_cluster(resource: Resource) -> bool:
    """Whether it is part of a cluster, which says it for all."""
    body = resource.body
    return body.get("db_cluster_identifier") is not None or body.text("engine").startswith("aurora")


def databases(resource: Resource) -> Iterator[Said]:
    """Databases that the internet reaches."""
    advice = "Keep it in a private network, and reach it through a bastion or a private link."
    if resource.kind in _PUBLIC:
        yield from _switched(resource, "publicly_accessible", "can be reached from the internet", advice)
    if resource.kind == "google_sql_database_instance":
        for one in along(resource.body, "settings", "ip_configuration", "authorized_networks", "value"):
            if one.is_unknown:
                yield open_(resource, "who may reach it", one)
            elif str(one.of) in WORLD:
                yield Fault(at=one, what="network", message=f"{resource.name} lets everybody in", advice=advice)
    if resource.kind.startswith("azurerm_") and resource.kind.endswith("_firewall_rule"):
        ends = [resource.body.get(name) for name in ("start_ip_address", "end_ip_address")]
        if [one.of if one else None for one in ends] == ["0.0.0.0", "255.255.255.255"]:  # noqa: S104 (not bound to)
            at = ends[0] or resource.body
            yield Fault(at=at, what="network", message=f"{resource.name} lets everybody in", advice=advice)


def _switched(resource: Resource, name: str, does: str, advice: str) -> Iterator[Said]:
    asked = resource.body.get(name)
    if asked is not None and asked.is_unknown:
        yield open_(resource, f"whether it {does}", asked)
    elif asked is not None and asked.of in (True, "true"):
        yield Fault(at=asked, what=name, message=f"{resource.name} {does} (`{name}`)", advice=advice)
