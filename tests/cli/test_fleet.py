"""plan, check --part, merge, fleet and verify, run as commands on real repositories."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
API = """\
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /users:
    get:
      responses:
        "200":
          description: The users.
          content:
            application/json:
              schema:
                type: object
                required: [id, name]
                properties: {id: {type: integer}, name: {type: string}}
"""
BROKEN = API.replace("required: [id, name]", "required: [id]").replace(", name: {type: string}", "")


@pytest.fixture
def shop(clone):
    """Three descriptions, of which the change breaks one and removes one."""
    clone.write("sluicegate.toml", '[contract]\nspec = "api/*.yaml"\n')
    clone.commit("one", **{f"api/{name}.yaml": API for name in "abc"})
    clone.write("api/b.yaml", BROKEN)
    (clone.root / "api/c.yaml").unlink()
    return clone


@pytest.fixture
def parts(command, shop, tmp_path):  # noqa: ARG001 - it fills the repository that the command runs in
    """The plan in three parts, and the Run of each, outside of the repository."""
    done = command("plan", "--matrix", "--jobs", "3", "--out", str(tmp_path / "plan.json"))
    assert done.returncode == 0, done.stderr
    for job in json.loads(done.stdout)["include"]:
        ran = part(command, tmp_path, job["part"])
        assert ran.returncode in (0, 1), ran.stderr + ran.stdout
    return tmp_path


def part(command, folder, name, *more):
    report = f"json={folder}/runs/{name}.json"
    return command("check", "--plan", str(folder / "plan.json"), "--part", name, "--report", report, *more)


def joined(command, folder, *more):
    done = command("merge", str(folder / "plan.json"), str(folder / "runs"), "--report", "json=-", *more)
    return done.returncode, json.loads(done.stdout)


def told(run):
    return [(one["rule"], one["location"]["path"], one["fingerprint"]) for one in run["gates"][0]["findings"]]


def test_parts_say_what_one_machine_says(command, parts):
    code, run = joined(command, parts)
    whole = command("check", "--report", "json=-")
    expected = json.loads(whole.stdout)
    assert code == whole.returncode == 1
    assert told(run) == told(expected)
    assert {"contract/document-removed", "contract/response-property-removed"} <= {rule for rule, _, _ in told(run)}
    assert run["gates"][0]["examined"] == expected["gates"][0]["examined"]
    outcomes = [{one["rule"]: one["outcome"] for one in made["gates"][0]["rules"]} for made in (run, expected)]
    assert outcomes[0] == outcomes[1]
    assert (run["policy_digest"], run["tool_digest"]) == (expected["policy_digest"], expected["tool_digest"])


def test_a_part_that_is_missing_or_of_another_policy_is_no_verdict(command, parts):
    (parts / "runs" / "contract-2-of-3.json").rename(parts / "kept.json")
    code, run = joined(command, parts)
    assert (code, run["gates"][0]["reason"]) == (3, "the part contract-2-of-3 is missing")
    loose = json.loads((parts / "kept.json").read_text()) | {"policy_digest": "0" * 64}
    (parts / "runs" / "contract-2-of-3.json").write_text(json.dumps(loose))
    code, run = joined(command, parts)
    assert code == 3
    assert "the policy is 000000000000" in run["gates"][0]["reason"]


def test_a_part_is_no_verdict_and_no_baseline(command, parts, shop):
    whole, one = parts / "whole.json", parts / "runs" / "contract-1-of-3.json"
    command("check", "--report", f"json={whole}")
    assert command("baseline", "accept", str(whole), "--owner", "@o").returncode == 0
    before = (shop.root / ".sluicegate" / "baseline.json").read_bytes()
    for words in (["accept", str(one), "--owner", "@o"], ["prune", str(one)], ["diff", str(one)]):
        done = command("baseline", *words)
        assert (done.returncode, "join all parts first: sluicegate merge" in done.stderr) == (2, True), done.stdout
    assert (shop.root / ".sluicegate" / "baseline.json").read_bytes() == before
    assert "part contract-1-of-3 of a plan" in command("report", str(one)).stdout.splitlines()[0]


def test_a_part_has_examined_what_its_name_stands_for(command, parts):
    """A Run under another part's name, and one in which a planned description is not looked at."""
    plan = json.loads((parts / "plan.json").read_text())
    mine, other = ({one["id"]: one["examines"] for one in plan["parts"]}[f"contract-{at}-of-3"] for at in (1, 2))
    assert mine
    assert other
    runs = parts / "runs"
    renamed = json.loads((runs / "contract-1-of-3.json").read_text()) | {"part": "contract-2-of-3"}
    whole = (runs / "contract-2-of-3.json").read_text()
    (runs / "contract-2-of-3.json").write_text(json.dumps(renamed))
    code, run = joined(command, parts)
    assert code == 3
    assert (
        f"it examined {mine[0]}, which other parts are for; it did not examine {other[0]}" in run["gates"][0]["reason"]
    )
    fewer = json.loads(whole)
    for rule in fewer["gates"][0]["rules"]:
        for each in rule["examinations"]:
            each["subject"] = each["subject"].replace(other[0], "api/none.yaml")
    (runs / "contract-2-of-3.json").write_text(json.dumps(fewer))
    code, run = joined(command, parts)
    assert (code, f"it did not examine {other[0]}" in run["gates"][0]["reason"]) == (3, True)
    fewer = json.loads(whole)
    gone = next(rule for rule in fewer["gates"][0]["rules"] if rule["outcome"] == "passed")
    fewer["gates"][0]["rules"].remove(gone)
    (runs / "contract-2-of-3.json").write_text(json.dumps(fewer))
    code, run = joined(command, parts)
    assert (code, f"it has no result for {gone['rule']}" in run["gates"][0]["reason"]) == (3, True)


