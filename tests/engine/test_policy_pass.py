"""Break-glass: what a pass lets through, what it does not, and that it is never silent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest

from cli_types import Command
from clones import Clone
from sluicegate.model import Level, Outcome, Run
from sluicegate.report import render
from sluicegate.report.json import read

NOW = datetime.now(UTC)


def entry(more: str = "", hours: float = 5) -> str:
    until = (NOW + timedelta(hours=hours)).isoformat(timespec="seconds")
    return f'[sample]\n[[pass]]\nreason = "the outage"\nowner = "@on-call"\nexpires = {until}\n{more}\n'


@pytest.fixture
def repository(clone: Clone) -> Clone:
    clone.commit("one", **{"a.txt": "ok\n"})
    clone.write("a.txt", "ok\nFAIL new\n")
    return clone


def house(result: Run) -> dict[str, Level]:
    return {each.rule: each.level for each in result.findings if each.rule.startswith("sluicegate/pass")}


@pytest.mark.usefixtures("repository")
class TestPasses:
    def test_what_fails_is_let_through_and_every_report_says_by_whom_until_when_and_why(
        self, judged: Callable[..., Run]
    ) -> None:
        result = judged(entry())
        assert (result.outcome, result.exit_code) == (Outcome.LET_THROUGH, 0)
        assert result.gates[0].outcome is Outcome.FAILED
        assert [(each.owner, each.used, str(each.origin)) for each in result.passes] == [
            ("@on-call", True, "sluicegate.toml:2")
        ]
        assert house(result) == {"sluicegate/pass-in-force": Level.NOTE}
        for kind in ("terminal", "markdown", "json", "sarif", "junit", "annotations", "html"):
            text = " ".join(render(kind, result).split())
            assert "the outage" in text, kind
            assert "on-call" in text, kind
        said = "let through by @on-call until "
        for kind in ("junit", "junit-strict"):
            first = ET.fromstring(render(kind, result)).find(".//testcase")  # noqa: S314  our own document
            assert first is not None
            assert [(child.tag, child.get("message", "").startswith(said)) for child in first] == [("skipped", True)]
        assert render("annotations", result).startswith(f"::warning title=Let through by a pass::{said}")
        assert "LET THROUGH" in render("terminal", result)
        assert "LET THROUGH" in render("markdown", result)
        assert read(render("json", result)) == result

    @pytest.mark.parametrize("threshold", ["warning", "note"])
    def test_that_one_is_in_force_does_not_itself_fail(self, judged: Callable[..., Run], threshold: str) -> None:
        result = judged(f'fail-on = "{threshold}"\n' + entry('gate = "sample"'))
        assert (result.outcome, result.exit_code) == (Outcome.LET_THROUGH, 0)

    @pytest.mark.parametrize(
        ("more", "code"), [('gate = "sample"', 0), ('gate = "other"', 1), ('fingerprint = "00000000"', 1)]
    )
    def test_it_covers_the_gate_or_the_finding_that_it_names(
        self, judged: Callable[..., Run], more: str, code: int
    ) -> None:
        assert judged(entry(more)).exit_code == code

    def test_one_finding_alone_is_let_through_by_its_fingerprint(
        self, repository: Clone, judged: Callable[..., Run]
    ) -> None:
        wanted = next(each for each in judged().findings if each.counts)
        named = entry(f'fingerprint = "{wanted.fingerprint[:12]}"')
        assert judged(named).outcome is Outcome.LET_THROUGH
        repository.write("a.txt", "ok\nFAIL new\nFAIL newer\n")
        result = judged(named)
        assert (result.outcome, result.exit_code) == (Outcome.FAILED, 1)
        assert [each.used for each in result.passes] == [False]

    def test_what_could_not_be_looked_at_only_where_it_says_so(self, judged: Callable[..., Run]) -> None:
        broken = '[sample]\nthen = "refuse"'
        assert judged(entry().replace("[sample]", broken)).exit_code == 3
        result = judged(entry("errored = true").replace("[sample]", broken))
        assert (result.outcome, result.exit_code) == (Outcome.LET_THROUGH, 0)

    def test_one_that_has_ended_lets_nothing_through_and_is_told(self, judged: Callable[..., Run]) -> None:
        result = judged(entry(hours=-1))
        assert (result.exit_code, result.passes) == (1, ())
        assert house(result) == {"sluicegate/pass-expired": Level.WARNING}

    def test_one_that_reaches_too_far_lets_nothing_through_and_is_told(self, judged: Callable[..., Run]) -> None:
        assert judged(entry(hours=71)).exit_code == 0
        assert house(judged(entry(hours=73))) == {"sluicegate/pass-too-long": Level.WARNING}
        assert judged(entry(hours=5) + "[policy]\nmax-pass-hours = 4\n").exit_code == 1

    def test_undecided_rules_that_fail_are_covered_by_a_pass_for_all(
        self, clone: Clone, judged: Callable[..., Run]
    ) -> None:
        clone.git("update-ref", "-d", "HEAD")  # nothing to compare with
        clone.write("a.txt", "ok\n")
        assert judged('undecided = "fail"\n' + entry()).outcome is Outcome.LET_THROUGH
        assert judged('undecided = "fail"\n' + entry('fingerprint = "00000000"')).exit_code == 1

    def test_a_run_that_passes_is_not_let_through(self, repository: Clone, judged: Callable[..., Run]) -> None:
        repository.write("a.txt", "ok\n")
        result = judged(entry())
        assert (result.outcome, [each.used for each in result.passes]) == (Outcome.PASSED, [False])
        assert house(result) == {"sluicegate/pass-in-force": Level.NOTE}


def test_a_pass_for_a_gate_that_nobody_has_is_a_mistake(clone: Clone, command: Command) -> None:
    clone.write("sluicegate.toml", "[contract]\n" + entry('gate = "contrct"').partition("\n")[2])
    done = command("check")
    assert done.returncode == 2
    assert "sluicegate.toml:6: there is no gate contrct; did you mean contract?" in done.stderr


def test_a_document_that_says_let_through_without_a_pass_is_not_believed(
    repository: Clone, judged: Callable[..., Run]
) -> None:
    del repository
    text = render("json", judged(entry())).replace('"used": true', '"used": false')
    with pytest.raises(Exception, match="is 'let-through', but no pass was used"):
        read(text)
