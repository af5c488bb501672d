from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from report import runs, texts
from sluicegate.model import Location, Outcome
from sluicegate.report import REPORTERS, render
from sluicegate.report.inert import in_json, in_xml
from sluicegate.text import visible

DOCUMENTS = [kind for kind in REPORTERS if kind != "annotations"]
COMMAND = re.compile(r"\s*::|.*##\w*\[")


def commands(text: str) -> list[str]:
    """The lines that a runner takes for a command, whatever it takes for the end of a line."""
    return [line for line in text.splitlines() if COMMAND.match(line)]


@pytest.mark.parametrize("line", ["::x", " \t::error::x", "a ##[x]", "##vso[x]", "\u3000::", "###[", "##teamcity["])
def test_the_sight_of_the_tests(line):
    assert commands(f"a\n{line}\nb") == [line]


@settings(max_examples=100, deadline=None)
@given(run=texts.runs())
@example(run=runs.hostile())
def test_no_line_of_a_document_is_a_command(run):
    for kind in DOCUMENTS:
        assert commands(render(kind, run)) == [], kind
    assert commands(render("junit", run, strict=True)) == []


@pytest.mark.parametrize(
    "attack", ["::error::x", "a\n \t::error::x", "##[error]x", "###vso[x]", "\n::set-env name=a::b"]
)
def test_no_command_comes_through_any_door(attack):
    finding = runs.finding(
        message=attack, advice=attack, reproduce=attack, location=Location(path=attack, line=1, logical=attack)
    )
    gate = runs.contract(Outcome.FAILED, findings=(finding,), reproduce=attack, title=attack)
    run = runs.run(
        Outcome.FAILED, gate, runs.contract(Outcome.ERRORED, gate=attack, reason=attack, hint=attack, reproduce=attack)
    )
    for name in ("head", "how"):
        changed = runs.replace(run, revision=runs.replace(run.revision, **{name: attack}), tool_version=attack)
        for kind in DOCUMENTS:
            assert commands(render(kind, changed)) == [], kind


@given(
    value=st.recursive(texts.texts, lambda inner: st.lists(inner) | st.dictionaries(texts.texts, inner), max_leaves=6)
)
@example(value={"##vso[a]": ["###[", "\\##[x]", "##", "[x]", "\u2028::error::x", "\x85::x"]})
def test_json_reads_back_the_same(value):
    for indent in (None, 2):
        for ascii_only in (True, False):
            text = in_json(json.dumps(value, indent=indent, ensure_ascii=ascii_only))
            assert json.loads(text) == value
            assert commands(text) == []


@given(text=texts.texts.map(visible), name=texts.texts.map(visible))
@example(text="::error::x\n \t::x\n:::\n##[x] ###vso[y]", name="##[a]\n::b")
def test_xml_reads_back_the_same(text, name):
    root = ET.Element("a", {"name": name})
    ET.SubElement(root, "b").text = text
    root[0].tail = text
    told = in_xml(ET.tostring(root, encoding="unicode"))
    again = ET.fromstring(told)  # noqa: S314  our own document
    assert (again.get("name"), again[0].text or "", again[0].tail or "") == (name, text, text)
    assert commands(told) == []


def test_other_text_is_left_alone():
    for text in ("## heading", "a::b", "# [x]", "#[x]", "C++ :: x", "##-[x]"):
        assert in_json(text) == in_xml(text) == text
