"""`sluicegate doctor`: what is there, what is missing, what gets it, and what cannot run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from cli_types import Called, Command
from clones import Clone, make_clone
from samples import GATE
from sluicegate.cli import installed
from sluicegate.cli.diagnosis import GIT, Here, Look, diagnose, stopped
from sluicegate.config import parse
from sluicegate.config.load import find
from sluicegate.model import Gate, Needs, Tool
from sluicegate.registry import Registry, settings_type

posix = pytest.mark.skipif(sys.platform == "win32", reason="a program is a script with a first line")


@pytest.fixture
def shop(clone: Clone) -> Clone:
    clone.write("sluicegate.toml", "[contract]\n")
    clone.commit("one", **{"openapi.yaml": "openapi: 3.1.0\n"})
    return clone


def looks(done: Called) -> dict[tuple[str, str], dict[str, Any]]:
    return {(look["area"], look["what"]): look for look in json.loads(done.stdout)["looks"]}


def fake(folder: Path, name: str, *lines: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("\n".join(["#!/bin/sh", *lines, ""]))
    (folder / name).chmod(0o755)
    return folder


@pytest.mark.usefixtures("shop")
class TestTheCommand:
    def test_everything_is_there(self, command: Command) -> None:
        done = command("doctor")
        assert done.returncode == 0, done.stdout + done.stderr
        for said in ("sluicegate.toml  configures contract", "ok      git  ", "base  commit", "nothing accepted yet"):
            assert said in done.stdout
        assert done.stdout.rstrip().endswith("everything that contract needs is there")

    def test_for_machines(self, command: Command) -> None:
        done = command("doctor", "--format", "json")
        document = json.loads(done.stdout)
        assert (document["version"], document["ok"], document["stopped"]) == (1, True, [])
        assert {look["state"] for look in document["looks"]} <= {"there", "note"}
        assert set(document["looks"][0]) == {"area", "what", "state", "found", "wanted", "get", "stops"}

    def test_no_git(self, command: Command, tmp_path: Path) -> None:
        done = command("doctor", PATH=str(fake(tmp_path / "bin", "apt-get")))
        assert done.returncode == 3
        assert "MISSING git  not found (wanted >=2.31)" in done.stdout
        assert "→ sudo apt-get install git" in done.stdout
        assert "contract: cannot run" in done.stderr

    @posix
    def test_a_git_that_is_too_old(self, command: Command, tmp_path: Path) -> None:
        done = command("doctor", PATH=str(fake(tmp_path / "bin", "git", "echo git version 2.20.1")))
        assert done.returncode == 3
        assert "MISSING git  2.20.1 (wanted >=2.31)" in done.stdout

    def test_a_gate_that_compares_with_a_file_needs_no_git(self, command: Command, shop: Clone, tmp_path: Path) -> None:
        shop.write("sluicegate.toml", '[contract]\nspec = "openapi.yaml"\nbase = "old.yaml"\n')
        shop.write("old.yaml", "openapi: 3.1.0\n")
        done = command("doctor", PATH=str(tmp_path))
        assert done.returncode == 0, done.stdout
        assert "-       git  not found" in done.stdout

    @pytest.mark.parametrize(
        ("settings", "what", "found", "get"),
        [
            ('spec = ["openapi.yaml", "api/*.yaml"]\n', "spec", "no file matches api/*.yaml", "sluicegate.toml:2"),
            ('spec = "gone.yaml"\n', "spec", "gone.yaml does not exist", "correct `spec` under [contract]"),
            ('base = "rev:v9"\n', "base", "v9", "git fetch"),
            ('spec = "openapi.yaml"\nbase = "old.yaml"\n', "base", "there is no such file", "sluicegate.toml:3"),
        ],
    )
    def test_what_the_settings_name_and_nobody_finds(
        self, command: Command, shop: Clone, settings: str, what: str, found: str, get: str
    ) -> None:
        shop.write("sluicegate.toml", f"[contract]\n{settings}")
        done = command("doctor", "--format", "json")
        look = looks(done)["contract", what]
        assert (done.returncode, look["state"], look["stops"]) == (3, "missing", ["contract"])
        assert found in look["found"]
        assert get in look["get"]
        assert command("check").returncode == 3, "and the check says so too"

    def test_what_the_settings_name_and_is_there(self, command: Command, shop: Clone) -> None:
        shop.git("tag", "v1")
        shop.write("sluicegate.toml", '[contract]\nspec = "*.yaml"\nbase = "rev:v1"\n')
        done = command("doctor", "--format", "json")
        assert done.returncode == 0, done.stdout
        assert looks(done)["contract", "base"]["found"].startswith("commit ")

    def test_results_of_other_tools_that_nobody_wrote(self, command: Command, shop: Clone) -> None:
        shop.write(
            "sluicegate.toml",
            '[[external]]\nfile = "out/junit.xml"\ntool = "pytest"\nbase = "out/main.xml"\n'
            '[[external]]\nfile = "out/a.sarif"\n[[external]]\nfile = "out/b.sarif"\nrequired = false\n'
            '[[external]]\nfile = "../c.xml"\n[[external]]\nfile = ".git"\n',
        )
        done = command("doctor", "--format", "json")
        assert done.returncode == command("check").returncode == 3
        document = json.loads(done.stdout)
        assert document["stopped"] == ["external"]
        told = {look["what"]: look for look in document["looks"] if look["area"] == "external"}
        assert {name: look["state"] for name, look in told.items()} == {
            "out/junit.xml": "missing", "out/main.xml": "missing", "out/a.sarif": "missing", "out/b.sarif": "note",
            "../c.xml": "missing", ".git": "missing",
        }  # fmt: skip
        assert told["out/junit.xml"]["get"].startswith("run `python -m pytest --junitxml=out/junit.xml` before")
        assert told["out/main.xml"]["get"].startswith("keep what the tool wrote on the base as out/main.xml")
        assert told["out/a.sarif"]["get"].startswith("run the tool that writes out/a.sarif before the check")
        assert "lies outside of the repository" in told["../c.xml"]["found"]
        assert ".git is a folder" in told[".git"]["found"]

    def test_results_of_other_tools_that_are_there(self, command: Command, shop: Clone) -> None:
        shop.write("sluicegate.toml", '[[external]]\nfile = "out/junit.xml"\n')
        shop.write("out/junit.xml", '<testsuite name="pytest"><testcase classname="m" name="ok"/></testsuite>')
        done = command("doctor")
        assert done.returncode == command("check").returncode == 0, done.stdout + done.stderr
        assert "ok      out/junit.xml  is there" in done.stdout
        assert done.stdout.rstrip().endswith("everything that external needs is there")

    def test_settings_with_mistakes(self, command: Command, shop: Clone) -> None:
        shop.write("sluicegate.toml", '[contract]\nspce = "x"\nprofile = "none"\n')
        done = command("doctor")
        assert done.returncode == 3
        assert "spce" in done.stdout
        assert "profile" in done.stdout
        assert "ok      git" in done.stdout  # and all else is told too
        assert "contract: cannot run" in done.stderr

    def test_a_baseline_that_is_broken(self, command: Command, shop: Clone) -> None:
        shop.write(".sluicegate/baseline.json", "{")
        done = command("doctor", "--format", "json")
        assert done.returncode == 0, "no check reads it"
        assert looks(done)["baseline", "store"]["state"] == "note"
        shop.write("sluicegate.toml", '[contract]\n[baseline]\ncompare = "accepted"\n')
        done = command("doctor", "--format", "json")
        assert done.returncode == 3
        assert looks(done)["baseline", "store"]["stops"] == ["contract"]

    def test_a_baseline_that_is_asked_for_and_was_never_accepted_stops_every_gate(
        self, command: Command, shop: Clone
    ) -> None:
        shop.write("sluicegate.toml", '[contract]\n[baseline]\ncompare = "accepted"\n')
        done = command("doctor")
        assert done.returncode == command("check").returncode == 3
        assert "nothing accepted yet" in done.stdout
        assert "baseline accept run.json --only-decided" in " ".join(done.stdout.split())

    def test_a_store_elsewhere_is_asked_only_when_that_is_wished(self, command: Command, shop: Clone) -> None:
        shop.write("sluicegate.toml", '[contract]\n[baseline]\nstore = "s3://acme-quality/api"\n')
        done = command("doctor", "--format", "json")
        assert done.returncode == 0, done.stdout
        look = looks(done)["baseline", "store"]
        assert (look["state"], look["get"]) == ("unknown", "sluicegate doctor --online")
        shop.write(
            "sluicegate.toml",
            '[contract]\n[baseline]\nstore = "s3://acme-quality/api"\ncompare = "both"\n'
            '[baseline.s3]\nendpoint = "http://127.0.0.1:9"\nregion = "eu-central-1"\nattempts = 1\n',
        )
        keys = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "hunter2hunter2"}
        done = command("doctor", "--online", "--format", "json", **keys)
        assert done.returncode == 3
        assert looks(done)["baseline", "store"]["state"] == "missing"
        assert "hunter2" not in done.stdout + done.stderr

    def test_a_plugin_that_is_not_installed(self, command: Command, shop: Clone) -> None:
        shop.write("sluicegate.toml", 'plugins = ["no-such-gates"]\n[contract]\n')
        done = command("doctor", "--format", "json")
        assert done.returncode == 3
        assert looks(done)["no-such-gates", "plugin"]["get"] == "pip install no-such-gates"

    def test_a_clone_that_is_too_shallow(self, command: Command, shop: Clone, tmp_path: Path) -> None:
        shop.git("switch", "-q", "-c", "change")
        shop.commit("two", **{"a.txt": "a\n"})
        shop.git("switch", "-q", "main")
        shallow = tmp_path / "shallow"
        shop.git("clone", "-q", "--depth=1", "--branch=change", shop.root.as_uri(), str(shallow))
        event = shop.write(".git/event.json", json.dumps({"pull_request": {"base": {"ref": "main"}}}))
        job = {
            "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(event),
            "GITHUB_REPOSITORY": "none",
        }  # fmt: skip
        done = command("doctor", "--format", "json", cwd=shallow, **job)
        look = looks(done)["git", "base"]
        assert look["state"] == "unknown"
        assert "fetch-depth" in look["get"] or "origin" in look["get"]
        assert "shallow" in looks(done)["git", "repository"]["found"]
        Clone(shallow).git("fetch", "-q", "--depth=1", "origin", "main:refs/remotes/origin/main")
        done = command("doctor", "--format", "json", cwd=shallow)
        assert done.returncode == 3, done.stdout
        assert looks(done)["git", "base"]["stops"] == ["contract"]

    def test_the_token_of_a_job_is_named_by_its_kind_alone(self, command: Command, shop: Clone) -> None:
        sides = {side: {"ref": "main", "repo": {"full_name": f"{side}/shop"}} for side in ("head", "base")}
        event = shop.write(".git/event.json", json.dumps({"pull_request": sides}))
        job = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(event), "GITHUB_EVENT_NAME": "pull_request"}
        done = command("doctor", **job | {"GITHUB_TOKEN": "ghs_hunter2hunter2"})
        assert "of a job or an App" in done.stdout
        assert "comes from a fork" in done.stdout
        assert "hunter2" not in done.stdout + done.stderr
        assert "none: no API is asked" in command("doctor", **job).stdout

    def test_a_secret_of_the_settings_is_not_told(self, command: Command, shop: Clone) -> None:
        shop.write("sluicegate.toml", '[contract]\n[baseline]\nstore = "s3://acme-${SECRET}/api"\n')
        done = command("doctor", **dict.fromkeys(["SECRET"], "hunter2"))
        assert "s3://acme-***/api" in done.stdout
        assert "hunter2" not in done.stdout + done.stderr

    def test_nothing_heavy_is_imported(self, shop: Clone) -> None:
        code = (
            "import sys; from sluicegate.cli.main import cli; cli.main(['doctor'], standalone_mode=False); "
            "print([n for n in ('httpx', 'boto3', 'ryml', 'schemathesis', 'rich') if n in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-c", code], cwd=shop.root, capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "[]"


def test_outside_of_a_repository(command: Command, tmp_path: Path) -> None:
    (tmp_path / "sluicegate.toml").write_text("[contract]\n")
    done = command("doctor", cwd=tmp_path)
    assert done.returncode == 3
    assert "MISSING repository  this folder is in none" in done.stdout
    assert "compare file by file: `sluicegate contract diff BASE HEAD`" in done.stdout
    (tmp_path / "sluicegate.toml").write_text('[contract]\nspec = "a.yaml"\n')
    assert "set `base` under [contract] to the file to compare with" in command("doctor", cwd=tmp_path).stdout


def test_without_settings_nothing_can_be_missing(command: Command, tmp_path: Path) -> None:
    done = command("doctor", cwd=tmp_path)
    assert done.returncode == 0
    assert "→ sluicegate init" in done.stdout
    assert "no gate is configured" in done.stdout


class TestWhatAGateDeclares:
    def found(self, folder: Path, gate: Gate, settings: str = "[sample]\n", **environ: str) -> list[Look]:
        make_clone(folder / "r").write("sluicegate.toml", settings)
        loaded = parse(find(folder / "r"), {gate.id: settings_type(gate)})
        here = Here(
            root=folder / "r", registry=Registry(gates=(gate,)), settings=loaded, configured=tuple(loaded.sections),
            environ=environ,
        )  # fmt: skip
        return [look for look in diagnose(here) if look.area == gate.id or look.stops]

    def test_nothing(self, tmp_path: Path) -> None:
        [look] = self.found(tmp_path, GATE)
        assert look.found == "configured; it needs nothing but the installation"

    def test_a_program_a_variable_and_an_extra_that_are_missing(self, tmp_path: Path) -> None:
        needs = Needs(
            tools=(Tool(name="no-such-program", minimum="1.2", install="go install example.com/no-such-program"),),
            variables=("SHOP_URL",),
            extras=("no-such-extra",),
        )
        gate = replace(GATE, needs=needs)
        _, extra, program, variable = self.found(tmp_path, gate)
        assert (extra.state, extra.found) == ("unknown", "sluicegate declares no such extra")
        assert (program.state, program.get) == ("missing", "go install example.com/no-such-program")
        assert (variable.what, variable.state) == ("$SHOP_URL", "missing")
        assert stopped([program, variable]) == ("sample",)

    def test_a_program_that_a_setting_asks_for_stops_the_gate_only_there(self, tmp_path: Path) -> None:
        tool = Tool(name="no-such-program", install="get it", setting='mode = "enforce"')
        gate = replace(GATE, needs=Needs(tools=(tool,), asked="scanners:asked"))
        [_, look, *_] = self.found(tmp_path / "one", gate, '[sample]\nmode = "enforce"\n')
        assert (look.what, look.state, look.stops, look.get) == ("no-such-program", "missing", ("sample",), "get it")
        assert look.found == 'not found, for `mode = "enforce"`'
        [_, look, *_] = self.found(tmp_path / "other", gate, '[sample]\nmode = "observe"\n')
        assert (look.state, look.stops) == ("note", ())

    def test_what_is_missing_stops_only_a_gate_that_is_configured(self, tmp_path: Path) -> None:
        gate = replace(GATE, needs=Needs(variables=("SHOP_URL",)))
        _, variable = self.found(tmp_path, gate, "")
        assert (variable.state, variable.stops) == ("note", ())

    def test_a_variable_is_never_told(self, tmp_path: Path) -> None:
        gate = replace(GATE, needs=Needs(variables=("SHOP_TOKEN",)))
        _, variable = self.found(tmp_path, gate, **dict.fromkeys(gate.needs.variables, "hunter2"))
        assert (variable.state, variable.found) == ("there", "set")

    @posix
    @pytest.mark.parametrize(
        ("lines", "state", "found"),
        [
            (["echo sample-tool v3.10.2"], "there", "3.10.2"),
            (["echo 'sample-tool 3.9' >&2"], "missing", "3.9"),
            (["echo no number"], "missing", "it names no version: no number"),
            (["exit 3"], "missing", "it names no version: it says nothing"),
        ],
    )
    def test_the_version_of_a_program(
        self, lines: list[str], state: str, found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = [str(fake(tmp_path / "bin", "sample-tool", *lines)), os.environ["PATH"]]
        monkeypatch.setenv("PATH", os.pathsep.join(path))
        gate = replace(GATE, needs=Needs(tools=(Tool(name="sample-tool", minimum="3.10"),)))
        _, look = self.found(tmp_path, gate)
        assert (look.state, look.found) == (state, found)


class TestInstalled:
    def test_what_the_installation_needs_is_here(self) -> None:
        parts = installed.parts()
        assert {"click", "msgspec"} <= {part.name for part in parts}
        assert all(part.serves for part in parts)

    @pytest.mark.parametrize(
        ("found", "wanted", "serves"),
        [
            ("4.32.5", ">=4.32,<5", True),
            ("4.31.9", ">=4.32,<5", False),
            ("5.0", ">=4.32,<5", False),
            ("5", ">=4.32, <5.0.0", False),
            ("", "", False),
            ("1.9rc1", ">=1.9", True),
            ("1", "", True),
        ],
    )
    def test_versions(self, found: str, wanted: str, serves: bool) -> None:
        assert installed.Part(name="some", found=found, wanted=wanted).serves is serves

    def test_extras(self) -> None:
        assert {"contract", "publish", "aws"} <= set(installed.extras())
        assert "all" not in installed.extras()
        assert [part.name for part in installed.parts(extra="publish")] == ["httpx"]

    def test_the_git_that_is_here_serves(self) -> None:
        assert shutil.which("git")
        found, trouble = installed.program(GIT)
        assert (installed.newer(found, GIT.minimum), trouble) == (True, "")
