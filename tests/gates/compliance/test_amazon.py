"""What AWS answers: recorded as it came, page by page, refusals too, and read as evidence."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.stub import Stubber

from sluicegate.cli.compliance.collect_aws import collected, write
from sluicegate.gates.compliance.check import check
from sluicegate.gates.compliance.settings import Settings
from sluicegate.model import Context, Examination, Finding, Outcome
from sluicegate.revision import TreeSpec, open_tree

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
REGION = "eu-central-1"
TRAIL = "arn:aws:cloudtrail:eu-central-1:111122223333:trail/all"


@pytest.fixture
def stubbed():
    """Clients of boto3 whose answers are held against its own models of the services."""
    session = boto3.session.Session(
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - nobody's
        region_name=REGION,
    )
    stubs = {}

    def client(service, _region=""):
        if service not in stubs:
            there = session.client(service)
            stubs[service] = (there, Stubber(there))
            stubs[service][1].activate()
        return stubs[service][0]

    def stub(service):
        client(service)
        return stubs[service][1]

    return client, stub


def recorded(client, services, at=None):
    return list(collected(client, (REGION,), services, lambda: at or datetime.now(UTC)))


def judged(tmp_path, answers, **settings):
    write(tmp_path / "aws.jsonl", answers)
    context = Context(
        settings=Settings(packs=("baseline", "pci-dss"), recorded=("aws.jsonl",), **settings),
        head=open_tree(TreeSpec(kind="folder", root=str(tmp_path), shown="")), reference=None,
        rules=frozenset(), now=datetime.now(UTC), folder=str(tmp_path),
    )  # fmt: skip
    said = list(check(context))
    broken = (one for one in said if isinstance(one, Finding) and len(one.key) > 2)  # what is no resource has less
    found = {(one.rule.rpartition("/")[2], one.key[2]) for one in broken}
    return found, [one for one in said if isinstance(one, Examination)]


def test_every_page_is_recorded_and_judged(stubbed, tmp_path):
    client, stub = stubbed
    database = {"StorageEncrypted": True, "BackupRetentionPeriod": 14, "PubliclyAccessible": False}
    stub("rds").add_response(
        "describe_db_instances", {"DBInstances": [{"DBInstanceIdentifier": "a", **database}], "Marker": "more"}, {}
    )
    stub("rds").add_response(
        "describe_db_instances",
        {"DBInstances": [{"DBInstanceIdentifier": "b", **database, "BackupRetentionPeriod": 0}]},
        {"Marker": "more"},
    )
    stub("rds").add_response("describe_db_clusters", {"DBClusters": []}, {})
    answers = recorded(client, ("rds",))
    assert [each["query"] for each in answers] == [
        "aws rds describe-db-instances --region eu-central-1",
        "aws rds describe-db-instances --region eu-central-1 --page 2",
        "aws rds describe-db-clusters --region eu-central-1",
    ]
    found, said = judged(tmp_path, answers)
    assert found == {("backups-kept", "b")}
    examined = [one.examined for one in said if one.rule == "compliance/baseline/backups-kept"]
    assert examined == [2]


def test_ports_trails_disks_and_logs(stubbed, tmp_path):
    client, stub = stubbed
    world = [{"CidrIp": "0.0.0.0/0"}]
    stub("ec2").add_response(
        "describe_security_groups",
        {
            "SecurityGroups": [
                {
                    "GroupId": "sg-1",
                    "IpPermissions": [
                        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": world},
                        {"IpProtocol": "tcp", "FromPort": 0, "ToPort": 1024, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
                        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]},
                    ],
                },
                {"GroupId": "sg-2", "IpPermissions": [{"IpProtocol": "-1", "IpRanges": world}]},
            ]
        },
    )
    stub("ec2").add_response("describe_volumes", {"Volumes": [{"VolumeId": "vol-1", "Encrypted": False}]})
    stub("logs").add_response("describe_log_groups", {
        "logGroups": [{"logGroupName": "short", "retentionInDays": 30}, {"logGroupName": "for-good"}]
    })  # fmt: skip
    trail = {"TrailARN": TRAIL, "IsMultiRegionTrail": True, "LogFileValidationEnabled": False}
    stub("cloudtrail").add_response("describe_trails", {"trailList": [trail]})
    stub("cloudtrail").add_response("get_trail_status", {"IsLogging": True}, {"Name": TRAIL})
    found, _ = judged(tmp_path, recorded(client, ("ec2", "logs", "cloudtrail")))
    assert found == {
        ("admin-ports-closed", "sg-1"),
        ("admin-ports-closed", "sg-2"),
        ("stored-data-encrypted", "vol-1"),
        ("logs-kept", "short"),
        ("trails-complete", TRAIL),
    }


def test_what_is_refused_is_not_tested_and_names_the_right_that_is_missing(stubbed, tmp_path):
    client, stub = stubbed
    stub("rds").add_client_error("describe_db_instances", "AccessDenied", http_status_code=403)
    stub("rds").add_client_error("describe_db_clusters", "ThrottlingException", http_status_code=400)
    stub("ec2").add_client_error("describe_security_groups", "UnauthorizedOperation", http_status_code=400)
    stub("ec2").add_client_error("describe_volumes", "InternalError", http_status_code=500)
    answers = recorded(client, ("rds", "ec2"))
    assert [(each["status"], each["scopes"]) for each in answers] == [
        (403, "rds:DescribeDBInstances"),
        (429, ""),
        (403, "ec2:DescribeSecurityGroups"),
        (500, ""),
    ]
    found, said = judged(tmp_path, answers)
    assert not found
    told = [one.undecided for one in said if one.rule == "compliance/baseline/backups-kept"]
    assert all(told)  # nothing passed
    reasons = {each.outcome: each.reason for each in told}
    assert "with 500" in reasons[Outcome.ERRORED]
    assert any("rds:DescribeDBInstances" in each.reason for each in told if each.outcome is Outcome.NOT_TESTED)
    assert any("fewer requests" in each.reason for each in told)


def test_a_bucket_of_which_something_was_refused_is_open_there_and_not_elsewhere(stubbed, tmp_path):
    client, stub = stubbed
    s3 = stub("s3")
    on = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True)
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
    s3.add_response("list_buckets", {"Buckets": [{"Name": "good"}, {"Name": "open"}, {"Name": "dark"}]})
    for name in ("good", "open", "dark"):
        asked = {"Bucket": name}
        s3.add_response("get_bucket_location", {"LocationConstraint": "eu-central-1"}, asked)
        if name == "dark":
            for operation in ("get_bucket_encryption", "get_public_access_block"):
                s3.add_client_error(operation, "AccessDenied", http_status_code=403, expected_params=asked)
        else:
            s3.add_response("get_bucket_encryption", {"ServerSideEncryptionConfiguration": rules}, asked)
            if name == "good":
                s3.add_response("get_public_access_block", {"PublicAccessBlockConfiguration": on}, asked)
            else:
                code = "NoSuchPublicAccessBlockConfiguration"
                s3.add_client_error("get_public_access_block", code, http_status_code=404, expected_params=asked)
        s3.add_response("get_bucket_policy_status", {"PolicyStatus": {"IsPublic": name == "open"}}, asked)
        s3.add_response("get_bucket_acl", {"Grants": []}, asked)
        code = "NoSuchLifecycleConfiguration"
        s3.add_client_error("get_bucket_lifecycle_configuration", code, http_status_code=404, expected_params=asked)
    found, said = judged(tmp_path, recorded(client, ("s3",)))
    assert found == {("stored-data-private", "open")}
    for control, decided in {"stored-data-encrypted": 2, "stored-data-private": 2}.items():
        mine = [one for one in said if one.rule == f"compliance/baseline/{control}"]
        assert [one.examined for one in mine if not one.undecided] == [decided]
        open_ = [one.undecided for one in mine if one.undecided and one.undecided.outcome is Outcome.INCONCLUSIVE]
        assert len(open_) == 1
        assert "dark" in open_[0].reason
        assert any("s3:GetEncryptionConfiguration" in one.undecided.reason for one in mine if one.undecided)


def test_answers_that_are_too_old_or_cut_show_nothing(stubbed, tmp_path):
    client, stub = stubbed
    stub("rds").add_response("describe_db_instances", {"DBInstances": [{"DBInstanceIdentifier": "a"}]}, {})
    stub("rds").add_response("describe_db_clusters", {"DBClusters": []}, {})
    answers = recorded(client, ("rds",), datetime.now(UTC) - timedelta(days=30))
    found, said = judged(tmp_path, answers)
    mine = [one.undecided for one in said if one.rule == "compliance/baseline/backups-kept"]
    assert not found
    assert [each.outcome for each in mine] == [Outcome.NOT_TESTED]
    write(tmp_path / "aws.jsonl", [])
    (tmp_path / "aws.jsonl").write_text(json.dumps(answers[0]))
    context = Context(
        settings=Settings(recorded=("aws.jsonl",)),
        head=open_tree(TreeSpec(kind="folder", root=str(tmp_path), shown="")), reference=None,
        rules=frozenset(), now=datetime.now(UTC), folder=str(tmp_path),
    )  # fmt: skip
    mine = [
        one.undecided
        for one in check(context)
        if isinstance(one, Examination) and one.rule == "compliance/baseline/backups-kept"
    ]
    assert [each.outcome for each in mine] == [Outcome.ERRORED]
    assert "is cut" in mine[0].reason


def policy(principal, **more):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "*", "Resource": "*", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


OWNER = {"AWS": "arn:aws:iam::111122223333:root"}
OURS = policy("*", Condition={"StringEquals": {"AWS:SourceOwner": "111122223333"}})


def test_keys_are_asked_whether_they_are_made_anew_and_whose_they_are(stubbed, tmp_path):
    client, stub = stubbed
    kms = stub("kms")
    keys = {
        "good": {}, "stays": {}, "open": {}, "signs": {"KeySpec": "RSA_2048"}, "brought": {"Origin": "EXTERNAL"},
        "goes": {"KeyState": "PendingDeletion"}, "amazons": {"KeyManager": "AWS"},
    }  # fmt: skip
    names = list(keys)
    first, last = names[:3], names[3:]
    usual = {"KeyManager": "CUSTOMER", "KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS", "KeyState": "Enabled"}

    def each(some):
        for name in some:
            kms.add_response("describe_key", {"KeyMetadata": {"KeyId": name, **usual, **keys[name]}}, {"KeyId": name})
            if name in first:
                kms.add_response("get_key_rotation_status", {"KeyRotationEnabled": name != "stays"}, {"KeyId": name})
            if name not in ("goes", "amazons"):
                said = {"Policy": policy("*" if name == "open" else OWNER)}
                kms.add_response("get_key_policy", said, {"KeyId": name, "PolicyName": "default"})

    page = {"Keys": [{"KeyId": name} for name in first], "Truncated": True, "NextMarker": "more"}
    kms.add_response("list_keys", page, {})
    each(first)
    kms.add_response("list_keys", {"Keys": [{"KeyId": name} for name in last]}, {"Marker": "more"})
    each(last)
    answers = recorded(client, ("kms",))
    kms.assert_no_pending_responses()
    asked = f"aws kms get-key-policy --key-id good --policy-name default --region {REGION}"
    assert asked in [answer["query"] for answer in answers]
    found, said = judged(tmp_path, answers)
    assert found == {("keys-rotated", "stays"), ("stored-data-private", "open")}
    examined = {one.rule.rpartition("/")[2]: one.examined for one in said if one.examined}
    assert (examined["keys-rotated"], examined["stored-data-private"]) == (3, 5)


def test_tables_are_asked_how_far_they_can_be_taken_back(stubbed, tmp_path):
    client, stub = stubbed
    dynamo = stub("dynamodb")
    tables = {
        "recovers": {"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 35},
        "briefly": {"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 2},
        "copied": {"PointInTimeRecoveryStatus": "DISABLED"},
        "lost": {"PointInTimeRecoveryStatus": "DISABLED"},
    }
    dynamo.add_response("list_tables", {"TableNames": list(tables)}, {})
    for name, how in tables.items():
        dynamo.add_response("describe_table", {"Table": {"TableName": name}}, {"TableName": name})
        about = {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": how}
        said = {"ContinuousBackupsDescription": about}
        dynamo.add_response("describe_continuous_backups", said, {"TableName": name})
    made = datetime(2026, 11, 1, tzinfo=UTC)
    copy = {
        "TableName": "copied", "BackupCreationDateTime": made, "BackupExpiryDateTime": made + timedelta(days=30),
    }  # fmt: skip
    dynamo.add_response("list_backups", {"BackupSummaries": [copy]}, {"BackupType": "AWS_BACKUP"})
    found, said = judged(tmp_path, recorded(client, ("dynamodb",)))
    assert found == {("backups-kept", "briefly"), ("backups-kept", "lost")}
    examined = {one.rule.rpartition("/")[2]: one.examined for one in said if one.examined}
    assert (examined["backups-kept"], examined["stored-data-encrypted"]) == (4, 4)


def test_a_table_without_recovery_is_open_where_nobody_may_list_its_backups(stubbed, tmp_path):
    client, stub = stubbed
    dynamo = stub("dynamodb")
    dynamo.add_response("list_tables", {"TableNames": ["lone"]}, {})
    dynamo.add_client_error("describe_table", "AccessDeniedException", http_status_code=400)
    off = {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"}}
    said = {"ContinuousBackupsDescription": {"ContinuousBackupsStatus": "ENABLED", **off}}
    dynamo.add_response("describe_continuous_backups", said, {"TableName": "lone"})
    dynamo.add_client_error("list_backups", "AccessDeniedException", http_status_code=400)
    found, said = judged(tmp_path, recorded(client, ("dynamodb",)))
    assert not found
    for control in ("backups-kept", "stored-data-encrypted"):
        mine = [one for one in said if one.rule == f"compliance/baseline/{control}"]
        assert all(one.undecided for one in mine)  # nothing passed
        reasons = " ".join(one.undecided.reason for one in mine)
        assert "dynamodb:ListBackups" in reasons
        assert "dynamodb:DescribeTable" in reasons


QUEUES = {
    "good": {"SqsManagedSseEnabled": "true", "Policy": OURS},
    "keyed": {"KmsMasterKeyId": "alias/ours", "SqsManagedSseEnabled": "false"},
    "clear": {"SqsManagedSseEnabled": "false"},
    "open": {"SqsManagedSseEnabled": "true", "Policy": policy({"AWS": "*"})},
    "silent": {},
}


def test_queues_and_topics_are_asked_who_may_use_them(stubbed, tmp_path):
    client, stub = stubbed
    sqs, sns = stub("sqs"), stub("sns")
    sqs.add_response("list_queues", {"QueueUrls": list(QUEUES)}, {"MaxResults": 1000})
    for name, attributes in QUEUES.items():
        asked = {"QueueUrl": name, "AttributeNames": ("All",)}
        sqs.add_response("get_queue_attributes", {"Attributes": attributes}, asked)
    sns.add_response("list_topics", {"Topics": [{"TopicArn": "a"}], "NextToken": "more"}, {})
    sns.add_response("get_topic_attributes", {"Attributes": {"Policy": OURS}}, {"TopicArn": "a"})
    sns.add_response("list_topics", {"Topics": [{"TopicArn": "b"}, {"TopicArn": "c"}]}, {"NextToken": "more"})
    sns.add_response("get_topic_attributes", {"Attributes": {"Policy": policy("*")}}, {"TopicArn": "b"})
    sns.add_client_error("get_topic_attributes", "AuthorizationError", http_status_code=403)
    found, said = judged(tmp_path, recorded(client, ("sqs", "sns")))
    assert found == {("stored-data-encrypted", "clear"), ("stored-data-private", "open"), ("stored-data-private", "b")}
    for control, decided, left in (("stored-data-encrypted", 6, 2), ("stored-data-private", 7, 1)):
        mine = [one for one in said if one.rule == f"compliance/baseline/{control}"]
        assert sum(one.examined for one in mine) == decided
        reasons = {one.undecided.outcome: one.undecided.reason for one in mine if one.undecided}
        assert reasons[Outcome.INCONCLUSIVE].startswith(f"{left} resource")
        assert "sns:GetTopicAttributes" in reasons[Outcome.NOT_TESTED]


def test_balancers_are_asked_what_they_speak_and_whether_they_write_it_down(stubbed, tmp_path):
    client, stub = stubbed
    elb = stub("elbv2")
    balancers = {"good": "application", "bad": "application", "dark": "network", "gate": "gateway"}
    listed = [{"LoadBalancerArn": name, "LoadBalancerName": name, "Type": how} for name, how in balancers.items()]
    elb.add_response("describe_load_balancers", {"LoadBalancers": listed}, {})
    home = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "StatusCode": "HTTP_301"}}
    on = {"Type": "forward", "TargetGroupArn": "t"}
    listeners = {
        "good": (
            {"Port": 443, "Protocol": "HTTPS", "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"},
            {"Port": 80, "Protocol": "HTTP", "DefaultActions": [home]},
        ),
        "bad": (
            {"Port": 443, "Protocol": "HTTPS", "SslPolicy": "ELBSecurityPolicy-2016-08"},
            {"Port": 444, "Protocol": "HTTPS", "SslPolicy": "ELBSecurityPolicy-of-tomorrow"},
            {"Port": 80, "Protocol": "HTTP", "DefaultActions": [home]},
            {"Port": 81, "Protocol": "HTTP", "DefaultActions": [on]},
            {"Port": 82, "Protocol": "HTTP", "DefaultActions": [home]},
        ),
    }  # fmt: skip
    for name in balancers:
        asked = {"LoadBalancerArn": name}
        if name == "dark":
            for operation in ("describe_load_balancer_attributes", "describe_listeners"):
                elb.add_client_error(operation, "AccessDenied", http_status_code=403, expected_params=asked)
            continue
        logs = {"Key": "access_logs.s3.enabled", "Value": "true" if name == "good" else "false"}
        elb.add_response("describe_load_balancer_attributes", {"Attributes": [logs]}, asked)
        some = [{"ListenerArn": f"{name}:{one['Port']}", **one} for one in listeners.get(name, ())]
        elb.add_response("describe_listeners", {"Listeners": some}, asked)
        for one in (one for one in some if one["Protocol"] == "HTTP"):
            asked = {"ListenerArn": one["ListenerArn"]}
            if one["Port"] == 82:
                elb.add_client_error("describe_rules", "AccessDenied", http_status_code=403, expected_params=asked)
            else:
                rules = [{"Actions": [home]}, {"Actions": [on if name == "bad" else home]}]
                elb.add_response("describe_rules", {"Rules": rules}, asked)
    found, said = judged(tmp_path, recorded(client, ("elbv2",)))
    assert found == {
        ("balancers-logged", "bad"),
        ("transport-encrypted", "bad:443"),
        ("transport-encrypted", "bad:80"),  # by a rule that is not its last
        ("transport-encrypted", "bad:81"),
    }
    mine = [one for one in said if one.rule == "compliance/baseline/transport-encrypted"]
    assert sum(one.examined for one in mine) == 5
    reasons = {one.undecided.reason for one in mine if one.undecided}
    assert any("tls of bad:444" in reason and "https_only of bad:82" in reason for reason in reasons)
    rights = {"DescribeLoadBalancerAttributes", "DescribeListeners", "DescribeRules"}
    for right in rights:
        assert any(f"elasticloadbalancing:{right}" in reason for reason in reasons), right
    logged = [one for one in said if one.rule == "compliance/baseline/balancers-logged"]
    assert sum(one.examined for one in logged) == 2
    assert any(one.undecided and "access_logs of dark" in one.undecided.reason for one in logged)


def test_an_answer_of_another_shape_is_unknown_and_no_error_of_ours(tmp_path):
    shapes = [[], "x", 7, None, {"Keys": 3, "TableNames": [{}], "Attributes": [], "LoadBalancers": [{}]}]
    shapes += [{"ContinuousBackupsDescription": "on"}, {"KeyMetadata": {"KeyManager": "CUSTOMER"}}]
    names = {
        "kms list-keys": "", "kms describe-key": "--key-id k", "dynamodb list-tables": "", "sqs list-queues": "",
        "dynamodb describe-continuous-backups": "--table-name t", "sqs get-queue-attributes": "--queue-url q",
        "elbv2 describe-load-balancers": "", "elbv2 describe-listeners": "--load-balancer-arn None",
    }  # fmt: skip
    lists = {"kms list-keys": {"Keys": [{"KeyId": "k"}]}, "dynamodb list-tables": {"TableNames": ["t"]}}
    lists |= {"sqs list-queues": {"QueueUrls": ["q"]}}
    for shape in shapes:
        answers = [
            {
                "query": " ".join(filter(None, ("aws", name, option, f"--region {REGION}"))), "status": 200,
                "at": datetime.now(UTC).isoformat(), "body": json.dumps(lists.get(name, shape)),
            }
            for name, option in names.items()
        ]  # fmt: skip
        found, said = judged(tmp_path, answers)
        assert not found
        kept = [one for one in said if one.rule == "compliance/baseline/backups-kept"]
        assert all(one.undecided for one in kept), shape
