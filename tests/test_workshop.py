"""The house rules, held by the tools that know them: style, types, floors, derived files."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST = 400


def tool(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize(
    "arguments", [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",)], ids=" ".join
)
def test_style_and_types(arguments: tuple[str, ...]) -> None:
    assert tool(*arguments) == ""


def test_imports_go_one_way() -> None:
    script = "from importlinter.cli import lint_imports_command as main; main()"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_what_is_derived_is_as_declared() -> None:
    assert tool("sluicegate.cli.main", "generate", "--check", "--root", str(ROOT)) == ""


def test_a_module_can_be_held_in_the_head() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in (ROOT / "src").rglob("*.py")}
    assert {path.name: length for path, length in lengths.items() if length > LONGEST} == {}


def test_only_a_gate_names_itself() -> None:
    """A new gate is a new folder: no list elsewhere has to learn of it."""
    gates = [path.parent.name for path in (ROOT / "src/sluicegate/gates").glob("*/__init__.py")]
    assert len(gates) > 1
    every = "|".join(gates)
    named = re.compile(rf"sluicegate\.gates\.[a-z]|sluicegate\.cli\.(?:{every})\b|[\"'](?:{every})[\"'/]")
    # a gate's own commands lie in `cli/ID`, which its declaration alone leads to
    own = {"gates", "openapi", *gates}
    others = [path for path in (ROOT / "src").rglob("*.py") if not own & set(path.parent.parts)]
    assert len(others) > 30
    assert {path.name for path in others if named.search(path.read_text("utf-8"))} == set()


def test_the_pages_of_the_repository_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "gates").rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
