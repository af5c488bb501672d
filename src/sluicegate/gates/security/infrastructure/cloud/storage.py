"""What everybody can read, and what lies on a disk unencrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.security.infrastructure.cloud.said import Fault, open_
from sluicegate.infrastructure.policies import documents, statements
from sluicegate.infrastructure.resource import WORLD, along
from sluicegate.infrastructure.storage import POLICIES, grants, guards, is_copied, of_cluster
from sluicegate.model import Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.security.infrastructure.cloud.said import Said
    from sluicegate.infrastructure.resource import Resource
    from sluicegate.infrastructure.storage import Guard

_ALLOWS = {"azurerm_storage_account": ("allow_nested_items_to_be_public", "allow_blob_public_access")}
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
_DISKS = ("root_block_device", "ebs_block_device")

_PUBLIC = frozenset(
    {"aws_db_instance", "aws_rds_cluster_instance", "aws_redshift_cluster", "aws_dms_replication_instance"}
)


def buckets(resource: Resource) -> Iterator[Said]:
    """Buckets that everybody can read, or that are no longer guarded against it."""
    for grant in grants(resource):
        one = grant.at
        if grant.to_all is None:
            yield open_(resource, "who may read it", one)
        elif grant.to_all:
            yield Fault(
                at=one, what=f"{grant.name} {one.of}", message=f"{resource.name} gives everybody access (`{one.of}`)",
                advice=_PRIVATE,
            )  # fmt: skip
    for name in _ALLOWS.get(resource.kind, ()):
        yield from _switched(resource, name, "lets containers be public", _PRIVATE)
    for guard in guards(resource):
        yield from _unguarded(resource, guard)
    if resource.kind in POLICIES:
        for statement in statements(documents(resource)):
            if statement.opens:
                yield Fault(
                    at=statement.at, what="policy", message=f"{resource.name} has a policy for everybody",
                    advice="Name who may (`Principal`), or set a condition that only they meet.",
                )  # fmt: skip


def _unguarded(resource: Resource, guard: Guard) -> Iterator[Said]:
    if guard.off:
        yield Fault(
            at=next((one for one in guard.off.values() if one is not None), guard.at), what="unguarded",
            message=f"{resource.name} leaves the guard against public access open (`{'`, `'.join(guard.off)}`)",
            advice="Set all four switches to true.",
        )  # fmt: skip
    elif guard.holds is None:
        yield open_(resource, "whether it is guarded against public access", guard.at)


def unencrypted(resource: Resource) -> Iterator[Said]:
    """Storage that is not encrypted."""
    name = _ENCRYPTED.get(resource.kind)
    if name is not None and not of_cluster(resource):
        asked = resource.body.get(name)
        if asked is not None and asked.is_unknown:
            yield open_(resource, "whether it is encrypted", asked)
        elif asked is None and is_copied(resource):
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
