"""The changelog: what it tells of comparisons that the gate really made, and of any text there may be in them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec.structs import replace
from sides import run

from sluicegate.gates.contract import GATE
from sluicegate.gates.contract.changelog import write
from sluicegate.gates.contract.changelog_content import contents, pieces, proof
from sluicegate.model import (
    Changelog,
    Examination,
    Finding,
    GateResult,
    Level,
    Location,
    Outcome,
    Revision,
    Rule,
    RuleKind,
    RuleResult,
    Run,
    Step,
    Suppression,
    Undecided,
    rank,
)
from sluicegate.registry import load

BASE = """openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /orders:
    get:
      parameters:
        - {name: limit, in: query, schema: {type: integer, maximum: 100}}
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}}
    post:
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}}
      responses: {"200": {description: ok}}
  /orders/{id}:
    delete:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"204": {description: gone}}
components:
  schemas:
    Order:
      type: object
      required: [total]
      properties:
        total: {type: number}
        size: {type: integer}
"""
HEAD = (
    BASE.replace("maximum: 100", "maximum: 50")
    .replace("{type: number}", "{type: [number, 'null']}")
    .replace("{type: integer}\n", "{type: integer}\n        note: {type: string}\n")
)
HEAD = re.sub(r"  /orders/\{id\}:\n(?:    .*\n)+", "", HEAD)
ORDER = Rule(id="x/order", title="t", summary="s", level=Level.ERROR, kind=RuleKind.CHANGE, unit="operation")
STATE = replace(ORDER, id="x/state", kind=RuleKind.STATE)


def told(findings=(), examinations=(), *, rules=(ORDER, STATE), outcome=Outcome.PASSED, reason=""):
    """A run of one gate, as the engine makes them."""
    results = tuple(
        RuleResult(
            rule=one.rule, outcome=one.undecided.outcome if one.undecided else Outcome.PASSED, examinations=(one,)
        )
        for one in examinations
    )
    gate = GateResult(gate="x", title="X", outcome=outcome, rules=results, findings=tuple(findings), reason=reason)
    return Run(
        outcome=outcome, exit_code=0, gates=(gate,), rules=rules, revision=Revision(head="h"), tool_version="0",
        started=datetime(2026, 11, 3, tzinfo=UTC), seconds=1.0,
    )  # fmt: skip


def really(base, head):
    """The run of the gate itself on two texts."""
    findings, examinations = run(base, head)
    return told(sorted(findings, key=rank), examinations.values(), rules=GATE.rules)


def finding(message="`a` was removed", logical="GET /a", **changes):
    made = Finding(
        rule=ORDER.id, level=Level.ERROR, message=message, key=(message, logical),
        location=Location(path="openapi.yaml", line=3, column=4, logical=logical),
        base_location=Location(path="openapi.yaml", line=2, column=1, logical=logical),
    )  # fmt: skip
    return replace(made, **changes)


def undecided(outcome, reason):
    return Examination(rule=ORDER.id, subject="openapi.yaml", undecided=Undecided(outcome=outcome, reason=reason))


def changelog(*runs, **changes):
    """Runs as steps v1, v2 and so on, the first being the newest."""
    count = len(runs)
    steps = tuple(
        Step(base=f"v{count - number}", head=f"v{count - number + 1}", date="2026-11-03", run=one)
        for number, one in enumerate(runs)
    )
    return replace(Changelog(subject="openapi.yaml", base="v1", head=f"v{count + 1}", steps=steps), **changes)


def markdown(*runs, **changes):
    return write(changelog(*runs, **changes), "markdown")


def html(*runs, **changes):
    return write(changelog(*runs, **changes), "html")


class Page(HTMLParser):
    """The elements of a page, its text, and whether each element that was opened is closed in turn."""

    VOID = frozenset(("meta", "br", "!doctype"))

    def __init__(self, text):
        super().__init__()
        self.found, self.open, self.attributes, self.texts = set(), [], set(), []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.texts.append(data)

    @property
    def text(self):
        return " ".join("".join(self.texts).split())


def test_the_gate_declares_who_writes_it():
    assert load(GATE.comparison.changelog) is write


class TestWhatTheGateFound:
    def test_it_is_grouped_by_operation_and_by_what_operations_share(self):
        (chapter,) = contents(changelog(really(BASE, HEAD))).chapters
        assert [place.name for place in chapter.places] == ["/orders/{id}", "GET /orders", "schema Order"]
        assert [place.shared for place in chapter.places] == [False, False, True]
        assert chapter.places[2].used_by == "used by `GET /orders`"

    def test_a_message_repeats_neither_its_place_nor_who_uses_it(self):
        (chapter,) = contents(changelog(really(BASE, HEAD))).chapters
        for place in (*chapter.places, *chapter.others):
            for entry in place.entries:
                assert not entry.message.replace("`", "").lower().startswith(f"{place.name.lower()}:")
                assert "used by" not in entry.message

    @pytest.mark.parametrize("write_as", [markdown, html])
    def test_every_change_is_told(self, write_as):
        single = really(BASE, HEAD)
        assert len(single.findings) > 4
        text = write_as(single)
        text = Page(text).text if write_as is html else text.replace("`", "")
        for change in contents(changelog(single)).chapters[0].places:
            for entry in change.entries:
                assert entry.message.replace("`", "") in text
                assert entry.witness.partition(" was ")[0] in text
        assert text.count("Breaking") == sum(found.level is Level.ERROR for found in single.findings)

    def test_the_example_is_code_and_what_becomes_of_it_is_not(self):
        assert "\n  - Example: `100` was accepted, and is refused now\n" in markdown(really(BASE, HEAD))
        assert "<code>100</code> was accepted, and is refused now" in html(really(BASE, HEAD))

    def test_nothing_changed(self):
        assert "**No change that clients can see.**" in markdown(really(BASE, BASE))
        assert "no change that clients can see" in html(really(BASE, BASE))


class TestOrder:
    def test_what_breaks_stands_first_and_notes_are_a_list_at_the_end(self):
        found = [
            finding("`n` is new", "GET /n", level=Level.NOTE),
            finding("`w` is odd", "GET /b", level=Level.WARNING),
            finding("schema `S`: `s` was removed (used by GET /b)", "schema S"),
            finding("GET /a: `w` is odd", "GET /a", level=Level.WARNING),
            finding("GET /a: `e` was removed", "GET /a"),
        ]
        text = markdown(told(found))
        marks = ["## `GET /a`", "`e` was", "`w` is", "## Schema `S`", "## `GET /b`", "## 1 other change", "`n` is new"]
        at = [text.index(mark) for mark in marks]
        assert at == sorted(at)
        assert "- `GET /n`: `n` is new" in text
        assert "**2 breaking changes, 2 warnings, 1 other change.**" in text

    def test_several_notes_of_one_place_stand_under_it(self):
        notes = [finding(f"`{name}` is new", level=Level.NOTE) for name in "xy"]
        assert "- `GET /a`\n  - `x` is new\n  - `y` is new\n" in markdown(told(notes))

    def test_what_is_shared_stands_under_those_that_each_change_concerns(self):
        found = [
            finding("schema `S`: `s` was removed (used by GET /a)", "schema S"),
            finding("schema `S`: `t` was removed (used by GET /b)", "schema S"),
            finding("schema `S`: `u` was removed (used by GET /a)", "schema S"),
        ]
        text = markdown(told(found))
        marks = ["Used by `GET /a`", "`s` was", "`u` was", "Used by `GET /b`", "`t` was"]
        at = [text.index(mark) for mark in marks]
        assert at == sorted(at)
        assert text.count("## Schema `S`") == 2

    def test_lines_need_no_file_unless_it_is_another(self):
        other = Location(path="parts/a.yaml", line=7, column=2)
        text = markdown(told([finding(), finding("`b` was removed", location=other), finding("`c`")]))
        assert "\nLines are those of `openapi.yaml`.\n" in text
        assert "\n  - Line 3, before: line 2\n" in text
        assert "\n  - `parts/a.yaml:7:2`, before: line 2\n" in text

    def test_a_finding_without_a_place(self):
        text = markdown(told([finding(location=Location(), base_location=None)]))
        assert "## `the description`\n\n- 🔴 **Breaking:** `a` was removed\n" in text


class TestVersions:
    def test_each_is_a_chapter_and_those_without_a_change_are_named_together(self):
        text = markdown(told([finding()]), told(), told([finding(level=Level.WARNING)]))
        assert "| v4 | major | 1 | 0 | 0 |\n| v2 | minor | 0 | 1 | 0 |\n" in text
        assert "\nNothing changed in v3.\n" in text
        assert text.index("## v4 (2026-11-03)") < text.index("## v2 (2026-11-03)")
        assert "## v3" not in text
        assert "\n### `GET /a`\n" in text

    def test_a_page_links_to_each(self):
        text = html(told([finding()]), told(), told([finding()]))
        assert re.findall('href="&#35;(.*?)"', text) == re.findall('<section id="(.*?)"', text) == ["v1", "v2"]
        assert "<p>Nothing changed in v3.</p>" in text

    def test_many_without_a_change_are_counted(self):
        assert " and 12 more.\n" in markdown(told([finding()]), *[told()] * 32)

    def test_a_version_in_which_there_is_nothing_to_compare(self):
        steps = (Step(base="v1", head="v2", why="openapi.yaml is in neither of the two"),)
        text = markdown(steps=steps)
        assert "**Nothing to compare.**" in text
        assert "\nopenapi.yaml is in neither of the two.\n" in text


class TestTheTruth:
    def test_what_could_not_be_compared_is_never_told_as_no_change(self):
        broken = told(examinations=[undecided(Outcome.ERRORED, "openapi.yaml:3:1: not YAML")])
        assert "**Could not be compared.**" in markdown(broken)
        assert "## Could not be compared\n\n- openapi.yaml:&#8203;3:&#8203;1: not YAML" in markdown(broken)
        assert "could not be compared" in Page(html(broken)).text
        both = markdown(broken, told([finding()]))
        assert "**1 breaking change; not everything could be compared.**" in both
        assert "| v3 | ? | ? | ? |" in both
        assert "not everything could be compared" in html(broken, told([finding()]))

    @pytest.mark.parametrize(
        ("levels", "impact"),
        [((Level.ERROR, Level.NOTE), "major"), ((Level.WARNING,), "minor"), ((Level.NOTE,), "minor"), ((), "none")],
    )
    def test_the_impact_is_told_in_the_head(self, levels, impact):
        made = told([finding(str(level), level=level) for level in levels])
        assert f".** Impact: {impact}.\n" in markdown(made)
        assert f'<span class="chip note">impact: {impact}</span>' in html(made)

    def test_the_impact_of_what_was_not_compared_whole_is_the_least(self):
        doubt = undecided(Outcome.INCONCLUSIVE, "too large")
        assert " Impact: at least minor." in markdown(told([finding(level=Level.NOTE)], [doubt]))
        assert " Impact: major." in markdown(told([finding()], [doubt]))
        assert "Impact" not in markdown(told(examinations=[undecided(Outcome.ERRORED, "not YAML")]))

    def test_a_version_that_says_too_little_has_no_impact_of_its_own(self):
        rule = next(rule for rule in GATE.rules if rule.name == "version-not-bumped")
        assert " Impact: none." in markdown(told([finding(rule=rule.id)], rules=GATE.rules))

    def test_a_gate_that_broke_says_why(self):
        assert "- The gate broke" in markdown(told(outcome=Outcome.ERRORED, reason="the gate broke"))

    def test_a_new_description(self):
        text = markdown(told(examinations=[undecided(Outcome.NOT_APPLICABLE, "openapi.yaml is new in this change")]))
        assert "**Nothing to compare.**" in text
        assert "\nopenapi.yaml is new in this change.\n" in text

    def test_what_some_rules_had_nothing_to_look_at_in_goes_without_saying(self):
        same = undecided(Outcome.NOT_APPLICABLE, "openapi.yaml is byte for byte what it was")
        seen = Examination(rule=ORDER.id, subject="openapi.yaml", examined=1)
        assert "**No change that clients can see.**" in markdown(told(examinations=[same, seen]))
        assert "Nothing changed in v2." in markdown(told([finding()]), told(examinations=[same, seen]))

    def test_a_document_that_is_new_is_told_beside_one_that_changed(self):
        new = replace(undecided(Outcome.NOT_APPLICABLE, "b.yaml is new in this change"), subject="b.yaml")
        seen = Examination(rule=ORDER.id, subject="openapi.yaml", examined=1)
        text = markdown(told([finding()], [new, seen]))
        assert "\nb.yaml is new in this change.\n" in text
        assert "**1 breaking change.**" in text

    def test_a_fault_of_the_description_itself_is_no_change_of_the_api(self):
        text = markdown(told([finding(rule=STATE.id), finding("b", rule=STATE.id)]))
        assert "**No change that clients can see.**" in text
        assert "\nTake care: the description itself has 2 faults, by `x/state` \\(2\\).\n" in text

    @pytest.mark.parametrize("level", [Level.ERROR, Level.NOTE])
    @pytest.mark.parametrize("write_as", [markdown, html])
    def test_what_was_accepted_is_told_with_its_reason(self, level, write_as):
        decision = Suppression(rule="*", reason="nobody used it", owner="@acme", expires=date(2027, 1, 31))
        text = write_as(told([finding(level=level, suppression=decision)]))
        assert re.search(r"[Aa]ccepted: nobody used it, .*acme, until 2027-01-31", text)


@pytest.mark.parametrize(
    ("witness", "parts"),
    [
        ('{"a":1} was accepted, and is refused now', ('{"a":1}', "was accepted, and is refused now")),
        (
            '" was accepted, and " was never sent, and may be sent now',
            ('" was accepted, and "', "was never sent, and may be sent now"),
        ),
        ('"cut…', ('"cut…', "")),
    ],
)
def test_the_parts_of_an_example(witness, parts):
    assert proof(witness) == parts


@given(text=st.text("a` ", max_size=12))
def test_the_parts_of_a_message_lose_nothing(text):
    assert "".join(part for _, part in pieces(text)) in (text.replace("`", ""), _unpaired(text))


def _unpaired(text):
    """The text without its paired backticks; the last of an odd number stays."""
    before, _, after = text.rpartition("`")
    return f"{before.replace('`', '')}`{after}"


NASTY = st.one_of(
    st.text(st.characters(codec=None, exclude_categories=[]), max_size=20),
    st.lists(
        st.sampled_from(
            ["::error::x", "##[error]", "##vso[a]", "\n\t::", "<b>", "</style>", "<script>", "](javascript:x)", "|",
             "\x00", "\r\n", "\ud800", "\u202e", "@me", "#1", "`", "``", " (used by ", ")", ": ", " ", '"', "'", "&"]
        ),
        max_size=6,
    ).map("".join),
)  # fmt: skip
LOCATIONS = st.builds(Location, path=st.none() | NASTY, line=st.none() | st.integers(-1, 9), logical=st.none() | NASTY)
RUNS = st.builds(
    lambda findings, reason, outcome: told(findings, [undecided(outcome, reason)]),
    st.lists(
        st.builds(
            finding,
            NASTY,
            NASTY,
            rule=st.sampled_from([ORDER.id, STATE.id]),
            level=st.sampled_from(Level),
            witness=NASTY,
            location=LOCATIONS,
            base_location=st.none() | LOCATIONS,
            suppression=st.none()
            | st.builds(Suppression, rule=NASTY, reason=NASTY, owner=NASTY, expires=st.just(date(2027, 1, 31))),
        ),
        max_size=4,
    ),
    NASTY,
    st.sampled_from([Outcome.ERRORED, Outcome.NOT_APPLICABLE, Outcome.INCONCLUSIVE]),
)
LOGS = st.builds(
    Changelog,
    subject=NASTY,
    base=NASTY,
    head=NASTY,
    steps=st.lists(
        st.builds(Step, base=NASTY, head=NASTY, date=NASTY, about=NASTY, run=st.none() | RUNS, why=NASTY), max_size=3
    ).map(tuple),
)
OURS = {
    *("html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "span", "b", "p", "code", "main"),
    *("nav", "ol", "li", "a", "section", "time", "aside", "ul", "article", "details", "summary", "dl", "dt", "dd"),
}


class TestAnyText:
    @settings(max_examples=80, deadline=None)
    @given(log=LOGS)
    def test_a_page_holds_no_element_but_ours(self, log):
        text = write(log, "html")
        page = Page(text)
        assert page.open == []
        assert page.found <= OURS
        assert page.attributes <= {"lang", "charset", "name", "content", "http-equiv", "class", "id", "href", "open",
                                   "aria-label"}  # fmt: skip
        assert inert_for_a_runner(text)

    @settings(max_examples=80, deadline=None)
    @given(log=LOGS)
    def test_markdown_holds_no_link_no_element_and_no_image(self, log):
        text = write(log, "markdown")
        tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(text)
        inner = [child.type for token in tokens for child in token.children or ()]
        assert not {"html_block", "fence", "code_block", "blockquote_open"} & {token.type for token in tokens}
        assert set(inner) <= {"text", "text_special", "code_inline", "strong_open", "strong_close", "softbreak"}
        assert inert_for_a_runner(text)


def inert_for_a_runner(text):
    text.encode()
    lines = [line.strip() for line in text.split("\n")]
    return not any(
        line.startswith("::") or re.search(r"##\w*\[|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", line) for line in lines
    )


def test_a_page_needs_nothing_else():
    text = html(told([finding()]), told([finding()]))
    assert "<script" not in text
    assert not re.search(r"(?:src|url|@import|https?:)", text.replace("default-src", "").replace("style-src", ""))
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in text
    assert "prefers-color-scheme: dark" in text
    assert "default-src &" not in text


def test_the_same_comparison_gives_the_same_document():
    assert markdown(really(BASE, HEAD)) == markdown(really(BASE, HEAD))
    assert html(really(BASE, HEAD)) == html(really(BASE, HEAD))
