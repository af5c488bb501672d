"""Answers of AWS that are of another shape, or cut: nothing is said to be closed that nobody has seen."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sluicegate.errors import GateError
from sluicegate.gates.compliance.evidence.declared import amazon
from sluicegate.gates.compliance.items import Answer, Asking, Gathered, Recorded
from sluicegate.gates.compliance.settings import Settings
from sluicegate.model import Context, Outcome
from sluicegate.revision import TreeSpec, open_tree

from .test_hostile_answers import ODD, _places, _with

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
REGION = "--region eu-central-1"
HEALTHY: dict[str, Any] = {
    "s3api list-buckets": {"Buckets": [{"Name": "b"}]},
    "s3api get-bucket-encryption --bucket b": {"ServerSideEncryptionConfiguration": {"Rules": [{"x": 1}]}},
    "s3api get-bucket-policy-status --bucket b": {"PolicyStatus": {"IsPublic": False}},
    "s3api get-bucket-acl --bucket b": {"Grants": [{"Grantee": {"Type": "CanonicalUser"}}]},
    "s3api get-bucket-lifecycle-configuration --bucket b": {
        "Rules": [{"Status": "Enabled", "Expiration": {"Days": 3}}]
    },
    "s3api get-public-access-block --bucket b": {"PublicAccessBlockConfiguration": {"BlockPublicAcls": False}},
    f"rds describe-db-instances {REGION}": {
        "DBInstances": [{"DBInstanceIdentifier": "d", "StorageEncrypted": True, "BackupRetentionPeriod": 7}]
    },
    f"ec2 describe-security-groups {REGION}": {
        "SecurityGroups": [
            {"GroupId": "g", "IpPermissions": [{"FromPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]}
        ]
    },
    f"logs describe-log-groups {REGION}": {"logGroups": [{"logGroupName": "l", "retentionInDays": 30}]},
    f"cloudtrail describe-trails {REGION}": {"trailList": [{"TrailARN": "t", "IsMultiRegionTrail": True}]},
    f"cloudtrail get-trail-status --name t {REGION}": {"IsLogging": True},
}


def answer(query: str, body: object, *, at: datetime = NOW, status: int = 200) -> Answer:
    return Answer(query=f"aws {query}", at=at, body=json.dumps(body), status=status, file="aws.jsonl", line=1)


def gathered(folder: Path, changed: dict[str, object], *more: Answer) -> Gathered:
    told = [answer(query, body) for query, body in (HEALTHY | changed).items()]
    settings = Settings(recorded=("aws.jsonl",))
    tree = open_tree(TreeSpec(kind="folder", root=str(folder), shown=""))
    context = Context(settings=settings, head=tree, reference=None, rules=frozenset(), now=NOW)
    (found,) = amazon.gather(Asking(context=context, settings=settings, recorded=Recorded(answers=[*told, *more])))
    return found


def bucket(found: Gathered) -> dict[str, Any]:
    return next(each.data for each in found.items if each.data["kind"] == "bucket")


def test_what_is_healthy_is_read(tmp_path: Path) -> None:
    found = gathered(tmp_path, {})
    assert (len(found.items), found.lacking) == (5, ())
    assert bucket(found)["public"] is False


@pytest.mark.parametrize("query", HEALTHY)
def test_an_answer_that_does_not_say_what_was_asked_shows_nothing(tmp_path: Path, query: str) -> None:
    with pytest.raises(GateError, match=r"aws.jsonl:1: the answer to aws .* is not of AWS's shape"):
        gathered(tmp_path, {query: {}})


@pytest.mark.parametrize("query", HEALTHY)
def test_no_shape_of_an_answer_crashes(tmp_path: Path, query: str) -> None:
    for way, other in product(_places(HEALTHY[query]), ODD):
        try:
            found = gathered(tmp_path, {query: _with(HEALTHY[query], way, other)})
        except GateError:
            continue
        msgspec.json.encode([[item.data, item.key] for item in found.items])


@pytest.mark.parametrize("token", ["Marker", "NextToken", "nextToken"])
def test_a_page_that_was_not_recorded_is_told(tmp_path: Path, token: str) -> None:
    query = f"rds describe-db-instances {REGION}"
    cut = {query: HEALTHY[query] | {token: "more"}}
    (why,) = gathered(tmp_path, cut).lacking
    assert (why.outcome, f"{query} --page 2" in why.reason) == (Outcome.NOT_TESTED, True)
    assert gathered(tmp_path, cut, answer(f"{query} --page 2", {"DBInstances": []})).lacking == ()


def test_the_youngest_answer_counts(tmp_path: Path) -> None:
    query = "s3api get-bucket-policy-status --bucket b"
    old = answer(query, HEALTHY[query], at=NOW - timedelta(hours=1))
    assert bucket(gathered(tmp_path, {query: {"PolicyStatus": {"IsPublic": True}}}, old))["public"] is True
