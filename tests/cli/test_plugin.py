"""A gate of another distribution is a gate like any other, in everything a user sees."""

from __future__ import annotations

import json

import pytest

from cli_types import Command
from clones import Clone


@pytest.mark.usefixtures("repository")
class TestEverywhere:
    @pytest.mark.parametrize(
        ("kind", "marks"),
        [
            ("terminal", ["FAILED", "a.txt:2:1", "sample/word"]),
            ("junit", ['name="sample"', "sample/word"]),
            ("annotations", ["::error ", "file=a.txt", "line=2"]),
            ("sarif", ['"sample/word"', '"a.txt"', '"sample/line-removed"']),
            ("markdown", ["Sample", "sample/word", "a.txt:2"]),
            ("json", ['"sample-gates"', '"sample/word"', '"1.2"']),
        ],
    )
    def test_it_stands_in_every_report(self, command: Command, kind: str, marks: list[str]) -> None:
        done = command("check", "--report", f"{kind}=-")
        assert done.returncode == 1, done.stderr
        assert [mark for mark in marks if mark not in done.stdout] == []

    def test_gates_lists_it_with_its_origin(self, command: Command) -> None:
        listed = json.loads(command("gates", "--json").stdout)
        (found,) = [gate for gate in listed if gate["id"] == "sample"]
        assert (found["from"], found["rules"], found["configured"]) == ("sample-gates 1.2", 2, True)
        assert "from sample-gates 1.2" in command("gates").stdout

    def test_explain_shows_its_page(self, command: Command) -> None:
        assert "# Forbidden word" in command("explain", "sample/word").stdout

    def test_rules_lists_its_rules(self, command: Command) -> None:
        assert "sample/line-removed" in command("rules", "--gate", "sample").stdout

    def test_schema_holds_its_settings(self, command: Command) -> None:
        schema = json.loads(command("schema", "settings").stdout)
        reference = schema["properties"]["sample"]["$ref"].rpartition("/")[2]
        assert "files" in schema["$defs"][reference]["properties"]

    def test_generate_writes_its_faces(self, command: Command, repository: Clone) -> None:
        assert command("generate", "--root", "out").returncode == 0
        assert "sample/word" in (repository.root / "out/gates/sample/README.md").read_text()
        assert "files:" in (repository.root / "out/gates/sample/action.yml").read_text()
        assert command("generate", "--root", "out", "--check").returncode == 0
        (repository.root / "out/gates/sample/README.md").write_text("edited")
        done = command("generate", "--root", "out", "--check")
        assert (done.returncode, done.stdout) == (1, "differs: gates/sample/README.md\n")


def test_a_plugin_that_the_settings_do_not_name_is_unknown(command: Command, repository: Clone) -> None:
    repository.write("sluicegate.toml", "")
    done = command("check", "--gate", "sample")
    assert done.returncode == 2
    assert "there is no gate sample" in done.stderr


def test_a_plugin_that_is_not_there_is_errored_and_never_skipped(command: Command, repository: Clone) -> None:
    repository.write("sluicegate.toml", 'plugins = ["no-such-gates", "sample-gates"]\n[sample]\n')
    done = command("check")
    assert done.returncode == 3
    assert "the plugin no-such-gates is not installed here" in done.stdout
    assert "FAIL" in done.stdout, "the others have run"
