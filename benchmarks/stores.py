"""Many processes change one entry at the same time: is any update lost?

usage: python benchmarks/stores.py [--updates 1000] [--processes 8] [--s3 ENDPOINT]
Each update adds one token to a document of the entry `baseline.json`; wanted: as many different tokens as updates.
S3 is measured where a server is named; its credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and the
bucket `sluicegate-benchmark` is created there.
"""

from __future__ import annotations

import argparse
import multiprocessing
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sluicegate.baseline import Store, open_store, update
from sluicegate.baseline.document import Kind, read, write
from sluicegate.config import S3Settings

NAME = "baseline.json"
KIND = Kind(format="sluicegate-benchmark", version=1)
BUCKET = "sluicegate-benchmark"


def work(address: str, root: Path, s3: S3Settings, number: int, updates: int, start: Any, told: Any) -> None:
    store = open_store(address, root, s3)
    start.wait()
    slowest = calls = 0
    for count in range(updates):

        def add(data: bytes | None, token: str = f"{number}-{count}") -> bytes:
            nonlocal calls
            calls += 1
            tokens = read(KIND, data, address=address, name=NAME)["tokens"] if data else []
            return write(KIND, {"tokens": [*tokens, token]})

        began = time.perf_counter()
        update(store, NAME, add, seconds=600)
        slowest = max(slowest, time.perf_counter() - began)
    told.put((calls, slowest))


def measure(kind: str, address: str, root: Path, s3: S3Settings, updates: int, processes: int) -> bool:
    context = multiprocessing.get_context("spawn")
    start, told = context.Barrier(processes + 1), context.Queue()
    shares = [updates // processes + (number < updates % processes) for number in range(processes)]
    workers = [
        context.Process(target=work, args=(address, root, s3, number, share, start, told))
        for number, share in enumerate(shares)
    ]
    for worker in workers:
        worker.start()
    start.wait()
    began = time.perf_counter()
    for worker in workers:
        worker.join()
    seconds = time.perf_counter() - began
    store: Store = open_store(address, root, s3)
    found = store.get(NAME)
    tokens = read(KIND, found.data, address=address, name=NAME)["tokens"] if found else []
    ended = [worker.exitcode for worker in workers]
    answers = [told.get() for code in ended if code == 0]
    lost, twice = updates - len(set(tokens)), len(tokens) - len(set(tokens))
    tries = sum(calls for calls, _ in answers)
    print(
        f"{kind:<5} {updates:,} updates from {processes} processes: {lost} lost, {twice} applied twice, "
        f"{seconds:.1f} s ({updates / seconds:.0f} per second), {tries / updates:.2f} tries per update, "
        f"slowest {max(slowest for _, slowest in answers):.2f} s"
    )
    return ended == [0] * processes and lost == twice == 0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--updates", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--s3", metavar="ENDPOINT")
    given = parser.parse_args()
    fine = True
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        subprocess.run(["git", "init", "--quiet", "--bare", str(root / "git")], check=True)
        stores = [
            ("file", "store", root, S3Settings()),
            ("git", "git:refs/sluicegate/baseline", root / "git", S3Settings()),
        ]
        if given.s3:
            settings = S3Settings(endpoint=given.s3, path_style=True, region="us-east-1", attempts=10)
            created(settings)
            stores.append(("s3", f"s3://{BUCKET}/{time.time_ns()}", root, settings))
        for kind, address, place, settings in stores:
            fine &= measure(kind, address, place, settings, given.updates, given.processes)
    sys.exit(not fine)


def created(settings: S3Settings) -> None:
    import boto3

    client = boto3.client("s3", endpoint_url=settings.endpoint, region_name=settings.region)
    if BUCKET not in [each["Name"] for each in client.list_buckets()["Buckets"]]:
        client.create_bucket(Bucket=BUCKET)


if __name__ == "__main__":
    main()
