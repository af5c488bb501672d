"""What the pages tell people to do, done."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from cli_types import Command
from clones import Clone
from sluicegate.config import settings_schema
from sluicegate.registry import gates, settings_type

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "src").rglob("rules/*.md")), *sorted((ROOT / "gates").rglob("*.md"))]


@pytest.fixture
def shop(clone: Clone) -> Clone:
    shutil.copytree(ROOT / "examples" / "shop", clone.root / "examples" / "shop")
    clone.commit("shop")
    return clone


def test_the_shop_passes_and_one_edited_line_fails(shop: Clone, command: Command) -> None:
    call = ("check", "--config", "examples/shop/sluicegate.toml")
    done = command(*call)
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("PASSED")
    assert "examined 1 document, 7 operations" in done.stdout
    assert "moved" not in done.stdout, "the settings name the file to compare with; nobody moved it"
    path = shop.root / "examples/shop/openapi.yaml"
    lines = path.read_text("utf-8").splitlines()
    (at,) = [number for number, line in enumerate(lines) if "Try it: rename `total` to `amount`" in line]
    lines[at + 1] = lines[at + 1].replace("total", "amount")
    shop.write("examples/shop/openapi.yaml", "\n".join(lines) + "\n")
    done = command(*call)
    assert done.returncode == 1
    (finding,) = re.findall(r"^error +(.*?)^at +(\S+)\n", done.stdout, re.MULTILINE | re.DOTALL)
    assert "the response property `total` was removed" in " ".join(finding[0].split())
    assert finding[1].startswith("examples/shop/openapi.yaml:")
    assert "examples/shop/released/openapi.yaml:" in done.stdout


@pytest.mark.parametrize("system", ["bank", "clinic", "shop"])
def test_a_reference_system_passes_all_that_needs_no_running_system(
    system: str, clone: Clone, command: Command
) -> None:
    shutil.copytree(ROOT / "examples" / system, clone.root / "examples" / system)
    clone.commit(system)
    done = command("check", "--config", f"examples/{system}/compliance.toml", "--report", "json=run.json")
    assert done.returncode == 0, done.stdout
    run = json.loads((clone.root / "run.json").read_text("utf-8"))
    assert [finding["message"] for gate in run["gates"] for finding in gate["findings"]] == []
    ended = {rule["rule"]: rule for gate in run["gates"] for rule in gate["rules"]}
    open_ = {rule["reason"] for rule in ended.values() if rule["outcome"] not in ("passed", "not-applicable")}
    assert open_ == {"it takes a running system, and no gate asks one yet"}
    passed = {rule for rule, each in ended.items() if each["outcome"] == "passed"}
    assert {f"compliance/baseline/{name}" for name in ("no-secrets", "contract-kept", "trail-anchored")} <= passed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_settings_on_a_page_are_settings(page: Path) -> None:
    import jsonschema_rs
    import msgspec

    schema = settings_schema({gate.id: settings_type(gate) for gate in gates()})
    validator = jsonschema_rs.validator_for(schema)
    for block in re.findall(r"^```toml\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL):
        document = msgspec.to_builtins(tomllib.loads(block), enc_hook=str)
        assert [error.message for error in validator.iter_errors(document)] == [], block


def test_there_are_pages_to_hold() -> None:
    assert len(PAGES) > 35
