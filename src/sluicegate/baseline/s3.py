"""A Store in an S3 bucket, on AWS or any endpoint that keeps the conditions of conditional writes."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sluicegate import __version__
from sluicegate.baseline.s3errors import NOT_FOUND, OVERTAKEN, code_of, explained
from sluicegate.baseline.store import (
    LIMIT,
    MovedError,
    StoreError,
    TakenError,
    Versioned,
    checked_data,
    checked_name,
    is_name,
    too_large,
)
from sluicegate.config.settings import S3Settings
from sluicegate.errors import UserError

PART = 8 * 1024 * 1024
"""Larger entries go up in parts of so many bytes."""

_MARK = "sluicegate-write"
_PROBE = ".sluicegate-probe"
_NO_ETAG = '"00000000000000000000000000000000"'


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Store:
    """The objects of a bucket whose keys begin with `prefix`; a tag is an ETag. Credentials come from AWS's own chain.

    An endpoint of somebody else is asked once, before the first write, whether it keeps conditions.
    """

    bucket: str
    prefix: str = ""
    settings: S3Settings = field(default_factory=S3Settings)
    _life: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def address(self) -> str:
        return f"s3://{self.bucket}" + (f"/{self.prefix}" if self.prefix else "")

    def get(self, name: str) -> Versioned | None:
        key = self._key(name)
        with self._told(f"{name} cannot be read", "s3:GetObject"):
            try:
                found = self._client().get_object(Bucket=self.bucket, Key=key)
            except self._refusal() as error:
                if code_of(error) in NOT_FOUND:
                    return None
                raise
            with contextlib.closing(found["Body"]) as body:
                data = _whole(body)
        if len(data) > LIMIT:
            raise too_large(self.address, name)
        return Versioned(data=data, tag=found["ETag"])

    def list(self, prefix: str = "") -> Iterator[str]:
        start = self._start()
        names = []
        with self._told("it cannot be listed", "s3:ListBucket"):
            pages = self._client().get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket, Prefix=start + prefix):
                names += [each["Key"].removeprefix(start) for each in page.get("Contents", ())]
        yield from sorted(name for name in names if is_name(name))

    def create(self, name: str, data: bytes) -> str:
        try:
            return self._put(name, data, {"IfNoneMatch": "*"})
        except _OvertakenError as error:
            raise TakenError.at(self.address, f"{name} is there already") from error

    def replace(self, name: str, data: bytes, expected: str) -> str:
        try:
            return self._put(name, data, {"IfMatch": expected})
        except _OvertakenError as error:
            raise MovedError.at(self.address, f"{name} was changed or removed in the meantime") from error

    def remove(self, name: str, expected: str) -> None:
        key = self._key(name)
        with self._told(f"{name} cannot be removed", "s3:DeleteObject"):
            self._prove_removal()
            try:
                # some servers call it done where there is nothing, whatever the condition says
                self._client().head_object(Bucket=self.bucket, Key=key)
                self._client().delete_object(Bucket=self.bucket, Key=key, IfMatch=expected)
            except self._refusal() as error:
                if code_of(error) not in OVERTAKEN:
                    raise
                if code_of(error) in NOT_FOUND and _repeated(error):
                    return  # the answer to the first attempt was lost, and it may well have been ours
                raise MovedError.at(self.address, f"{name} was changed or removed in the meantime") from error

    def _put(self, name: str, data: bytes, condition: dict[str, str]) -> str:
        key = self._key(name)
        checked_data(data, name, self.address)
        mark = uuid.uuid4().hex
        with self._told(f"{name} cannot be written", "s3:PutObject"):
            self._prove()
            try:
                if len(data) > PART:
                    return self._put_parts(key, data, condition, mark)
                return self._put_whole(key, data, condition, mark)
            except self._refusal() as error:
                if code_of(error) not in OVERTAKEN:
                    raise
                # A first answer may have been lost on its way, and the refused write be a repetition of our own.
                tag = self._own(key, mark) if _repeated(error) else None
                if tag:
                    return tag
                raise _OvertakenError from error

    def _put_whole(self, key: str, data: bytes, condition: dict[str, str], mark: str) -> str:
        put = self._client().put_object(
            Bucket=self.bucket, Key=key, Body=data, Metadata={_MARK: mark}, **_KIND, **self._encryption(), **condition
        )
        return str(put["ETag"])

    def _put_parts(self, key: str, data: bytes, condition: dict[str, str], mark: str) -> str:
        client = self._client()
        place = {"Bucket": self.bucket, "Key": key}
        begun = client.create_multipart_upload(**place, Metadata={_MARK: mark}, **_KIND, **self._encryption())
        place["UploadId"] = begun["UploadId"]
        try:
            parts = [
                {"PartNumber": number, "ETag": client.upload_part(**place, PartNumber=number, Body=part)["ETag"]}
                for number, part in enumerate((data[at : at + PART] for at in range(0, len(data), PART)), 1)
            ]
            done = client.complete_multipart_upload(**place, MultipartUpload={"Parts": parts}, **condition)
        except BaseException:
            with contextlib.suppress(Exception):  # what is told is why the upload failed
                client.abort_multipart_upload(**place)
            raise
        return str(done["ETag"])

    def _own(self, key: str, mark: str) -> str | None:
        try:
            head = self._client().head_object(Bucket=self.bucket, Key=key)
        except self._refusal() as error:
            if code_of(error) in NOT_FOUND:
                return None
            raise
        return str(head["ETag"]) if head.get("Metadata", {}).get(_MARK) == mark else None

    def _prove(self) -> None:
        """See that the endpoint refuses what it has to; one that ignores conditions would lose updates in silence."""
        if not self.settings.endpoint or self._life.get("proven"):
            return
        place = {"Bucket": self.bucket, "Key": self._start() + _PROBE, "Body": b"", **self._encryption()}
        # The first may create the probe; when it is there, all have to be refused.
        asked = (("IfNoneMatch", "*", False), ("IfNoneMatch", "*", True), ("IfMatch", _NO_ETAG, True))
        for condition, value, last in asked:
            try:
                self._client().put_object(**place, **{condition: value})
            except self._refusal() as error:
                if code_of(error) not in OVERTAKEN:
                    raise
                continue
            if last:
                raise StoreError.at(
                    self.address,
                    f"{self.settings.endpoint} ignores {condition}, so two jobs could lose an update",
                    hint="use a server with conditional writes, or another store",
                )
        self._life["proven"] = True

    def _prove_removal(self) -> None:
        """The same for removing, which a server may know no condition of although it does for writing."""
        self._prove()
        if not self.settings.endpoint or self._life.get("proven-removal"):
            return
        try:
            self._client().delete_object(Bucket=self.bucket, Key=self._start() + _PROBE, IfMatch=_NO_ETAG)
        except self._refusal() as error:
            if code_of(error) not in OVERTAKEN:
                raise
            self._life["proven-removal"] = True
            return
        raise StoreError.at(
            self.address,
            f"{self.settings.endpoint} ignores IfMatch when it removes, so what another job wrote could be lost",
            hint="nothing is removed there: use a server with conditional deletes, or another store",
        )

    def _encryption(self) -> dict[str, str]:
        kind, key = self.settings.sse, self.settings.kms_key
        if not kind:
            return {}
        return {"ServerSideEncryption": kind, **({"SSEKMSKeyId": key} if key else {})}

    def _start(self) -> str:
        return f"{self.prefix}/" if self.prefix else ""

    def _key(self, name: str) -> str:
        return self._start() + checked_name(name, self.address)

    def _client(self) -> Any:
        if "client" not in self._life:
            self._life["client"] = _connected(self.settings)
        return self._life["client"]

    @staticmethod
    def _refusal() -> Any:
        from botocore.exceptions import ClientError

        return ClientError

    @contextlib.contextmanager
    def _told(self, what: str, right: str) -> Iterator[None]:
        """Errors of AWS in words."""
        _boto()
        from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

        try:
            yield
        except (ClientError, BotoCoreError, HTTPClientError) as error:
            why, hint = explained(error, self.bucket, right)
            raise StoreError.at(self.address, what, why, hint) from error


class _OvertakenError(Exception):
    """The condition of a write does not hold any more."""


_KIND = {"ContentType": "application/json"}


def _boto() -> Any:
    try:
        import boto3
    except ImportError as error:
        raise UserError(
            "a baseline in S3 needs boto3, which is not installed", hint="pip install 'sluicegate[aws]'"
        ) from error
    return boto3


def _connected(settings: S3Settings) -> Any:
    boto = _boto()
    from botocore.config import Config

    own: dict[str, Any] = {}
    if settings.endpoint:
        # not every server knows AWS's newer checksums; documents carry a digest of their own
        own = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}
    config = Config(
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.read_timeout,
        retries={"mode": settings.retries, "total_max_attempts": settings.attempts},
        s3={"addressing_style": "path" if settings.path_style else "auto"},
        user_agent_extra=f"sluicegate/{__version__}",
        **own,
    )
    session = boto.session.Session(profile_name=settings.profile or None, region_name=settings.region or None)
    region = session.region_name or ("us-east-1" if settings.endpoint else None)
    return session.client("s3", endpoint_url=settings.endpoint or None, region_name=region, config=config)


def _whole(body: Any) -> bytes:
    """All of a body, or a byte more than any entry has. Only the empty read at its end tells one that was cut."""
    parts, size = [], 0
    while size <= LIMIT and (part := body.read(1 << 20)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _repeated(error: Any) -> bool:
    return bool(error.response.get("ResponseMetadata", {}).get("RetryAttempts"))
