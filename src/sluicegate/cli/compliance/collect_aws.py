"""`sluicegate compliance collect aws`: AWS is asked what it has, read only, and its answers are kept as they came."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from msgspec import Struct, field

from sluicegate.baseline.s3errors import code_of, explained
from sluicegate.errors import UserError
from sluicegate.text import inert, plural

_DENIED = frozenset({
    "AccessDenied", "AccessDeniedException", "AllAccessDisabled", "AuthorizationError", "Forbidden",
    "UnauthorizedOperation", "403",
})  # fmt: skip
_THROTTLED = frozenset({
    "RequestLimitExceeded", "RequestThrottled", "RequestThrottledException", "SlowDown", "Throttling",
    "ThrottlingException", "ThrottledException", "TooManyRequestsException", "429", "503",
})  # fmt: skip
_SHOWN = 3


class Question(Struct, frozen=True, kw_only=True):
    """One call that only reads; `needs` is the right that it takes. `name` is how AWS's own command line has it."""

    service: str
    name: str
    needs: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    region: str = ""

    @property
    def query(self) -> str:
        """The command that asks the same."""
        cli = "s3api" if self.service == "s3" else self.service
        given = [f"--{_dashed(name)} {value}" for name, value in self.parameters.items()]
        return " ".join(["aws", cli, self.name, *given, *([f"--region {self.region}"] if self.region else [])])


Client = Callable[[str, str], Any]
"""From a service and a region, which may be empty, to its client."""

_BUCKET = (
    ("get-bucket-location", "s3:GetBucketLocation"),
    ("get-bucket-encryption", "s3:GetEncryptionConfiguration"),
    ("get-public-access-block", "s3:GetBucketPublicAccessBlock"),
    ("get-bucket-policy-status", "s3:GetBucketPolicyStatus"),
    ("get-bucket-acl", "s3:GetBucketAcl"),
    ("get-bucket-lifecycle-configuration", "s3:GetLifecycleConfiguration"),
)
_REGIONAL = (
    ("rds", "describe-db-instances", "rds:DescribeDBInstances"),
    ("rds", "describe-db-clusters", "rds:DescribeDBClusters"),
    ("ec2", "describe-security-groups", "ec2:DescribeSecurityGroups"),
    ("ec2", "describe-volumes", "ec2:DescribeVolumes"),
    ("logs", "describe-log-groups", "logs:DescribeLogGroups"),
    ("cloudtrail", "describe-trails", "cloudtrail:DescribeTrails"),
)
SERVICES = ("s3", *dict.fromkeys(service for service, _, _ in _REGIONAL))


