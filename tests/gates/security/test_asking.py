"""Which scanners the settings ask for, and what is kept between runs because of them."""

from __future__ import annotations

import pytest

from sluicegate.gates.security import GATE
from sluicegate.gates.security.asking import TOOLS, asked, cache_key
from sluicegate.gates.security.settings import Settings


@pytest.mark.parametrize(
    ("settings", "tools"),
    [
        ({}, {"bandit"}),
        ({"python": "ruff"}, {"ruff"}),
        ({"kinds": ("workflows",)}, set()),
        ({"kinds": ("workflows",), "zizmor": True, "pip_audit": True}, {"zizmor"}),
        ({"zizmor": True, "pip_audit": True}, {"bandit", "zizmor", "pip-audit"}),
        ({"kinds": ("infrastructure",), "cfn_lint": True, "checkov": "checkov"}, {"cfn-lint", "checkov"}),
        ({"kinds": ("infrastructure",), "checkov": "/opt/checkov"}, set()),
        ({"kinds": ("secrets",), "cfn_lint": True, "checkov": "checkov"}, set()),
    ],
)
def test_only_what_looks_is_needed(settings: dict, tools: set[str]) -> None:
    assert set(asked(Settings(**settings))) == tools
    assert tools <= {tool.name for tool in TOOLS}


def test_each_tool_says_which_setting_wants_it_and_how_it_is_got() -> None:
    assert all(tool.setting for tool in GATE.needs.tools)
    assert {tool.name: tool.install for tool in GATE.needs.tools} == {
        **dict.fromkeys(("bandit", "zizmor", "pip-audit"), "pip install 'sluicegate[security]'"),
        "ruff": "pip install 'sluicegate[commit]'",
        "cfn-lint": "pip install cfn-lint",
        "checkov": "pipx install checkov",
    }


def test_what_the_network_said_is_not_kept() -> None:
    assert cache_key(Settings(pip_audit=True), "") is None
    assert len(cache_key(Settings(), "") or ()) == len(TOOLS)
