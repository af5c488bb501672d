"""Reports of a Run whose controls end in every way."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from every_end import CANARIES, PACK, ask
from sluicegate.fleet.files import one_run
from sluicegate.gates.compliance.controls.model import Strength
from sluicegate.gates.compliance.personal.masking import masked
from sluicegate.gates.compliance.reports.account import account
from sluicegate.gates.compliance.reports.forms import FORMS, written
from sluicegate.gates.compliance.reports.loading import packs
from sluicegate.gates.compliance.reports.oscal import tokens
from sluicegate.gates.compliance.reports.resolving import unresolved
from sluicegate.gates.compliance.reports.standing import Result, Standing, covered, summary
from sluicegate.model import Outcome
from sluicegate.revision import TreeSpec, open_tree

WANTED = {
    "ours/passing": "passed", "ours/failing": "failed", "ours/excepted": "excepted", "ours/open": "not-tested",
    "ours/broken": "errored", "ours/empty": "not-applicable", "ours/alone": "passed",
}  # fmt: skip
CLAUSES = {
    "CC8.1": ("shown-in-full", 1.0), "CC6.1": ("failed", 1.0), "CC6.2": ("not-tested", 0.0), "CC6.3": ("errored", 0.5),
    "Art. 30(1)": ("shown-in-part", 0.5), "Art. 32": ("shown-in-part", 1.0), "Art. 33": ("not-applicable", 0.0),
    "Art. 17": ("no-control", 0.0),
}  # fmt: skip


@pytest.fixture(scope="session")
def reports(shop: SimpleNamespace) -> dict[str, str]:
    """The Run in every form."""
    run = one_run(shop.run)
    tree = open_tree(TreeSpec(kind="folder", root=str(shop.root), shown=""))
    told = account(run, (pack for pack, _ in packs(run, tree)))
    return {form: written(told, form) for form in FORMS}


def test_the_command_writes_what_the_functions_make(shop: SimpleNamespace, reports: dict[str, str]) -> None:
    done = ask(shop.root, "compliance", "report", "out/run.json", "--form", "csv", "--output", "out/report.csv")
    assert (done.returncode, done.stdout) == (0, "")
    assert (shop.root / "out/report.csv").read_bytes().decode() == reports["csv"]


def _at(run: Any, outcomes: tuple[str, ...]) -> Any:
    """The Run with the rules of the controls alone that ended so by the report."""
    kept = {f"compliance/{name}" for name, result in WANTED.items() if result in outcomes}
    gates = tuple(
        replace(
            gate,
            outcome=Outcome.ERRORED if "errored" in outcomes else Outcome.PASSED,
            rules=tuple(each for each in gate.rules if each.rule in kept),
            findings=tuple(each for each in gate.findings if each.rule in kept),
        )
        for gate in run.gates
    )
    return replace(run, gates=gates)


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [(("passed", "excepted", "not-tested"), 0), (("passed", "failed"), 1), (("failed", "errored"), 3)],
)
def test_the_state_fails_by_what_nobody_excepted(shop: SimpleNamespace, outcomes: tuple[str, ...], code: int) -> None:
    run = one_run(shop.run)
    tree = open_tree(TreeSpec(kind="folder", root=str(shop.root), shown=""))
    told = account(_at(run, outcomes), (pack for pack, _ in packs(run, tree)))
    assert told.state == code


def test_the_command_ends_by_the_state_where_it_is_asked(shop: SimpleNamespace) -> None:
    done = ask(shop.root, "compliance", "report", "out/run.json", "--fail")
    assert (done.returncode, done.stdout[:1]) == (3, "#")


def test_a_report_on_a_time_that_is_past_says_to_when_ages_were_counted(shop: SimpleNamespace) -> None:
    run = one_run(shop.run)
    tree = open_tree(TreeSpec(kind="folder", root=str(shop.root), shown=""))
    gates = tuple(replace(each, facts={"as of": "2026-11-29T12:00:00+00:00"}) for each in run.gates)
    past = replace(run, gates=gates, revision=replace(run.revision, uncommitted=("a",)))
    told = account(past, (pack for pack, _ in packs(run, tree)))
    for form in ("markdown", "html", "csv"):
        said = written(told, form)
        assert ", ages counted to 2026-11-29 12:00:00 UTC" in said, form
        assert "with 1 file not as in the commit" in said, form


def test_people_read_what_ended_worst_first(reports: dict[str, str]) -> None:
    told = re.findall(r"^### .*: (.+)$", reports["markdown"], re.MULTILINE)
    worst = [each.words for each in Result]
    assert len(set(told)) > 3
    assert told == sorted(told, key=worst.index)
    articles = re.findall(r"<article class=\"card control.*?</h3>", reports["html"], re.DOTALL)
    assert [next(word for word in worst if f">{word}<" in each) for each in articles] == told


def test_check_says_what_each_framework_comes_to_as_the_report_does(
    shop: SimpleNamespace, reports: dict[str, str]
) -> None:
    told = " ".join(shop.said.stdout.split())
    assert "soc2 1 of 4 clauses shown in full or part (1 errored, 1 failed, 1 not tested)" in told
    # what is excepted alone has not failed
    assert "gdpr 2 of 4 clauses shown in full or part (1 no control, 1 not applicable)" in told
    gate = next(each for each in json.loads(shop.run.read_text())["gates"] if each["gate"] == "compliance")
    account = json.loads(reports["json"])
    for framework, said in gate["facts"].items():
        standings = [Standing(each["standing"]) for each in account["clauses"] if each["framework"] == framework]
        assert said == summary(standings)
    served = {each["id"]: each["served"] for each in gate["requirements"]}
    assert (served["Art. 17"], served["CC8.1"]) == ({}, {"compliance/ours/passing": "full"})


def test_the_json_tells_how_every_control_ended_and_how_much_was_looked_at(reports: dict[str, str]) -> None:
    told = json.loads(reports["json"])
    assert {each["control"]: each["outcome"] for each in told["controls"]} == WANTED
    assert {each["clause"]: (each["standing"], each["coverage"]) for each in told["clauses"]} == CLAUSES
    counts = next(each["counts"] for each in told["clauses"] if each["clause"] == "CC6.3")
    assert counts == {
        "controls": 2, "errored": 1, "failed": 0, "inconclusive": 0, "not-tested": 0, "excepted": 0, "passed": 1,
        "not-applicable": 0,
    }  # fmt: skip
    failing = next(each for each in told["controls"] if each["control"] == "ours/failing")
    assert failing["evidence"][0]["source"] == "evidence/github.jsonl"
    assert failing["evidence"][0]["population"] == 1
    assert len(failing["evidence"][0]["sha256"]) == 64


def test_what_stood_before_the_change_holds_no_better_for_it(shop: SimpleNamespace, reports: dict[str, str]) -> None:
    gate = next(each for each in json.loads(shop.run.read_text())["gates"] if each["gate"] == "compliance")
    assert {each["rule"]: each["outcome"] for each in gate["rules"]}["compliance/ours/failing"] == "passed"
    assert "<code>ours/failing</code> failed" in reports["markdown"]


@pytest.mark.parametrize("form", FORMS)
def test_no_report_has_personal_data_or_markup_of_others(form: str, reports: dict[str, str]) -> None:
    assert [canary for canary in CANARIES if canary in reports[form]] == []
    assert "[e-mail] [card] and [card], [account]" in re.sub(r"\\(.)", r"\1", reports[form])
    if form in ("markdown", "html"):
        assert "<script" not in reports[form]


def test_each_report_names_the_exception_with_its_owner_and_its_end(
    shop: SimpleNamespace, reports: dict[str, str]
) -> None:
    for text in reports.values():
        assert "acme/platform" in text
        assert shop.expires.isoformat() in text


def test_no_cell_of_the_csv_is_a_formula(reports: dict[str, str]) -> None:
    rows = list(csv.reader(io.StringIO(reports["csv"], newline="")))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))] == []
    assert "'=Holds <b>always</b>" in {cell for row in rows for cell in row}
    pairs = {(row[1], row[5]) for row in rows[1:]}
    assert {("CC6.1", "ours/passing"), ("CC6.1", "ours/failing"), ("Art. 17", ""), ("", "ours/alone")} <= pairs


def test_the_page_is_whole_and_asks_for_nothing(reports: dict[str, str]) -> None:
    open_tags: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag not in ("meta", "br"):
                open_tags.append(tag)
            assert not {name for name, _ in attrs} & {"src", "style", "onclick"}

        def handle_endtag(self, tag: str) -> None:
            assert open_tags.pop() == tag

    Reader().feed(reports["html"])
    assert open_tags == []
    assert "default-src 'none'" in reports["html"]
    targets = set(re.findall(r'href="&#35;([\w-]+)"', reports["html"]))
    assert targets <= set(re.findall(r'id="([\w-]+)"', reports["html"]))


def test_oscal_says_satisfied_of_what_passed_alone(reports: dict[str, str]) -> None:
    document = json.loads(reports["oscal"])
    assert unresolved(document) == []
    (result,) = document["assessment-results"]["results"]
    states = {each["target"]["target-id"]: each["target"]["status"]["state"] for each in result["findings"]}
    good = {name for name, state in states.items() if state == "satisfied"}
    assert good == {"ours.passing", "ours.alone", "soc2.CC8.1"}
    excepted = next(each for each in result["risks"] if each["status"] == "deviation-approved")
    assert excepted["deadline"].endswith("T23:59:59Z")
    assert all(each["expires"] > each["collected"] for each in result["observations"])
    assert set(states) >= {"gdpr.Art.30.1", "gdpr.Art.17", "soc2.CC6.2"}


def test_a_reference_that_leads_nowhere_is_found(reports: dict[str, str]) -> None:
    document = json.loads(reports["oscal"])
    (result,) = document["assessment-results"]["results"]
    lost = result["observations"].pop(0)["uuid"]
    document["assessment-results"]["import-ap"]["href"] = "#nothing"
    result["findings"][0]["target"]["target-id"] = "other"
    result["risks"][0]["uuid"] = result["uuid"]
    told = "\n".join(unresolved(document))
    assert f"nothing has the uuid {lost}" in told
    assert "nothing has the uuid nothing" in told
    assert "other is not among what was reviewed" in told
    assert "stands at $.assessment-results.results[0]" in told


def test_no_two_names_make_one_token() -> None:
    made = tokens(["own A 1", "own A.1", "own A(1)", "2x é"])
    assert len(set(made.values())) == 4
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9._-]*", each) for each in made.values())


def test_the_packs_have_to_be_those_of_the_run(shop: SimpleNamespace) -> None:
    pack = shop.root / "compliance/ours.yaml"
    pack.write_text(PACK.replace("item.approvals >= 2", "item.approvals >= 1"))
    try:
        done = ask(shop.root, "compliance", "report", "out/run.json")
    finally:
        pack.write_text(PACK)
    assert done.returncode == 2
    assert "the run was made with pack ours 1.2.3" in done.stderr
    elsewhere = ask(shop.root, "compliance", "report", "out/run.json", "--root", "out")
    assert (elsewhere.returncode, "--root FOLDER" in elsewhere.stderr) == (2, True)


def test_a_run_without_the_gate_is_refused(shop: SimpleNamespace) -> None:
    document = json.loads(shop.run.read_text())
    document["gates"] = [each for each in document["gates"] if each["gate"] != "compliance"]
    document |= {"outcome": "errored", "exit_code": 3}
    (shop.root / "out/other.json").write_text(json.dumps(document))
    done = ask(shop.root, "compliance", "report", "out/other.json")
    assert done.returncode == 2
    assert "the compliance gate took no part in this run" in done.stderr


FULL, PARTIAL, SIGN = Strength.FULL, Strength.PARTIAL, Strength.SUPPORTING


@pytest.mark.parametrize(
    ("served", "standing"),
    [
        ([], Standing.UNSERVED),
        ([(FULL, Result.PASSED), (SIGN, Result.NOT_APPLICABLE)], Standing.FULL),
        ([(FULL, Result.PASSED), (SIGN, Result.INCONCLUSIVE)], Standing.PART),
        ([(FULL, Result.PASSED), (PARTIAL, Result.EXCEPTED)], Standing.PART),
        ([(FULL, Result.EXCEPTED)], Standing.PART),
        ([(PARTIAL, Result.PASSED)], Standing.PART),
        ([(SIGN, Result.PASSED), (FULL, Result.NOT_TESTED)], Standing.SUPPORTED),
        ([(FULL, Result.INCONCLUSIVE)], Standing.NOT_TESTED),
        ([(FULL, Result.NOT_APPLICABLE), (FULL, Result.NOT_TESTED)], Standing.NOT_TESTED),
        ([(FULL, Result.PASSED), (SIGN, Result.FAILED)], Standing.FAILED),
        ([(FULL, Result.ERRORED), (SIGN, Result.FAILED)], Standing.ERRORED),
    ],
)
def test_a_clause_comes_to(served: list[tuple[Strength, Result]], standing: Standing) -> None:
    assert covered(served).standing is standing


def test_what_is_not_known_lowers_the_coverage() -> None:
    unknown = [(FULL, each) for each in Result if each not in (Result.PASSED, Result.FAILED, Result.EXCEPTED)]
    assert covered([(FULL, Result.PASSED), *unknown]).coverage == pytest.approx(1 / (1 + len(unknown)))
    assert summary([Standing.FULL, Standing.PART, Standing.FAILED]) == "2 of 3 clauses shown in full or part (1 failed)"


def test_numbers_that_are_no_cards_stay() -> None:
    plain = "4111111111111112, 0000000000000000, 2026-11-29, v1.4111111111111111.2, DE88 3704 0044 0532 0130 00"
    assert masked(plain) == plain
    assert masked("a 4111-1111-1111-1111.") == "a [card]."


def test_a_census_with_many_deviations_is_counted_and_never_dropped(shop: SimpleNamespace) -> None:
    run = one_run(shop.run)
    (gate,) = [each for each in run.gates if each.gate == "compliance"]
    one = next(each for each in gate.findings if each.rule == "compliance/ours/failing")
    many = tuple(replace(one, key=(f"{number}",), message=f"change {number}") for number in range(5_000))
    run = replace(run, gates=tuple(replace(each, findings=many) if each is gate else each for each in run.gates))
    tree = open_tree(TreeSpec(kind="folder", root=str(shop.root), shown=""))
    told = account(run, (pack for pack, _ in packs(run, tree)))
    assert "4,980 items more that break it" in written(told, "markdown")
    assert "4,950 items more that break it" in written(told, "html")
    rows = list(csv.DictReader(io.StringIO(written(told, "csv"), newline="")))
    assert {row["items that break it"] for row in rows if row["control"] == "ours/failing"} == {"5000"}
    assert max(len(cell) for row in rows for cell in row.values()) <= 32_000
    assert written(told, "json").count('"message": "change ') == 5_000
    risk = next(each for each in _result(written(told, "oscal"))["risks"] if each["status"] == "open")
    assert risk["description"].endswith(", and 4,980 more")


def _result(text: str) -> dict[str, Any]:
    (result,) = json.loads(text)["assessment-results"]["results"]
    return result
