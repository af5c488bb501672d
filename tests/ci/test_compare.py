"""The merge base by the compare API, asked of a real server on loopback: its answers, and its silence."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hosting import REPOSITORY, TOKEN, Hosting, make_hosting
from sluicegate.ci.compare import CompareApi, reach_of
from sluicegate.errors import GateError
from sluicegate.revision import NOWHERE


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosting]:
    made = make_hosting(tmp_path_factory.mktemp("hosting"))
    for name, *parents in (["A"], ["B", "A"], ["C", "A"], ["O"]):
        made.commit(name, *parents)
    made.ref("refs/heads/main", "B")
    made.ref("refs/heads/release/1.x", "C")
    made.ref("refs/heads/other", "O")
    with made.serving():
        yield made


@pytest.fixture
def hosting(served: Hosting) -> Hosting:
    served.status, served.body, served.delay, served.open = 0, b"", 0, False
    served.answers.clear()
    served.asked.clear()
    return served


@pytest.fixture
def api(hosting: Hosting) -> CompareApi:
    return CompareApi(api=f"{hosting.address}/api/v3", repository=REPOSITORY, token=TOKEN, seconds=5, pause=0.01)


def test_it_tells_the_merge_base_with_a_branch_and_with_a_commit(hosting: Hosting, api: CompareApi) -> None:
    assert api.merge_base("main", hosting.names["C"]) == hosting.names["A"]
    assert api.merge_base("release/1.x", hosting.names["B"]) == hosting.names["A"]
    assert api.merge_base(hosting.names["B"], hosting.names["C"]) == hosting.names["A"]
    assert hosting.asked == ["main...C", "release/1.x...B", "B...C"]


def test_a_public_repository_needs_no_token(hosting: Hosting, api: CompareApi) -> None:
    hosting.open = True
    assert replace(api, token="").merge_base("main", hosting.names["C"]) == hosting.names["A"]


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_is_told_once_and_names_what_to_set(hosting: Hosting, api: CompareApi, status: int) -> None:
    hosting.status = status
    with pytest.raises(GateError, match=f"GitHub's API answered with HTTP {status}$") as caught:
        api.merge_base("main", hosting.names["C"])
    assert len(hosting.asked) == 1
    assert caught.value.hint == ""
    with pytest.raises(GateError, match=f"HTTP {status}, without a token") as caught:
        replace(api, token="").merge_base("main", hosting.names["C"])
    assert "GITHUB_TOKEN: ${{ github.token }}" in caught.value.hint


def test_histories_without_a_common_commit_are_a_refusal(hosting: Hosting, api: CompareApi) -> None:
    with pytest.raises(GateError, match="HTTP 404"):
        api.merge_base("other", hosting.names["C"])


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_server_in_trouble_is_asked_again_and_not_for_ever(hosting: Hosting, api: CompareApi, status: int) -> None:
    hosting.answers[:] = [status, status]
    assert api.merge_base("main", hosting.names["C"]) == hosting.names["A"]
    assert len(hosting.asked) == 3
    hosting.status = status
    with pytest.raises(GateError, match=f"HTTP {status}"):
        api.merge_base("main", hosting.names["C"])
    assert len(hosting.asked) == 6


def test_a_server_that_does_not_answer_is_left_in_time(hosting: Hosting, api: CompareApi) -> None:
    hosting.delay = 3
    started = time.monotonic()
    with pytest.raises(GateError, match="could not be asked"):
        replace(api, seconds=0.5).merge_base("main", hosting.names["C"])
    assert time.monotonic() - started < 3, "as long as the server takes"


def test_a_server_that_is_not_there_is_told(hosting: Hosting, api: CompareApi) -> None:
    with pytest.raises(GateError, match=r"could not be asked \(ConnectError\)"):
        replace(api, api="http://127.0.0.1:1").merge_base("main", hosting.names["C"])


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"merge_base_commit": null}',
        b'{"merge_base_commit": {"sha": "--upload-pack=x"}}',
        b'{"merge_base_commit": {"sha": "main"}}',
        b'{"merge_base_commit": {"sha": 7}}',
        b'{"merge_base_commit": {"sha": "\xff"}}',
        b"[" * 100_000,
    ],
)
def test_an_answer_that_names_no_commit_is_refused(hosting: Hosting, api: CompareApi, body: bytes) -> None:
    hosting.body = body
    with pytest.raises(GateError, match="names no merge base"):
        api.merge_base("main", hosting.names["C"])


def test_an_answer_without_end_is_not_read(hosting: Hosting, api: CompareApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sluicegate.ci.compare._LIMIT", 1 << 16)
    hosting.body = b" " * (1 << 20)
    with pytest.raises(GateError, match="could not be asked"):
        api.merge_base("main", hosting.names["C"])


@pytest.mark.parametrize("token", ["a b", f"{TOKEN}\r\nX-Evil: 1", "ü" * 9, "x" * 5000])
def test_a_token_that_is_none_is_not_sent_and_not_shown(hosting: Hosting, api: CompareApi, token: str) -> None:
    with pytest.raises(GateError) as caught:
        replace(api, token=token).merge_base("main", hosting.names["C"])
    assert token not in f"{caught.value.message} {caught.value.hint}"
    assert hosting.asked == []


def test_the_token_is_in_no_representation(api: CompareApi) -> None:
    assert TOKEN not in repr(api)
    assert TOKEN not in repr(reach_of({"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "a/b", "GITHUB_TOKEN": TOKEN}))


def test_only_a_job_of_github_goes_beyond_the_clone() -> None:
    assert reach_of({}) == NOWHERE
    assert reach_of({"CI": "true", "GITHUB_TOKEN": TOKEN, "GITHUB_REPOSITORY": "a/b"}) == NOWHERE
    assert reach_of({"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "a/b"}).merge_base is not None


@pytest.mark.parametrize(
    "environ",
    [
        {"GITHUB_REPOSITORY": "a/b/../../x"},
        {"GITHUB_REPOSITORY": "../x"},
        {"GITHUB_REPOSITORY": ""},
        {"GITHUB_REPOSITORY": "a/b", "GITHUB_API_URL": "file:///etc"},
        {"GITHUB_REPOSITORY": "a/b", "GITHUB_API_URL": "https://user:x@api.example"},
        {"GITHUB_REPOSITORY": "a/b", "GITHUB_API_URL": "http://api.example"},
    ],
)
def test_where_the_job_does_not_say_whom_nobody_is_asked(environ: dict[str, str]) -> None:
    reach = reach_of({"GITHUB_ACTIONS": "true", **environ})
    assert reach.fetch
    assert reach.merge_base is None


def test_httpx_is_loaded_by_a_question_alone_and_its_absence_is_told(tmp_path: Path) -> None:
    (tmp_path / "httpx.py").write_text("raise ImportError('none here')\n")
    code = (
        "import sys, json; sys.path.insert(0, sys.argv[1])\n"
        "from sluicegate.ci.compare import reach_of\n"
        "from sluicegate.errors import GateError\n"
        "reach = reach_of({'GITHUB_ACTIONS': 'true', 'GITHUB_REPOSITORY': 'a/b'})\n"
        "loaded = 'httpx' in sys.modules\n"
        "try: reach.merge_base('main', 'a' * 40)\n"
        "except GateError as error: print(json.dumps([loaded, error.message, error.hint]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    loaded, message, hint = json.loads(done.stdout)
    assert not loaded
    assert "httpx is not installed" in message
    assert hint == "pip install 'sluicegate[publish]'"
