"""The outside tools, a copy of this checkout, and a repository with an API.

A part that is missing is a failure here, never a skip: run tests/real/install.sh.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clones import Clone, make_clone
from real.shared import API, KEYS, LOCK, ROOT, SETTINGS, TOOLS, succeed


@pytest.fixture(scope="session")
def tool() -> Callable[[str], Path]:
    """Where a tool lies that install.sh has installed."""

    def find(name: str) -> Path:
        for folder in (TOOLS / "bin", TOOLS / "venv" / "bin"):
            if (folder / name).exists():
                return folder / name
        pytest.fail(f"{name} is not installed: run tests/real/install.sh", pytrace=False)

    return find


@pytest.fixture(scope="module")
def server(tool, tmp_path_factory) -> Iterator[str]:
    """The address of a running versitygw with an empty bucket `bucket`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("s3")
    command = [
        str(tool("versitygw")), "--port", f"127.0.0.1:{port}", "--access", KEYS["AWS_ACCESS_KEY_ID"],
        "--secret", KEYS["AWS_SECRET_ACCESS_KEY"], "--quiet", "posix", str(folder),
    ]  # fmt: skip
    with (folder.parent / "versitygw.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as trying:
                if trying.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        (folder / "bucket").mkdir()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this checkout, as a release would be checked out: the files of git, committed."""
    copy = tmp_path_factory.mktemp("release") / "sluicegate"
    names = succeed("git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    for told in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "Release"]):
        succeed("git", "-c", "user.name=Test", "-c", "user.email=test@example.com", *told, cwd=copy)
    return copy


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheels of the lock, as a company's mirror would have them."""
    folder = tmp_path_factory.mktemp("wheels")
    told = ("download", "--quiet", "--require-hashes", "--only-binary", ":all:", "-r", LOCK, "-d", folder)
    succeed(sys.executable, "-m", "pip", *told)
    return folder


@pytest.fixture
def shop(tmp_path: Path) -> Clone:
    """A repository with an API on main, and the branch `change` checked out."""
    made = make_clone(tmp_path / "shop")
    made.write("openapi.yaml", API)
    made.write("sluicegate.toml", SETTINGS)
    made.commit("The API")
    made.git("switch", "--quiet", "-c", "change")
    return made
