"""Owners of sensitive files, and documents that a house keeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from clones import Clone

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
