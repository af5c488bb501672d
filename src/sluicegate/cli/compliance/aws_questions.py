"""What AWS is asked, read only: lists, and for each of their members what no list says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field

Parameters = Mapping[str, str | int | tuple[str, ...]]


class Question(Struct, frozen=True, kw_only=True):
    """One call that only reads; `needs` is the right that it takes. `name` is how AWS's own command line has it.

    `then` is asked of what its answer names.
    """

    service: str
    name: str
    needs: str
    parameters: Parameters = field(default_factory=dict)
    region: str = ""
    then: tuple[Then, ...] = ()

    @property
    def query(self) -> str:
        """The command that asks the same."""
        cli = "s3api" if self.service == "s3" else self.service
        given = [f"--{_dashed(name)} {_text(value)}" for name, value in self.parameters.items()]
        return " ".join(["aws", cli, self.name, *given, *([f"--region {self.region}"] if self.region else [])])

    def further(self, said: Mapping[str, Any]) -> Iterator[Question]:
        """What is asked next, member by member of a page of the answer."""
        for members in dict.fromkeys(then.members for then in self.then):
            found = said.get(members)
            for member in found if isinstance(found, list) else [found] if isinstance(found, dict) else []:
                for then in self.then:
                    if then.members == members and (question := then.of(self, member)) is not None:
                        yield question


class Then(Struct, frozen=True, kw_only=True):
    """What is asked of each of the `members` that an answer has, under `parameter` by what the member has as `by`.

    A member may be a text, or the answer's only one. `where`: which of them are asked.
    """

    name: str
    needs: str
    parameter: str
    members: str
    by: str = ""
    fixed: Parameters = field(default_factory=dict)
    where: Callable[[Mapping[str, Any]], bool] = lambda _: True
    then: tuple[Then, ...] = ()

    def of(self, before: Question, member: Any) -> Question | None:
        """The question about a member; None where it is not asked of it."""
        named = member.get(self.by) if isinstance(member, dict) else member
        if not isinstance(named, str) or (isinstance(member, dict) and not self.where(member)):
            return None
        return Question(
            service=before.service, name=self.name, needs=self.needs, region=before.region, then=self.then,
            parameters={self.parameter: named, **self.fixed},
        )  # fmt: skip


def _of_bucket(name: str, needs: str) -> Then:
    return Then(name=name, needs=f"s3:{needs}", parameter="Bucket", members="Buckets", by="Name")


def _listing(service: str, name: str, needs: str, *then: Then, **parameters: str | int) -> Question:
    return Question(service=service, name=name, needs=needs, then=then, parameters=parameters)


def _is_customers(key: Mapping[str, Any]) -> bool:
    """Whether somebody but AWS answers for a key that is still there."""
    return key.get("KeyManager") == "CUSTOMER" and key.get("KeyState") not in (
        "PendingDeletion",
        "PendingReplicaDeletion",
    )


def _can_rotate(key: Mapping[str, Any]) -> bool:
    return _is_customers(key) and key.get("KeySpec") == "SYMMETRIC_DEFAULT" and key.get("Origin") == "AWS_KMS"


BUCKETS = _listing(
    "s3", "list-buckets", "s3:ListAllMyBuckets",
    _of_bucket("get-bucket-location", "GetBucketLocation"),
    _of_bucket("get-bucket-encryption", "GetEncryptionConfiguration"),
    _of_bucket("get-public-access-block", "GetBucketPublicAccessBlock"),
    _of_bucket("get-bucket-policy-status", "GetBucketPolicyStatus"),
    _of_bucket("get-bucket-acl", "GetBucketAcl"),
    _of_bucket("get-bucket-lifecycle-configuration", "GetLifecycleConfiguration"),
)  # fmt: skip
"""Asked once, whatever the regions are."""
REGIONAL = (
    _listing("rds", "describe-db-instances", "rds:DescribeDBInstances"),
    _listing("rds", "describe-db-clusters", "rds:DescribeDBClusters"),
    _listing("ec2", "describe-security-groups", "ec2:DescribeSecurityGroups"),
    _listing("ec2", "describe-volumes", "ec2:DescribeVolumes"),
    _listing("logs", "describe-log-groups", "logs:DescribeLogGroups"),
    _listing(
        "cloudtrail", "describe-trails", "cloudtrail:DescribeTrails",
        Then(
            name="get-trail-status", needs="cloudtrail:GetTrailStatus", parameter="Name", members="trailList",
            by="TrailARN",
        ),
    ),
    _listing(
        "kms", "list-keys", "kms:ListKeys",
        Then(
            name="describe-key", needs="kms:DescribeKey", parameter="KeyId", members="Keys", by="KeyId",
            then=(
                Then(
                    name="get-key-rotation-status", needs="kms:GetKeyRotationStatus", parameter="KeyId",
                    members="KeyMetadata", by="KeyId", where=_can_rotate,
                ),
                Then(
                    name="get-key-policy", needs="kms:GetKeyPolicy", parameter="KeyId", members="KeyMetadata",
                    by="KeyId", where=_is_customers, fixed={"PolicyName": "default"},
                ),
            ),
        ),
    ),
    _listing(
        "dynamodb", "list-tables", "dynamodb:ListTables",
        Then(name="describe-table", needs="dynamodb:DescribeTable", parameter="TableName", members="TableNames"),
        Then(
            name="describe-continuous-backups", needs="dynamodb:DescribeContinuousBackups", parameter="TableName",
            members="TableNames",
        ),
    ),
    _listing("dynamodb", "list-backups", "dynamodb:ListBackups", BackupType="AWS_BACKUP"),
    # without a number of its own choosing, SQS gives the first thousand and says nothing of the rest
    _listing(
        "sqs", "list-queues", "sqs:ListQueues",
        Then(
            name="get-queue-attributes", needs="sqs:GetQueueAttributes", parameter="QueueUrl", members="QueueUrls",
            fixed={"AttributeNames": ("All",)},
        ),
        MaxResults=1000,
    ),
    _listing(
        "sns", "list-topics", "sns:ListTopics",
        Then(
            name="get-topic-attributes", needs="sns:GetTopicAttributes", parameter="TopicArn", members="Topics",
            by="TopicArn",
        ),
    ),
    _listing(
        "elbv2", "describe-load-balancers", "elasticloadbalancing:DescribeLoadBalancers",
        Then(
            name="describe-load-balancer-attributes", needs="elasticloadbalancing:DescribeLoadBalancerAttributes",
            parameter="LoadBalancerArn", members="LoadBalancers", by="LoadBalancerArn",
        ),
        Then(
            name="describe-listeners", needs="elasticloadbalancing:DescribeListeners", parameter="LoadBalancerArn",
            members="LoadBalancers", by="LoadBalancerArn",
            then=(
                Then(
                    name="describe-rules", needs="elasticloadbalancing:DescribeRules", parameter="ListenerArn",
                    members="Listeners", by="ListenerArn", where=lambda one: one.get("Protocol") == "HTTP",
                ),
            ),
        ),
    ),
)  # fmt: skip
"""Asked in each region."""
SERVICES = tuple(dict.fromkeys(each.service for each in (BUCKETS, *REGIONAL)))


def _dashed(name: str) -> str:
    return "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in name).lstrip("-")


def _text(value: str | int | tuple[str, ...]) -> str:
    return " ".join(value) if isinstance(value, tuple) else str(value)
