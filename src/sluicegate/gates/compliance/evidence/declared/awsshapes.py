"""The shapes of AWS's answers, by the question, as far as they are asked for: what is of another shape is no answer.

What AWS always says is required: an answer without it shows nothing, and above all not that a thing is closed.
"""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict


class Bucket(TypedDict):
    Name: str


class Buckets(TypedDict):
    Buckets: list[Bucket]


class Rules(TypedDict):
    Rules: list[dict[str, Any]]


class Encryption(TypedDict):
    ServerSideEncryptionConfiguration: Rules


class Block(TypedDict):
    PublicAccessBlockConfiguration: dict[str, bool]


class Policy(TypedDict):
    IsPublic: bool


class PolicyStatus(TypedDict):
    PolicyStatus: Policy


class Grantee(TypedDict, total=False):
    URI: str | None


class Grant(TypedDict):
    Grantee: Grantee


class Grants(TypedDict):
    Grants: list[Grant]


class Expiration(TypedDict, total=False):
    Days: int | None


class Lifetime(TypedDict):
    Status: str
    Expiration: NotRequired[Expiration | None]


class Lifecycle(TypedDict):
    Rules: list[Lifetime]


class Place(TypedDict, total=False):
    LocationConstraint: str | None


class Database(TypedDict, total=False):
    DBInstanceIdentifier: str
    DBClusterIdentifier: str
    StorageEncrypted: bool | None
    BackupRetentionPeriod: int | None
    PubliclyAccessible: bool | None


class Instances(TypedDict):
    DBInstances: list[Database]


class Clusters(TypedDict):
    DBClusters: list[Database]


class Network(TypedDict, total=False):
    CidrIp: str | None
    CidrIpv6: str | None


class Permission(TypedDict, total=False):
    IpProtocol: str | None
    FromPort: int
    ToPort: int
    IpRanges: list[Network] | None
    Ipv6Ranges: list[Network] | None


class SecurityGroup(TypedDict):
    GroupId: str
    IpPermissions: list[Permission]


class SecurityGroups(TypedDict):
    SecurityGroups: list[SecurityGroup]


class Volume(TypedDict):
    VolumeId: str
    Encrypted: NotRequired[bool | None]


class Volumes(TypedDict):
    Volumes: list[Volume]


class LogGroup(TypedDict):
    logGroupName: str
    retentionInDays: NotRequired[int | None]


class LogGroups(TypedDict):
    logGroups: list[LogGroup]


class Trail(TypedDict):
    TrailARN: str
    LogFileValidationEnabled: NotRequired[bool | None]
    IsMultiRegionTrail: NotRequired[bool | None]


class Trails(TypedDict):
    trailList: list[Trail]


class TrailStatus(TypedDict):
    IsLogging: bool


class Key(TypedDict):
    KeyId: str


class Keys(TypedDict):
    Keys: list[Key]


class KeyMetadata(TypedDict):
    KeyManager: str
    KeyState: str
    KeySpec: NotRequired[str]
    Origin: NotRequired[str]


class DescribedKey(TypedDict):
    KeyMetadata: KeyMetadata


class Rotation(TypedDict):
    KeyRotationEnabled: bool


class KeyPolicy(TypedDict):
    Policy: str


class Tables(TypedDict):
    TableNames: list[str]


class Table(TypedDict):
    Table: dict[str, Any]


class ContinuousBackups(TypedDict):
    ContinuousBackupsDescription: dict[str, Any]


class Backup(TypedDict):
    TableName: str
    BackupCreationDateTime: NotRequired[str | None]
    BackupExpiryDateTime: NotRequired[str | None]


class Backups(TypedDict):
    BackupSummaries: list[Backup]


class Queues(TypedDict, total=False):
    QueueUrls: list[str]  # left out where there is none


class Attributes(TypedDict):
    Attributes: dict[str, str]


class Topic(TypedDict):
    TopicArn: str


class Topics(TypedDict):
    Topics: list[Topic]


class Balancer(TypedDict):
    LoadBalancerArn: str
    LoadBalancerName: str
    Type: NotRequired[str]


class Balancers(TypedDict):
    LoadBalancers: list[Balancer]


class Pair(TypedDict):
    Key: str
    Value: NotRequired[str]


class Pairs(TypedDict):
    Attributes: list[Pair]


class Listener(TypedDict):
    ListenerArn: NotRequired[str]
    Port: NotRequired[int]
    Protocol: NotRequired[str]
    SslPolicy: NotRequired[str | None]
    DefaultActions: NotRequired[list[dict[str, Any]]]


class Listeners(TypedDict):
    Listeners: list[Listener]


class ListenerRule(TypedDict):
    Actions: list[dict[str, Any]]


class ListenerRules(TypedDict):
    Rules: list[ListenerRule]


SHAPES: dict[str, Any] = {
    "s3api list-buckets": Buckets,
    "s3api get-bucket-encryption": Encryption,
    "s3api get-public-access-block": Block,
    "s3api get-bucket-policy-status": PolicyStatus,
    "s3api get-bucket-acl": Grants,
    "s3api get-bucket-lifecycle-configuration": Lifecycle,
    "s3api get-bucket-location": Place,
    "rds describe-db-instances": Instances,
    "rds describe-db-clusters": Clusters,
    "ec2 describe-security-groups": SecurityGroups,
    "ec2 describe-volumes": Volumes,
    "logs describe-log-groups": LogGroups,
    "cloudtrail describe-trails": Trails,
    "cloudtrail get-trail-status": TrailStatus,
    "kms list-keys": Keys,
    "kms describe-key": DescribedKey,
    "kms get-key-rotation-status": Rotation,
    "kms get-key-policy": KeyPolicy,
    "dynamodb list-tables": Tables,
    "dynamodb describe-table": Table,
    "dynamodb describe-continuous-backups": ContinuousBackups,
    "dynamodb list-backups": Backups,
    "sqs list-queues": Queues,
    "sqs get-queue-attributes": Attributes,
    "sns list-topics": Topics,
    "sns get-topic-attributes": Attributes,
    "elbv2 describe-load-balancers": Balancers,
    "elbv2 describe-load-balancer-attributes": Pairs,
    "elbv2 describe-listeners": Listeners,
    "elbv2 describe-rules": ListenerRules,
}
"""By the name of the command of AWS's own client that asks the same."""
