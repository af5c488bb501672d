"""`sluicegate compliance collect aws`: AWS is asked what it has, read only, and its answers are kept as they came."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from sluicegate.baseline.s3errors import code_of, explained
from sluicegate.cli.compliance.aws_questions import BUCKETS, REGIONAL, SERVICES, Question
from sluicegate.errors import UserError
from sluicegate.text import inert, plural

_DENIED = frozenset({
    "AccessDenied", "AccessDeniedException", "AllAccessDisabled", "AuthorizationError", "AuthorizationErrorException",
    "Forbidden", "UnauthorizedOperation", "403",
})  # fmt: skip
_THROTTLED = frozenset({
    "RequestLimitExceeded", "RequestThrottled", "RequestThrottledException", "SlowDown", "Throttling",
    "ThrottlingException", "ThrottledException", "TooManyRequestsException", "429", "503",
})  # fmt: skip
_GONE = frozenset({
    "AWS.SimpleQueueService.NonExistentQueue", "ListenerNotFound", "LoadBalancerNotFound", "NotFoundException",
    "QueueDoesNotExist", "ResourceNotFoundException", "TableNotFoundException",
})  # fmt: skip
"""What was there when it was listed, and is gone."""
_SHOWN = 3

Client = Callable[[str, str], Any]
"""From a service and a region, which may be empty, to its client."""


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
    taken for good. `SecurityAudit`, which AWS manages, allows every question.

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
    first = [BUCKETS, *(replace(each, region=region) for region in regions for each in REGIONAL)]
    for question in first:
        if question.service in services:
            yield from _followed(client, question, now)


def _followed(client: Client, question: Question, now: Callable[[], datetime]) -> Iterator[dict[str, Any]]:
    """The answers to a question, and after each page those to what is asked of its members."""
    for answer in asked(client, question, now):
        yield answer
        if answer["status"] == 200:  # noqa: PLR2004 - HTTP
            for further in question.further(json.loads(answer["body"])):
                yield from _followed(client, further, now)


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
        status = 403 if code in _DENIED else 429 if code in _THROTTLED else 404 if code in _GONE else status
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
