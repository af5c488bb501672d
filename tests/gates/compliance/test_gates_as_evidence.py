"""What the other gates came to is evidence: of this run, and of Run documents of the same revision."""

from __future__ import annotations

import re

import pytest

from clones import Clone

from .conftest import Judged

WEAK = "import subprocess\nsubprocess.run(input(), shell=True)\n"
SETTINGS = '[compliance]\npacks = ["baseline"]\n[security]\nkinds = ["code"]\npython = "ruff"\n'
SCANNED = "baseline/code-scanned"


@pytest.fixture
def repository(clone: Clone) -> Clone:
    clone.write("sluicegate.toml", SETTINGS)
    clone.commit("one", **{"a.py": "x = 1\n"})
    return clone


def test_a_weakness_that_the_change_brings_fails_the_control_too(repository, judged: Judged) -> None:
    assert judged(gates=("security", "compliance")).outcome(SCANNED) == "passed"
    repository.write("a.py", WEAK)
    said = judged(gates=("security", "compliance"))
    assert (said.exit, said.outcome(SCANNED)) == (1, "failed")
    (finding,) = said.findings(SCANNED)
    assert finding["location"]["path"] == "a.py"
    assert finding["state"] == "new"
    seen = said.evidence["gates of this run"]
    assert seen["query"] == "the rules of 1 gate in this run"
    assert seen["population"] >= 1


def test_a_weakness_that_stood_there_is_unchanged(repository, judged: Judged) -> None:
    repository.commit("weak", **{"a.py": WEAK})
    said = judged(gates=("security", "compliance"))
    assert said.outcome(SCANNED) == "passed"
    assert [each["state"] for each in said.findings(SCANNED)] == ["unchanged"]


@pytest.mark.usefixtures("repository")
def test_without_other_gates_nothing_is_tested(judged: Judged) -> None:
    said = judged()
    assert said.outcome(SCANNED) == "not-tested"
    assert said.reasons(SCANNED) == ["no other gate took part in this run, and no Run document is named"]


def test_a_run_document_of_this_revision_counts_and_of_another_does_not(repository, judged: Judged, command) -> None:
    repository.write(".git/info/exclude", "other.json\n")
    repository.commit("settings", **{"sluicegate.toml": SETTINGS.replace("packs", 'runs = ["other.json"]\npacks')})
    command("check", "--gate", "security", "--report", "json=other.json")
    said = judged()
    assert said.outcome(SCANNED) == "passed"
    assert said.evidence["gates of other.json"]["source"] == "other.json"
    repository.commit("another")
    said = judged()
    assert said.outcome(SCANNED) == "errored"
    assert "is judged" in said.reasons(SCANNED)[0]
    repository.write("a.py", "x = 2\n")
    command("check", "--gate", "security", "--report", "json=other.json")
    assert judged().reasons(SCANNED) == ["other.json judged 1 file that no commit has"]


def test_what_is_no_run_document_is_errored(repository, judged: Judged) -> None:
    repository.write("sluicegate.toml", SETTINGS.replace("packs", 'runs = ["other.json"]\npacks'))
    for text, told in (("{}", "is no Run document"), ("[", "is no Run document")):
        repository.write("other.json", text)
        said = judged()
        assert said.outcome(SCANNED) == "errored"
        assert told in said.reasons(SCANNED)[0]
    (repository.root / "other.json").unlink()
    assert "there is no such file" in judged().reasons(SCANNED)[0]


def test_a_rule_that_could_not_look_leaves_the_control_undecided(repository, judged: Judged) -> None:
    repository.write("a.py", "def broken(:\n")
    said = judged(gates=("security", "compliance"))
    assert said.outcome(SCANNED) == "errored"
    (reason,) = said.reasons(SCANNED)
    assert re.match(r"security/python-\S+ and \d+ rules more: ", reason), reason
