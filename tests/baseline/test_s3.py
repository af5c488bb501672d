"""The S3 store against a server that misbehaves; tests/real has one that behaves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from baseline.bucket import Bucket, Fault, serving
from baseline.verbs import Verbs
from sluicegate.baseline import MovedError, StoreError, TakenError
from sluicegate.baseline.s3 import PART, S3Store
from sluicegate.config import S3Settings

KEY = "AKIAIOSFODNN7EXAMPLE"
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("AWS_ACCESS_KEY_ID", KEY),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
    ):
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    # the waits between attempts are botocore's and random; their length is not what is tested
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0.0)


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    with serving() as made:
        yield made


def opened(bucket: Bucket, **settings: object) -> S3Store:
    told = {"endpoint": bucket.url, "path_style": True, "attempts": 3, "read_timeout": 2.0, **settings}
    return S3Store(bucket="bucket", prefix="team/api", settings=S3Settings(**told))


@pytest.fixture
def store(bucket: Bucket) -> S3Store:
    return opened(bucket)


class TestVerbs(Verbs):
    pass


def proven(store: S3Store) -> S3Store:
    """The same, past the question whether conditions are kept."""
    store._life["proven"] = True
    return store


def test_keys_lie_under_the_prefix(bucket: Bucket, store: S3Store) -> None:
    proven(store).create("a/b", b"1")
    assert list(bucket.objects) == ["team/api/a/b"]
    bucket.objects["team/api-2/x"] = bucket.objects["team/api/Strange Key"] = (b"", "", "")
    assert list(store.list()) == ["a/b"]
    assert store.address == "s3://bucket/team/api"


def test_a_long_list_comes_in_pages(bucket: Bucket, store: S3Store) -> None:
    bucket.page = 10
    names = [f"n{number:03}" for number in range(35)]
    for name in names:
        bucket.objects[f"team/api/{name}"] = (b"", "", "")
    assert list(store.list()) == names
    assert len(bucket.seen) == 4


def test_a_server_that_ignores_conditions_is_refused(bucket: Bucket, store: S3Store) -> None:
    bucket.conditions = False
    with pytest.raises(StoreError, match="ignores IfNoneMatch, so two jobs could lose an update") as told:
        store.create("a", b"1")
    assert "another store" in told.value.hint
    assert "team/api/a" not in bucket.objects


def test_a_server_that_ignores_conditions_of_removing_removes_nothing(bucket: Bucket, store: S3Store) -> None:
    tag = store.create("a", b"1")
    bucket.removal_conditions = False
    with pytest.raises(StoreError, match="ignores IfMatch when it removes") as told:
        store.remove("a", tag)
    assert "conditional deletes" in told.value.hint
    assert store.get("a").data == b"1"


def test_what_is_not_there_was_not_removed_whatever_the_server_says(bucket: Bucket, store: S3Store) -> None:
    bucket.nothing_is_removed = True
    tag = store.create("a", b"1")
    store.remove("a", tag)
    with pytest.raises(MovedError):
        store.remove("a", tag)


def test_a_removal_whose_answer_was_lost_is_done(bucket: Bucket, store: S3Store) -> None:
    tag = store.create("a", b"1")
    store._prove_removal()
    bucket.faults.append(Fault(status=503, code="SlowDown", after=True, method="DELETE"))
    store.remove("a", tag)
    assert store.get("a") is None


def test_a_right_to_remove_that_is_lacking_is_named(bucket: Bucket, store: S3Store) -> None:
    tag = store.create("a", b"1")
    store._prove_removal()
    bucket.faults.append(Fault(status=403, code="AccessDenied", method="DELETE"))
    with pytest.raises(StoreError, match="a cannot be removed") as told:
        store.remove("a", tag)
    assert "s3:DeleteObject" in told.value.hint


def test_a_server_is_asked_once_whether_it_keeps_conditions(bucket: Bucket, store: S3Store) -> None:
    tag = store.create("a", b"1")
    store.replace("a", b"2", tag)
    assert len([key for _, key, _ in bucket.seen if key.endswith(".sluicegate-probe")]) == 3
    assert list(store.list()) == ["a"]


@pytest.mark.parametrize("size", [10, PART + 1])
def test_a_write_whose_answer_was_lost_is_known_again(bucket: Bucket, store: S3Store, size: int) -> None:
    """The repetition is refused for the sake of the first, which is our own."""
    proven(store)
    if size > PART:  # the first POST begins the upload, the second completes it
        bucket.faults.append(Fault(status=500, code="InternalError", after=True, method="POST", passes=1))
    else:
        bucket.faults.append(Fault(status=500, code="InternalError", after=True, method="PUT"))
    tag = store.create("a", bytes(size))
    assert store.get("a").tag == tag


def test_what_somebody_else_wrote_meanwhile_is_not_ours(bucket: Bucket, store: S3Store) -> None:
    proven(store)
    tag = store.create("a", b"1")
    bucket.faults.append(Fault(status=503, code="SlowDown", method="PUT"))
    bucket.objects["team/api/a"] = (b"2", "another", "not ours")
    with pytest.raises(MovedError):
        store.replace("a", b"2", tag)
    bucket.faults.append(Fault(status=503, code="SlowDown", method="PUT"))
    with pytest.raises(TakenError):
        store.create("a", b"2")


@pytest.mark.parametrize(("status", "code"), [(412, "PreconditionFailed"), (409, "ConditionalRequestConflict")])
def test_412_and_409_are_told_apart_from_trouble(bucket: Bucket, store: S3Store, status: int, code: str) -> None:
    proven(store)
    bucket.faults.append(Fault(status=status, code=code, method="PUT"))
    with pytest.raises(TakenError):
        store.create("a", b"1")
    tag = store.create("a", b"1")
    bucket.faults.append(Fault(status=status, code=code, method="PUT"))
    with pytest.raises(MovedError):
        store.replace("a", b"2", tag)


@pytest.mark.parametrize("mode", ["standard", "adaptive"])
def test_throttling_is_waited_out(bucket: Bucket, mode: str) -> None:
    store = proven(opened(bucket, retries=mode))
    bucket.faults += [Fault(status=503, code="SlowDown"), Fault(status=503, code="SlowDown")]
    store.create("a", b"1")
    assert store.get("a").data == b"1"
    assert len(bucket.seen) == 4


def test_throttling_that_does_not_end_is_told(bucket: Bucket, store: S3Store) -> None:
    bucket.faults += [Fault(status=503, code="SlowDown") for _ in range(3)]
    with pytest.raises(StoreError, match=r"asks for fewer requests \(SlowDown\), also after 3 attempts") as told:
        store.get("a")
    assert 'retries = "adaptive"' in told.value.hint
    assert len(bucket.seen) == 3


AGO = format_datetime(datetime.now(UTC) - timedelta(minutes=47), usegmt=True)


@pytest.mark.parametrize(
    ("status", "code", "headers", "why", "hint"),
    [
        (400, "ExpiredToken", {}, "the AWS credentials have expired", "aws sso login"),
        (403, "InvalidAccessKeyId", {}, "does not know these credentials", "AWS_PROFILE"),
        (403, "SignatureDoesNotMatch", {}, "does not belong to the access key", "AWS_SECRET_ACCESS_KEY"),
        (403, "RequestTimeTooSkewed", {"Date": AGO}, "minutes ahead", "ntp"),
        (403, "AccessDenied", {}, "access is denied", "s3:GetObject on bucket and s3:ListBucket"),
        (404, "NoSuchBucket", {}, "there is no such bucket", "region"),
        (
            301,
            "PermanentRedirect",
            {"x-amz-bucket-region": "eu-central-1"},
            "another region",
            'region = "eu-central-1"',
        ),
        (400, "AuthorizationHeaderMalformed", {"x-amz-bucket-region": "eu-west-3"}, "another region", "eu-west-3"),
        (501, "NotImplemented", {}, "conditional writes", "another store"),
        (400, "KMS.DisabledException", {}, "key of the encryption", "kms-key"),
        (418, "Teapot", {}, "Teapot: short", ""),
    ],
)
def test_refusals_are_told_in_words(
    bucket: Bucket, store: S3Store, status: int, code: str, headers: dict[str, str], why: str, hint: str
) -> None:
    said = f"short {KEY} \x1b[31m::error::x\nline"
    bucket.faults += [
        Fault(status=status, code=code, headers=headers, message=said.replace("\x1b", "")) for _ in range(3)
    ]
    with pytest.raises(StoreError) as told:
        store.get("a")
    assert why in told.value.message
    assert hint in told.value.hint
    assert "s3://bucket/team/api: a cannot be read" in told.value.message
    for text in (told.value.message, told.value.hint):
        assert KEY not in text
        assert "\n" not in text


def test_no_credentials(bucket: Bucket, store: S3Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(StoreError, match="there are no AWS credentials") as told:
        store.get("a")
    assert "configure-aws-credentials" in told.value.hint
    assert bucket.seen == []


def test_a_profile_that_there_is_not(bucket: Bucket) -> None:
    with pytest.raises(StoreError, match="no such AWS profile"):
        opened(bucket, profile="nobody").get("a")


def test_a_server_that_is_not_there(bucket: Bucket) -> None:
    with pytest.raises(StoreError, match="cannot be reached") as told:
        opened(bucket, endpoint="http://127.0.0.1:9", attempts=1).get("a")
    assert "endpoint" in told.value.hint


def test_a_body_that_is_cut_is_no_entry(bucket: Bucket, store: S3Store) -> None:
    proven(store).create("a", b"0123456789")
    bucket.faults.append(Fault(cut=True, method="GET"))
    with pytest.raises(StoreError, match="a cannot be read"):
        store.get("a")
    assert store.get("a").data == b"0123456789"


def test_a_large_entry_goes_up_in_parts_under_its_condition(bucket: Bucket, store: S3Store) -> None:
    proven(store)
    data = bytes(PART) + b"end"
    tag = store.create("a", data)
    assert store.get("a").data == data
    with pytest.raises(TakenError):
        store.create("a", data)
    store.replace("a", data + b"!", tag)
    with pytest.raises(MovedError):
        store.replace("a", data, tag)
    assert store.get("a").data == data + b"!"
    assert bucket.uploads == {}, "what was refused is taken away again"


def test_a_part_that_fails_takes_the_rest_with_it(bucket: Bucket, store: S3Store) -> None:
    proven(store)
    bucket.faults += [Fault(status=403, code="AccessDenied", method="PUT")]
    with pytest.raises(StoreError, match="access is denied"):
        store.create("a", bytes(PART + 1))
    assert bucket.uploads == {}
    assert bucket.objects == {}


@pytest.mark.parametrize(
    ("settings", "sent"),
    [
        ({}, {}),
        ({"sse": "AES256"}, {"x-amz-server-side-encryption": "AES256"}),
        (
            {"sse": "aws:kms", "kms_key": "alias/x"},
            {"x-amz-server-side-encryption": "aws:kms", "x-amz-server-side-encryption-aws-kms-key-id": "alias/x"},
        ),
    ],
)
@pytest.mark.parametrize("size", [1, PART + 1])
def test_encryption_is_asked_for(bucket: Bucket, settings: dict[str, str], sent: dict[str, str], size: int) -> None:
    proven(opened(bucket, **settings)).create("a", bytes(size))
    headers = bucket.seen[0][2]
    assert {name: value for name, value in headers.items() if "server-side" in name} == sent


def test_without_boto3_the_way_to_it_is_told() -> None:
    code = (
        "import sys; sys.modules['boto3'] = None\n"
        "from pathlib import Path; from sluicegate.baseline import open_store\n"
        "from sluicegate.errors import UserError\n"
        "try: open_store('s3://bucket', Path()).get('a')\n"
        "except UserError as error: print(error.message, error.hint)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "a baseline in S3 needs boto3, which is not installed pip install 'sluicegate[aws]'\n"


def test_nothing_of_aws_is_imported_until_a_bucket_is_read() -> None:
    code = (
        "import sys; from pathlib import Path; import sluicegate.cli.baseline\n"
        "from sluicegate.baseline import open_store\n"
        "open_store('s3://bucket/x', Path())\n"
        "print([name for name in sys.modules if name.partition('.')[0] in ('boto3', 'botocore', 'urllib3')])\n"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
