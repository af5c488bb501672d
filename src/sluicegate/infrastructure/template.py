"""The resources of a template of CloudFormation, put into Terraform's words, so that one law holds for both.

What an intrinsic function gives (`!Ref`, `!Sub`, `Fn::If`, …) only the deployment tells: it is unknown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sluicegate.infrastructure.resource import Resource
from sluicegate.infrastructure.values import Unknown, Value
from sluicegate.infrastructure.yamlvalues import parsed, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 4 << 20
"""CloudFormation takes no template of more than 1 MB."""

_KINDS = {
    "AWS::DMS::ReplicationInstance": "aws_dms_replication_instance",
    "AWS::DocDB::DBCluster": "aws_docdb_cluster",
    "AWS::EC2::SecurityGroup": "aws_security_group",
    "AWS::EC2::SecurityGroupIngress": "aws_vpc_security_group_ingress_rule",
    "AWS::EC2::Volume": "aws_ebs_volume",
    "AWS::EFS::FileSystem": "aws_efs_file_system",
    "AWS::IAM::Group": "aws_iam_group",
    "AWS::IAM::GroupPolicy": "aws_iam_group_policy",
    "AWS::IAM::ManagedPolicy": "aws_iam_policy",
    "AWS::IAM::Policy": "aws_iam_policy",
    "AWS::IAM::Role": "aws_iam_role",
    "AWS::IAM::RolePolicy": "aws_iam_role_policy",
    "AWS::IAM::User": "aws_iam_user",
    "AWS::IAM::UserPolicy": "aws_iam_user_policy",
    "AWS::Neptune::DBCluster": "aws_neptune_cluster",
    "AWS::RDS::DBCluster": "aws_rds_cluster",
    "AWS::RDS::DBInstance": "aws_db_instance",
    "AWS::Redshift::Cluster": "aws_redshift_cluster",
    "AWS::S3::Bucket": "aws_s3_bucket",
    "AWS::S3::BucketPolicy": "aws_s3_bucket_policy",
}
"""What Terraform calls the types of which a rule tells more than that there is a secret in it."""
_NAMES = {
    "AccessControl": "acl",
    "CidrIp": "cidr_blocks",
    "CidrIpv6": "ipv6_cidr_blocks",
    "KeyPolicy": "policy",
    "SecurityGroupIngress": "ingress",
}
"""Properties that are called otherwise; the rest differ by how words are joined."""
_AS_IT_IS = frozenset({"PolicyDocument", "AssumeRolePolicyDocument", "KeyPolicy", "Variables", "Tags"})
"""Properties in which names are no words of CloudFormation."""
_JOINT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def resources(raw: bytes, shown: str) -> list[Resource]:
    """What a template declares. Raises UnreadableError, with the line."""
    found: list[Resource] = []
    for piece in pieces(raw):
        for document in parsed(piece, shown):
            found += _declared(document)
    return found


def _declared(document: Value) -> Iterator[Resource]:
    for name, one in document.members("Resources").items():
        kind = one.text("Type")
        if kind:
            body = one.get("Properties") or Value(of={}, line=one.line, column=one.column)
            yield Resource(kind=_KINDS.get(kind, kind), name=f"{name} ({kind})", body=_put(body))
    for name, one in document.members("Parameters").items() if document.members("Resources") else ():
        default = one.get("Default")
        inner = {} if default is None else {name: default}
        yield Resource(kind="parameter", name=f"parameter {name}", body=Value(of=inner, line=one.line))


def _put(value: Value, *, as_it_is: bool = False) -> Value:
    """A value in Terraform's words, with what functions give as unknown."""
    if isinstance(value.of, list):
        of = [_put(one, as_it_is=as_it_is) for one in value.of]
        return Value(of=of, line=value.line, column=value.column)
    if not isinstance(value.of, dict):
        return value
    only = next(iter(value.of)) if len(value.of) == 1 else ""
    if only == "Ref" or only.startswith("Fn::"):
        said = value.of[only].of
        names = (said,) if only == "Ref" and isinstance(said, str) else ()
        return Value(of=Unknown(text=only, names=names), line=value.line, column=value.column)
    members = {}
    for name, one in value.of.items():
        put = _put(one, as_it_is=as_it_is or name in _AS_IT_IS)
        if name == "AccessControl" and isinstance(put.of, str):
            put = Value(of=_JOINT.sub("-", put.of).lower(), line=put.line, column=put.column)
        members[name if as_it_is else _NAMES.get(name) or _JOINT.sub("_", name).lower()] = put
    return Value(of=members, line=value.line, column=value.column)