def test_a_part_does_not_run_on_something_else(command, parts, shop):
    shop.write("sluicegate.toml", '[contract]\nspec = "api/*.yaml"\nprofile = "wire"\n')
    done = part(command, parts, "contract-1-of-3")
    assert done.returncode == 3
    assert "this is not what was planned: the policy is" in done.stderr
    assert "Traceback" not in done.stderr
    shop.git("checkout", "-q", "sluicegate.toml")
    shop.git("commit", "-q", "--allow-empty", "-m", "two")
    done = part(command, parts, "contract-1-of-3")
    assert (done.returncode, "the revision is" in done.stderr) == (3, True)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--part", "contract"], "--plan and --part belong together"),
        (["--plan", "plan.json"], "--plan and --part belong together"),
        (["--plan", "gone.json", "--part", "x"], "gone.json does not exist"),
        (["--plan", "sluicegate.toml", "--part", "x"], "the plan is not JSON"),
        (["--plan", "plan.json", "--part", "x", "--gate", "contract"], "the plan says which gates run"),
        (["--plan", "plan.json", "--part", "x", "--staged"], "the plan says which gates run"),
    ],
)
def test_wrong_use_is_told(command, arguments, said):
    done = command("check", *arguments)
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.usefixtures("shop")
def test_the_plan_for_people_has_the_digests(command):
    done = command("plan")
    run = json.loads(command("check", "--report", "json=-").stdout)
    assert done.returncode == 0
    assert f"policy {run['policy_digest']}" in done.stdout
    assert f"tool   {run['tool_digest']}" in done.stdout


def test_a_plan_without_a_commit_is_refused(command, tmp_path):
    folder = tmp_path / "bare"
    folder.mkdir()
    (folder / "a.yaml").write_text(API)
    (folder / "sluicegate.toml").write_text('[contract]\nspec = "a.yaml"\nbase = "a.yaml"\n')
    done = command("plan", cwd=folder)
    assert done.returncode == 3
    assert "needs a commit" in done.stderr


@pytest.mark.usefixtures("shop")
def test_earlier_runs_say_what_it_takes(command, tmp_path):
    assert command("check", "--report", f"json={tmp_path}/run.json").returncode == 1
    done = command("plan", "--cost", str(tmp_path / "run.json"), "--out", str(tmp_path / "plan.json"))
    assert done.returncode == 0, done.stderr
    plan = json.loads((tmp_path / "plan.json").read_text())
    assert [one["id"] for one in plan["parts"]] == ["contract"], "it is quick, so that it stays in one piece"
    assert plan["parts"][0]["seconds"] > 0
    done = command("plan", "--cost", str(tmp_path / "plan.json"))
    assert done.returncode == 2
    assert "plan.json: the run document is malformed" in done.stderr


def test_a_merge_does_not_overwrite_what_it_reads(command, parts):
    done = command("merge", str(parts / "plan.json"), str(parts / "runs"), "--report", f"json={parts}/plan.json")
    assert done.returncode == 2
    done = command("merge", str(parts / "runs" / "contract-1-of-3.json"), str(parts / "runs"))
    assert done.returncode == 2
    assert "contract-1-of-3.json: the plan is malformed" in done.stderr


