"""Assessment results that are written, read back by compliance-trestle in an environment of its own."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from clones import make_clone
from every_end import PACK, answers, ask
from real.shared import TOOLS, run, succeed
from sluicegate.gates.compliance.reports.resolving import unresolved

READ = Path(__file__).parent / "oscal" / "read.py"
PYTHON = TOOLS / "oscal" / "bin" / "python"


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """The assessment results of a Run whose controls end in every way."""
    assert PYTHON.exists(), "compliance-trestle is not installed: run tests/real/oscal/install.sh"
    shop = make_clone(tmp_path_factory.mktemp("oscal") / "shop")
    settings = '[compliance]\npacks = ["compliance/ours.yaml"]\nrecorded = ["evidence/*.jsonl"]\n'
    settings += '[[suppress]]\nrule = "compliance/ours/excepted"\nreason = "Two are enough"\nowner = "@acme/platform"\n'
    settings += f"expires = {date.today() + timedelta(days=30)}\n"  # noqa: DTZ011 - as the settings have it
    files = {"sluicegate.toml": settings, "compliance/ours.yaml": PACK, "evidence/github.jsonl": answers()}
    shop.commit("all of it", **files)
    ask(shop.root, "check", "--report", "json=run.json")
    done = ask(shop.root, "compliance", "report", "run.json", "--form", "oscal", "--output", "results.json")
    assert done.returncode == 0, done.stderr
    return shop.root / "results.json"


def test_trestle_reads_what_is_written(results):
    told = json.loads(succeed(PYTHON, READ, results))
    assert told["version"] == json.loads(results.read_text())["assessment-results"]["metadata"]["oscal-version"]
    assert told["states"]["ours.passing"] == "satisfied"
    assert {told["states"][name] for name in ("ours.failing", "ours.open", "ours.broken", "soc2.CC6.2")} == {
        "not-satisfied"
    }
    assert len(told["deviations"]) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"state": "satisfied"', '"state": "proven"'),
        ('"name": "outcome"', '"name": "the outcome"'),
        ('"reviewed-controls"', '"reviewed"'),
    ],
)
def test_trestle_would_not_take_another(results, tmp_path, old, new):
    text = results.read_text()
    assert old in text
    (tmp_path / "other.json").write_text(text.replace(old, new))
    assert run(PYTHON, READ, tmp_path / "other.json").returncode != 0


def test_a_lost_observation_is_found_by_us_where_trestle_sees_nothing(results, tmp_path):
    document = json.loads(results.read_text())
    lost = document["assessment-results"]["results"][0]["observations"].pop(0)["uuid"]
    (tmp_path / "other.json").write_text(json.dumps(document))
    assert lost not in json.loads(succeed(PYTHON, READ, tmp_path / "other.json"))["observations"]
    assert any(lost in each for each in unresolved(document))
