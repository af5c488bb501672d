"""Commit statuses, on a real server that keeps them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from forge import HEAD
from report import runs
from sluicegate.publish import Ending


@pytest.mark.parametrize(
    ("name", "state"),
    [("passed", "success"), ("failed", "failure"), ("errored", "error"), ("interrupted", "error"), ("hostile", None)],
)
def test_the_state_follows_the_exit_code(forge, send, name, state):
    run = runs.RUNS[name]()
    assert send(run, "status").ending is Ending.SENT
    (status,) = forge.statuses
    assert status["state"] == (state or {0: "success", 1: "failure"}.get(run.exit_code, "error"))
    assert (status["sha"], status["context"]) == (HEAD, "sluicegate")
    assert status["target_url"] == "https://github.com/acme/shop/actions/runs/9"
    assert 0 < len(status["description"]) <= 140


def test_each_gate_has_one_where_it_is_asked_for(forge, send):
    run = runs.failed()
    quiet = replace(run.gates[0], gate="security", observed=True)
    sent = send(replace(run, gates=(*run.gates, quiet)), "status", per_gate=True, name="nightly")
    assert sent.said == "status nightly and 2 gates: failure"
    assert [(one["context"], one["state"]) for one in forge.statuses] == [
        ("nightly", "failure"),
        ("nightly/contract", "failure"),
        ("nightly/security", "success"),
    ]
    assert "observed only" in forge.statuses[2]["description"]


def test_a_gate_that_could_not_look_is_an_error(forge, send):
    send(runs.errored(), "status", per_gate=True)
    assert {one["state"] for one in forge.statuses} == {"error"}


def test_a_job_without_a_page_has_no_address(forge, send):
    send(runs.passed(), "status", details="")
    assert "target_url" not in forge.statuses[0]
