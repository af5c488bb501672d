"""The page of compliance in a real Chromium: on a phone and on a screen, light and dark, and on paper."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from every_end import PACK
from sluicegate.gates.compliance.reports.account import account
from sluicegate.gates.compliance.reports.loading import pack_of
from sluicegate.gates.compliance.reports.page import page
from sluicegate.model import (
    Evidence,
    Examination,
    Finding,
    GateResult,
    Level,
    Location,
    Outcome,
    Revision,
    RuleResult,
    Run,
    Undecided,
)

# Read at once: fixtures take our variables out of the environment.
TOOLS = Path(os.environ.get("SLUICEGATE_TOOLS") or Path(__file__).parents[2] / ".tools") / "pages"
CHROMIUM = os.environ.get("SLUICEGATE_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
SCREENSHOTS = os.environ.get("SLUICEGATE_SCREENSHOTS", "")
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
HOSTILE = "<img src=x onerror=alert(1)> `a` " + "long" * 80


def text() -> str:
    """A page with everything on it, and with names that nobody would choose."""
    pack = pack_of(PACK.encode(), "ours.yaml")
    open_ = Undecided(outcome=Outcome.NOT_TESTED, reason=HOSTILE, hint=HOSTILE)
    rules = tuple(
        RuleResult(
            rule=control.rule,
            outcome=Outcome.NOT_TESTED if number % 2 else Outcome.PASSED,
            examinations=(Examination(rule=control.rule, subject=HOSTILE, undecided=open_ if number % 2 else None),),
        )
        for number, control in enumerate(pack.controls)
    )
    place = Location(path="x" * 200, line=1)
    found = tuple(
        Finding(rule=pack.controls[1].rule, level=Level.ERROR, message=HOSTILE, key=(f"{number}",), location=place)
        for number in range(60)
    )
    seen = [Evidence(subject="pack ours", query="pack ours 1.2.3", sha256=pack.digest)]
    seen += [
        Evidence(subject=HOSTILE, query=HOSTILE, sha256="0" * 64, population=3, rule=each.rule, collected=NOW)
        for each in pack.controls
    ]
    gate = GateResult(
        gate="compliance", title="Compliance", outcome=Outcome.FAILED, rules=rules, findings=found, evidence=tuple(seen)
    )
    run = Run(
        outcome=Outcome.FAILED, exit_code=1, gates=(gate,), rules=(), revision=Revision(head="working tree"),
        tool_version="1", started=NOW, seconds=1.0,
    )  # fmt: skip
    return page(account(run, [pack]))


@pytest.mark.parametrize(("width", "scheme"), [(400, "light"), (1280, "light"), (1280, "dark")])
def test_the_page_is_accessible_and_quiet(width: int, scheme: str, tmp_path: Path) -> None:
    assert CHROMIUM, "no Chromium on this machine: install one, or name it in SLUICEGATE_CHROMIUM"
    assert (TOOLS / "installed.json").exists(), f"no puppeteer below {TOOLS}: run tests/real/pages/install.sh"
    file = tmp_path / "compliance.html"
    file.write_text(text(), encoding="utf-8")
    call: dict[str, Any] = {"width": width, "scheme": scheme, "url": file.as_uri(), "steps": []}
    call |= {"tools": str(TOOLS), "chromium": CHROMIUM}
    call["screenshot"] = f"{SCREENSHOTS}/compliance-{width}-{scheme}.png" if SCREENSHOTS else ""
    done = subprocess.run(
        ["node", Path(__file__).parent / "pages" / "browse.mjs", json.dumps(call)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert [url for url in seen["requests"] if not url.startswith(file.as_uri())] == []
    assert seen["violations"] == []
    assert seen["checks"] > 10
    assert (seen["refused"], seen["messages"], seen["overflow"]) == ([], [], False)
