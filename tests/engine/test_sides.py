"""What a run says of both sides, how far it goes for the base, and what it does in a very large repository."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli_types import Command
from clones import Clone
from hosting import REPOSITORY, TOKEN, Hosting, bare_git, make_hosting
from sluicegate.engine.sides import find_sides
from sluicegate.model import Run
from sluicegate.report.json import read
from sluicegate.revision import Event, Reach

FILES = 200_000


@pytest.fixture
def hosting(tmp_path: Path) -> Iterator[Hosting]:
    """main: A B. feature: A C. Pull request 7 of feature: M."""
    made = make_hosting(tmp_path / "hosting")
    settings = b'plugins = ["sample-gates"]\n[sample]\n'
    made.commit("A", files={"sluicegate.toml": settings, "a.txt": b"FAIL old\n"})
    made.commit("B", "A", files={"b.txt": b"b\n"})
    made.commit("C", "A", files={"a.txt": b"FAIL old\nFAIL new\n"})
    made.commit("M", "B", "C")
    made.ref("refs/heads/main", "B")
    made.ref("refs/heads/feature", "C")
    with made.serving():
        yield made


def environ(hosting: Hosting, tmp_path: Path, head: str) -> dict[str, str]:
    """The environment of a job on the pull request."""
    named = hosting.names
    pull = {"number": 7, "base": {"ref": "main", "sha": named["A"]}, "head": {"sha": named["C"]}}
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": pull, "repository": {"default_branch": "main"}}))
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_SHA": named[head],
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_API_URL": f"{hosting.address}/api/v3",
        "GITHUB_TOKEN": TOKEN,
    }


@pytest.mark.parametrize(
    ("ref", "head", "about", "base", "how"),
    [
        ("refs/pull/7/merge", "M", "M", "B", "the first parent of the pull request's merge commit, fetched"),
        ("", "C", "M", "A", "the merge base with main, told by the API, fetched"),
    ],
)
def test_the_command_finds_its_base_in_a_job_of_depth_one_and_the_run_says_how(
    hosting: Hosting, tmp_path: Path, command: Command, ref: str, head: str, about: str, base: str, how: str
) -> None:
    clone = hosting.checkout(tmp_path / "clone", ref, hosting.names[head], 1)
    told = environ(hosting, tmp_path, about)
    done = command("check", "--report", "json=run.json", "--report", "terminal=-", cwd=clone.root, **told)
    assert done.returncode == 1, done.stdout + done.stderr
    document = (clone.root / "run.json").read_text()
    run = read(document.encode())
    assert run.revision.base_commit == hosting.names[base]
    assert run.revision.head_commit == hosting.names[head]
    assert run.revision.how == how
    states = {finding.key[1]: finding.state.value for finding in run.findings}
    assert states == {"FAIL old": "unchanged", "FAIL new": "new"}
    assert TOKEN not in document + done.stdout + done.stderr
    assert clone.git("rev-parse", "--is-shallow-repository") == "true"


def test_the_command_refuses_with_the_line_to_add_and_shows_no_secret(
    hosting: Hosting, tmp_path: Path, command: Command
) -> None:
    clone = hosting.checkout(tmp_path / "clone", "", hosting.names["C"], 1)
    hosting.status = 403
    told = environ(hosting, tmp_path, "M")
    done = command("check", "--report", "json=run.json", "--report", "terminal=-", cwd=clone.root, **told)
    assert done.returncode == 3, done.stdout + done.stderr
    said = " ".join(done.stdout.split())
    assert "this clone does not have origin/main" in said
    assert "GitHub's API answered with HTTP 403" in said
    assert "fetch-depth: 0" in said
    assert TOKEN not in done.stdout + done.stderr + (clone.root / "run.json").read_text()


def test_a_commit_hook_and_a_laptop_ask_nobody(hosting: Hosting, tmp_path: Path, command: Command) -> None:
    clone = hosting.checkout(tmp_path / "clone", "refs/pull/7/merge", hosting.names["M"], 1)
    told = environ(hosting, tmp_path, "M")
    hook = command("check", "--staged", "--report", "terminal=-", cwd=clone.root, **told)
    assert hook.returncode == 3, "the base is not in the clone, and nobody is asked for it"
    assert "fetch-depth: 2" in " ".join(hook.stdout.split())
    laptop = command("check", "--base", hosting.names["B"], "--report", "terminal=-", cwd=clone.root)
    assert laptop.returncode == 3
    assert (hosting.asked, hosting.fetched) == ([], [])


def test_staged_never_reaches_beyond_the_clone(hosting: Hosting, tmp_path: Path) -> None:
    clone = hosting.checkout(tmp_path / "clone", "", hosting.names["C"], 1)

    def never(base: str, head: str) -> str:
        raise AssertionError((base, head))

    event = Event(kind="push", before=hosting.names["A"], default_branch="main")
    sides = find_sides(clone.root, staged=True, event=event, reach=Reach(fetch=True, merge_base=never))
    assert sides.trouble is not None
    assert hosting.fetched == []
    assert find_sides(clone.root, event=event, reach=Reach(fetch=True)).revision.base_commit == hosting.names["A"]


def test_before_the_first_push_of_a_repository_there_is_nothing_and_all_is_new(
    clone: Clone, judged: Callable[..., Run]
) -> None:
    clone.commit("one", **{"a.txt": "FAIL x\n"})
    event = Event(kind="push", ref="refs/heads/main", before="0" * 40, default_branch="main")
    result = judged(event=event)
    assert [finding.state.value for finding in result.findings] == ["new"]
    assert (result.exit_code, result.revision.base_commit) == (1, None)
    assert result.revision.head_commit == clone.git("rev-parse", "HEAD")
    assert result.revision.how == "this is the first push of the default branch, so nothing comes before it"


def test_only_line_ends_are_no_change_for_a_gate_that_reads_lines(clone: Clone, judged: Callable[..., Run]) -> None:
    clone.commit("one", **{"a.txt": "FAIL x\ntwo\n"})
    clone.git("config", "core.autocrlf", "true")
    (clone.root / "a.txt").unlink()
    clone.git("checkout", "--quiet", "--", "a.txt")
    assert b"\r\n" in (clone.root / "a.txt").read_bytes()
    assert [(finding.rule, finding.state.value) for finding in judged().findings] == [("sample/word", "unchanged")]


@pytest.mark.parametrize("staged", [False, True])
def test_a_repository_with_200000_files_is_judged_without_reading_them(
    clone: Clone, judged: Callable[..., Run], staged: bool
) -> None:
    lines = [b"blob\nmark :1\ndata 5\nmine\n\nblob\nmark :2\ndata 7\nFAIL x\n\n"]
    lines.append(b"commit refs/heads/main\ncommitter T <t@example.com> 1700000000 +0000\ndata 1\na\n")
    lines += [b"M 100644 :1 d%d/s%d/f%d.md\n" % (one // 2000, one // 100 % 20, one) for one in range(FILES)]
    lines.append(b"M 100644 :2 a.txt\n")
    subprocess.run(
        ["git", "-C", str(clone.root), "-c", "fastimport.unpackLimit=100", "fast-import", "--quiet"],
        input=b"".join(lines),
        check=True,
    )
    bare_git(clone.root, "read-tree", "HEAD")
    bare_git(clone.root, "checkout-index", "a.txt")
    blob = clone.git("rev-parse", "HEAD:d0/s0/f0.md")
    for pack in (clone.root / ".git" / "objects" / "pack").iterdir():  # unpacked, so that one content can be lost
        moved = pack.rename(clone.root / ".git" / pack.name)
        if pack.suffix == ".pack":
            kept = moved
    bare_git(clone.root, "unpack-objects", "-q", feed=kept.read_bytes())
    (clone.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    clone.write("a.txt", "FAIL x\nFAIL y\n")
    clone.git("add", "a.txt")
    started = time.monotonic()
    result = judged('[sample]\nfiles = ["a.txt"]\n', staged=staged)
    seconds = time.monotonic() - started
    assert {finding.key[1]: finding.state.value for finding in result.findings} == {
        "FAIL x": "unchanged",
        "FAIL y": "new",
    }
    assert result.exit_code == 1
    assert seconds < 60, "about one second on an idle machine"
