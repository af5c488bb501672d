"""Every event × every depth × what is checked out: the base is what the whole history tells, or it is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from hosting import REPOSITORY, TOKEN, Hosting, make_hosting
from sluicegate.ci.compare import reach_of
from sluicegate.ci.github import github
from sluicegate.errors import GateError
from sluicegate.revision import NOWHERE, Base, Event, Reach, Repository, find_base

PAGE = Path(__file__).parents[2] / "docs" / "base.md"
ZEROS = "0" * 40
NEVER = "d" * 40
WAYS = {
    "here": "in the clone",
    "fetch": "fetched",
    "api": "told by the API, fetched",
    "told": "told by the API",
    "refused": "refused",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One situation. `ways` is how the base is found at depth 1, 2 and full; `line` what a refusal says to add."""

    what: str
    event: str
    ref: str
    head: str
    base: str
    compared: str
    ways: tuple[str, str, str]
    about: str = ""
    """The commit of GITHUB_SHA, where it is not the one that is checked out."""
    named: bool = False
    """Whether the workflow names the commit (`ref:`), so that no branch comes along."""
    line: str = "fetch-depth: 0"
    payload: tuple[str, ...] = ()
    """Pull request: the branch, the stale base, the tip. Push: before. Merge group: its base."""

    def environ(self, hosting: Hosting, folder: Path) -> dict[str, str]:
        def commit(name: str) -> str:
            return hosting.names.get(name, name)

        told: dict[str, Any] = {"repository": {"default_branch": "main", "full_name": REPOSITORY}}
        if self.event.startswith("pull_request"):
            branch, stale, tip = self.payload
            base = {"ref": branch, "sha": commit(stale)}
            told["pull_request"] = {"number": 7, "base": base, "head": {"sha": commit(tip)}}
        elif self.event == "merge_group":
            told["merge_group"] = {"base_sha": commit(self.payload[0]), "base_ref": "refs/heads/main"}
        elif self.event == "push":
            told["before"] = commit(self.payload[0])
        file = folder / "event.json"
        file.write_text(json.dumps(told))
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": self.event,
            "GITHUB_EVENT_PATH": str(file),
            "GITHUB_SHA": commit(self.about or self.head),
            "GITHUB_REF": self.ref,
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_API_URL": f"{hosting.address}/api/v3",
            "GITHUB_TOKEN": TOKEN,
        }


def pull(what: str, number: int, head: str, base: str, compared: str, ways: tuple[str, str, str], **more: Any) -> Row:
    return Row(
        what=what,
        ref=f"refs/pull/{number}/merge",
        head=head,
        base=base,
        compared=compared,
        ways=ways,
        **{"event": "pull_request", **more},
    )