@pytest.mark.usefixtures("shop")
def test_many_repositories_in_one_table(command, tmp_path):
    command("check", "--report", f"json={tmp_path}/all/shop/run.json")
    (tmp_path / "all" / "bad.json").write_text("{}")
    page = tmp_path / "fleet.html"
    done = command("fleet", str(tmp_path / "all"), "--report", f"html={page}", "--report", "markdown=-")
    assert done.returncode == 3
    assert "2 repositories: 1 errored, 1 failed" in done.stdout
    assert "<table>" in page.read_text("utf-8")
    done = command("fleet", str(tmp_path / "all" / "shop"), "--report", "json=-")
    assert (done.returncode, json.loads(done.stdout)["repositories"][0]["repository"]) == (1, "shop")
    assert command("fleet", str(tmp_path), "--report", "pdf=x").returncode == 2
    inside = tmp_path / "all" / "bad.json"
    assert command("fleet", str(inside), "--report", f"html={inside}").returncode == 2


def test_a_run_is_what_it_is_taken_for(command, shop, tmp_path):
    run = tmp_path / "run.json"
    shop.git("checkout", "-q", ".")
    assert command("check", "--report", f"json={run}").returncode == 0
    digests = json.loads(run.read_text())
    good = ["--revision", shop.git("rev-parse", "HEAD"), "--policy", digests["policy_digest"], "--gate", "contract"]
    done = command("verify", str(run), *good, "--tool", digests["tool_digest"])
    assert done.returncode == 0, done.stdout + done.stderr
    assert command("verify", str(run), "--revision", "0" * 40).returncode == 1
    assert command("verify", str(run)).returncode == 2
    bundle = tmp_path / "bundle.json"
    bundle.write_text("[]")
    assert command("verify", str(run), "--attestation", str(bundle)).returncode == 2


@pytest.mark.usefixtures("shop")
def test_the_run_says_which_repository_it_is_of(command, tmp_path):
    event = tmp_path / "event.json"
    event.write_text("{}")
    told = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(event), "GITHUB_REPOSITORY": "acme/shop"}
    done = command("check", "--base", "HEAD", "--report", "json=-", **told)
    assert json.loads(done.stdout)["repository"] == "acme/shop"


def block(page, mark):
    text = (ROOT / "docs" / page).read_text("utf-8")
    return text.partition(f"<!-- {mark} -->\n```bash\n")[2].partition("```")[0]


def test_what_the_pages_tell_to_do_can_be_done(shop, tmp_path):
    shop.git("checkout", "-q", ".")
    program = tmp_path / "bin" / "sluicegate"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m sluicegate.cli.main "$@"\n')
    program.chmod(0o755)
    (shop.root / ".git" / "info" / "exclude").write_text("*.json\n*.sarif\n*.html\n")
    told = [block("many-machines.md", "many machines"), "mkdir -p collected/shop\ncp run.json collected/shop\n"]
    told += [block("fleet.md", "fleet"), block("fleet.md", "verify")]
    assert all(told)
    done = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", "\n".join(told)],
        cwd=shop.root,
        env={**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 repository: 1 passed" in done.stdout
    assert "holds        gate contract" in done.stdout


def test_decisions_are_judged_by_what_all_parts_found(command, shop, tmp_path):
    """One suppression is used in one part, one nowhere; parts and one machine say the same."""
    entry = '[[suppress]]\nrule = "{}"\npath = "{}"\nreason = "r"\nowner = "@o"\nexpires = 2099-01-31\n'
    settings = '[contract]\nspec = "api/*.yaml"\n'
    settings += entry.format("contract/response-property-removed", "api/b.yaml")
    settings += entry.format("contract/response-property-removed", "api/a.yaml")
    settings += entry.format("contract/document-removed", "api/c.yaml")
    shop.write("sluicegate.toml", settings)
    done = command("plan", "--jobs", "3", "--fail-on", "warning", "--out", str(tmp_path / "plan.json"))
    assert done.returncode == 0, done.stderr
    for number in (1, 2, 3):
        part(command, tmp_path, f"contract-{number}-of-3", "--fail-on", "warning")
    code, run = joined(command, tmp_path)
    whole = command("check", "--fail-on", "warning", "--report", "json=-")
    expected = json.loads(whole.stdout)
    assert code == whole.returncode
    told_of = [
        sorted((one["rule"], one["location"]["line"]) for one in made["gates"][1]["findings"])
        for made in (run, expected)
    ]
    assert told_of[0] == told_of[1]
    assert [line for rule, line in told_of[0] if rule == "sluicegate/suppression-unused"] == [9]
    outcomes = [{one["rule"]: one["outcome"] for one in made["gates"][1]["rules"]} for made in (run, expected)]
    assert outcomes[0] == outcomes[1]
    suppressed = [sum(bool(one["suppression"]) for one in made["gates"][0]["findings"]) for made in (run, expected)]
    assert suppressed[0] == suppressed[1] == 2
