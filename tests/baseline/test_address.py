from __future__ import annotations

from pathlib import Path

import pytest

from sluicegate.baseline import open_store
from sluicegate.baseline.file import FileStore
from sluicegate.baseline.git import GitStore
from sluicegate.baseline.s3 import S3Store
from sluicegate.config import S3Settings
from sluicegate.errors import UserError

HERE = Path("/project")


@pytest.mark.parametrize(
    ("address", "folder"),
    [
        ("", "/project/.sluicegate"),
        ("quality", "/project/quality"),
        ("/mnt/quality", "/mnt/quality"),
        ("a/b", "/project/a/b"),
    ],
)
def test_a_folder(address: str, folder: str) -> None:
    assert open_store(address, HERE) == FileStore(folder=Path(folder))


@pytest.mark.parametrize(
    ("address", "ref", "remote"),
    [
        ("git:", "refs/sluicegate/baseline", "origin"),
        ("git:refs/sluicegate/api/strict", "refs/sluicegate/api/strict", "origin"),
        ("git:refs/sluicegate/baseline@up.stream/x", "refs/sluicegate/baseline", "up.stream/x"),
    ],
)
def test_a_ref(address: str, ref: str, remote: str) -> None:
    assert open_store(address, HERE) == GitStore(folder=HERE, ref=ref, remote=remote)


def test_a_bucket() -> None:
    given = S3Settings(region="eu-west-1", attempts=7)
    store = open_store(
        "s3://acme-quality/team/api/?region=eu-central-1&path-style=true&sse=aws:kms&kms-key=k", HERE, given
    )
    wanted = S3Settings(region="eu-central-1", attempts=7, path_style=True, sse="aws:kms", kms_key="k")
    assert store == S3Store(bucket="acme-quality", prefix="team/api", settings=wanted)
    assert store.address == "s3://acme-quality/team/api"


@pytest.mark.parametrize(
    ("address", "why", "hint"),
    [
        ("s4://bucket", "no kind of store 's4'", "did you mean s3://bucket/prefix?"),
        ("S3://bucket", "no kind of store 'S3'", "did you mean s3://bucket/prefix?"),
        ("gti:refs/sluicegate/x", "no kind of store 'gti'", "did you mean git:refs"),
        ("https://example.com/x", "no kind of store 'https'", "name a folder"),
        ("git:refs/heads/main", "is no ref of Sluicegate's own", "refs/sluicegate/"),
        ("git:refs/sluicegate/../heads/main", "is no ref of Sluicegate's own", "begin with"),
        ("git:refs/sluicegate/remotes/x", "is no ref of Sluicegate's own", "begin with"),
        ("git:refs/sluicegate/x.lock", "is no ref of Sluicegate's own", "begin with"),
        ("git:@--upload-pack=sh", "name of a remote", "git remote -v"),
        ("git:@https://bob:s3cret@example.com/x", "name of a remote", "git remote -v"),
        ("s3:bucket", "names no bucket", "s3://bucket/prefix"),
        ("s3://", "names no bucket", "s3://bucket/prefix"),
        ("s3://Bucket", "names no bucket", "s3://bucket/prefix"),
        ("s3://AKIAIOSFODNN7EXAMPLE:s3cret@bucket/x", "has credentials in it", "remove them"),
        ("s3://bucket/a/../b", "its prefix makes trouble", "letters"),
        ("s3://bucket/a%0ab", "its prefix makes trouble", "letters"),
        ("s3://bucket?regoin=x", "nobody reads 'regoin'", "did you mean region?"),
        ("s3://bucket?secret-key=s3cret", "nobody reads 'secret-key'", "it takes: region"),
        ("s3://bucket?attempts=many", "Expected `int`", "schema settings"),
        ("s3://bucket?endpoint=http://bob:s3cret@127.0.0.1", "endpoint", "schema settings"),
        ("s3://bucket?sse=rot13", "sse", "schema settings"),
        ("s3://bucket?kms-key=k", "kms-key is given without sse", "aws:kms"),
        ("s3://[::1", "is no address", "s3://bucket/prefix"),
    ],
)
def test_what_is_wrong_is_told_without_credentials(address: str, why: str, hint: str) -> None:
    with pytest.raises(UserError) as told:
        open_store(address, HERE)
    assert why in told.value.message
    assert hint in told.value.hint
    assert "s3cret" not in told.value.message + told.value.hint
