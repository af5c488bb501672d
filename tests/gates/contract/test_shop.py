"""The example in examples/shop does what its README says."""

from __future__ import annotations

from pathlib import Path

from sides import run

from sluicegate.model import Level

SHOP = Path(__file__).parents[3] / "examples" / "shop"
HEAD = (SHOP / "openapi.yaml").read_text(encoding="utf-8")
RELEASED = (SHOP / "released" / "openapi.yaml").read_text(encoding="utf-8")


def test_the_shop_passes_with_additions():
    findings, examinations = run(RELEASED, HEAD)
    assert {finding.level for finding in findings} == {Level.NOTE}
    assert not any(one.undecided for one in examinations.values())
    assert examinations["contract/path-removed"].examined == 6


def test_one_edited_line_breaks_the_clients():
    lines = HEAD.splitlines()
    at = next(number for number, line in enumerate(lines) if "# Try it" in line) + 1
    assert lines[at].lstrip().startswith("total:")
    lines[at] = lines[at].replace("total:", "amount:")
    errors = [finding for finding in run(RELEASED, "\n".join(lines))[0] if finding.level is Level.ERROR]
    assert [finding.rule for finding in errors] == ["contract/response-property-removed"]
    [found] = errors
    assert found.message == (
        "Schema `Order`: the response property `total` was removed "
        "(used by 4 operations (GET /orders, POST /orders, GET /orders/{id} and 1 more))"
    )
    assert lines[found.location.line - 1].strip() == "properties:"
    assert RELEASED.splitlines()[found.base_location.line - 1].strip().startswith("total:")
