"""The stores against the real thing: an S3 server with conditional writes, and a disk that is full."""

from __future__ import annotations

import multiprocessing
import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest

import runs
from baseline.verbs import Verbs
from real.shared import KEYS, ROOT, run, succeed
from sluicegate.baseline import MovedError, Store, StoreError, TakenError, open_store, update
from sluicegate.baseline.s3 import PART
from sluicegate.baseline.store import LIMIT
from sluicegate.cli.performance.keeping import add, compacted, reindexed
from sluicegate.config import S3Settings
from sluicegate.gates.performance.history.window import window

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def settings(server: str) -> S3Settings:
    return S3Settings(endpoint=server, path_style=True, region="us-east-1")


@pytest.fixture
def store(settings: S3Settings, request: pytest.FixtureRequest) -> Store:
    return open_store(f"s3://bucket/{abs(hash(request.node.nodeid))}", Path(), settings)


class TestVerbs(Verbs):
    pass


def test_a_long_list_comes_in_pages(store: Store) -> None:
    names = [f"n{number:04}" for number in range(1005)]
    client = store._client()
    for name in names:
        client.put_object(Bucket="bucket", Key=f"{store.prefix}/{name}", Body=b"")
    assert list(store.list()) == names


@pytest.mark.parametrize("size", [PART + 1, LIMIT])
def test_large_entries_go_up_in_parts_under_their_condition(store: Store, size: int) -> None:
    data = os.urandom(size)
    tag = store.create("a", data)
    assert store.get("a").data == data
    with pytest.raises(TakenError):
        store.create("a", data)
    second = store.replace("a", data[::-1], tag)
    with pytest.raises(MovedError):
        store.replace("a", data, tag)
    assert (store.get("a").data, store.get("a").tag) == (data[::-1], second)
    assert "Uploads" not in store._client().list_multipart_uploads(Bucket="bucket", Prefix=f"{store.prefix}/")


def test_wrong_keys_are_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong-secret")
    with pytest.raises(StoreError, match="does not belong to the access key"):
        store.get("a")


def test_an_unknown_key_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    with pytest.raises(StoreError, match="No user exists"):
        store.get("a")


def test_a_bucket_that_there_is_not_is_told(settings: S3Settings) -> None:
    with pytest.raises(StoreError, match="there is no such bucket"):
        open_store("s3://nothing-here", Path(), settings).get("a")


def test_a_clock_that_is_off_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server knows the time; the client is made to sign with another."""
    import botocore.auth
    import botocore.compat

    now = botocore.compat.get_current_datetime

    def later(*, remove_tzinfo: bool = True):
        return now(remove_tzinfo=remove_tzinfo) + timedelta(hours=3)

    monkeypatch.setattr(botocore.auth, "get_current_datetime", later)
    with pytest.raises(StoreError, match="clock of this machine is wrong"):
        store.get("a")


def test_what_is_corrupt_in_a_bucket_is_told(store: Store) -> None:
    from sluicegate.baseline import read_baseline

    store._client().put_object(Bucket="bucket", Key=f"{store.prefix}/baseline.json", Body=b'{"format": "sluice')
    with pytest.raises(StoreError, match="cannot be trusted"):
        read_baseline(store)


def adding(prefix: str, settings: S3Settings, number: int, count: int) -> None:
    store = open_store(prefix, Path(), settings)
    for each in range(count):
        update(store, "n", lambda data, each=each: (data or b"") + b"%d-%d\n" % (number, each))


def test_writers_at_once_lose_nothing(store: Store, settings: S3Settings) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=adding, args=(store.address, settings, number, 25)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 4
    lines = store.get("n").data.split()
    assert sorted(lines) == sorted(b"%d-%d" % (number, each) for number in range(4) for each in range(25))


def recording(prefix: str, settings: S3Settings, number: int) -> None:
    store = open_store(prefix, Path(), settings)
    for each in range(5):
        add(store, runs.run(each, 100.0 * number + each))
        reindexed(store, runs.SUITE)
        compacted(store, runs.SUITE, keep=1000, per=2)


def test_runners_at_once_keep_and_fold_one_history(store: Store, settings: S3Settings) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=recording, args=(store.address, settings, number)) for number in (1, 2, 3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 3
    compacted(store, runs.SUITE, keep=1000, per=2)
    seen = window(runs.history(store), runs.SUITE, runs.HERE.fingerprint, line=None, now=runs.NOON + timedelta(days=9))
    values = [each.readings[0].processes[0][0] for point in seen.points for each in point.runs]
    assert sorted(values) == sorted(100.0 * number + each for number in (1, 2, 3) for each in range(5))
    assert (seen.left_out, seen.noted) == ({}, {})
    assert sum("/folded/" in name for name in store.list()) == 6


def test_the_command_keeps_its_baseline_in_the_bucket(store: Store, server: str, shop) -> None:
    text = shop.root.joinpath("sluicegate.toml").read_text("utf-8")
    table = f'[baseline]\nstore = "{store.address}"\n[baseline.s3]\nendpoint = "{server}"\npath-style = true\n'
    shop.write("sluicegate.toml", text + table)
    shop.write("openapi.yaml", (shop.root / "openapi.yaml").read_text("utf-8").replace("name:", "title:"))
    command = (sys.executable, "-m", "sluicegate.cli.main")
    run(*command, "check", "--report", "json=run.json", cwd=shop.root)
    succeed(*command, "baseline", "accept", "run.json", "--owner", "@acme/api", cwd=shop.root)
    assert store.address in succeed(*command, "baseline", "show", cwd=shop.root)
    assert "0 new" in succeed(*command, "baseline", "diff", "run.json", cwd=shop.root)
    assert list(store.list()) == ["baseline.json"]


def test_a_disk_that_is_full_leaves_the_old_one(tmp_path: Path) -> None:
    """A file system of 200 kB, mounted where nobody else sees it, as kernels let users do."""
    told = succeed(
        "unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
        'mount -t tmpfs -o size=200k tmpfs "$1" && exec "$2" "$3" "$1"',
        "sh", tmp_path, sys.executable, Path(__file__).with_name("full_disk.py"),
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
    )  # fmt: skip
    assert told.split("\n")[0] == "old"
    assert "No space left on device" in told