FIRST, FORK = "first parent of the merge ref", "merge base with the base branch"
MERGED, AT_HEAD = ("fetch", "here", "here"), ("api", "api", "here")
TWO = "fetch-depth: 2"
AT_TIP = ("here", "here", "here")
ROWS = [
    pull("the merge ref", 7, "M7", "D", FIRST, MERGED, payload=("main", "A", "C2"), line=TWO),
    pull("the merge ref, from a fork", 8, "M8", "G", FIRST, MERGED, payload=("main", "D", "F1"), line=TWO),
    pull("the merge ref, branches merged crosswise", 10, "M10", "R2", FIRST, MERGED, payload=("release", "R1", "W2"), line=TWO),  # noqa: E501
    pull("the head commit", 7, "C2", "B", FORK, AT_HEAD, about="M7", named=True, payload=("main", "A", "C2")),
    pull("the head commit, from a fork", 8, "F1", "D", FORK, ("api", "told", "here"), about="M8", named=True, payload=("main", "B", "F1")),  # noqa: E501
    pull("the head commit, the base branch merged into it", 9, "S3", "D", FORK, AT_HEAD, about="M9", named=True, payload=("main", "B", "S3")),  # noqa: E501
    pull("the head commit, branches merged crosswise", 10, "W2", "W1", "newest merge base with the base branch", ("api", "told", "here"), about="M10", named=True, payload=("release", "R1", "W2")),  # noqa: E501
    pull("the head commit, merged in the meantime", 11, "D", "B", "merge base with the base that the event names", ("api", "told", "here"), about="M7", named=True, payload=("main", "B", "D")),  # noqa: E501
    pull("the base branch (its default)", 7, "G", "", "nothing: the change is not there", ("refused",) * 3, event="pull_request_target", payload=("main", "A", "C2"), line="refs/pull/"),  # noqa: E501
    pull("the merge ref", 7, "M7", "D", FIRST, MERGED, event="pull_request_target", about="G", payload=("main", "A", "C2"), line=TWO),  # noqa: E501
    pull("the head commit", 7, "C2", "B", FORK, AT_HEAD, event="pull_request_target", about="G", named=True, payload=("main", "A", "C2")),  # noqa: E501
    Row(what="one pull request", event="merge_group", ref="refs/heads/queue", head="Q7", base="G", compared="base of the group", ways=MERGED, payload=("G",)),  # noqa: E501
    Row(what="behind another group", event="merge_group", ref="refs/heads/queue", head="Q8", base="Q7", compared="base of the group", ways=MERGED, payload=("Q7",)),  # noqa: E501
    Row(what="several pull requests in one group", event="merge_group", ref="refs/heads/queue", head="Q8", base="G", compared="base of the group", ways=("fetch", "fetch", "here"), payload=("G",)),  # noqa: E501
    Row(what="one commit", event="push", ref="refs/heads/main", head="G", base="D", compared="tip before the push", ways=MERGED, payload=("D",)),  # noqa: E501
    Row(what="several commits", event="push", ref="refs/heads/main", head="G", base="A", compared="tip before the push", ways=("fetch", "fetch", "here"), payload=("A",)),  # noqa: E501
    Row(what="forced, the server still has the old tip", event="push", ref="refs/heads/feature", head="C2", base="Z", compared="tip before the push", ways=("fetch",) * 3, payload=("Z",)),  # noqa: E501
    Row(what="forced, the old tip is gone", event="push", ref="refs/heads/feature", head="C2", base="B", compared="merge base with the default branch", ways=AT_HEAD, payload=(NEVER,)),  # noqa: E501
    Row(what="forced to the default branch, the old tip is gone", event="push", ref="refs/heads/main", head="G", base="", compared="nothing: it cannot be known", ways=("refused",) * 3, payload=(NEVER,)),  # noqa: E501
    Row(what="first push of a branch", event="push", ref="refs/heads/feature", head="C2", base="B", compared="merge base with the default branch", ways=AT_HEAD, payload=(ZEROS,)),  # noqa: E501
    Row(what="first push of a repository", event="push", ref="refs/heads/main", head="G", base="", compared="nothing: all of it is new", ways=AT_TIP, payload=(ZEROS,)),  # noqa: E501
    Row(what="tag on the default branch", event="push", ref="refs/tags/v1", head="D", base="D", compared="itself: nothing is new", ways=("told", "told", "here"), payload=(ZEROS,)),  # noqa: E501
    Row(what="tag beside the default branch", event="push", ref="refs/tags/v1-fix", head="C1", base="B", compared="merge base with the default branch", ways=("api", "told", "here"), payload=(ZEROS,)),  # noqa: E501
    Row(what="tag that was moved", event="push", ref="refs/tags/v1", head="D", base="A", compared="what the tag was before", ways=("fetch", "fetch", "here"), payload=("A",)),  # noqa: E501
    Row(what="the default branch", event="schedule", ref="refs/heads/main", head="G", base="G", compared="itself: nothing is new", ways=AT_TIP),  # noqa: E501
    Row(what="the default branch", event="workflow_dispatch", ref="refs/heads/main", head="G", base="G", compared="itself: nothing is new", ways=AT_TIP),  # noqa: E501
    Row(what="another branch", event="workflow_dispatch", ref="refs/heads/feature", head="C2", base="B", compared="merge base with the default branch", ways=AT_HEAD),  # noqa: E501
]  # fmt: skip


@pytest.fixture(scope="module")
def hosting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosting]:
    """main: A B D G. feature (7): B C1 C2. A fork (8): D F1. synced (9): B S1 S2(+D) S3. release: D R1 R2(+W1).

    Crosswise (10): D W1 W2(+R1).
    """
    made = make_hosting(tmp_path_factory.mktemp("hosting"))
    for name, *parents in (
        ["A"], ["B", "A"], ["D", "B"], ["C1", "B"], ["C2", "C1"], ["Z", "B"], ["F1", "D"],
        ["S1", "B"], ["S2", "S1", "D"], ["S3", "S2"], ["R1", "D"], ["W1", "D"], ["R2", "R1", "W1"], ["W2", "W1", "R1"],
        ["M7", "D", "C2"], ["G", "D"], ["M8", "G", "F1"], ["M9", "G", "S3"], ["M10", "R2", "W2"], ["Q7", "G", "C2"],
        ["Q8", "Q7", "F1"],
    ):  # fmt: skip
        made.commit(name, *parents)
    refs = {"main": "G", "feature": "C2", "synced": "S3", "release": "R2", "queue": "Q8"}
    for branch, name in refs.items():
        made.ref(f"refs/heads/{branch}", name)
    for tag, name in {"v1": "D", "v1-fix": "C1"}.items():
        made.ref(f"refs/tags/{tag}", name)
    for number, (head, merge) in {7: ("C2", "M7"), 8: ("F1", "M8"), 9: ("S3", "M9"), 10: ("W2", "M10")}.items():
        made.ref(f"refs/pull/{number}/head", head)
        made.ref(f"refs/pull/{number}/merge", merge)
    with made.serving():
        yield made


