"""What a change loosens, through the real command: plugins, a job of a pull request, and what it says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cli_types import Command
from clones import Clone

SEPARATE = '[policy]\nloosening = "separate"\n'
PLUGIN = 'plugins = ["sample-gates"]\n'
DESCRIPTION = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n"


def run(command: Command, *arguments: str, **environment: str) -> dict[str, Any]:
    done = command("check", "--report", "json=-", *arguments, **environment)
    assert done.stdout.startswith("{"), done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def told(found: dict[str, Any]) -> list[str]:
    findings = [each for gate in found["gates"] for each in gate["findings"]]
    return [each["message"] for each in findings if each["rule"] == "sluicegate/policy-loosened"]


def test_a_plugin_that_is_taken_out_judges_all_the_same(clone: Clone, command: Command) -> None:
    clone.commit("base", **{"sluicegate.toml": f"{PLUGIN}[sample]\n{SEPARATE}", "a.txt": "ok\n"})
    clone.write("sluicegate.toml", SEPARATE)
    clone.write("a.txt", "FAIL\n")
    found = run(command)
    assert (found["exit_code"], [gate["gate"] for gate in found["gates"]]) == (1, ["sample", "sluicegate"])
    assert any("the gate sample is taken out" in message for message in told(found))


def test_a_plugin_that_the_change_brings_does_not_judge_before_it_is_merged(clone: Clone, command: Command) -> None:
    clone.commit("base", **{"sluicegate.toml": f"[contract]\n{SEPARATE}", "openapi.yaml": DESCRIPTION, "a.txt": "ok\n"})
    clone.write("sluicegate.toml", f"{PLUGIN}[contract]\n[sample]\n{SEPARATE}")
    clone.write("a.txt", "FAIL\n")
    found = run(command)
    assert [gate["gate"] for gate in found["gates"]] == ["contract", "sluicegate"]
    assert [message.partition(":")[0] for message in told(found)] == ['plugins is ["sample-gates"] and was not set']


def test_the_first_line_says_that_the_measure_moved(clone: Clone, command: Command) -> None:
    clone.commit("base", **{"sluicegate.toml": f"{PLUGIN}[sample]\n", "a.txt": "ok\n"})
    clone.write("sluicegate.toml", f'{PLUGIN}[sample]\nmode = "observe"\n')
    clone.write("a.txt", "FAIL\n")
    done = command("check")
    assert done.returncode == 0
    first = " ".join(done.stdout.partition("sample:")[0].split())
    assert "the change loosens its own judgement in 1 place" in first


@pytest.mark.parametrize("place", ["policy/acme.toml", "sluicegate.toml"])
def test_settings_in_a_folder_of_the_repository(clone: Clone, command: Command, place: str) -> None:
    top = f'extends = ["policy/acme.toml"]\n{PLUGIN}[sample]\nfiles = ["a.txt"]\n'
    clone.commit(
        "base",
        **{"shop/sluicegate.toml": top, "shop/policy/acme.toml": 'fail-on = "warning"\n', "shop/a.txt": "gone\nok\n"},
    )
    clone.write(f"shop/{place}", "" if place.startswith("policy") else f'fail-on = "error"\n{top}')
    clone.write("shop/a.txt", "ok\n")
    done = command("check", "--report", "json=-", cwd=clone.root / "shop")
    found = json.loads(done.stdout)
    assert found["exit_code"] == 0
    assert [message.partition(":")[0] for message in told(found)] == ['fail-on is "error" and was "warning"']


def test_in_a_pull_request_without_an_answer_nothing_is_approved(clone: Clone, command: Command) -> None:
    approved = '[policy]\nloosening = "approved"\n'
    clone.commit("base", **{"sluicegate.toml": f"{PLUGIN}[sample]\n{approved}", "a.txt": "ok\n"})
    clone.git("checkout", "-q", "-b", "change")
    clone.write("sluicegate.toml", f'{PLUGIN}[sample]\nmode = "observe"\n{approved}')
    head = clone.commit("change", **{"a.txt": "FAIL\n"})
    base = clone.git("rev-parse", "main")
    pull = {"number": 7, "head": {"sha": head}, "base": {"ref": "main", "sha": base}}
    event = clone.write(".git/event.json", json.dumps({"pull_request": pull, "repository": {"default_branch": "main"}}))
    clone.git("update-ref", "refs/remotes/origin/main", base)
    found = run(
        command,
        GITHUB_ACTIONS="true",
        GITHUB_EVENT_NAME="pull_request",
        GITHUB_EVENT_PATH=str(event),
        GITHUB_REPOSITORY="acme/shop",
        GITHUB_SHA=head,
        GITHUB_API_URL="http://127.0.0.1:9",
    )
    assert found["exit_code"] == 1
    (message,) = told(found)
    assert "whether it is approved is not known" in message
