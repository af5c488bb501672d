"""Every rule has a page, and its examples do what they say."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest
from sides import EVERY, fired, run, sections

from sluicegate.config.settings import SuppressionEntry
from sluicegate.gates.contract import GATE, RULES
from sluicegate.gates.contract.catalogue import BY_ID
from sluicegate.gates.contract.settings import DeprecationDays, Settings
from sluicegate.model import RuleKind
from sluicegate.registry import help_page

PAGES = files("sluicegate.gates.contract") / "rules"
PAGED = {rule.page or rule.name: rule for rule in RULES}
"""One rule for each page: a family shares one."""
CHANGES = {name: rule for name, rule in PAGED.items() if rule.kind is RuleKind.CHANGE}


def page(rule):
    return help_page(GATE, rule)


def test_there_is_no_page_without_a_rule():
    assert sorted(one.name for one in PAGES.iterdir()) == sorted(f"{name}.md" for name in PAGED)


@pytest.mark.parametrize("rule", PAGED.values(), ids=PAGED)
def test_page_explains_the_rule(rule):
    found = sections(page(rule))
    assert list(found) == [
        "What it means", "Why it matters", "Fails", "Passes", "How to fix it", "How to suppress it",
    ]  # fmt: skip
    [(language, block)] = found["How to suppress it"]
    assert language == "toml"
    [entry] = tomllib.loads(block)["suppress"]
    assert msgspec.convert(entry, SuppressionEntry).rule == rule.id


ASKING = {
    "sunset-missing": {"deprecation_days": DeprecationDays(stable=30)},
    "version-not-bumped": {"version_policy": "semver"},
}
"""The settings that a rule needs to say anything."""


def is_of(rule_id, rule):
    """Whether a rule is this one, or of the family that shares its page."""
    return rule_id == rule.id or (rule.page != "" and BY_ID[rule_id].page == rule.page)


def sides(rule, title):
    texts = [text for language, text in sections(page(rule))[title] if language == "yaml"]
    if rule.name == "document-removed":
        return (texts[0], {}) if title == "Fails" else (texts[0], texts[1])
    if rule.kind is RuleKind.STATE:
        return None, texts[0]
    return texts[0], texts[1]


def asking(rule):
    settings = ASKING.get(rule.page or rule.name, {})
    return {**settings, "rules": EVERY - Settings(**settings).unasked | {rule.id}}


@pytest.mark.parametrize("rule", PAGED.values(), ids=PAGED)
def test_failing_example_fires(rule):
    base, head = sides(rule, "Fails")
    every = run(base, head, soundness=True, **asking(rule))[0]
    found = [finding for finding in every if is_of(finding.rule, rule)]
    assert len(found) == 1
    assert found[0].level is BY_ID[found[0].rule].level
    if rule.name != "document-removed":
        assert found[0].location.line
    assert found[0].message
    assert found[0].advice
    if rule.kind is RuleKind.CHANGE:
        assert found[0].base_location.line


@pytest.mark.parametrize("rule", PAGED.values(), ids=PAGED)
def test_passing_example_does_not_fire(rule):
    base, head = sides(rule, "Passes")
    findings, examinations = run(base, head, soundness=True, **asking(rule))
    assert not [finding for finding in findings if is_of(finding.rule, rule)]
    assert not [finding for finding in findings if finding.level.value in ("error", "warning")]
    if base is not None or rule.kind is RuleKind.STATE:
        assert examinations[rule.id].undecided is None
        assert examinations[rule.id].examined > 0


@pytest.mark.parametrize("rule", CHANGES.values(), ids=CHANGES)
def test_a_document_compared_with_itself_is_quiet(rule):
    base, _ = sides(rule, "Fails")
    assert [name for name in fired(base, base) if name != "document-invalid"] == []


def test_the_declaration_imports_nothing_heavy():
    code = (
        "import sys, sluicegate.gates.contract as c; c.GATE; "
        "print([n for n in ('rich', 'ryml', 'jsonschema_rs') if n in sys.modules])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_the_check_never_imports_the_slow_validators():
    here = Path(__file__).parent
    code = (
        f"import sys; sys.path[:0] = {[str(here), str(here.parents[1] / 'openapi')]!r}; from sides import run; "
        "assert run('openapi: 3.1.0', 'openapi: 3.1.0')[0]; "
        "print([n for n in ('openapi_spec_validator', 'jsonschema', 'pydantic', 'httpx') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_import_strings_lead_somewhere():
    for place in (GATE.settings, GATE.check, GATE.propose):
        module, _, name = place.partition(":")
        assert callable(getattr(importlib.import_module(module), name))
