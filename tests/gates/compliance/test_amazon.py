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
        rules=frozenset(), now=datetime.now(UTC),
    )  # fmt: skip
    said = list(check(context))
    found = {(one.rule.rpartition("/")[2], one.key[2]) for one in said if isinstance(one, Finding)}
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
        rules=frozenset(), now=datetime.now(UTC),
    )  # fmt: skip
    mine = [
        one.undecided
        for one in check(context)
        if isinstance(one, Examination) and one.rule == "compliance/baseline/backups-kept"
    ]
    assert [each.outcome for each in mine] == [Outcome.ERRORED]
    assert "is cut" in mine[0].reason
