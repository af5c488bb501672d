"""What a change loosens is told, and counts as the base of the change says; and no way around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from clones import Clone
from policies import LOOSENED, SEPARATE, SUPPRESS, check, loosened, places
from sluicegate.engine import Approval
from sluicegate.model import Level, Outcome, Run
from sluicegate.revision.owners import Owners


@pytest.fixture
def changed(clone: Clone) -> Callable[..., Run]:
    """Commits some settings, changes them beside a forbidden word, and judges the change."""

    def judging(base: str, head: str, **more: Any) -> Run:
        clone.commit("base", **{"sluicegate.toml": base, "a.txt": "ok\n"})
        clone.write("sluicegate.toml", head)
        clone.write("a.txt", "ok\nFAIL\n")
        return check(clone, **more)

    return judging


NOTE = '[[override]]\nrules = ["sample/*"]\nlevel = "note"\n'

LOOSER = [
    ("[sample]\n", "[sample]\n" + SUPPRESS, "sluicegate.toml:2"),
    ("[sample]\n", '[sample]\nmode = "observe"\n', "sluicegate.toml:2"),
    ("[sample]\n", '[sample]\n[[override]]\nlevel = "note"\n', "sluicegate.toml:2"),
    (
        f'{NOTE}[[override]]\nrules = ["sample/*"]\nlevel = "error"\n[sample]\n',
        f"{NOTE}[sample]\n",
        "sluicegate.toml:1",
    ),
    ("[sample]\n", '[sample]\nfiles = ["b.txt"]\n', "sluicegate.toml:2"),
    (
        "[sample]\n",
        '[sample]\n[[pass]]\nreason = "r"\nowner = "o"\nexpires = 2099-01-01T00:00:00Z\n',
        "sluicegate.toml:2",
    ),
]


@pytest.mark.parametrize(("base", "head", "place"), LOOSER)
class TestLoosening:
    def test_by_default_it_counts_and_the_verdict_says_so(
        self, changed: Callable[..., Run], base: str, head: str, place: str
    ) -> None:
        result = changed(base, head)
        (told,) = loosened(result)
        assert (told.level, str(told.location)) == (Level.WARNING, place)
        assert told.message.endswith("the change loosens its own judgement, and that counts")
        if "pass" not in head:  # one that reaches so far lets nothing through anyway
            assert result.exit_code == 0

    def test_where_the_base_says_separate_the_base_judges(
        self, changed: Callable[..., Run], base: str, head: str, place: str
    ) -> None:
        result = changed(base + SEPARATE, head + SEPARATE)
        assert (result.outcome, result.exit_code) == (Outcome.FAILED, 1)
        assert places(result) == [place]
        assert "it counts once it is merged on its own" in loosened(result)[0].message

    def test_what_was_merged_before_is_no_longer_told(self, clone: Clone, base: str, head: str, place: str) -> None:
        del base, place
        clone.commit("base", **{"sluicegate.toml": head + SEPARATE, "a.txt": "ok\n"})
        assert loosened(check(clone)) == []


class TestEvasion:
    def test_the_change_cannot_relax_the_policy_that_judges_it(self, changed: Callable[..., Run]) -> None:
        result = changed(f"[sample]\n{SEPARATE}", f'[sample]\n{SUPPRESS}[policy]\nloosening = "report"\n')
        assert result.exit_code == 1
        assert places(result) == ["sluicegate.toml:2", "sluicegate.toml:8"]

    def test_nor_quieten_what_is_said_of_it(self, changed: Callable[..., Run]) -> None:
        quiet = '[[override]]\nrules = ["sluicegate/*"]\nlevel = "none"\n'
        hush = SUPPRESS.replace("sample/word", "sluicegate/*")
        result = changed('fail-on = "warning"\n[sample]\n', f'fail-on = "warning"\n[sample]\n{quiet}{hush}{SUPPRESS}')
        assert {(each.level, each.suppression) for each in loosened(result)} == {(Level.WARNING, None)}
        assert result.exit_code == 1

    def test_a_level_that_the_base_gave_it_holds(self, changed: Callable[..., Run]) -> None:
        quiet = '[[override]]\nrules = ["sluicegate/*"]\nlevel = "note"\n'
        result = changed(f"[sample]\n{quiet}", f"[sample]\n{quiet}{SUPPRESS}")
        assert {each.level for each in loosened(result)} == {Level.NOTE}

    def test_a_gate_that_is_taken_out_is_judged_all_the_same(self, changed: Callable[..., Run]) -> None:
        result = changed(f"[sample]\n{SEPARATE}", SEPARATE)
        assert result.exit_code == 1
        assert "the gate sample is taken out of the settings" in loosened(result)[0].message

    def test_settings_that_are_deleted_still_judge(self, clone: Clone) -> None:
        clone.commit("base", **{"sluicegate.toml": f"[sample]\n{SEPARATE}", "a.txt": "ok\n"})
        (clone.root / "sluicegate.toml").unlink()
        clone.write("a.txt", "FAIL\n")
        result = check(clone)
        # the gate is gone, and with it the policy
        assert (result.exit_code, places(result)) == (1, ["sluicegate.toml", "sluicegate.toml"])

    def test_settings_that_become_a_table_of_pyproject_are_compared(self, clone: Clone) -> None:
        clone.commit("base", **{"sluicegate.toml": f"[sample]\n{SEPARATE}", "a.txt": "ok\n"})
        (clone.root / "sluicegate.toml").unlink()
        text = f'[sample]\nmode = "observe"\n{SEPARATE}'.replace("[", "[tool.sluicegate.")
        clone.write("pyproject.toml", text)
        clone.write("a.txt", "FAIL\n")
        result = check(clone)
        assert (result.exit_code, places(result)) == (1, ["pyproject.toml:2"])

    def test_settings_that_move_are_told_and_the_base_judges(self, clone: Clone) -> None:
        clone.commit("base", **{"sluicegate.toml": f"[sample]\n{SEPARATE}", "a.txt": "ok\n"})
        (clone.root / "sluicegate.toml").unlink()
        clone.write("ci/other.toml", '[sample]\nfiles = ["none.txt"]\n')
        clone.write("a.txt", "FAIL\n")
        result = check(clone, "ci/other.toml")
        assert result.exit_code == 1
        told = " ".join(each.message for each in loosened(result))
        assert "the settings that judge are ci/other.toml and were sluicegate.toml" in told

    def test_settings_by_a_link_are_read_at_the_base(self, clone: Clone) -> None:
        clone.write("conf/real.toml", f"[sample]\n{SEPARATE}")
        (clone.root / "sluicegate.toml").symlink_to("conf/real.toml")
        clone.commit("base", **{"a.txt": "ok\n"})
        clone.write("conf/real.toml", f"[sample]\n{SUPPRESS}{SEPARATE}")
        clone.write("a.txt", "FAIL\n")
        result = check(clone)
        assert (result.exit_code, len(loosened(result))) == (1, 1)

    def test_a_looser_file_that_is_extended_is_told_at_its_line(self, clone: Clone) -> None:
        acme = 'fail-on = "warning"\n[sample]\n' + SEPARATE
        clone.commit("base", **{"acme.toml": acme, "sluicegate.toml": 'extends = ["acme.toml"]\n', "a.txt": "x\nok\n"})
        clone.write("acme.toml", acme.replace("warning", "error"))
        clone.write("a.txt", "ok\n")  # a removed line, which is a warning
        result = check(clone)
        assert (result.exit_code, places(result)) == (1, ["acme.toml:1"])

    def test_the_file_to_compare_with_is_the_bases(self, clone: Clone) -> None:
        settings = '[sample]\nbase = "released.txt"\nfiles = ["a.txt"]\n'
        files = {"released.txt": "one\ntwo\n", "a.txt": "one\ntwo\n"}
        clone.commit("base", **{"sluicegate.toml": f'fail-on = "warning"\n{settings}{SEPARATE}', **files})
        clone.write("released.txt", "one\n")
        clone.write("a.txt", "one\n")
        result = check(clone)
        assert (result.exit_code, places(result)) == (1, ["released.txt"])
        assert [each.key[1] for each in result.findings if each.rule == "sample/line-removed"] == ["two"]

    def test_what_the_change_accepts_for_itself_does_not_count(self, clone: Clone, tmp_path: Path) -> None:
        from datetime import UTC, datetime

        from sluicegate.baseline import Acceptance, accept, change_baseline, open_store

        del tmp_path
        settings = f'[baseline]\ncompare = "accepted"\n[sample]\n{SEPARATE}'
        clone.write("a.txt", "FAIL old\n")
        clone.write("sluicegate.toml", "[sample]\n")
        store = open_store(".sluicegate", clone.root)
        acceptance = Acceptance(by="@o", at=datetime.now(UTC))
        change_baseline(store, lambda there: accept(there, check(clone).findings, acceptance, ["sample/word"]))
        clone.commit("base", **{"sluicegate.toml": settings})
        assert check(clone).exit_code == 0
        clone.write("a.txt", "FAIL old\nFAIL new\n")
        assert check(clone).exit_code == 1
        change_baseline(store, lambda there: accept(there, check(clone).findings, acceptance, ["sample/word"]))
        result = check(clone)
        assert (result.exit_code, places(result)) == (1, [".sluicegate/baseline.json"])
        assert "is accepted by the baseline that the change brings" in loosened(result)[0].message


class TestTightening:
    def test_what_it_tightens_counts_at_once(self, changed: Callable[..., Run]) -> None:
        observed = f'[sample]\nmode = "observe"\n{SEPARATE}'
        result = changed(observed, f"[sample]\n{SEPARATE}")
        assert (result.exit_code, loosened(result)) == (1, [])

    def test_also_beside_what_it_loosens(self, clone: Clone) -> None:
        clone.commit("base", **{"sluicegate.toml": f"[sample]\n{SEPARATE}", "a.txt": "gone\nok\n"})
        clone.write("sluicegate.toml", f'fail-on = "warning"\n[sample]\n{SUPPRESS}{SEPARATE}')
        clone.write("a.txt", "ok\n")
        assert check(clone).exit_code == 1

    def test_a_shorter_suppression_is_none(self, changed: Callable[..., Run]) -> None:
        result = changed(f"[sample]\n{SUPPRESS}", f"[sample]\n{SUPPRESS.replace('2099', '2098')}")
        assert (result.exit_code, loosened(result)) == (0, [])


class TestUnknownBase:
    @pytest.mark.parametrize("text", ["a = ", "[sample]\nmode = 3\n", 'extends = ["gone.toml"]\n'])
    def test_a_base_that_cannot_be_read_is_inconclusive_and_can_be_mended(
        self, changed: Callable[..., Run], text: str
    ) -> None:
        result = changed(text, f"[sample]\n{SUPPRESS}")
        house = result.gates[-1]
        assert {rule.rule: rule.outcome for rule in house.rules}[LOOSENED] is Outcome.INCONCLUSIVE
        assert "the settings of the base cannot be known" in house.rules[0].reason
        assert result.exit_code == 0

    def test_a_variable_that_only_the_base_reads_is_no_trouble(self, changed: Callable[..., Run]) -> None:
        result = changed('[sample]\ntoken = "${NO_SUCH_VARIABLE}"\n', "[sample]\n")
        assert len(loosened(result)) == 1  # `token` says no direction, so any change of it counts

    def test_without_settings_at_the_base_there_is_nothing_to_loosen(self, clone: Clone) -> None:
        clone.commit("base", **{"a.txt": "ok\n"})
        clone.write("sluicegate.toml", f"[sample]\n{SUPPRESS}")
        assert loosened(check(clone)) == []

    def test_without_git_there_is_nothing_to_compare_with(self, tmp_path: Path) -> None:
        (tmp_path / "sluicegate.toml").write_text(f'[sample]\nbase = "b.txt"\nfiles = ["a.txt"]\n{SUPPRESS}')
        (tmp_path / "a.txt").write_text("FAIL\n")
        (tmp_path / "b.txt").write_text("")
        result = check(Clone(tmp_path))
        assert (result.exit_code, loosened(result)) == (0, [])


class TestApproval:
    APPROVED = '[policy]\nloosening = "approved"\n'

    def asking(self, given: bool, asked: list[Sequence[str]]) -> Callable[[Sequence[str], Owners], Approval]:
        def approve(paths: Sequence[str], owners: Owners) -> Approval:
            asked.append(tuple(paths))
            assert owners.of("sluicegate.toml") == ("@boss",)
            return Approval(given=given, words="approved by boss" if given else "nobody approved")

        return approve

    @pytest.mark.parametrize(("given", "code"), [(True, 0), (False, 1)])
    def test_the_owners_of_the_base_are_asked_once(
        self, changed: Callable[..., Run], clone: Clone, given: bool, code: int
    ) -> None:
        clone.write(".github/CODEOWNERS", "* @boss\n")
        asked: list[Sequence[str]] = []
        result = changed(
            f"[sample]\n{self.APPROVED}", f"[sample]\n{SUPPRESS}{self.APPROVED}", approve=self.asking(given, asked)
        )
        assert (result.exit_code, asked) == (code, [("sluicegate.toml",)])
        assert ("approved by boss" if given else "nobody approved") in loosened(result)[0].message

    def test_what_the_settings_loosen_is_approved_as_a_whole(self, clone: Clone) -> None:
        acme = "[sample]\n"
        top = f'extends = ["acme.toml"]\n{self.APPROVED}'
        clone.commit("base", **{"acme.toml": acme, "sluicegate.toml": top, "a.txt": "ok\n"})
        clone.write("acme.toml", f"{acme}{SUPPRESS}")
        clone.write("sluicegate.toml", f'{top}[[override]]\nrules = ["sample/line-removed"]\nlevel = "note"\n')
        clone.write("a.txt", "ok\nFAIL\n")

        def approve(paths: Sequence[str], _: Owners) -> Approval:
            return Approval(given=list(paths) == ["acme.toml"], words="only the owner of acme.toml approved")

        result = check(clone, approve=approve)
        assert (result.exit_code, places(result)) == (1, ["acme.toml:2", "sluicegate.toml:4"])
        assert all("it does not count here" in each.message for each in loosened(result))

    def test_where_nobody_can_be_asked_it_is_not_approved(self, changed: Callable[..., Run]) -> None:
        result = changed(f"[sample]\n{self.APPROVED}", f"[sample]\n{SUPPRESS}{self.APPROVED}")
        assert result.exit_code == 1
        assert "in a job of a pull request alone" in loosened(result)[0].message

    def test_review_asks_for_suppressions_alone(self, changed: Callable[..., Run]) -> None:
        review = '[policy]\nsuppression-approval = "review"\n'
        looser = '[[override]]\nrules = ["sample/line-removed"]\nlevel = "note"\n'
        result = changed(f"[sample]\n{review}", f"[sample]\n{SUPPRESS}{looser}{review}")
        assert result.exit_code == 1
        assert [("does not count" in each.message) for each in loosened(result)] == [True, False]


class TestComments:
    SAID = '# sluicegate: ignore[sample/word] reason="r" owner="@o" expires=2099-01-31'

    def test_a_comment_covers_the_finding_of_its_line_alone(self, clone: Clone) -> None:
        clone.commit("base", **{"sluicegate.toml": "[sample]\n", "a.txt": "ok\n"})
        clone.write("a.txt", f"FAIL one {self.SAID}\nFAIL two\n{self.SAID}\nFAIL three\n")
        result = check(clone)
        marked = {each.location.line: each.suppression for each in result.findings if each.rule == "sample/word"}
        assert {line for line, decision in marked.items() if decision} == {1, 4}
        decision = marked[4]
        assert decision is not None
        assert (decision.in_source, str(decision.origin), decision.line) == (True, "a.txt:3", 4)
        assert result.exit_code == 1
        assert places(result) == ["a.txt:1", "a.txt:3"]

    def test_a_new_one_does_not_count_where_the_base_says_separate(self, clone: Clone) -> None:
        clone.commit("base", **{"sluicegate.toml": f"[sample]\n{SEPARATE}", "a.txt": "ok\n"})
        clone.write("a.txt", f"FAIL one {self.SAID}\n")
        result = check(clone)
        assert (result.exit_code, places(result)) == (1, ["a.txt:1"])

    def test_one_that_was_there_covers_also_where_its_line_has_moved(self, clone: Clone) -> None:
        text = f"FAIL one {self.SAID}\n"
        clone.commit("base", **{"sluicegate.toml": f"[sample]\n{SEPARATE}", "a.txt": text})
        clone.write("a.txt", f"more\n{text}")
        result = check(clone)
        assert (result.exit_code, loosened(result)) == (0, [])
        assert [each.suppression is not None for each in result.findings if each.rule == "sample/word"] == [True]

    def test_one_that_moves_to_another_line_is_new(self, clone: Clone) -> None:
        clone.commit("base", **{"sluicegate.toml": f"[sample]\n{SEPARATE}", "a.txt": f"ok {self.SAID}\n"})
        clone.write("a.txt", f"FAIL new {self.SAID}\nok\n")
        assert check(clone).exit_code == 1

    def test_one_more_of_the_same_is_new(self, clone: Clone) -> None:
        text = f"FAIL one {self.SAID}\n"
        clone.commit("base", **{"sluicegate.toml": f"[sample]\n{SEPARATE}", "a.txt": text})
        clone.write("a.txt", f"{text}{text}")
        result = check(clone)
        assert (result.exit_code, places(result)) == (1, ["a.txt:2"])

    def test_one_that_is_renewed_is_told(self, clone: Clone) -> None:
        clone.commit("base", **{"sluicegate.toml": "[sample]\n", "a.txt": f"FAIL {self.SAID}\n"})
        clone.write("a.txt", f"FAIL {self.SAID.replace('2099', '2100')}\n")
        told = {each.rule for each in check(clone).findings}
        assert {"sluicegate/suppression-renewed", LOOSENED} <= told

    def test_what_is_malformed_is_a_finding_and_covers_nothing(self, clone: Clone) -> None:
        clone.commit("base", **{"sluicegate.toml": "[sample]\n", "a.txt": "ok\n"})
        clone.write(
            "a.txt", f"FAIL one # sluicegate: ignore[sample/word]\nFAIL two {self.SAID.replace('word', 'wrod')}\n"
        )
        result = check(clone)
        told = {each.location.line: each.message for each in result.findings if "malformed" in each.rule}
        assert "reason is missing; owner is missing; expires is missing" in told[1]
        assert "there is no rule sample/wrod; did you mean sample/word?" in told[2]
        assert result.exit_code == 1

    def test_one_that_covers_nothing_any_more_is_unused(self, clone: Clone) -> None:
        clone.commit("base", **{"sluicegate.toml": "[sample]\n", "a.txt": "ok\n"})
        clone.write("a.txt", f"ok {self.SAID}\nFAIL\n")
        assert "sluicegate/suppression-unused" in {each.rule for each in check(clone).findings}

    def test_what_is_staged_is_what_is_read(self, clone: Clone) -> None:
        clone.commit("base", **{"sluicegate.toml": "[sample]\n", "a.txt": "ok\n"})
        clone.write("a.txt", f"FAIL {self.SAID}\n")
        clone.git("add", "a.txt")
        clone.write("a.txt", "FAIL\n")
        assert check(clone, staged=True).exit_code == 0
        assert check(clone).exit_code == 1


class TestPolicyOfSuppressions:
    def test_one_that_reaches_too_far_covers_nothing(self, changed: Callable[..., Run]) -> None:
        policy = "[policy]\nmax-suppression-days = 30\n"
        result = changed(f"[sample]\n{policy}", f"[sample]\n{SUPPRESS}{policy}")
        assert result.exit_code == 1
        assert "sluicegate/suppression-too-long" in {each.rule for each in result.findings}

    @pytest.mark.parametrize(("who", "code"), [("", 1), ('approved-by = "@O"\n', 1), ('approved-by = "@p"\n', 0)])
    def test_the_owner_cannot_approve(self, changed: Callable[..., Run], who: str, code: int) -> None:
        policy = '[policy]\nsuppression-approval = "named"\n'
        result = changed(f"[sample]\n{policy}", f"[sample]\n{SUPPRESS}{who}{policy}")
        assert result.exit_code == code
        assert ("sluicegate/suppression-unapproved" in {each.rule for each in result.findings}) is bool(code)
