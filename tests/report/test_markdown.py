from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from msgspec.structs import replace

from report import runs, texts
from sluicegate.markup import code, inert
from sluicegate.model import Level, Location, Outcome
from sluicegate.report.markdown import LEAST, LIMIT, render
from sluicegate.text import one_line

READER = MarkdownIt("gfm-like", {"html": True, "linkify": False})
PLAIN = {"paragraph_open", "paragraph_close", "inline", "text", "text_special", "html_inline"}


def inline(text: str) -> list:
    """The tokens that a CommonMark reader finds in one line of text."""
    tokens = READER.parse(f"x {text}")
    return [*tokens, *(child for token in tokens for child in token.children or ())]


@pytest.mark.parametrize("name", runs.RUNS)
def test_snapshot(name, snapshot):
    snapshot(f"{name}.md", render(runs.RUNS[name]()))


@settings(max_examples=300)
@given(text=texts.texts)
def test_foreign_text_is_text_to_a_markdown_reader(text):
    tokens = inline(inert(text))
    assert {token.type for token in tokens} <= PLAIN - {"html_inline"}
    # What the reader shows is what was written, apart from the zero-width spaces that part what GitHub would link.
    shown = "".join(token.content for token in tokens if token.type in {"text", "text_special"})
    assert shown.replace("\u200b", "") == f"x {one_line(text)}".rstrip()


@settings(max_examples=200)
@given(text=texts.texts)
def test_foreign_text_in_code_is_no_markup_but_code(text):
    tokens = inline(code(text))
    assert {token.type for token in tokens} <= PLAIN
    assert [token.content for token in tokens if token.type == "html_inline"] in ([], ["<code>", "</code>"])


@pytest.mark.parametrize(
    ("text", "parted"),
    [
        ("@octocat", "@&#8203;octocat"),
        ("a@b.example", "a@&#8203;b.example"),
        ("#123", "\\#&#8203;123"),
        ("acme/api#5", "acme/api\\#&#8203;5"),
        ("GH-7", "GH-&#8203;7"),
        ("https://x.example", "https:&#8203;//x.example"),
        ("www.x.example", "www&#8203;.x.example"),
        ("mailto:x", "mailto:&#8203;x"),
        (":smile:", ":&#8203;smile:"),
        ("GET /users: 200", "GET /users: 200"),
    ],
)
def test_what_github_links_by_itself_is_parted(text, parted):
    assert inert(text) == parted


def test_a_place_can_be_copied():
    assert code("openapi.yaml:120:7") == "<code>openapi.yaml:120:7</code>"
    assert code("https://a@b.example #1") == "<code>https:&#8203;//a@&#8203;b.example \\#1</code>"


@settings(max_examples=60, deadline=None)
@given(run=texts.runs())
def test_every_page_stays_below_its_limit(run):
    for limit in (LEAST, LIMIT):
        assert len(render(run, limit=limit).encode()) < limit


@settings(max_examples=60, deadline=None)
@given(run=texts.runs())
def test_every_row_has_its_six_cells_and_every_element_is_ours(run):
    text, _, _ = render(run).partition("### See it again")  # commands stand in a fence, as they are
    rows = [line for line in text.split("\n") if line.startswith("| ") and not line.startswith("| Gate")]
    assert len(rows) == len(run.gates)
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 7 for row in rows)
    assert set(re.findall(r"<[^>]*>", text)) <= {
        *("<code>", "</code>", "<br>", "<sub>", "</sub>"),
        *("<details>", "</details>", "<summary>", "</summary>"),
    }
    assert text.count("<details>") == text.count("</details>")


@pytest.mark.parametrize("limit", [LEAST, 100_000, LIMIT])
def test_thirty_thousand_findings_are_cut_and_counted(limit):
    text = render(runs.many(30_000), limit=limit)
    assert limit * 0.8 < len(text.encode()) < limit
    shown = text.count("- 🔴 **error**")
    assert f"**{30_000 - shown:,} failing findings of 30,000 did not fit here" in text
    assert "### See it again" in text


def test_a_page_of_long_gates_keeps_below_the_least_limit():
    gate = runs.contract(Outcome.ERRORED, reason="@" * 5_000, hint="|" * 5_000, title="#1" * 500, reproduce="`" * 5_000)
    run = runs.run(Outcome.ERRORED, *[gate] * 200, interrupted="@x" * 5_000)
    text = render(run, limit=LEAST)
    assert len(text.encode()) < LEAST
    assert "did not fit" in text


def test_a_limit_that_can_hold_nothing_is_refused():
    with pytest.raises(ValueError, match="at least 32,768 bytes"):
        render(runs.passed(), limit=LEAST - 1)


def test_a_command_with_backticks_stays_in_its_fence():
    gate = runs.contract(Outcome.FAILED, reproduce="a ``` b ````")
    assert "\n`````sh\na ``` b ````\n`````\n" in render(runs.run(Outcome.FAILED, gate))


def test_many_commands_are_counted():
    gates = [runs.contract(Outcome.FAILED, reproduce=f"run {number}") for number in range(8)]
    assert "3 commands more" in render(runs.run(Outcome.FAILED, *gates))


def test_many_rules_with_one_reason_are_one_line():
    rules = [replace(runs.REMOVED, id=f"contract/r{number}") for number in range(9)]
    results = [runs.rule_result(rule, Outcome.ERRORED, "no base") for rule in rules]
    text = render(runs.run(Outcome.ERRORED, runs.contract(Outcome.ERRORED, *results)))
    assert text.count("no base") == 1
    assert "and 4 rules more" in text


def test_an_errored_gate_without_a_reason_is_not_silent():
    assert "no reason was given" in render(runs.run(Outcome.ERRORED, runs.contract(Outcome.ERRORED)))


def test_a_reason_without_rules():
    gate = runs.contract(Outcome.NOT_APPLICABLE, reason="nothing there", hint="look elsewhere")
    assert "not applicable: nothing there<br>Next step: look elsewhere" in render(
        runs.run(Outcome.NOT_APPLICABLE, gate)
    )


def test_a_finding_without_weight_or_place():
    finding = runs.finding(level=Level.NONE, location=Location(), base_location=None, advice="")
    text = render(runs.run(Outcome.PASSED, runs.contract(Outcome.PASSED, findings=(finding,))))
    assert "<br>Where: <code>\\(no location\\)</code><br>" in text
    assert "- ⚪ **none** The property" in text


def test_an_example_is_code():
    finding = runs.finding(witness='{"a":"<b>"} was accepted | @octocat')
    text = render(runs.run(Outcome.FAILED, runs.contract(Outcome.FAILED, findings=(finding,))))
    assert '<br>Example: <code>{"a":"&lt;b&gt;"} was accepted \\| @&#8203;octocat</code><br>In the base:' in text
    assert "Example" not in render(runs.errored())


def test_hundreds_of_passed_rules_are_one_line():
    rules = [runs.rule_result(replace(runs.REMOVED, id=f"contract/r{number}"), Outcome.PASSED) for number in range(200)]
    text = render(runs.run(Outcome.PASSED, runs.contract(Outcome.PASSED, *rules)))
    assert "\n200 rules passed.\n" in text
    assert "contract/r1" not in text
