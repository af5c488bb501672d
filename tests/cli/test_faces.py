"""The derived files of a made-up gate, and of the gates that there are."""

from __future__ import annotations

import re
import subprocess
import sys
import types
from pathlib import Path
from typing import Annotated, Literal

import pytest
import yaml
from msgspec import Meta

from sluicegate.cli import action
from sluicegate.cli.faces import faces, settings_of
from sluicegate.config.schema import section_schema
from sluicegate.config.settings import GateSettings
from sluicegate.model import CommitHook, Gate, Level, Rule, RuleKind
from sluicegate.registry import gates

ROOT = Path(__file__).parents[2]
SCRIPT = "src/sluicegate/ci/action.sh"


class Paint(GateSettings, frozen=True, kw_only=True):
    """Settings of every kind."""

    walls: Annotated[tuple[str, ...], Meta(description="The walls: all | of them.")] = ("north", "south")
    colour_name: Annotated[Literal["red", "blue"], Meta(description='Its "name".')] = "red"
    coats: Annotated[int, Meta(gt=0, description="How many.")] | None = None
    glossy: Annotated[bool, Meta(description="Whether it shines.")] = False
    floors: tuple[Annotated[str, Meta(description="Which floors.")], ...]


@pytest.fixture
def paint(monkeypatch):
    module = types.ModuleType("paint_settings")
    module.Paint = Paint
    monkeypatch.setitem(sys.modules, "paint_settings", module)
    rule = {"level": Level.WARNING, "kind": RuleKind.STATE, "unit": "wall"}
    return Gate(
        id="paint",
        title="Paint",
        summary='Judges: "paint" #1 and ${{ secrets.X }}.',
        settings="paint_settings:Paint",
        check="",
        rules=(Rule(id="paint/wet", title="Wet", summary="A wall | is wet.", **rule),),
        commit_hook=CommitHook(files=r"\.(colour|'\"paint)$", summary="Looks at paint."),
    )


@pytest.fixture
def derived(paint):
    other = Gate(id="air", title="Air", summary="Judges air.", settings="paint_settings:Paint", check="", rules=())
    return faces([paint, other])


def test_the_files_of_two_gates(derived):
    assert sorted(derived) == [
        *(".pre-commit-hooks.yaml", "action.yml", "gates/air/README.md", "gates/air/action.yml"),
        *("gates/paint/README.md", "gates/paint/action.yml"),
        *("workflows/air.yml", "workflows/paint.yml", "workflows/pull-request.yml"),
    ]
    assert all(text.endswith("\n") and not text.endswith("\n\n") for text in derived.values())


@pytest.mark.parametrize("path", ["action.yml", "gates/paint/action.yml"])
def test_an_action_lets_inputs_through_the_environment_alone(derived, path):
    manifest = yaml.safe_load(derived[path])
    (step,) = manifest["runs"]["steps"]
    assert "uses" not in step
    assert "${{" not in step["run"]
    assert (ROOT / path).parent.joinpath(re.search(r"PATH/(\S+)\"$", step["run"])[1]).resolve() == ROOT / SCRIPT
    through = {value for value in step["env"].values() if value.startswith("${{ inputs.")}
    assert through == {f"${{{{ inputs.{name} }}}}" for name in manifest["inputs"]}
    assert all(one["required"] is False for one in manifest["inputs"].values())
    defaults = {name: one["default"] for name, one in manifest["inputs"].items() if one["default"]}
    assert defaults == {"token": "${{ github.token }}"}
    assert set(manifest["outputs"]) == {"outcome", "findings", "report-dir"}


def test_the_action_of_a_gate_hands_its_settings_to_the_check(derived, tmp_path):
    """The variables that the manifest sets are those that the entry reads."""
    manifest = yaml.safe_load(derived["gates/paint/action.yml"])
    (step,) = manifest["runs"]["steps"]
    values = {name: f"<{name}>" for name in manifest["inputs"]}
    environ = {
        variable: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: values[found[1]], value)
        for variable, value in step["env"].items()
    }
    told = action.arguments(environ, tmp_path)
    assert {one for one in told if one.startswith("--set=")} == {
        f"--set=paint.{key}=<{key}>"
        for key in ("walls", "colour-name", "coats", "glossy", "floors", "mode", "timeout", "base")
    }
    assert {"--gate=paint", "--config=<config>", "--fail-on=<fail-on>"} <= set(told)
    assert not any(one.startswith("--base=") for one in told)  # its `base` is the gate's own setting


def test_inputs_say_their_type_and_default(derived):
    inputs = yaml.safe_load(derived["gates/paint/action.yml"])["inputs"]
    assert inputs["walls"]["description"] == (
        "The walls: all | of them. Type: list of text (one per line). Default: `north`, `south`."
    )
    assert inputs["colour-name"]["description"] == 'Its "name". Type: `blue`, `red`. Default: `red`.'
    assert inputs["coats"]["description"] == "How many. Type: whole number."
    assert inputs["glossy"]["description"] == "Whether it shines. Type: `true` or `false`. Default: `false`."
    assert inputs["floors"]["description"] == "Which floors. Type: list of text, required (one per line)."


def test_the_gates_own_settings_come_first():
    keys = [setting.key for setting in settings_of(section_schema(Paint))]
    assert keys == ["walls", "colour-name", "coats", "glossy", "floors", "mode", "timeout", "base"]


def test_the_hooks_are_those_of_gates_that_judge_commits(derived):
    manifest = yaml.safe_load(derived[".pre-commit-hooks.yaml"])
    assert [hook["id"] for hook in manifest] == ["sluicegate", "sluicegate-paint"]
    assert [hook["entry"] for hook in manifest] == [
        "sluicegate check --staged",
        "sluicegate check --staged --gate paint",
    ]
    for hook in manifest:
        assert (hook["language"], hook["pass_filenames"], hook["require_serial"]) == ("python", False, True)
        assert hook["additional_dependencies"] == ["--no-compile"]
        assert re.search(hook["files"], "a/b.colour")
        assert not re.search(hook["files"], "a/b.txt")


def test_a_house_without_commit_gates_has_no_hooks(paint):
    without = Gate(id="air", title="Air", summary="Judges air.", settings=paint.settings, check="", rules=())
    assert yaml.safe_load(faces([without])[".pre-commit-hooks.yaml"]) == []


def test_a_page_has_its_tables(derived):
    page = derived["gates/paint/README.md"]
    assert "| `walls` | list of text | `north`, `south` | The walls: all \\| of them. |" in page
    assert "| `paint/wet` | warning | state | A wall \\| is wet. |" in page
    assert "id: sluicegate-paint" in page
    assert "pre-commit" not in derived["gates/air/README.md"]


def test_the_tree_is_as_declared():
    stale = [
        path
        for path, text in faces(gates()).items()
        if not (ROOT / path).is_file() or (ROOT / path).read_text("utf-8") != text
    ]
    assert not stale, "run `sluicegate generate`"


def test_the_faces_of_gates_that_are_gone_are_gone():
    declared = {path for path in faces(gates()) if path.startswith("gates/")}
    lying = {path.relative_to(ROOT).as_posix() for path in (ROOT / "gates").rglob("*") if path.is_file()}
    assert lying == declared


def test_faces_need_nothing_heavy():
    told = (
        "import sys; from sluicegate.cli.faces import faces; from sluicegate.registry import gates; faces(gates());"
        "print(*{'httpx', 'openapi_spec_validator', 'ryml', 'jsonschema_rs', 'rich'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
