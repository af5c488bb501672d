"""Gates of other distributions: taken in by name, and never lost in silence."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sluicegate.errors import GateError
from sluicegate.registry import discover, gates, help_page, load

GOOD = """
from sluicegate.model import Gate, Level, Rule, RuleKind
GATE = Gate(id="acme", title="Acme", summary="s", settings="acme_gate.settings:Settings", check="acme_gate.check:check",
    rules=(Rule(id="acme/x", title="x", summary="x", level=Level.NOTE, kind=RuleKind.STATE, unit="thing"),){more})
"""


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Installs a distribution acme-gates with a module of the given source."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def install(source: str, points: str = "[sluicegate.gates]\nacme = acme_gate:GATE\n") -> None:
        monkeypatch.delitem(sys.modules, "acme_gate", raising=False)
        (tmp_path / "acme_gate.py").write_text(source)
        info = tmp_path / "acme_gates-1.0.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-gates\nVersion: 1.0\n")
        (info / "RECORD").write_text("acme_gate.py,,\n")
        (info / "entry_points.txt").write_text(points)

    return install


def test_a_named_plugin_takes_part_with_its_origin(plugin) -> None:
    plugin(GOOD.format(more=""))
    found = discover(["acme-gates"])
    assert found.gate("acme") is not None
    (origin,) = found.plugins
    assert (origin.gate, origin.distribution, origin.version) == ("acme", "acme-gates", "1.0")
    assert len(origin.sha256) == 64
    assert found.broken == ()


def test_a_plugin_that_is_not_named_is_not_even_imported(plugin) -> None:
    plugin("raise SystemExit('imported')")
    assert [gate.id for gate in discover().gates] == [gate.id for gate in gates()]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (GOOD.format(more=", api=99"), "was written for interface 99, and this Sluicegate speaks 1"),
        ("raise RuntimeError('no')", "cannot be imported: RuntimeError: no"),
        ("GATE = 3", "is no sluicegate.model.Gate"),
        (GOOD.format(more="").replace("acme/x", "other/x"), "the rule other/x does not carry the gate's id"),
        (GOOD.format(more="").replace('id="acme"', 'id="A b"'), "taken or not made of"),
    ],
)
def test_a_plugin_that_cannot_take_part_is_broken_and_says_why(plugin, source: str, reason: str) -> None:
    plugin(source)
    (broken,) = discover(["acme-gates"]).broken
    assert reason in broken.reason


def test_a_plugin_that_is_not_installed_or_declares_nothing(plugin) -> None:
    plugin(GOOD.format(more=""), points="[console_scripts]\nx = acme_gate:GATE\n")
    reasons = [broken.reason for broken in discover(["no-such-gates", "acme-gates"]).broken]
    assert reasons == [
        "the plugin no-such-gates is not installed here",
        "the distribution acme-gates declares no gate (group sluicegate.gates)",
    ]


def test_every_rule_of_every_gate_has_its_page() -> None:
    for gate in gates():
        for rule in gate.rules:
            assert help_page(gate, rule).startswith("# "), rule.id


@pytest.mark.parametrize("entry", ["no.such.module:x", "sluicegate.model:NoSuchThing"])
def test_a_part_that_cannot_be_imported_is_said(entry: str) -> None:
    with pytest.raises(GateError, match=f"{entry} cannot be imported"):
        load(entry)
