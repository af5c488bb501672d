"""`sluicegate baseline` as people call it, on runs of a real gate."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from cli_types import Command
from clones import Clone

SETTINGS = 'plugins = ["sample-gates"]\n[sample]\n'


@pytest.fixture
def judged(command: Command, repository: Clone) -> Clone:
    """A repository with a Run document of its one finding."""
    assert command("check", "--report", "json=run.json").returncode == 1
    return repository


def again(command: Command, repository: Clone, text: str) -> None:
    repository.write("a.txt", text)
    command("check", "--report", "json=run.json")


def test_from_accepting_to_pruning(command: Command, judged: Clone) -> None:
    done = command("baseline", "show")
    assert done.stdout == f"nothing was accepted yet: {judged.root / '.sluicegate'}\n"
    assert command("baseline", "diff", "run.json").returncode == 1

    done = command("baseline", "accept", "run.json", "--reason", "known since 2019", "--owner", "@acme/api")
    assert done.returncode == 0, done.stderr
    assert "accepted 1 new finding; 0 findings had been accepted before" in done.stdout
    assert "0 new, 0 updated, 1 unchanged, 0 absent" in command("baseline", "diff", "run.json").stdout
    assert "by @acme/api on 20" in (shown := command("baseline", "show").stdout)
    assert "known since 2019" in shown

    again(command, judged, "ok\nFAIL\nFAIL FAIL\n")
    done = command("baseline", "diff", "run.json")
    assert done.returncode == 1
    assert "new      error" in done.stdout

    again(command, judged, "ok\n")
    done = command("baseline", "diff", "run.json")
    assert done.returncode == 0
    assert "absent   error" in done.stdout
    assert "dropped 1 accepted finding no longer found" in command("baseline", "prune", "run.json").stdout
    assert json.loads(command("baseline", "show", "--json").stdout)["accepted"] == []


def test_accepting_twice_changes_nothing(command: Command, judged: Clone) -> None:
    command("baseline", "accept", "run.json")
    before = (judged.root / ".sluicegate" / "baseline.json").read_bytes()
    assert b'"by": "test@example.com"' in before
    done = command("baseline", "accept", "run.json", "--owner", "somebody else")
    assert "accepted 0 new findings; 1 finding had been accepted before" in done.stdout
    assert (judged.root / ".sluicegate" / "baseline.json").read_bytes() == before


def test_what_could_not_look_is_not_pruned(command: Command, judged: Clone) -> None:
    command("baseline", "accept", "run.json")
    judged.write("sluicegate.toml", SETTINGS + 'then = "raise"\n')
    again(command, judged, "ok\n")
    run = json.loads((judged.root / "run.json").read_text())
    assert run["outcome"] == "errored"
    assert command("baseline", "diff", "run.json").returncode == 3
    done = command("baseline", "prune", "run.json")
    assert "dropped 0 accepted findings" in done.stdout
    assert "kept 1 finding of rules that this run did not decide" in done.stdout


@pytest.mark.parametrize("verb", ["accept", "prune", "diff"])
def test_a_run_of_one_finding_accepts_and_drops_nothing(command: Command, repository: Clone, verb: str) -> None:
    again(command, repository, "ok\nFAIL one\nFAIL two\n")
    assert command("baseline", "accept", "run.json", "--owner", "@o").returncode == 0
    before = (repository.root / ".sluicegate" / "baseline.json").read_bytes()
    (first, *_) = json.loads((repository.root / "run.json").read_text())["gates"][0]["findings"]
    command("check", "--only", first["fingerprint"][:12], "--report", "json=one.json")
    assert len(json.loads((repository.root / "one.json").read_text())["gates"][0]["findings"]) == 1
    done = command("baseline", verb, "one.json")
    assert (done.returncode, "check again without --only" in done.stderr) == (2, True), done.stdout
    assert (repository.root / ".sluicegate" / "baseline.json").read_bytes() == before


def test_a_run_that_could_not_look_at_everything_is_not_accepted(command: Command, judged: Clone) -> None:
    run = json.loads((judged.root / "run.json").read_text())
    run["outcome"], run["exit_code"] = "errored", 3
    run["gates"].append({**run["gates"][0], "gate": "blind", "outcome": "errored", "reason": "no eyes", "findings": []})
    judged.write("errored.json", json.dumps(run))
    done = command("baseline", "accept", "errored.json", "--owner", "@o")
    assert done.returncode == 2
    assert "could not look at everything (blind: no eyes)" in done.stderr
    assert "--only-decided" in done.stderr
    assert not (judged.root / ".sluicegate").exists()
    done = command("baseline", "accept", "errored.json", "--owner", "@o", "--only-decided")
    assert done.returncode == 0, done.stderr
    assert "left out what blind could not look at: no eyes" in done.stdout


@pytest.mark.parametrize("policy", ["", '[policy]\nloosening = "separate"\n'])
def test_the_first_baseline_is_made_as_the_hint_says(command: Command, judged: Clone, policy: str) -> None:
    settings = (judged.root / "sluicegate.toml").read_text()
    judged.commit("asked", **{"sluicegate.toml": f'{settings}[baseline]\ncompare = "accepted"\n{policy}'})
    done = command("check", "--report", "json=run.json")
    assert done.returncode == 3
    assert "baseline accept run.json --only-decided" in " ".join(done.stdout.split())
    assert command("baseline", "accept", "run.json", "--only-decided").returncode == 0
    assert command("check", "--report", "json=run.json").returncode == 1
    assert command("baseline", "accept", "run.json").returncode == 0
    assert command("check").returncode == 0


def test_what_the_house_says_is_not_accepted(command: Command, judged: Clone) -> None:
    judged.write("sluicegate.toml", (judged.root / "sluicegate.toml").read_text() + '[[override]]\nlevel = "error"\n')
    judged.commit("base")
    judged.write("sluicegate.toml", (judged.root / "sluicegate.toml").read_text().replace('"error"', '"warning"'))
    assert command("check", "--report", "json=run.json").returncode in (0, 1)
    done = command("baseline", "accept", "run.json", "--owner", "@o")
    assert done.returncode == 0, done.stderr
    assert "not accepted: sluicegate/policy-loosened" in done.stdout
    assert "sluicegate/" not in (judged.root / ".sluicegate" / "baseline.json").read_text().split('"catalogue"')[0]


def test_a_corrupt_baseline_is_an_error(command: Command, judged: Clone) -> None:
    command("baseline", "accept", "run.json")
    path = judged.root / ".sluicegate" / "baseline.json"
    path.write_bytes(path.read_bytes()[:-40])
    for words in (("show",), ("diff", "run.json"), ("accept", "run.json"), ("prune", "run.json")):
        done = command("baseline", *words)
        assert done.returncode == 3
        assert "baseline.json cannot be trusted" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("judged")
def test_the_json_of_a_difference(command: Command) -> None:
    told = json.loads(command("baseline", "diff", "run.json", "--json").stdout)
    assert {state: len(those) for state, those in told.items()} == {"new": 1, "updated": 0, "unchanged": 0, "absent": 0}


def test_a_ref_goes_to_the_remote_and_back(command: Command, judged: Clone, tmp_path: Path) -> None:
    judged.write("sluicegate.toml", SETTINGS + '[baseline]\nstore = "git:refs/sluicegate/baseline"\n')
    judged.git("init", "--quiet", "--bare", str(tmp_path / "remote"))
    judged.git("remote", "add", "origin", str(tmp_path / "remote"))
    assert "has no refs/sluicegate/baseline yet" in command("baseline", "pull").stdout
    assert "nothing to push" in command("baseline", "push").stderr
    command("baseline", "accept", "run.json")
    assert command("baseline", "push").stdout == "pushed refs/sluicegate/baseline to origin\n"
    assert command("baseline", "push").stdout == "origin has it all already\n"
    judged.git("update-ref", "-d", "refs/sluicegate/baseline")
    assert "nothing was accepted" in command("baseline", "show").stdout
    assert command("baseline", "pull").stdout == "pulled refs/sluicegate/baseline from origin\n"
    assert "1 accepted finding: git:refs/sluicegate/baseline" in command("baseline", "show").stdout
    assert not (judged.root / ".sluicegate").exists()


@pytest.mark.usefixtures("judged")
def test_a_folder_is_not_pushed(command: Command) -> None:
    done = command("baseline", "push")
    assert done.returncode == 2
    assert "is no git ref" in done.stderr


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ('[baseline]\nstore = "s4://x"\n', "did you mean s3://bucket/prefix?"),
        ('[baseline]\nstor = "x"\n', "did you mean store?"),
        ('[baseline.s3]\nsse = "rot13"\n', "baseline.s3.sse"),
        ('[baseline.s3]\nendpoint = "http://bob:pw@127.0.0.1"\n', "baseline.s3.endpoint"),
        ("[baseline.s3]\nattempts = 0\n", "baseline.s3.attempts"),
    ],
)
def test_mistakes_in_the_settings(command: Command, repository: Clone, settings: str, told: str) -> None:
    repository.write("sluicegate.toml", SETTINGS + settings)
    done = command("baseline", "show")
    assert done.returncode == 2
    assert told in done.stderr


def test_a_secret_of_the_settings_is_not_told(command: Command, repository: Clone) -> None:
    repository.write("sluicegate.toml", SETTINGS + '[baseline]\nstore = "${PLACE}://x"\n')
    done = command("baseline", "show", PLACE="hush-hush")
    assert done.returncode == 2
    assert "hush" not in done.stderr


@pytest.mark.parametrize("content", [None, "", "{}", "x" * 10])
def test_what_is_no_run(command: Command, repository: Clone, content: str | None) -> None:
    if content is not None:
        repository.write("run.json", content)
    done = command("baseline", "accept", "run.json")
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")


@pytest.mark.usefixtures("judged")
def test_the_owner_is_somebody(command: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("")
    done = command("baseline", "accept", "run.json", GIT_CONFIG_GLOBAL=str(tmp_path / "empty"))
    assert done.returncode == 2
    assert "--owner" in done.stderr


PAGE = (Path(__file__).parents[2] / "docs" / "baseline.md").read_text("utf-8")


def test_the_commands_on_the_page_run(command: Command, repository: Clone) -> None:
    block = PAGE.partition("<!-- baseline -->\n```bash\n")[2].partition("```")[0]
    lines = [shlex.split(line, comments=True) for line in block.splitlines()]
    assert [words[1] for words in lines] == ["check"] + ["baseline"] * 4
    repository.write("a.txt", "ok\nFAIL\n")
    codes = [command(*words[1:]).returncode for words in lines]
    assert codes[0] == 1, "it finds something to accept"
    assert codes[2:] == [0, 0, 0]


@pytest.mark.parametrize("number", [0, 1])
def test_the_settings_on_the_page_are_settings(command: Command, repository: Clone, number: int) -> None:
    tables = [part.partition("```")[0] for part in PAGE.split("```toml\n")[1:]]
    assert len(tables) == 2
    lines = [line.removeprefix("# ") for line in tables[number].splitlines()]
    stores = [line for line in lines if line.startswith("store")] or [""]
    for store in stores:
        table = "\n".join([line for line in lines if not line.startswith("store")] + ([store] if store else []))
        repository.write("sluicegate.toml", f"{SETTINGS}{table}\n")
        done = command("baseline", "push")
        assert "mistake" not in done.stderr
        assert done.returncode == (3 if "git:" in store else 2)
