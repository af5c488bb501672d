"""What a gate sees of earlier runs: read only, opened when it asks, and never empty where it cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from clones import Clone
from sluicegate.baseline import open_store
from sluicegate.config import S3Settings
from sluicegate.errors import GateError
from sluicegate.worker.job import StoreAddress
from sluicegate.worker.remembered import Remembered, remembered


def history(address: str, root: Path, s3: S3Settings | None = None) -> Remembered:
    found = remembered(StoreAddress(address=address, root=str(root), s3=s3 or S3Settings()))
    assert found
    return found


@pytest.mark.parametrize("address", ["kept", "git:refs/sluicegate/performance"])
def test_documents_are_listed_and_read(clone: Clone, address: str) -> None:
    store = open_store(address, clone.root)
    store.create("performance/a/1.json", b"1")
    store.create("performance/b/2.json", b"2")
    found = history(address, clone.root)
    assert not found.asked
    assert found.names("performance/a/") == ["performance/a/1.json"]
    assert (found.read("performance/b/2.json"), found.read("performance/b/3.json")) == (b"2", None)
    assert found.asked
    assert found.address == store.address


def test_nothing_is_opened_before_something_is_asked(tmp_path: Path) -> None:
    history("ftp://nowhere", tmp_path)
    assert remembered(None) is None


@pytest.mark.parametrize(
    ("address", "why"),
    [("ftp://nowhere", "no kind of store"), ("git:refs/sluicegate/x", "is not in a git repository")],
)
def test_what_cannot_be_read_is_an_error_of_the_gate(tmp_path: Path, address: str, why: str) -> None:
    with pytest.raises(GateError, match=why):
        history(address, tmp_path).names("")


def test_a_server_that_is_not_there_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    away = S3Settings(endpoint="http://127.0.0.1:9", path_style=True, attempts=1)
    with pytest.raises(GateError, match="cannot be reached"):
        history("s3://bucket/x", tmp_path, away).read("a")
