"""A description that a change moves is the one that it was: what breaks in the move is found; a move alone is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli_types import Command
from clones import Clone

API = """\
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /users:
    get:
      operationId: users
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema: {$ref: "parts/user.yaml#/User"}
  /orders:
    get: {operationId: orders, responses: {"204": {description: ok}}}
"""
PART = """\
User:
  type: object
  required: [id, name]
  properties:
    id: {type: string}
    name: {type: string}
"""
SETTINGS = '[contract]\nspec = "{}"\n'
Judged = Callable[..., dict[str, Any]]


@pytest.fixture
def moving(repository: Clone) -> Clone:
    """A repository with a description of two files in `old/`, and a branch."""
    files = {
        "old/openapi.yaml": API,
        "old/parts/user.yaml": PART,
        "sluicegate.toml": SETTINGS.format("old/openapi.yaml"),
    }
    repository.commit("The API", **files)
    repository.git("switch", "-q", "-c", "work")
    return repository


@pytest.fixture
def judged(command: Command, tmp_path: Path) -> Judged:
    def judging(*arguments: str) -> dict[str, Any]:
        target = tmp_path / "run.json"
        done = command("check", *arguments, "--report", f"json={target}")
        run = json.loads(target.read_text("utf-8"))
        run["code"] = done.returncode
        (run["contract"],) = (gate for gate in run["gates"] if gate["gate"] == "contract")
        run["new"] = sorted(found["rule"] for found in run["contract"]["findings"] if found["state"] == "new")
        return run

    return judging


def move(moving: Clone, spec: str = "new/openapi.yaml") -> None:
    moving.git("mv", "old", "new")
    moving.write("sluicegate.toml", SETTINGS.format(spec))


@pytest.mark.parametrize("staged", [(), ("--staged",)])
def test_a_move_alone_breaks_nothing(moving: Clone, judged: Judged, staged: tuple[str, ...]) -> None:
    move(moving)
    moving.git("add", "-A")
    run = judged(*staged)
    assert (run["code"], run["new"]) == (0, [])
    assert run["contract"]["facts"] == {"impact": "none", "moved": "new/openapi.yaml was old/openapi.yaml"}
    examined = {rule["rule"]: rule["outcome"] for rule in run["contract"]["rules"]}
    assert examined["contract/operation-removed"] == "passed"


@pytest.mark.parametrize("spec", ["new/openapi.yaml", "*/openapi.yaml"])
def test_what_breaks_in_a_move_is_found(moving: Clone, judged: Judged, spec: str) -> None:
    moving.write("sluicegate.toml", SETTINGS.format("old/openapi.yaml" if spec == "new/openapi.yaml" else spec))
    moving.commit("settings")
    move(moving, spec)
    moving.write("new/parts/user.yaml", PART.replace("required: [id, name]", "required: [id]"))
    moving.write("new/openapi.yaml", API[: API.index("  /orders")])
    run = judged("--base", "main")
    assert run["code"] == 1
    assert run["new"] == ["contract/path-removed", "contract/response-property-became-optional"]
    (optional,) = (one for one in run["contract"]["findings"] if one["rule"].endswith("became-optional"))
    assert optional["location"]["path"] == "new/parts/user.yaml"
    assert optional["base_location"]["path"] == "old/parts/user.yaml"


def test_what_stood_there_before_a_move_is_not_new(moving: Clone, judged: Judged) -> None:
    moving.git("switch", "-q", "main")
    moving.commit("A fault", **{"old/openapi.yaml": API.replace("operationId: orders", "operationId: users")})
    moving.git("switch", "-q", "-C", "work")
    move(moving)
    run = judged()
    assert (run["code"], run["new"]) == (0, [])
    assert {found["state"] for found in run["contract"]["findings"]} == {"unchanged"}


def test_a_copy_is_new_and_so_is_what_came_beside_a_move(moving: Clone, judged: Judged) -> None:
    moving.write("sluicegate.toml", SETTINGS.format("*/openapi.yaml"))
    moving.commit("settings")
    moving.write("copy/openapi.yaml", API.replace("parts/", "../old/parts/"))
    run = judged("--base", "main")
    assert "moved" not in run["contract"]["facts"]
    move(moving, "*/openapi.yaml")
    other = (
        API.replace("users", "things")
        .replace("orders", "others")
        .replace("Shop", "Other")
        .replace("parts/", "../new/parts/")
    )
    moving.write("copy/openapi.yaml", other.replace("application/json", "text/plain"))
    run = judged("--base", "main")
    assert run["contract"]["facts"]["moved"] == "new/openapi.yaml was old/openapi.yaml"
    assert (run["code"], run["new"]) == (0, [])


def test_two_descriptions_that_change_places_are_compared_by_name(moving: Clone, judged: Judged) -> None:
    moving.git("switch", "-q", "main")
    second = API.replace("users", "things").replace("orders", "others").replace("parts/", "../old/parts/")
    moving.commit("two", **{"two/openapi.yaml": second, "sluicegate.toml": SETTINGS.format("*/openapi.yaml")})
    moving.git("switch", "-q", "-C", "work")
    moving.write("two/openapi.yaml", API.replace("parts/", "../old/parts/"))
    moving.write("old/openapi.yaml", second.replace("../old/parts/", "parts/"))
    run = judged()
    assert run["code"] == 1
    assert set(run["new"]) == {"contract/path-added", "contract/path-removed"}


def test_a_move_is_followed_to_an_older_release(moving: Clone, judged: Judged) -> None:
    moving.git("tag", "v1", "main")
    moving.git("switch", "-q", "main")
    moving.commit("more", **{"old/openapi.yaml": API + '  /more:\n    get: {responses: {"204": {description: ok}}}\n'})
    moving.git("switch", "-q", "-C", "work")
    moving.git("mv", "old", "new")
    moving.write("sluicegate.toml", SETTINGS.format("new/openapi.yaml") + 'base = "rev:v1"\n')
    moving.write("new/openapi.yaml", API.replace("/orders:", "/basket:"))
    run = judged()
    assert run["code"] == 1
    assert "contract/path-removed" in run["new"]
