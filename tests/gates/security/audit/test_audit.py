"""Requirements held against a service on this machine, and what becomes of them where it cannot be asked."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from importlib.resources import files

import pytest
from memory import MemoryTree

from osv import Osv
from scanners import Programs
from sluicegate.gates.security.audit import RULES, VULNERABLE
from sluicegate.gates.security.audit.check import check
from sluicegate.gates.security.settings import Settings
from sluicegate.model import Context, Examination, Fact, Finding, Level
from sluicegate.tools.versions import version_of

PINS = "# ours\njinja2==2.4.1\nrequests[socks]==2.19.0 ; python_version < '4' # old\n"


def look(files, *, service="", committing=False, past=False, memo=None, **settings):
    context = Context(
        settings=Settings(pip_audit=True, pip_audit_service=service or "http://127.0.0.1:9/", **settings),
        head=MemoryTree(files, name="head"),
        reference=None,
        rules=frozenset(rule.id for rule in RULES),
        now=datetime(2026, 11, 20, tzinfo=UTC),
        touched=frozenset(files) if committing else None,
        past=past,
        memo={} if memo is None else memo,
    )
    return list(check(context))


def found(said):
    return [one for one in said if isinstance(one, Finding)]


def became(said):
    """By subject, how many pins were looked at, or the outcome and the reason."""
    return {
        one.subject: (one.undecided.outcome.value, one.undecided.reason) if one.undecided else one.examined
        for one in said
        if isinstance(one, Examination)
    }


def test_a_vulnerable_pin_is_told_at_its_line(osv: Osv) -> None:
    osv.knows("jinja2", "PYSEC-2019-217", "CVE-2019-10906", "GHSA-462w-v97r-4m45", fixed="2.10.1", summary="Escapes.")
    said = look({"requirements.txt": PINS}, service=osv.url)
    [one] = found(said)
    assert (one.rule, one.level, str(one.location)) == (VULNERABLE.id, Level.ERROR, "requirements.txt:2")
    assert one.location.logical == "jinja2==2.4.1"
    assert one.message == ("jinja2 2.4.1 has CVE-2019-10906 (also GHSA-462w-v97r-4m45, PYSEC-2019-217): Escapes.")
    assert one.advice == "Raise jinja2 to 2.10.1."
    assert became(said) == {"requirements.txt": 2}
    assert sorted(osv.asked) == [("jinja2", "2.4.1"), ("requests", "2.19.0")]
    [fact] = [one for one in said if isinstance(one, Fact)]
    assert (fact.name, fact.value.partition(" asks ")[2]) == ("pip-audit", osv.url)


def test_the_same_advisory_under_another_name_is_the_same_finding(osv: Osv) -> None:
    osv.knows("jinja2", "PYSEC-1", "CVE-2019-1", fixed="3")
    before = found(look({"requirements.txt": PINS}, service=osv.url))
    osv.advisories.clear()
    osv.knows("jinja2", "GHSA-1", "CVE-2019-1", fixed="3")
    after = found(look({"requirements.txt": f"\n\n{PINS}"}, service=osv.url))
    assert [one.fingerprint for one in after] == [one.fingerprint for one in before]


def test_what_nothing_mends_yet_is_a_warning(osv: Osv) -> None:
    osv.knows("jinja2", "PYSEC-1")
    [one] = found(look({"requirements.txt": PINS}, service=osv.url))
    assert one.level is Level.WARNING
    assert "No version that mends it is known" in one.advice


def test_what_an_address_is_opened_with_is_not_shown(osv: Osv) -> None:
    said = look({"requirements.txt": PINS}, service=osv.url.replace("://", "://me:sesame@"))
    assert became(said) == {"requirements.txt": 2}
    assert "sesame" not in str(said)
    said = look({"requirements.txt": PINS}, service="http://me:sesame@127.0.0.1:9/")
    assert "sesame" not in str(said)


def test_both_sides_get_one_answer(osv: Osv) -> None:
    memo: dict = {}
    look({"requirements.txt": PINS}, service=osv.url, memo=memo)
    osv.knows("jinja2", "PYSEC-1", fixed="3")  # it comes out between the two questions
    said = look({"requirements.txt": PINS}, service=osv.url, memo=memo, past=True)
    assert found(said) == []
    assert len(osv.asked) == 2
    assert not [one for one in said if isinstance(one, Fact)]


def test_a_file_may_pin_a_package_twice(osv: Osv) -> None:
    text = "a==1 ; python_version < '3'\na==2 ; python_version >= '3'\na==2\nB_b==1\n"
    said = look({"requirements/dev.txt": text}, service=osv.url)
    assert became(said) == {"requirements/dev.txt": 3}
    assert sorted(osv.asked) == [("a", "1"), ("a", "2"), ("b-b", "1")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("jinja2>=2\n", "line 1 is no exact pin (jinja2>=2)"),
        ("a==1\nb\n", "line 2 is no exact pin (b)"),
        ("a==1.*\n", "line 1 is no exact pin (a==1.*)"),
        ("-r ../../secret.txt\n", "line 1 is no exact pin (-r ../../secret.txt)"),
        ("-r http://127.0.0.1:9/x\n", "line 1 is no exact pin (-r http://127.0.0.1:9/x)"),
        ("-e .\n", "line 1 is no exact pin (-e .)"),
        ("a @ file:///x.whl\n", "line 1 is no exact pin (a @ file:///x.whl)"),
        ("a==1; import os\n--config-settings=x\n", "line 2 is no exact pin (--config-settings=x)"),
        ("<<<<<<< ours\na==1\n", "line 1 is no exact pin (<<<<<<< ours)"),
    ],
)
def test_what_is_not_fully_pinned_is_not_tested_and_nobody_is_asked(osv: Osv, text: str, line: str) -> None:
    said = look({"requirements.txt": text, "more-requirements.txt": "a==1\n"}, service=osv.url)
    assert became(said) == {"requirements.txt": ("not-tested", f"requirements.txt: {line}"), "more-requirements.txt": 1}
    assert osv.asked == [("a", "1")]


def test_hashes_options_and_lines_that_go_on_are_read(osv: Osv) -> None:
    digest = "0" * 64
    more = f"--hash=sha256:{digest}"
    text = f"--index-url https://index.invalid/simple\na==1 \\\n    {more} \\\n    {more}\n    # via b\n"
    assert became(look({"requirements.txt": text}, service=osv.url)) == {"requirements.txt": 1}


def test_what_requires_nothing_is_not_applicable(osv: Osv) -> None:
    said = look({"requirements.txt": "# nothing\n"}, service=osv.url)
    assert became(said) == {"requirements.txt": ("not-applicable", "requirements.txt requires nothing")}
    assert became(look({"a.txt": ""})) == {"requirements": ("not-applicable", "there is no requirements file")}


def test_a_service_that_cannot_be_reached_is_errored() -> None:
    said = look({"requirements.txt": PINS})
    [(outcome, reason)] = became(said).values()
    assert outcome == "errored"
    assert reason.startswith("requirements.txt: pip-audit could not ask its service (exit code 1: ")
    assert found(said) == []


@pytest.mark.parametrize("status", [404, 500])
def test_a_service_that_fails_has_not_passed(osv: Osv, status: int) -> None:
    osv.status = status
    said = look({"requirements.txt": PINS}, service=osv.url)
    assert {outcome for outcome, _ in became(said).values()} == {"errored"}


def test_a_commit_does_not_wait_for_it(osv: Osv) -> None:
    said = look({"requirements.txt": PINS}, service=osv.url, committing=True)
    assert became(said)["requirements"][0] == "not-tested"
    assert osv.asked == []


def test_it_is_not_asked_unless_the_settings_say_so() -> None:
    assert VULNERABLE.id in Settings().unasked
    assert VULNERABLE.id not in Settings(pip_audit=True).unasked


def test_a_hostile_service_does_not_shape_the_report(osv: Osv) -> None:
    osv.knows("jinja2", "X\n::error::owned", summary="a\n##[error]b\u202e")
    [one] = found(look({"requirements.txt": PINS}, service=osv.url))
    assert "\n" not in one.message
    assert "\u202e" not in one.message


def test_the_page_shows_what_is_so(osv: Osv) -> None:
    osv.advisories["jinja2"] = []
    text = files("sluicegate.gates.security").joinpath("rules", f"{VULNERABLE.name}.md").read_text("utf-8")
    fails, passes = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
    assert found(look({"requirements.txt": passes}, service=osv.url)) == []
    osv.knows("jinja2", "PYSEC-1", fixed="2.10.1")
    assert len(found(look({"requirements.txt": fails}, service=osv.url))) == 1


def _fake(programs: Programs, report: object, code: int = 0) -> None:
    version_of.cache_clear()
    programs.write(
        "pip-audit",
        "import sys\nif '--version' in sys.argv:\n    sys.exit(print('pip-audit 9.9'))\n"
        f"print({report if isinstance(report, str) else json.dumps(report)!r})\nsys.exit({code})",
    )


def test_what_it_skipped_is_not_tested(beside: Programs) -> None:
    report = {
        "dependencies": [
            {"name": "jinja2", "skip_reason": "Dependency not found on the index"},
            {"name": "requests", "version": "2.19.0", "vulns": []},
        ]
    }
    _fake(beside, report)
    assert became(look({"requirements.txt": PINS})) == {
        "requirements.txt: jinja2": (
            "not-tested", "pip-audit skipped jinja2==2.4.1: Dependency not found on the index"
        ),
        "requirements.txt": 1,
    }  # fmt: skip


LIES = {
    "a pin left out": ({"dependencies": []}, 0, "was given jinja2==2.4.1 and says nothing of it"),
    "another version": (
        {"dependencies": [{"name": "jinja2", "version": "3", "vulns": []}]}, 0, "was given jinja2==2.4.1 and tells of 3"
    ),
    "garbage": ("::set-output name=a::b", 0, "printed what is not its report"),
    "silence": ("", 0, "gave no report"),
    "an end of its own": (
        {"dependencies": [{"name": name, "version": version, "vulns": []}
                          for name, version in (("jinja2", "2.4.1"), ("requests", "2.19.0"))]}, 2,
        "did not come to its end",
    ),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_that_is_not_whole_is_errored(lie: str, beside: Programs) -> None:
    report, code, why = LIES[lie]
    _fake(beside, report, code)
    said = look({"requirements.txt": PINS})
    [(outcome, reason)] = became(said).values()
    assert outcome == "errored"
    assert why in reason
    assert found(said) == []


@pytest.mark.usefixtures("beside")
def test_where_it_is_missing_that_is_told() -> None:
    version_of.cache_clear()
    assert became(look({"requirements.txt": PINS})) == {
        "requirements": ("errored", "pip-audit is not installed, so that nothing was looked at with it")
    }
