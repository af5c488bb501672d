"""Ways round the policy of the base that were tried: each is told, and holds nothing back from the verdict."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from clones import Clone
from policies import SEPARATE, SUPPRESS, accepting, check, loosened, places
from sluicegate.baseline import change_baseline, open_store
from sluicegate.engine import Approval
from sluicegate.model import Outcome
from sluicegate.revision.owners import Owners

ACCEPTED = '[baseline]\ncompare = "accepted"\n'


class TestFoldersThatAreLinks:
    def test_a_folder_of_settings_that_becomes_a_link_is_read_where_it_was(self, clone: Clone) -> None:
        clone.commit("base", **{"conf/sluicegate.toml": f"[sample]\n{SEPARATE}", "conf/a.txt": "ok\n"})
        shutil.rmtree(clone.root / "conf")
        clone.write("other/sluicegate.toml", f"[sample]\n{SUPPRESS}{SEPARATE}")
        clone.write("other/a.txt", "ok\nFAIL\n")
        (clone.root / "conf").symlink_to("other")
        result = check(clone, "conf/sluicegate.toml")
        assert (result.outcome, result.exit_code) == (Outcome.FAILED, 1)
        assert len(loosened(result)) == 1

    def test_what_it_holds_is_compared_with_what_it_held(self, clone: Clone) -> None:
        settings = f'fail-on = "warning"\n[sample]\n{SEPARATE}'
        clone.commit("base", **{"conf/sluicegate.toml": settings, "conf/a.txt": "one\ntwo\n"})
        shutil.rmtree(clone.root / "conf")
        clone.write("other/sluicegate.toml", settings)
        clone.write("other/a.txt", "one\n")
        (clone.root / "conf").symlink_to("other")
        result = check(clone, "conf/sluicegate.toml")
        assert [each.rule for each in result.findings] == ["sample/line-removed"]
        assert result.exit_code == 1

    def test_a_link_that_was_there_before_stays_one(self, clone: Clone) -> None:
        clone.write("other/sluicegate.toml", f"[sample]\n{SEPARATE}")
        (clone.root / "conf").symlink_to("other")
        clone.commit("base", **{"other/a.txt": "FAIL old\n"})
        clone.write("other/a.txt", "FAIL old\nFAIL new\n")
        result = check(clone, "conf/sluicegate.toml")
        assert (result.exit_code, loosened(result)) == (1, [])
        assert sorted(each.state.value for each in result.findings if each.state) == ["new", "unchanged"]

    def test_a_file_that_the_settings_extend_in_a_folder_that_becomes_a_link(self, clone: Clone) -> None:
        acme = f'fail-on = "warning"\n[sample]\n{SEPARATE}'
        clone.commit("base", **{"policy/acme.toml": acme, "sluicegate.toml": 'extends = ["policy/acme.toml"]\n'})
        clone.commit("more", **{"a.txt": "x\nok\n"})
        shutil.rmtree(clone.root / "policy")
        clone.write("mine/acme.toml", acme.replace("warning", "error"))
        (clone.root / "policy").symlink_to("mine")
        clone.write("a.txt", "ok\n")
        result = check(clone)
        assert (result.exit_code, len(loosened(result))) == (1, 1)

    def test_the_folder_of_the_baseline(self, clone: Clone) -> None:
        clone.write("a.txt", "ok\n")
        clone.write("sluicegate.toml", f"{ACCEPTED}[sample]\n{SEPARATE}")
        accepting(clone)
        clone.commit("base")
        clone.write("a.txt", "ok\nFAIL\n")
        accepting(clone, check(clone).findings)
        (clone.root / ".sluicegate").rename(clone.root / "kept")
        (clone.root / ".sluicegate").symlink_to("kept")
        result = check(clone)
        assert (result.exit_code, len(loosened(result))) == (1, 1)

    def test_the_file_to_compare_with(self, clone: Clone) -> None:
        settings = f'fail-on = "warning"\n[sample]\nbase = "released/a.txt"\nfiles = ["a.txt"]\n{SEPARATE}'
        clone.commit("base", **{"sluicegate.toml": settings, "released/a.txt": "one\ntwo\n", "a.txt": "one\ntwo\n"})
        shutil.rmtree(clone.root / "released")
        clone.write("a.txt", "one\n")
        clone.write("mine/a.txt", "one\n")
        (clone.root / "released").symlink_to("mine")
        result = check(clone)
        assert (result.exit_code, places(result)) == (1, ["released/a.txt"])


class TestTheBaseline:
    RULES = ("sample/word", "sample/line-removed")

    def started(self, clone: Clone, settings: str = SEPARATE) -> None:
        clone.write("a.txt", "ok\n")
        clone.write("sluicegate.toml", f"{ACCEPTED}[sample]\n{settings}")
        accepting(clone, catalogue=self.RULES)
        clone.commit("base")
        clone.write("a.txt", "ok\nFAIL\n")

    @pytest.mark.parametrize(("settings", "code"), [(SEPARATE, 1), ("", 0)])
    def test_rules_that_it_no_longer_knows(self, clone: Clone, settings: str, code: int) -> None:
        self.started(clone, settings)
        store = open_store(".sluicegate", clone.root)
        change_baseline(store, lambda there: replace(there, catalogue=there.catalogue - {"sample/word"}))
        result = check(clone)
        assert (result.exit_code, places(result)) == (code, [".sluicegate/baseline.json"])
        assert "1 rule that the baseline knew" in loosened(result)[0].message

    def test_rules_that_it_comes_to_know_of_a_gate_that_it_knew_nothing_of(self, clone: Clone) -> None:
        clone.write("a.txt", "ok\n")
        clone.write("sluicegate.toml", f"{ACCEPTED}[sample]\n{SEPARATE}")
        accepting(clone)
        clone.commit("base")
        clone.write("a.txt", "ok\nFAIL\n")
        accepting(clone, catalogue=["sample/line-removed"])
        result = check(clone)
        assert (result.exit_code, places(result)) == (1, [".sluicegate/baseline.json"])

    def test_accepting_all_rules_there_are_is_no_loosening(self, clone: Clone) -> None:
        clone.write("a.txt", "ok\n")
        clone.write("sluicegate.toml", f"{ACCEPTED}[sample]\n{SEPARATE}")
        accepting(clone)
        clone.commit("base")
        accepting(clone, catalogue=self.RULES)
        assert loosened(check(clone)) == []

    def test_what_it_drops_counts_at_once_beside_what_it_accepts(self, clone: Clone) -> None:
        clone.write("sluicegate.toml", f"[sample]\n{SEPARATE}")
        clone.commit("empty")
        clone.write("a.txt", "FAIL old\n")
        accepting(clone, check(clone).findings)
        clone.commit("base", **{"sluicegate.toml": f"{ACCEPTED}[sample]\n{SEPARATE}"})
        clone.write("a.txt", "FAIL old\nFAIL new\n")
        store = open_store(".sluicegate", clone.root)
        findings = check(clone).findings
        change_baseline(store, lambda there: replace(there, accepted=()))
        accepting(clone, [each for each in findings if "new" in each.message])
        result = check(clone)
        assert {each.state.value for each in result.findings if each.rule == "sample/word" and each.state} == {"new"}
        assert len(loosened(result)) == 1

    @pytest.mark.parametrize(("settings", "code"), [(SEPARATE, 1), ("", 0)])
    def test_a_first_one_is_told_and_counts_as_the_policy_says(self, clone: Clone, settings: str, code: int) -> None:
        clone.commit("first", **{"sluicegate.toml": f"[sample]\n{settings}", "a.txt": "ok\n"})
        clone.write("a.txt", "ok\nFAIL\n")
        findings = check(clone).findings
        clone.write("a.txt", "ok\n")
        clone.commit("base", **{"sluicegate.toml": f"{ACCEPTED}[sample]\n{settings}"})
        clone.write("a.txt", "ok\nFAIL\n")
        accepting(clone, findings)
        clone.git("add", ".sluicegate")
        result = check(clone)
        assert (result.exit_code, places(result)) == (code, [".sluicegate/baseline.json"])

    def test_one_that_git_ignores_is_not_brought_by_the_change(self, clone: Clone) -> None:
        clone.commit("base", **{"sluicegate.toml": f"{ACCEPTED}[sample]\n{SEPARATE}", ".gitignore": "/.sluicegate\n"})
        clone.write("a.txt", "ok\n")
        accepting(clone)
        assert loosened(check(clone)) == []


class TestTheFileToCompareWith:
    SETTINGS = 'fail-on = "warning"\n[sample]\nbase = "released.txt"\nfiles = ["a.txt"]\n'

    @pytest.mark.parametrize("policy", ["", SEPARATE])
    def test_what_it_pulls_in_is_read_from_the_base(self, clone: Clone, policy: str) -> None:
        files = {"released.txt": "include shared.txt\n", "a.txt": "include shared.txt\n", "shared.txt": "one\ntwo\n"}
        clone.commit("base", **{"sluicegate.toml": self.SETTINGS + policy, **files})
        clone.write("shared.txt", "one\n")
        result = check(clone)
        assert result.exit_code == 1
        assert [each.key[1] for each in result.findings if each.rule == "sample/line-removed"] == ["two"]

    @pytest.mark.parametrize("policy", ["", SEPARATE])
    def test_what_a_fetched_one_pulls_in_is_read_from_the_base_or_was_fetched_too(
        self, clone: Clone, policy: str
    ) -> None:
        files = {"a.txt": "include shared.txt\ninclude more.txt\n", "shared.txt": "one\ntwo\n", "more.txt": "three\n"}
        clone.commit("base", **{"sluicegate.toml": self.SETTINGS + policy, **files})
        clone.write("released.txt", "include shared.txt\ninclude more.txt\ninclude besides.txt\n")
        clone.write("besides.txt", "four\n")
        clone.write("shared.txt", "one\n")
        clone.git("rm", "-q", "more.txt")
        clone.write("a.txt", "include shared.txt\n")
        result = check(clone)
        assert result.exit_code == 1
        gone = [each.key[1] for each in result.findings if each.rule == "sample/line-removed"]
        assert sorted(gone) == ["four", "three", "two"]

    @pytest.mark.parametrize(("policy", "code"), [("", 1), (SEPARATE, 3)])
    def test_one_that_the_change_brings_is_told(self, clone: Clone, policy: str, code: int) -> None:
        clone.commit("base", **{"sluicegate.toml": self.SETTINGS + policy, "a.txt": "one\ntwo\n"})
        clone.write("a.txt", "one\n")
        clone.write("released.txt", "one\n")
        assert loosened(check(clone)) == []  # a job may have fetched it
        clone.git("add", "released.txt")
        result = check(clone)
        assert result.exit_code == code
        if not policy:
            assert "is brought by the change itself" in loosened(result)[0].message
            assert places(result) == ["released.txt"]


class TestSuppressionsThatWereVoid:
    NAMED = '[policy]\nloosening = "separate"\nsuppression-approval = "named"\n'
    SHORT = '[policy]\nloosening = "separate"\nmax-suppression-days = 30\n'

    def judged(self, clone: Clone, base: str, head: str) -> tuple[int, int]:
        clone.commit("base", **{"sluicegate.toml": base, "a.txt": "ok\n"})
        clone.write("sluicegate.toml", head)
        clone.write("a.txt", "ok\nFAIL\n")
        result = check(clone)
        return result.exit_code, len(loosened(result))

    def soon(self, days: int = 9) -> str:
        from datetime import UTC, datetime, timedelta

        return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()

    def test_an_approval_that_is_added(self, clone: Clone) -> None:
        base = f"[sample]\n{SUPPRESS}{self.NAMED}"
        assert self.judged(clone, base, base.replace('"@o"\n', '"@o"\napproved-by = "@p"\n')) == (1, 1)

    def test_an_owner_who_is_no_longer_the_one_who_approved(self, clone: Clone) -> None:
        base = f"[sample]\n{SUPPRESS}".replace('"@o"\n', '"@o"\napproved-by = "@o"\n') + self.NAMED
        assert self.judged(clone, base, base.replace('owner = "@o"', 'owner = "@q"')) == (1, 1)

    def test_a_day_that_was_too_far_ahead(self, clone: Clone) -> None:
        base = f"[sample]\n{SUPPRESS}{self.SHORT}"
        assert self.judged(clone, base, base.replace("2099-01-31", self.soon())) == (1, 1)

    def test_a_day_that_had_passed(self, clone: Clone) -> None:
        base = f"[sample]\n{SUPPRESS.replace('2099', '2019')}{SEPARATE}"
        assert self.judged(clone, base, base.replace("2019-01-31", self.soon())) == (1, 1)

    def test_one_that_held_may_still_be_shortened(self, clone: Clone) -> None:
        base = f"[sample]\n{SUPPRESS.replace('2099-01-31', self.soon(9))}{self.SHORT}"
        assert self.judged(clone, base, base.replace(self.soon(9), self.soon(8))) == (0, 0)

    def test_a_pass_that_was_too_far_ahead(self, clone: Clone) -> None:
        from datetime import UTC, datetime, timedelta

        far = '[[pass]]\nreason = "r"\nowner = "o"\nexpires = 2099-01-01T00:00:00Z\n'
        hour = (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="seconds")
        base = f"[sample]\n{far}{SEPARATE}"
        assert self.judged(clone, base, base.replace("2099-01-01T00:00:00Z", hour)) == (1, 1)

    @pytest.mark.parametrize("policy", [NAMED, SHORT])
    def test_a_comment(self, clone: Clone, policy: str) -> None:
        said = 'FAIL # sluicegate: ignore[sample/word] reason="r" owner="@o" expires=2099-01-31'
        clone.commit("base", **{"sluicegate.toml": f"{ACCEPTED}[sample]\n{policy}"})
        clone.write("a.txt", said + "\n")
        accepting(clone)
        clone.commit("more")
        now = said.replace("2099-01-31", self.soon()) if policy == self.SHORT else f'{said} approved-by="@p"'
        clone.write("a.txt", now + "\n")
        result = check(clone)
        assert (result.exit_code, places(result)) == (1, ["a.txt:1"])


class TestWhatCoversNothing:
    """It excuses nothing, so that it loosens nothing; that it covers nothing is told by a rule of its own."""

    PAST = SUPPRESS.replace("2099", "2019")
    NAMED = '[policy]\nsuppression-approval = "named"\n'
    OVER = '[[pass]]\nreason = "r"\nowner = "@o"\nexpires = 2019-01-01T00:00:00Z\n'

    @pytest.mark.parametrize(
        ("policy", "said", "rule"),
        [
            ("", PAST, "suppression-expired"),
            (SEPARATE, PAST, "suppression-expired"),
            (NAMED, SUPPRESS, "suppression-unapproved"),
            (SEPARATE + NAMED.partition("\n")[2], SUPPRESS, "suppression-unapproved"),
            ("", OVER, "pass-expired"),
            (SEPARATE, OVER, "pass-expired"),
        ],
    )
    def test_in_the_settings(self, clone: Clone, policy: str, said: str, rule: str) -> None:
        clone.commit("base", **{"sluicegate.toml": f"[sample]\n{policy}", "a.txt": "ok\n"})
        clone.write("sluicegate.toml", f"[sample]\n{policy}{said}")
        clone.write("a.txt", "ok\nFAIL\n")
        result = check(clone)
        assert (result.exit_code, loosened(result)) == (1, [])
        assert f"sluicegate/{rule}" in {each.rule for each in result.findings}
        clone.commit("merged")
        clone.write("sluicegate.toml", f"[sample]\n{policy}")
        assert loosened(check(clone)) == []

    @pytest.mark.parametrize(
        ("day", "rule"), [("2019-01-31", "suppression-expired"), ("2099-01-31", "suppression-unapproved")]
    )
    def test_in_a_comment(self, clone: Clone, day: str, rule: str) -> None:
        clone.commit("base", **{"sluicegate.toml": f"[sample]\n{self.NAMED}", "a.txt": "ok\n"})
        clone.write("a.txt", f'FAIL # sluicegate: ignore[sample/word] reason="r" owner="@o" expires={day}\n')
        result = check(clone)
        assert (result.exit_code, loosened(result)) == (1, [])
        assert f"sluicegate/{rule}" in {each.rule for each in result.findings}

    def test_one_that_reaches_too_far_comes_into_force_by_itself(self, clone: Clone) -> None:
        policy = "[policy]\nmax-suppression-days = 30\n"
        clone.commit("base", **{"sluicegate.toml": f"[sample]\n{policy}", "a.txt": "FAIL\n"})
        clone.write("sluicegate.toml", f"[sample]\n{policy}{SUPPRESS}")
        assert len(loosened(check(clone))) == 1


class TestNoSettingsAtTheBase:
    @pytest.mark.parametrize("said", ['mode = "observe"\n', SUPPRESS, '[[override]]\nlevel = "note"\n'])
    def test_a_gate_that_the_workflow_names_was_judged_by_the_defaults(self, clone: Clone, said: str) -> None:
        clone.commit("base", **{"a.txt": "ok\n"})
        clone.write("sluicegate.toml", f"[sample]\n{said}")
        clone.write("a.txt", "ok\nFAIL\n")
        assert places(check(clone, named=["sample"])) == ["sluicegate.toml:2"]

    def test_settings_that_only_name_it_loosen_nothing(self, clone: Clone) -> None:
        clone.commit("base", **{"a.txt": "ok\n"})
        clone.write("sluicegate.toml", "[sample]\n")
        assert loosened(check(clone, named=["sample"])) == []


class TestWhoIsAsked:
    def test_the_owner_of_the_settings_beside_the_owner_of_a_new_file(self, clone: Clone) -> None:
        policy = '[policy]\nloosening = "approved"\n'
        clone.commit("base", **{"sluicegate.toml": f"[sample]\n{policy}", "a.txt": "ok\n"})
        clone.write("mine.toml", SUPPRESS)
        clone.write("sluicegate.toml", f'extends = ["mine.toml"]\n[sample]\n{policy}')
        clone.write("a.txt", "ok\nFAIL\n")
        asked: list[Sequence[str]] = []

        def approve(paths: Sequence[str], _: Owners) -> Approval:
            asked.append(tuple(paths))
            return Approval(given=False, words="nobody approved")

        assert check(clone, approve=approve).exit_code == 1
        assert asked == [("mine.toml", "sluicegate.toml")]


class TestResultsOfOtherTools:
    ENTRY = '[[external]]\nfile = "now.xml"\n'

    def suite(self, *failed: str) -> str:
        cases = "".join(f'<testcase name="{name}"><failure message="no"/></testcase>' for name in failed)
        return f'<testsuite name="t" tests="{len(failed) + 1}"><testcase name="fine"/>{cases}</testsuite>'

    @pytest.mark.parametrize(("policy", "code"), [("", 0), (SEPARATE, 1)])
    def test_what_they_are_held_against_is_edited(self, clone: Clone, policy: str, code: int) -> None:
        settings = f'{self.ENTRY}base = "before.xml"\n{policy}'
        clone.commit("base", **{"sluicegate.toml": settings, "before.xml": self.suite("old")})
        clone.write("now.xml", self.suite("old", "broken"))
        assert check(clone).exit_code == 1
        clone.write("before.xml", self.suite("old", "broken"))
        result = check(clone)
        assert (result.exit_code, places(result)) == (code, ["before.xml"])
        states = [each.state.value for each in result.findings if each.rule.startswith("external/") and each.state]
        assert sorted(states) == (["unchanged", "unchanged"] if code == 0 else ["new", "unchanged"])

    @pytest.mark.parametrize(("policy", "code"), [("", 0), (SEPARATE, 1)])
    def test_something_to_hold_them_against_is_added(self, clone: Clone, policy: str, code: int) -> None:
        clone.commit("base", **{"sluicegate.toml": self.ENTRY + policy})
        more = '[[external]]\nfile = "more.xml"\nbase = "now.xml"\n'
        clone.write("now.xml", self.suite("broken"))
        clone.write("more.xml", self.suite())
        clone.write("sluicegate.toml", f"{self.ENTRY}{more}{policy}")
        result = check(clone)
        assert (result.exit_code, places(result)) == (code, ["sluicegate.toml:3"])

    def test_one_that_a_job_makes_is_none_of_the_change(self, clone: Clone) -> None:
        clone.commit("base", **{"sluicegate.toml": f'{self.ENTRY}base = "before.xml"\n{SEPARATE}'})
        clone.write("now.xml", self.suite("old"))
        clone.write("before.xml", self.suite("old"))
        result = check(clone)
        assert (result.exit_code, loosened(result)) == (0, [])

    def test_a_rule_that_another_tool_fires_for_the_first_time_is_no_upgrade(self, clone: Clone) -> None:
        def found(*rules: str) -> str:
            results = [{"ruleId": rule, "level": "error", "message": {"text": rule}} for rule in rules]
            return json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "t"}}, "results": results}]})

        clone.write("sluicegate.toml", self.ENTRY)
        clone.write("now.xml", found("old"))
        before = check(clone)
        accepting(clone, before.findings, [rule.id for rule in before.rules])
        clone.commit("base", **{"sluicegate.toml": f"{ACCEPTED}{self.ENTRY}"})
        assert check(clone).exit_code == 0
        clone.write("now.xml", found("old", "other"))
        assert check(clone).exit_code == 1
