"""Owners of sensitive files, and documents that a house keeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli_types import Command
from clones import Clone
from sluicegate.revision import TreeSpec, open_tree
from sluicegate.revision.owners import read_owners

from .conftest import Judged

SETTINGS = """\
[compliance]
packs = ["baseline"]
sensitive = ["auth/**"]
[compliance.documents]
incident-runbook = ["docs/runbook.md"]
incident-drill = ["docs/drills/*.md"]
"""
TODAY = datetime.now(UTC).date()


@pytest.fixture
def repository(clone: Clone) -> Clone:
    clone.write("docs/runbook.md", f"# Incidents\n\nReviewed: {TODAY}\n\nTell the authority within 72 hours.\n")
    clone.write("docs/drills/old.md", "Held: 2020-01-01\n")
    clone.write("docs/drills/new.md", f"**Held:** {TODAY - timedelta(days=30)}\n")
    clone.write("auth/login.py", "x = 1\n")
    clone.commit("one", **{"sluicegate.toml": SETTINGS, ".github/CODEOWNERS": "/auth/ @acme/security\n"})
    return clone


def test_what_is_in_order_passes_and_what_is_nowhere_is_told(repository: Clone, judged: Judged) -> None:
    said = judged()
    names = ("sensitive-files-owned", "incident-runbook-current", "incident-drill-held", "restore-tested")
    assert [said.outcome(f"baseline/{name}") for name in names] == ["passed"] * 4  # the last one was so before
    (message,) = said.messages("baseline/restore-tested")
    assert message == (
        "there is no record of a restored backup in the last 90 days "
        "(the settings name no file; last tested: no day given)"
    )
    repository.write("auth/token.py", "x = 1\n")
    repository.write(".github/CODEOWNERS", "/auth/login.py @acme/security\n")
    repository.write("docs/runbook.md", f"Reviewed: {TODAY - timedelta(days=400)}\n\nTell it within 72 hours.\n")
    (repository.root / "docs/drills/new.md").unlink()
    said = judged()
    assert said.exit == 1
    (owned,) = said.findings("baseline/sensitive-files-owned")
    assert (owned["location"]["path"], owned["state"]) == ("auth/token.py", "new")
    assert said.outcome("baseline/incident-runbook-current") == "failed"
    (drill,) = said.findings("baseline/incident-drill-held")
    assert "(docs/drills/old.md; last held: 2020-01-01)" in drill["message"]


@pytest.mark.parametrize(
    ("text", "good"),
    [
        (f"last-reviewed: {TODAY}\nwithin 24h", True),
        (f"Last reviewed: {TODAY}\nwithin 96 hours", False),
        ("reviewed: 2026-13-45\nwithin 24 hours", False),
        (f"reviewed: {TODAY}\n", False),
    ],
    ids=["sooner", "later", "no day", "no hours"],
)
def test_a_runbook_says_its_day_and_its_hours(text, good, repository: Clone, judged: Judged) -> None:
    repository.write("docs/runbook.md", text)
    assert (judged().outcome("baseline/incident-runbook-current") == "passed") is good


def test_owners_are_those_of_the_repository_in_whatever_folder_the_settings_are(
    repository: Clone, judged: Judged, command: Command
) -> None:
    """GitHub reads the file at the top alone: one beside the settings of a project names nobody."""
    more = 'history = "git"\nsensitive = ["auth/**"]\n'
    repository.write("services/shop/sluicegate.toml", f'[compliance]\npacks = ["baseline"]\n{more}')
    repository.write("services/shop/auth/login.py", "x = 1\n")
    repository.write("services/shop/.github/CODEOWNERS", "* @acme/nobody-asks\n")
    asked = ("--config", "services/shop/sluicegate.toml")
    said = judged(*asked)
    (owned,) = said.findings("baseline/sensitive-files-owned")
    assert owned["message"].startswith("services/shop/auth/login.py is sensitive")
    assert owned["location"]["path"] == "services/shop/auth/login.py"
    repository.write(".github/CODEOWNERS", "/services/*/auth/ @acme/security\n")
    said = judged(*asked)
    assert not said.findings("baseline/sensitive-files-owned")
    seen = said.evidence["owners of sensitive files"]
    assert seen["query"] == ".github/CODEOWNERS over auth/**"
    assert seen["source"] == "../../.github/CODEOWNERS"
    assert command("check", "--gate", "compliance", *asked, "--report", "json=run.json").returncode in (0, 1)
    done = command("compliance", "bundle", "run.json", "--output", "all.tar", "--root", "services/shop")
    assert (done.returncode, done.stderr) == (0, "")


def test_nothing_above_the_repository_names_owners(tmp_path: Path) -> None:
    (tmp_path / "CODEOWNERS").write_text("* @outside\n")
    (tmp_path / "shop/auth").mkdir(parents=True)
    for root, prefix in (("shop", ""), ("", "shop")):
        tree = open_tree(TreeSpec(kind="folder", root=str(tmp_path / root), prefix=prefix))
        assert read_owners(tree).of("a") == (("@outside",) if prefix else ())
