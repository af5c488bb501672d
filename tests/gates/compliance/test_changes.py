"""The census of changes: every commit of the branch, held against what GitHub's recorded answers say of it."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from clones import Clone

from .conftest import GitHub, Judged, settings

CENSUS = ("changes-by-pull-request", "changes-approved", "changes-checked")
OK = {"reviews": [("bob", "APPROVED", "")], "checks": {"tests": "success"}}


@pytest.fixture
def repository(clone: Clone) -> Clone:
    clone.git("branch", "-M", "main")
    clone.write("sluicegate.toml", settings())
    return clone


def kept(clone: Clone, github: GitHub) -> None:
    """The answers as a file that git does not keep, so that no commit of its own joins the census."""
    clone.write(".git/info/exclude", "evidence/\n")
    clone.write("evidence/github.jsonl", github.text())


def test_a_healthy_history_passes_and_its_evidence_can_be_asked_again(
    repository: Clone, github: GitHub, judged: Judged
) -> None:
    first, second = repository.commit("one"), repository.commit("two")
    github.repository()
    github.pulls(github.pull(1, first, **OK), github.pull(2, second, **OK))
    kept(repository, github)
    said = judged()
    assert {control: said.outcome(f"baseline/{control}") for control in CENSUS} == dict.fromkeys(CENSUS, "passed")
    seen = said.evidence["changes of 90 days"]
    assert seen["population"] == 2
    assert seen["query"].startswith("git log --first-parent")
    assert "/pulls/N/reviews" in seen["query"]
    assert len(seen["sha256"]) == 64
    assert seen["revision"] == second
    assert seen["collected"]


def test_each_way_around_is_told_by_its_control(repository: Clone, github: GitHub, judged: Judged) -> None:
    commits = [repository.commit(name) for name in ("direct", "self", "stale", "red", "good", "changed mind")]
    github.repository()
    github.pulls(
        github.pull(2, commits[1], reviews=[("ada", "APPROVED", "")], checks={"tests": "success"}),
        github.pull(3, commits[2], reviews=[("bob", "APPROVED", "f" * 40)], checks={"tests": "success"}),
        github.pull(4, commits[3], reviews=[("bob", "APPROVED", "")], checks={"tests": "failure"}),
        github.pull(5, commits[4], **OK),
        github.pull(
            6, commits[5], reviews=[("bob", "APPROVED", ""), ("bob", "CHANGES_REQUESTED", "")],
            checks={"tests": "success"},
        ),
    )  # fmt: skip
    kept(repository, github)
    said = judged()
    assert said.exit == 0  # the change that is judged did none of it
    (direct,) = said.messages("baseline/changes-by-pull-request")
    assert direct == f"{commits[0][:12]} (direct) came to the default branch without a pull request"
    approved = sorted(text.split()[0] for text in said.messages("baseline/changes-approved"))
    assert approved == ["#2", "#3", "#6"]
    assert said.messages("baseline/changes-checked") == ["#4 (red) was merged without these checks: tests"]
    assert {each["state"] for each in said.gate["findings"]} == {"unchanged"}


def test_a_required_check_that_never_ran_is_missing(repository: Clone, github: GitHub, judged: Judged) -> None:
    commit = repository.commit("one")
    rule = {
        "type": "required_status_checks",
        "parameters": {"required_status_checks": [{"context": "tests"}, {"context": "gate"}]},
    }
    github.repository(rule)
    github.pulls(github.pull(1, commit, **OK))
    kept(repository, github)
    assert judged().messages("baseline/changes-checked") == ["#1 (one) was merged without these checks: gate"]


def test_a_commit_of_a_rebase_belongs_to_the_pull_request_that_github_names(
    repository: Clone, github: GitHub, judged: Judged
) -> None:
    first, second = repository.commit("part one"), repository.commit("part two")
    github.repository()
    pull = github.pull(1, second, **OK)
    github.pulls(pull)
    github.said(f"/commits/{first}/pulls?per_page=100&page=1", [pull])
    kept(repository, github)
    assert judged().outcome("baseline/changes-by-pull-request") == "passed"


def test_what_is_not_known_is_not_tested(repository: Clone, judged: Judged) -> None:
    repository.commit("one")
    said = judged()
    assert {said.outcome(f"baseline/{control}") for control in CENSUS} == {"not-tested"}
    assert said.reasons("baseline/changes-approved") == ["nothing is recorded: evidence/*.jsonl: there is no such file"]
    assert said.exit == 0, "the job of a pull request has nothing recorded, and is not red for it"
    repository.write("sluicegate.toml", '[compliance]\npacks = ["baseline"]\nrecorded = ["evidence/github.jsonl"]\n')
    said = judged()
    assert {said.outcome(f"baseline/{control}") for control in CENSUS} == {"errored"}, "a name promises a file"
    assert said.reasons("baseline/changes-approved") == ["evidence/github.jsonl: there is no such file"]
    repository.write("sluicegate.toml", '[compliance]\npacks = ["baseline"]\n')
    said = judged()
    assert {said.outcome(f"baseline/{control}") for control in CENSUS} == {"not-tested"}
    assert said.reasons("baseline/changes-approved") == ["no answer of GitHub is recorded"]


def test_a_refused_review_names_the_permission_and_the_rest_is_judged(
    repository: Clone, github: GitHub, judged: Judged
) -> None:
    first, second = repository.commit("one"), repository.commit("two")
    github.repository()
    pulls = [github.pull(1, first, **OK), github.pull(2, second, **OK)]
    github.pulls(*pulls)
    github.said("/pulls/2/reviews?per_page=100&page=1", "", status=403, scopes="pull_requests=read")
    kept(repository, github)
    said = judged()
    assert said.outcome("baseline/changes-approved") == "not-tested"
    assert "the token lacks pull_requests=read" in said.reasons("baseline/changes-approved")[0]
    assert said.outcome("baseline/changes-by-pull-request") == "not-tested"


def test_a_pull_request_without_a_commit_on_the_branch_is_inconclusive(
    repository: Clone, github: GitHub, judged: Judged
) -> None:
    commit = repository.commit("one")
    github.repository()
    github.pulls(github.pull(1, commit, **OK), github.pull(9, "e" * 40, **OK))
    kept(repository, github)
    said = judged()
    assert said.outcome("baseline/changes-approved") == "inconclusive"
    assert "1 merged pull request (#9) brought no commit that is on the branch" in said.reasons(
        "baseline/changes-approved"
    )


def test_a_cut_clone_is_not_tested(repository: Clone, github: GitHub, judged: Judged) -> None:
    commits = [repository.commit(name) for name in ("one", "two")]
    github.repository()
    github.pulls(*(github.pull(at, commit, **OK) for at, commit in enumerate(commits, 1)))
    kept(repository, github)
    repository.write(".git/shallow", f"{commits[1]}\n")
    said = judged("--set", "compliance.base=rev:HEAD")
    assert said.outcome("baseline/changes-approved") in ("not-tested", "errored")
    assert "cut" in said.reasons("baseline/changes-approved")[0]


@pytest.mark.parametrize(
    ("change", "outcome", "words"),
    [
        (lambda text: text[:-1], "errored", "is cut: its last line has no end"),
        (lambda text: "nonsense\n" + text, "errored", "evidence/github.jsonl:1: this is no recorded answer"),
        (lambda text: text.replace('"[]"', '"[}"'), "errored", "is no JSON"),
    ],
    ids=["cut", "no answer", "no JSON"],
)
def test_recordings_that_are_not_whole_show_nothing(change, outcome, words, repository, github, judged) -> None:
    commit = repository.commit("one")
    github.repository()
    github.pulls(github.pull(1, commit, **OK))
    repository.write(".git/info/exclude", "evidence/\n")
    repository.write("evidence/github.jsonl", change(github.text()))
    said = judged()
    assert said.outcome("baseline/branch-protected") == outcome
    assert words in said.reasons("baseline/branch-protected")[0]


@pytest.mark.parametrize(
    ("age", "outcome", "words"),
    [
        (timedelta(days=8), "not-tested", "the answer is 8 days old, and 7 are allowed"),
        (-timedelta(hours=1), "errored", "the answer is from the future"),
    ],
    ids=["old", "future"],
)
def test_recordings_of_another_time_do_not_count(age, outcome, words, repository, github, judged) -> None:
    repository.commit("one")
    github.repository()
    github.said("/pulls?state=closed&per_page=100&page=1", [], at=datetime.now(UTC) - age)
    kept(repository, github)
    said = judged()
    assert said.outcome("baseline/changes-approved") == outcome
    assert words in said.reasons("baseline/changes-approved")[0]


def test_a_direct_push_of_this_very_change_is_no_concern_of_a_pull_request(
    repository: Clone, github: GitHub, judged: Judged
) -> None:
    """What is judged is on its way to the branch: the line ends at the merge base."""
    commit = repository.commit("one")
    github.repository()
    github.pulls(github.pull(1, commit, **OK))
    kept(repository, github)
    repository.git("switch", "-q", "-c", "feature")
    repository.commit("not merged yet")
    said = judged("--base", "main")
    assert said.evidence["changes of 90 days"]["population"] == 1
    assert said.outcome("baseline/changes-by-pull-request") == "passed"


def test_the_window_ends_where_the_settings_say(repository: Clone, github: GitHub, judged: Judged) -> None:
    old = (datetime.now(UTC) - timedelta(days=40)).isoformat()
    repository.git("-c", "user.name=a", "commit", "-q", "--allow-empty", "-m", "old", "--date", old)
    env_commit = repository.commit("new")
    github.repository()
    github.pulls(github.pull(1, env_commit, **OK))
    kept(repository, github)
    repository.write("sluicegate.toml", settings(more="window = 30\n"))
    # the date of the author says nothing of when a commit arrived
    assert len(judged().messages("baseline/changes-by-pull-request")) == 1


def test_names_that_are_commands_stay_texts(repository: Clone, github: GitHub, judged: Judged) -> None:
    repository.git("config", "user.name", "::error::\x1b[31mx")
    repository.commit("::warning file=a::b")
    github.repository()
    github.pulls()
    kept(repository, github)
    (message,) = judged().messages("baseline/changes-by-pull-request")
    assert "\x1b" not in json.dumps(message, ensure_ascii=False)


def test_checks_may_stand_for_a_second_engineer_where_the_policy_says_so(
    repository: Clone, github: GitHub, judged: Judged
) -> None:
    first, second = repository.commit("one"), repository.commit("two")
    github.repository()
    github.pulls(
        github.pull(1, first, checks={"tests": "success", "sluicegate": "success"}),
        github.pull(2, second, checks={"tests": "success", "sluicegate": "failure"}),
    )
    kept(repository, github)
    assert len(judged().messages("baseline/changes-approved")) == 2
    allowed = '[compliance.parameters]\n"baseline/changes-approved/automated" = ["sluicegate"]\n'
    repository.write("sluicegate.toml", settings(more=allowed))
    (message,) = judged().messages("baseline/changes-approved")
    assert message.startswith("#2 ")


def test_a_history_that_was_recorded_stands_for_a_clone_that_is_not_there(
    repository: Clone, github: GitHub, judged: Judged
) -> None:
    commit = repository.commit("one")
    github.repository()
    github.pulls(github.pull(1, commit, **OK))
    form = "".join(f"{each}%x00" for each in ("%H", "%P", "%an <%ae>", "%aI", "%cn <%ce>", "%cI", "%s"))
    raw = repository.git("log", "--first-parent", f"--format={form}", "main")
    kept(repository, github)
    said = {**github.answers[0], "query": "git log --first-parent main", "body": raw}
    repository.write("evidence/git.jsonl", json.dumps(said) + "\n")
    repository.write("sluicegate.toml", settings(more='history = "recorded"\n'))
    repository.commit("a commit that the recording does not know")
    seen = judged()
    assert seen.outcome("baseline/changes-by-pull-request") == "passed"
    assert seen.evidence["changes of 90 days"]["population"] == 1
    repository.write("evidence/git.jsonl", json.dumps({**said, "body": raw[: len(raw) // 2]}) + "\n")
    assert "is cut" in judged().reasons("baseline/changes-by-pull-request")[0]


def test_a_report_on_a_past_time_counts_ages_to_it(repository: Clone, github: GitHub, judged: Judged) -> None:
    repository.commit("one")
    github.repository()
    github.pulls()
    kept(repository, github)
    then = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    repository.write("sluicegate.toml", settings(more=f"as-of = {then}\n"))
    said = judged()
    assert "the answer is 30 days old" in said.reasons("baseline/branch-protected")[0]
    assert said.gate["facts"]["as of"] == then


def test_the_population_is_exported_with_what_it_was_asked_with(repository: Clone, github: GitHub, command) -> None:
    first, second = repository.commit("=cmd()"), repository.commit("two")
    github.repository()
    github.pulls(github.pull(1, first, **OK), github.pull(9, "e" * 40, **OK))
    kept(repository, github)
    done = command("compliance", "census")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(row["commit"], row["pull"], row["direct"], row["approved_by"]) for row in rows] == [
        (second, "0", "yes", ""),
        (first, "1", "no", "bob"),
    ]
    assert rows[1]["subject"] == "'=cmd()"
    assert "not known: 1 merged pull request (#9) brought no commit that is on the branch" in done.stderr
    told = json.loads(command("compliance", "census", "--form", "json").stdout)
    assert (told["population"], len(told["sha256"]), len(told["unreconciled"])) == (2, 64, 1)
    repository.write("sluicegate.toml", "[compliance]\n")
    done = command("compliance", "census", "--output", "census.csv")
    assert (done.returncode, (repository.root / "census.csv").exists()) == (3, False)


@pytest.mark.parametrize("name", ["/elsewhere/*.jsonl", "../*.jsonl", "../github.jsonl"])
def test_recordings_lie_in_the_folder_of_the_settings(name: str, repository: Clone, judged: Judged) -> None:
    repository.write("sluicegate.toml", settings().replace("evidence/*.jsonl", name))
    repository.commit("one")
    said = judged()
    assert said.outcome("baseline/branch-protected") == "errored"
    assert said.reasons("baseline/branch-protected") == [f"{name} lies outside of the folder of the settings"]
