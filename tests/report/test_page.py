from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from report import runs, texts
from sluicegate.model import Measurement, Outcome, Since
from sluicegate.report import render, view
from sluicegate.report.page.findings import MOST


class Reader(HTMLParser):
    """The elements with their attributes, and the text that people read."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.raw: dict[str, str] = {}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in ("script", "style"):
            kind = f"{self.open[-1]} {len([tag for tag, _ in self.elements if tag == self.open[-1]])}"
            self.raw[kind] = self.raw.get(kind, "") + data
        else:
            self.text += data


def document(page):
    return json.loads(Reader(page).raw["script 1"])


def digest(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


@pytest.mark.parametrize("name", runs.RUNS)
def test_the_policy_allows_its_own_style_and_script_and_nothing_else(name):
    read = Reader(render("html", runs.RUNS[name]()))
    (policy,) = [told["content"] for tag, told in read.elements if told.get("http-equiv")]
    allowed = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    script = read.raw[max(name for name in read.raw if name.startswith("script"))]
    assert allowed["default-src"] == allowed["base-uri"] == allowed["form-action"] == "'none'"
    assert allowed["style-src"] == digest(read.raw["style 1"])
    assert allowed["script-src"] == digest(script)
    assert set(allowed) == {"default-src", "style-src", "script-src", "base-uri", "form-action"}


@settings(max_examples=60, deadline=None)
@given(run=texts.runs())
def test_any_text_is_only_text(run):
    page = render("html", run)
    read = Reader(page)
    assert read.open == []
    for tag, told in read.elements:
        assert not [name for name in told if name.startswith("on") or name in ("src", "style")], tag
        assert told.get("href", "#").startswith("#")
    page.encode()
    items = view.shown(run)
    if items:
        told = document(page)
        assert [row[7] for row in told["findings"]] == [item.finding.fingerprint[: view.SHORT] for item in items]
        assert [bool(row[3]) for row in told["findings"]] == [item.fails for item in items]


def test_the_verdict_and_what_errored_come_before_every_finding():
    page = render("html", runs.errored())
    order = [
        page.index(text) for text in ("<h1>", "Could not look", "advisory database", '<ol id="list">', "Gates</h2>")
    ]
    assert order == sorted(order)


def test_what_was_not_decided_is_counted_in_the_head():
    head = render("html", runs.inconclusive()).partition("<main")[0]
    assert '<a href="&#35;undecided">4 reasons why something was not decided</a>' in head


def test_a_finding_answers_in_order():
    gate = runs.failed().gates[0]
    since = Since(commit="a" * 40, date="2026-11-02", subject="Drop <it>")
    found = replace(gate.findings[0], owners=("@acme/api",), since=since)
    read = Reader(render("html", replace(runs.failed(), gates=(replace(gate, findings=(found,)),))))
    said = ["The property email is gone", "services/users/openapi.yaml:120:7", "aaaaaaaaaaaa 2026-11-02 Drop <it>",
            "@acme/api", "Keep the property", "sluicegate check contract --base"]  # fmt: skip
    places = [read.text.index(one) for one in said]
    assert places == sorted(places)


def test_the_script_gets_what_the_first_findings_show():
    """One finding as HTML and as data: the same labels and the same texts."""
    page = render("html", runs.failed())
    told = document(page)
    row = told["findings"][0]
    rows = [(told["labels"][row[at]][0], told["texts"][row[at + 1]]) for at in range(8, len(row), 2)]
    shown = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page)
    plain = [(label, Reader(text).text) for label, text in shown[: len(rows)]]
    assert [(label, text.replace("`", "")) for label, text in rows] == plain


def test_foreign_text_cannot_end_the_block_of_data():
    finding = runs.finding(message="</script><script>alert(1)</script><!--", witness="]]></SCRIPT >")
    page = render("html", runs.run(Outcome.FAILED, runs.contract(Outcome.FAILED, findings=(finding,))))
    assert len([tag for tag, _ in Reader(page).elements if tag == "script"]) == 2
    assert "</script><script>alert(1)</script><!--" in document(page)["texts"]


def test_code_in_a_sentence_is_only_text_too():
    finding = runs.finding(message="the `<img src=x>` is gone", advice="keep `<b>`", level_origin="<i>")
    page = render("html", runs.run(Outcome.FAILED, runs.contract(Outcome.FAILED, findings=(finding,))))
    assert "<h3>the <code>&lt;img src=x&gt;</code> is gone</h3>" in page
    assert "keep <code>&lt;b&gt;</code>" in page
    assert "<i>" not in page


def test_a_text_stands_in_the_data_once():
    assert render("html", runs.many(500)).count("Keep the property and mark it") == 20 + 1


def test_findings_beyond_what_a_phone_opens_are_counted():
    page = render("html", runs.many(MOST + 1_500))
    text = " ".join(Reader(page).text.split())
    assert len(document(page)["findings"]) == MOST
    assert f"{MOST + 1_500:,} findings fail the change" in text
    assert f"The {MOST:,} findings that matter most are on this page; 1,500 more stand in the run document" in text
    assert "that matter most" not in render("html", runs.many(MOST))


def test_facts_measurements_and_observed_gates_are_told():
    gate = runs.contract(
        Outcome.PASSED,
        runs.rule_result(runs.REMOVED, Outcome.PASSED),
        facts={"impact": "minor"},
        measurements=(Measurement(name="p95", value=12.5, unit="ms"),),
        observed=True,
    )
    text = Reader(render("html", runs.run(Outcome.PASSED, gate))).text
    for one in ("Impact minor.", "p95 12.5 ms", "observed only", "No findings", "1 rule, 1 passed"):
        assert one in text


def test_a_long_list_of_rules_is_cut_and_counted():
    results = [replace(runs.rule_result(runs.REMOVED, Outcome.PASSED), rule=f"contract/r{at}") for at in range(2_500)]
    text = Reader(render("html", runs.run(Outcome.PASSED, runs.contract(Outcome.PASSED, *results)))).text
    assert "500 rules more, in the report files" in text


def test_what_a_broken_gate_said_last_is_kept():
    gate = runs.contract(Outcome.ERRORED, reason="it broke", detail="Traceback\n  line <1>\n")
    assert "<pre>Traceback\nline &lt;1&gt;</pre>" in render("html", runs.run(Outcome.ERRORED, gate))
