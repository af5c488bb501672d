"""The contract gate's own faults: every rule has one, and a rule that is broken is seen."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from sluicegate.engine.selftest import selftest
from sluicegate.gates.contract import GATE, RULES
from sluicegate.gates.contract.catalogue import KEYWORDS
from sluicegate.gates.contract.selftest import planted
from sluicegate.gates.contract.selftest.families import KEYWORDS as PAIRS

ROOT = Path(__file__).parents[2]


def test_every_rule_has_a_fault_and_a_near_miss_twin() -> None:
    cases = [case for tree in planted() for case in tree.cases]
    faults = {case.rules[0] for case in cases if case.fires}
    twins = {case.rules[0] for case in cases if not case.fires}
    assert faults == twins == {rule.id for rule in RULES}
    assert not [case for case in cases if case.excuse], "a rule that nothing reaches is no rule"


def test_every_keyword_has_a_pair() -> None:
    assert set(PAIRS) == set(KEYWORDS)


def test_no_two_cases_share_a_folder_unless_they_are_twins() -> None:
    folders = Counter(case.folder for tree in planted() for case in tree.cases if case.fires)
    assert max(folders.values()) == 1


def test_the_gate_is_armed() -> None:
    assert [case for case in selftest(GATE) if not case.ok] == []


_RULE = "return f\"{direction}-{KEYWORDS[keyword]}-{'tightened' if narrowed else 'loosened'}\""
_LINT = 'yield Lint(\n                rule="duplicate-enum-value"'
_RUN = "def run(plan: Plan, policy: Policy, listener: Listener = lambda _: None) -> Run:"
RULES_BROKEN = {
    # a rule that says nothing, one that is asked the other way round, one whose findings weigh less than declared
    "gates/contract/soundness/schemas.py": (
        f"for text, index in twice.items():\n            {_LINT}",
        f"for text, index in ():\n            {_LINT}",
    ),
    "gates/contract/law.py": (_RULE, f"narrowed = narrowed != (keyword == 'maxLength')\n    {_RULE}"),
    "gates/contract/soundness/run.py": (
        "level=_LEVELS[lint.rule], message",
        "level=Level.NOTE if lint.rule == 'duplicate-path' else _LEVELS[lint.rule], message",
    ),
}
JUDGEMENT_BROKEN = {
    "engine/run.py": (
        _RUN,
        f"{_RUN}\n    policy = replace(policy, fail_on=type(policy.fail_on).ERROR)",
    ),
}


@pytest.mark.parametrize(
    ("breaks", "rules"),
    [
        (
            RULES_BROKEN,
            {
                "contract/duplicate-enum-value",
                "contract/request-max-length-tightened",
                "contract/response-max-length-loosened",
                "contract/duplicate-path",
            },
        ),
        (JUDGEMENT_BROKEN, {"contract/path-added", "contract/unused-component"}),
    ],
    ids=["rules", "judgement"],
)
def test_a_broken_gate_is_seen(breaks: dict[str, tuple[str, str]], rules: set[str], tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for where, (old, new) in breaks.items():
        broken = tmp_path / "src" / "sluicegate" / where
        text = broken.read_text("utf-8")
        assert text.count(old) == 1
        broken.write_text(text.replace(old, new), "utf-8")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "sluicegate.cli.main", "selftest", "contract", "--format", "json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "src")},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 3, done.stderr
    document = json.loads(done.stdout)
    assert not document["armed"]
    wrong = {case["rule"] for case in document["cases"] if not case["ok"]}
    assert rules <= wrong
    if breaks is RULES_BROKEN:
        assert len(wrong) < 12  # the rest is as armed as before
