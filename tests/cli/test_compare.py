"""`contract diff` and its options: bad values are usage errors, and options may stand together."""

from __future__ import annotations

import subprocess

import pytest

from cli_types import Command
from clones import Clone
from sluicegate.cli import compare
from sluicegate.cli.main import cli
from sluicegate.worker import start

API = """openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /a:
    get: {responses: {"200": {description: ok, content: {application/json: {schema: {enum: [a]}}}}}}
"""
WIDER = API.replace("[a]", "[a, b]")


@pytest.fixture
def pair(clone: Clone) -> Clone:
    """Two files, of which the second may answer more: a warning."""
    clone.write("old.yaml", API)
    clone.write("new.yaml", WIDER)
    return clone


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--profile", "nope"], "'nope' is not one of 'client', 'oasdiff', 'redocly', 'strict', 'wire'"),
        (["--profile"], "requires an argument"),
        (["--profile", ""], "'' is not one of"),
        (["--ids", "redocly"], "'redocly' is not one of 'oasdiff', 'own'"),
        (["--version-policy", "calver"], "'calver' is not one of 'none', 'semver'"),
        (["--cross-check=yes"], "does not take a value"),
        (["--set", "contract.profile=nope"], "contract.profile=nope"),
        (["--set", "contract.cross-check=maybe"], "contract.cross-check=maybe"),
        (["--set", "contract.deprecation-days.stable=-1"], "contract.deprecation-days.stable=-1"),
    ],
)
@pytest.mark.usefixtures("pair")
def test_bad_values_are_usage_errors(command: Command, options: list[str], said: str) -> None:
    done = command("contract", "diff", "old.yaml", "new.yaml", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ([], 0, "warning"),
        (["--profile", "strict"], 1, "error"),
        (["--profile", "strict", "--profile", "wire"], 0, "note"),  # the last one counts
        (["--set", "contract.profile=strict"], 1, "error"),
        (["--profile", "wire", "--set", "contract.profile=strict"], 0, "note"),  # the option of its own goes first
        (["--ids", "oasdiff"], 0, "[response-body-"),
        (["--ids", "oasdiff", "--profile", "oasdiff", "--cross-check"], 1, "[response-body-"),
        (["--version-policy", "semver"], 1, "contract/version-not-bumped"),
        (["--version-policy", "semver", "--profile", "wire", "--fail-on", "warning"], 1, "version-not-bumped"),
    ],
)
@pytest.mark.usefixtures("pair")
def test_options_stand_together(command: Command, options: list[str], code: int, said: str) -> None:
    done = command("contract", "diff", "old.yaml", "new.yaml", *options)
    assert done.returncode == code, done.stdout + done.stderr
    assert said in done.stdout


def test_in_a_check_they_are_settings(command: Command, clone: Clone) -> None:
    clone.commit("start", **{"openapi.yaml": API, "sluicegate.toml": '[contract]\nspec = "openapi.yaml"\n'})
    clone.write("openapi.yaml", WIDER)
    assert command("check").returncode == 0
    strict = command("check", "--set", "contract.profile=strict", "--set", "contract.ids=oasdiff")
    assert strict.returncode == 1
    assert "[response-body-" in strict.stdout
    assert command("check", "--set", "contract.profile=nope").returncode == 2
    clone.write("sluicegate.toml", '[contract]\nspec = "openapi.yaml"\nprofile = "strct"\nids = 5\n')
    done = command("check")
    assert done.returncode == 2
    assert "sluicegate.toml:3" in done.stderr
    assert "sluicegate.toml:4" in done.stderr


def test_two_files_that_are_the_same_take_one_process(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    begin = start._start

    def counted(*modules: str) -> subprocess.Popen[bytes]:
        process = begin(*modules)
        started.append(process.pid)
        return process

    monkeypatch.chdir(clone.root)
    monkeypatch.setattr(start, "_start", counted)
    monkeypatch.setattr(start, "cores", lambda: 2)
    monkeypatch.setattr(compare, "cores", lambda: 2)
    for name, text in (("old.yaml", API), ("same.yaml", API), ("new.yaml", WIDER)):
        clone.write(name, text)
    cli.main(["contract", "diff", "old.yaml", "same.yaml"], standalone_mode=False)
    assert len(started) == 1
    cli.main(["contract", "diff", "old.yaml", "new.yaml"], standalone_mode=False)
    assert len(started) == 1 + 2