def attempt(repository: Repository, event: Event, reach: Reach) -> tuple[Base | None, GateError | None]:
    try:
        return find_base(repository, event=event, reach=reach), None
    except GateError as error:
        return None, error


@pytest.mark.parametrize("depth", [1, 2, 0])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.event}: {row.what}")
def test_the_base_is_right_or_refused(hosting: Hosting, tmp_path: Path, row: Row, depth: int) -> None:
    commit = hosting.names[row.head]
    clone = hosting.checkout(tmp_path / "clone", "" if row.named else row.ref, commit, depth)
    assert clone.git("rev-parse", "HEAD") == commit
    environ = row.environ(hosting, tmp_path)
    job = github(environ)
    assert job is not None
    way = row.ways[(1, 2, 0).index(depth)]
    repository, reach = Repository(root=clone.root), reach_of(environ)
    shallow, refs = clone.git("rev-parse", "--is-shallow-repository"), clone.git("for-each-ref")
    written = (clone.root / ".git" / "FETCH_HEAD").read_bytes()
    # a clone can only be asked less after it got more, so from nothing allowed to all
    for name, far in (("here", NOWHERE), ("fetch", replace(reach, merge_base=None)), ("api", reach)):
        if name == way or (way == "told" and name == "api"):
            break
        wider, refusal = attempt(repository, job.event, far)
        assert wider is None or way != "refused", wider
        assert wider is None or "since the tip before this push cannot be had" in wider.how
        assert wider is None or wider.commit == hosting.git("merge-base", "main", commit)
        assert refusal is None or (row.line in refusal.hint and refusal.exit == 3)
        assert hosting.fetched == [] or far.fetch
    else:
        assert way == "refused"
        return
    found = find_base(repository, event=job.event, reach=far)
    assert hosting.name_of(found.commit) == row.base, found.how
    assert ("fetched" in found.how) == (way in {"fetch", "api"})
    if "merged already" not in found.how:  # then the API's word only led to it
        assert ("told by the API" in found.how) == (way in {"api", "told"})
    assert clone.git("rev-parse", "--is-shallow-repository") == shallow == ("true" if depth else "false")
    if found.commit:
        assert clone.git("cat-file", "-t", f"{found.commit}^{{tree}}") == "tree"
        assert clone.git("ls-tree", "-r", "--name-only", found.commit)
    wanted = {want.decode() for each in hosting.fetched for want in re.findall(rb"want ([0-9a-f]{40})", each)}
    assert wanted <= {found.commit, job.event.before}, "the one commit, and the old tip of a branch where it is gone"
    assert clone.git("status", "--porcelain") == ""
    assert (clone.root / ".git" / "FETCH_HEAD").read_bytes() == written, "nothing but the commit comes into the clone"
    assert clone.git("for-each-ref") == refs


def test_the_expectations_are_what_the_whole_history_says(hosting: Hosting) -> None:
    for row in ROWS:
        if row.compared == FIRST:
            assert hosting.git("rev-parse", f"{hosting.names[row.head]}^1") == hosting.names[row.base]
        elif "merge base" in row.compared and "event" not in row.compared:
            branch = row.payload[0] if row.event.startswith("pull") else "main"
            bases = hosting.git("merge-base", "--all", hosting.names[row.head], branch).split()
            assert hosting.names[row.base] in bases
            assert (len(bases) > 1) == ("newest" in row.compared)


def table() -> str:
    lines = ["| event | checked out or done | compared with | depth 1 | depth 2 | full |", "|---|---|---|---|---|---|"]
    for row in ROWS:
        ways = " | ".join(WAYS[way] for way in row.ways)
        lines.append(f"| `{row.event}` | {row.what} | {row.compared} | {ways} |")
    return "\n".join(lines)


def test_the_page_shows_this_matrix() -> None:
    assert table() in PAGE.read_text("utf-8"), f"docs/base.md has to hold:\n{table()}"
