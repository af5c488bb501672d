"""AWS's own client against a real S3 server: what it has is recorded, and the gate judges it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import boto3
import pytest
from click.testing import CliRunner

from real.shared import KEYS
from sluicegate.cli.compliance.collect_aws import aws
from sluicegate.gates.compliance.check import check
from sluicegate.gates.compliance.settings import Settings
from sluicegate.model import Context, Examination, Finding, Outcome
from sluicegate.revision import TreeSpec, open_tree

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")


@pytest.fixture
def buckets(server, monkeypatch):
    """A server with two buckets, of which everybody may read one."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3", endpoint_url=server, region_name="us-east-1")
    for name in ("private", "open"):
        client.create_bucket(Bucket=name)
    policy = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::open/*"}
    client.put_bucket_policy(Bucket="open", Policy=json.dumps({"Version": "2012-10-17", "Statement": [policy]}))
    return ("open", "private")


def test_the_answers_of_a_server_are_recorded_as_they_came(buckets, server, tmp_path):
    output = tmp_path / "evidence" / "aws.jsonl"
    done = CliRunner().invoke(aws, ["--endpoint-url", server, "--service", "s3", "--output", str(output)])
    assert done.exit_code == 0, done.output
    answers = {each["query"]: each for each in map(json.loads, output.read_text().splitlines())}
    names = [each["Name"] for each in json.loads(answers["aws s3api list-buckets"]["body"])["Buckets"]]
    assert set(buckets) <= set(names)
    for name in buckets:
        assert answers[f"aws s3api get-bucket-acl --bucket {name}"]["status"] == 200
    status = answers["aws s3api get-bucket-policy-status --bucket open"]
    assert json.loads(status["body"]) == {"PolicyStatus": {"IsPublic": True}}
    context = Context(
        settings=Settings(recorded=("evidence/aws.jsonl",)),
        head=open_tree(TreeSpec(kind="folder", root=str(tmp_path), shown="")), reference=None,
        rules=frozenset(), now=datetime.now(UTC), folder=str(tmp_path),
    )  # fmt: skip
    said = list(check(context))
    private = "compliance/baseline/stored-data-private"
    assert [one.key[2] for one in said if isinstance(one, Finding) and one.rule == private] == ["open"]
    lacking = [one.undecided for one in said if isinstance(one, Examination) and one.rule == private and one.undecided]
    assert {each.outcome for each in lacking} == {Outcome.INCONCLUSIVE, Outcome.NOT_TESTED}  # it knows no such guard
    assert "guarded of private" in lacking[0].reason


def test_keys_that_nobody_knows_are_told_and_nothing_is_taken_for_good(server, monkeypatch, tmp_path):
    for name, value in {**KEYS, "AWS_SECRET_ACCESS_KEY": "another"}.items():
        monkeypatch.setenv(name, value)
    output = tmp_path / "aws.jsonl"
    done = CliRunner().invoke(aws, ["--endpoint-url", server, "--service", "s3", "--output", str(output)])
    answers = [json.loads(line) for line in output.read_text().splitlines()]
    assert [each["status"] for each in answers] == [403], done.output


def test_a_server_that_is_not_there_is_told(monkeypatch, tmp_path):
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    output = tmp_path / "aws.jsonl"
    done = CliRunner().invoke(aws, ["--endpoint-url", "http://127.0.0.1:9", "--service", "s3", "--output", str(output)])
    assert done.exit_code != 0
    assert "AWS was not asked" in str(done.exception)
    assert not output.exists()