@click.command("aws")
@click.option("--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@click.option("--region", "regions", multiple=True, metavar="NAME", help="A region to ask in. Repeatable.")
@click.option("--service", "services", multiple=True, type=click.Choice(SERVICES), help="What to ask. Repeatable.")
@click.option("--profile", metavar="NAME", help="The profile of AWS's settings whose credentials are used.")
@click.option("--endpoint-url", metavar="URL", help="A server that speaks for AWS, such as an S3 of one's own.")
def aws(
    output: Path, regions: tuple[str, ...], services: tuple[str, ...], profile: str | None, endpoint_url: str | None
) -> None:
    """Ask AWS what it has, read only, and keep its answers.

    What the credentials may not ask is kept too, with the right that it takes: it is then not tested, and never
    taken for good. `ViewOnlyAccess` and `SecurityAudit`, which AWS manages, allow every question.

    \b
    Example:
      sluicegate compliance collect aws --region eu-central-1 --output evidence/aws.jsonl
    """
    session, client = _session(profile, endpoint_url)
    named = regions or ((session.region_name,) if session.region_name else ())
    wanted = services or SERVICES
    if not named and any(service != "s3" for service in wanted):
        raise UserError("no region is named", hint="give --region, or set AWS_REGION")
    with _reached():
        answers = list(collected(client, named, wanted, lambda: datetime.now(UTC)))
    write(output, answers)
    refused = [each for each in answers if each["status"] in (403, 429)]
    click.echo(f"{plural(len(answers), 'answer')} in {inert(str(output))}", err=True)
    for each in refused[:_SHOWN]:
        lacks = f": the credentials lack {each['scopes']}" if each["scopes"] else ""
        click.echo(inert(f"refused ({each['status']}) {each['query']}{lacks}"), err=True)
    if len(refused) > _SHOWN:
        click.echo(f"and {plural(len(refused) - _SHOWN, 'refusal')} more, which stand in the file", err=True)


def collected(
    client: Client, regions: tuple[str, ...], services: tuple[str, ...], now: Callable[[], datetime]
) -> Iterator[dict[str, Any]]:
    """The answers to every question, page by page. Raises what boto3 raises where nothing answers at all."""
    if "s3" in services:
        for answer in asked(client, Question(service="s3", name="list-buckets", needs="s3:ListAllMyBuckets"), now):
            yield answer
            for bucket in _members(answer, "Buckets"):
                for name, needs in _BUCKET:
                    parameters = {"Bucket": str(bucket.get("Name"))}
                    yield from asked(client, Question(service="s3", name=name, needs=needs, parameters=parameters), now)
    for region in regions:
        for service, name, needs in _REGIONAL:
            if service not in services:
                continue
            for answer in asked(client, Question(service=service, name=name, needs=needs, region=region), now):
                yield answer
                if name == "describe-trails":
                    yield from _statuses(client, answer, region, now)


def _statuses(
    client: Client, answer: dict[str, Any], region: str, now: Callable[[], datetime]
) -> Iterator[dict[str, Any]]:
    for trail in _members(answer, "trailList"):
        yield from asked(
            client,
            Question(
                service="cloudtrail",
                name="get-trail-status",
                needs="cloudtrail:GetTrailStatus",
                parameters={"Name": str(trail.get("TrailARN"))},
                region=region,
            ),
            now,
        )


def asked(client: Client, question: Question, now: Callable[[], datetime]) -> Iterator[dict[str, Any]]:
    """The recorded answers to a question, one for each page; a refusal is one too."""
    operation = question.name.replace("-", "_")
    from botocore.exceptions import ClientError

    try:
        there = client(question.service, question.region)
        if there.can_paginate(operation):
            for number, page in enumerate(there.get_paginator(operation).paginate(**question.parameters)):
                yield _answer(question, 200, now(), _plain(page), page=number)
        else:
            yield _answer(question, 200, now(), _plain(getattr(there, operation)(**question.parameters)))
    except ClientError as error:
        code = code_of(error)
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") or 400)
        status = 403 if code in _DENIED else 429 if code in _THROTTLED else status
        yield _answer(question, status, now(), {"Error": error.response.get("Error", {})})


def write(output: Path, answers: list[dict[str, Any]]) -> None:
    """Put answers into a file at once, so that a file that is there is whole. Raises UserError."""
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        beside = output.with_name(f".{output.name}.{os.getpid()}")
        beside.write_text("".join(json.dumps(each) + "\n" for each in answers), encoding="utf-8")
        beside.replace(output)
    except OSError as error:
        raise UserError(f"{output} cannot be written: {error.strerror or error}", hint="name another file") from None


def _answer(question: Question, status: int, at: datetime, body: Any, *, page: int = 0) -> dict[str, Any]:
    return {
        "query": question.query + (f" --page {page + 1}" if page else ""),
        "status": status,
        "at": at.isoformat(),
        "body": json.dumps(body, default=_text, sort_keys=True),
        "scopes": question.needs if status == 403 else "",  # noqa: PLR2004 - HTTP
    }


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    """An answer without what the client adds to it."""
    return {name: value for name, value in said.items() if name != "ResponseMetadata"}


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _members(answer: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = json.loads(answer["body"]).get(name) if answer["status"] == 200 else None  # noqa: PLR2004 - HTTP
    return [each for each in found or () if isinstance(each, dict)]


def _dashed(name: str) -> str:
    return "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in name).lstrip("-")


def _session(profile: str | None, endpoint: str | None) -> tuple[Any, Client]:
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise _missing() from None
    with _reached():
        session = boto3.session.Session(profile_name=profile)
    config = Config(retries={"mode": "adaptive", "max_attempts": 8}, connect_timeout=10, read_timeout=30)
    kept: dict[tuple[str, str], Any] = {}

    def client(service: str, region: str) -> Any:
        if (service, region) not in kept:
            at = region or session.region_name or "us-east-1"
            kept[service, region] = session.client(service, region_name=at, endpoint_url=endpoint, config=config)
        return kept[service, region]

    return session, client


def _missing() -> UserError:
    return UserError("AWS is asked by boto3, which is not installed", hint="pip install 'sluicegate[aws]'")


@contextlib.contextmanager
def _reached() -> Iterator[None]:
    """What keeps AWS from being asked at all, in words."""
    from botocore.exceptions import BotoCoreError

    try:
        yield
    except BotoCoreError as error:
        what, hint = explained(error, "AWS", "")
        raise UserError(f"AWS was not asked: {what}", hint=hint) from None
