"""cfn-lint and checkov as programs: what they find, what they cannot read, and what they say that is not believed.

What stands for them here answers as they do; the real ones are asked in the tier that installs them.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from memory import MemoryTree

from scanners import Programs
from sluicegate.gates.security.catalogue import BY_ID
from sluicegate.gates.security.infrastructure.scanners.check import check
from sluicegate.gates.security.settings import Settings
from sluicegate.model import Context, Examination, Fact, Finding, Level, Outcome, Rule
from sluicegate.tools.versions import version_of

TEMPLATE = 'AWSTemplateFormatVersion: "2010-09-09"\nResources:\n  A:\n    Type: AWS::S3::Bucket\n'
FILES = {
    "a/web.yaml": TEMPLATE,
    "a/main.tf": 'resource "aws_s3_bucket" "x" {}\n',
    "a/vars.tf": 'variable "x" {}\n',
    "b/Dockerfile": "FROM x\n",
    "pod.json": '{"apiVersion": "v1", "kind": "Pod"}',
    "other.yaml": "a: 1\n",
}
CFN_LINT = {"cfn_lint": True}
CHECKOV = {"checkov": "checkov"}


def look(files, *, rules=None, past=False, touched=None, folder="", **settings):
    version_of.cache_clear()
    settings = Settings(**settings)
    context = Context(
        settings=settings, head=MemoryTree(files, name="head"), reference=None, folder=folder,
        rules=frozenset(BY_ID.keys() - settings.unasked) if rules is None else frozenset(rules),
        now=datetime(2026, 11, 20, tzinfo=UTC), past=past, touched=touched,
    )  # fmt: skip
    return list(check(context))


def found(said):
    return [one for one in said if isinstance(one, Finding)]


def became(said, rule):
    """What became of each file in the rule that says so: a reason, or how many were looked at."""
    return {
        one.subject: one.undecided.reason if one.undecided else one.examined
        for one in said
        if isinstance(one, Examination) and one.rule == f"security/{rule}-checks"
    }


def facts(said):
    return {one.name: one.value for one in said if isinstance(one, Fact)}


LINT = """
import json, os, sys
if "--version" in sys.argv:
    sys.exit(print("cfn-lint 9.9.9"))
assert os.environ["HOME"] == os.getcwd()
place = lambda line, *path: {"Start": {"LineNumber": line, "ColumnNumber": 7}, "End": {}, "Path": list(path) or None}
out = []
for name in sys.argv[sys.argv.index("--template") + 1 :]:
    text = open(name).read()
    if "broken" in text:
        out.append({"Filename": name, "Level": "Error", "Message": "no", "Location": place(2), "Rule": {"Id": "E0000"}})
        continue
    print("INFO - Run scan of template " + name, file=sys.stderr)
    if "BucketNam:" in text:
        out.append({"Filename": name, "Level": "Error", "Message": "Did you mean 'BucketName'?",
                    "Location": place(6, "Resources", "A", "Properties", 0, "BucketNam"),
                    "Rule": {"Id": "E3002", "ShortDescription": "resource properties are invalid"}})
print(json.dumps(out))
"""
WRONG = f"{TEMPLATE}    Properties:\n      BucketNam: x\n"


def test_nothing_is_asked_unless_the_settings_say_so():
    assert look(FILES) == []
    assert {"security/cfn-lint-checks", "security/checkov-checks"} <= Settings().unasked
    assert not {"security/cfn-lint-checks", "security/checkov-checks"} & Settings(**CFN_LINT, **CHECKOV).unasked


def test_a_check_of_cfn_lint_is_told_as_a_rule_at_its_place(beside: Programs):
    beside.write("cfn-lint", LINT)
    said = look({**FILES, "x/-rf.json": WRONG, "y.template": f"{TEMPLATE}# broken ignore_checks\n"}, **CFN_LINT)
    [one] = found(said)
    assert (one.rule, one.level, one.key) == (
        "security/cfn-lint-e3002", Level.ERROR, ("x/-rf.json", "Resources.A.Properties.0.BucketNam"),
    )  # fmt: skip
    assert (one.location.path, one.location.line, one.location.column) == ("x/-rf.json", 6, 7)
    [rule] = [one for one in said if isinstance(one, Rule)]
    assert (rule.id, rule.title) == ("security/cfn-lint-e3002", "Resource properties are invalid")
    assert became(said, "cfn-lint") == {
        "a/web.yaml": 1, "x/-rf.json": 1, "y.template": "y.template:2: cfn-lint cannot read it: no",
    }  # fmt: skip
    assert facts(said) == {"cfn-lint": "9.9.9", "cfn-lint ignore": "1"}


def test_at_the_base_a_rule_that_came_with_an_answer_is_asked_alone(beside: Programs):
    beside.write("cfn-lint", LINT)
    said = look({"x.json": WRONG}, rules={"security/cfn-lint-e3002"}, past=True, **CFN_LINT)
    assert [one.rule for one in found(said)] == ["security/cfn-lint-e3002"]
    assert (became(said, "cfn-lint"), facts(said)) == ({}, {})
    assert look({"x.json": WRONG}, rules={"security/cloud-open-port"}, **CFN_LINT) == []


CHECK = """
import json, os, sys
assert os.environ["HOME"] == os.getcwd() and os.environ["BC_SKIP_MAPPING"] == "TRUE"
assert "--skip-download" in sys.argv and "http_proxy" not in os.environ
def check(path, id="CKV_1", resource="aws_s3_bucket.x"):
    return {"check_id": id, "check_name": "ensure it", "file_path": "/" + path, "file_line_range": [3, 4],
            "resource": resource, "more": None}
results = {"passed_checks": [], "failed_checks": [], "skipped_checks": [], "parsing_errors": []}
for folder, _, names in os.walk("."):
    for name in names:
        path = os.path.join(folder, name)[2:]
        text = open(path).read()
        if "broken" in text:
            results["parsing_errors"].append(os.path.abspath(path))
        elif name == "Dockerfile":
            results["failed_checks"].append(check(path, "CKV_DOCKER_7", "/" + path + ".FROM"))
        elif "checkov:skip" in text:
            results["skipped_checks"].append(check(path))
        elif "resource" in text:
            results["failed_checks"].append(check(path, "CKV2_AWS_6"))
        elif "Pod" in text:
            results["passed_checks"].append(check(path))
print(json.dumps([{"check_type": "all", "results": results, "summary": {"checkov_version": "9.9.9", "failed": 1}}]))
"""


def test_a_check_of_checkov_is_told_as_a_rule_and_what_it_says_nothing_of_was_not_tested(beside: Programs):
    beside.write("checkov", CHECK)
    files = {**FILES, "c/skip.tf": "# checkov:skip=CKV_1\n", "c/bad.tf": "broken", "d/none.tf": "module x {}"}
    said = look(files, **CHECKOV)
    assert [(one.rule, one.key, one.level, one.location.line) for one in found(said)] == [
        ("security/checkov-ckv2-aws-6", ("a/main.tf", "aws_s3_bucket.x"), Level.WARNING, 3),
        ("security/checkov-ckv-docker-7", ("b/Dockerfile", "FROM"), Level.WARNING, 3),
    ]
    assert became(said, "checkov") == {
        "a/main.tf": 1, "b/Dockerfile": 1, "c/skip.tf": 1, "pod.json": 1,
        "c/bad.tf": "c/bad.tf: checkov cannot parse it",
        "a/vars.tf": "it declares nothing that can be checked", "d/none.tf": "checkov has no check for what is in it",
        "a/web.yaml": "checkov has no check for what is in it",
    }  # fmt: skip
    assert facts(said) == {"checkov": "9.9.9", "checkov skip": "1"}


def test_a_checkov_of_its_own_environment_is_named_by_its_whole_path(beside: Programs, tmp_path: Path):
    program = beside.write("other-name", CHECK)
    assert len(found(look(FILES, checkov=str(program), folder=str(tmp_path / "judged")))) == 2


@pytest.mark.parametrize("named", ["tools/checkov", "./checkov", "INSIDE", "LINKED"])
def test_a_program_that_a_change_could_bring_is_not_started(named: str, beside: Programs, tmp_path: Path):
    judged = tmp_path / "judged"
    judged.mkdir()
    program = beside.write("fake", "open('ran', 'w')")
    program.rename(judged / "fake")
    (judged / "link").symlink_to("/bin/true")
    (beside.folder / "in").symlink_to(judged)
    named = {"INSIDE": str(beside.folder / "in" / "fake"), "LINKED": str(judged / "link")}.get(named, named)
    [reason] = became(look(FILES, checkov=named, folder=str(judged)), "checkov").values()
    assert "is no whole path outside of the repository" in reason


@pytest.mark.usefixtures("beside")
def test_a_program_that_is_not_there_is_errored(tmp_path: Path):
    [reason] = became(look(FILES, checkov=str(tmp_path / "x"), folder="/nowhere"), "checkov").values()
    assert "there is no such program" in reason
    for tool, settings, subject in (("checkov", CHECKOV, "infrastructure"), ("cfn-lint", CFN_LINT, "templates")):
        reason = f"{tool} is not installed, so that nothing was looked at with it"
        assert became(look(FILES, **settings), tool) == {subject: reason}


def test_no_files_for_it_is_not_applicable():
    said = look({"a.txt": ""}, **CFN_LINT, **CHECKOV)
    assert {one.undecided.outcome for one in said} == {Outcome.NOT_APPLICABLE}


_STRANGER = {"check_id": "a", "file_path": "/etc/passwd"}
_RESULTS = {"passed_checks": [_STRANGER], "failed_checks": [], "skipped_checks": [], "parsing_errors": []}
ELSEWHERE = {
    "cfn-lint": [
        {
            "Filename": "/etc/passwd", "Level": "Error", "Message": "", "Location": {"Start": {}}, "Rule": {"Id": "E1"},
        }
    ],
    "checkov": [{"results": _RESULTS, "summary": {"checkov_version": "1"}}],
}  # fmt: skip
LIES = {
    "crash": ("import os\nos.kill(os.getpid(), 11)", "crashed (signal 11"),
    "garbage": ("print('hello')", "printed what is not its report"),
    "command": ("print('::stop-commands::x')", "printed what is not its report"),
    "deep": ("print('[' * 100000)", "printed what is not its report"),
    "another": ('print(\'[{"results": {}, "Filename": 1}]\')', "printed what is not its report"),
    "failure": (
        "print('error: no', file=sys.stderr)\nsys.exit(1)",
        "ended with what is no answer (exit code 1: error: no",
    ),
    "elsewhere": ("ELSEWHERE", "tells of a file that it was not given"),
    "late": ("import time\ntime.sleep(60)", "took more than 1 s"),
    "flood": ("while True:\n    print('x' * 1000000)", "printed more than 64 MiB"),
}


@pytest.mark.parametrize("tool", ["cfn-lint", "checkov"])
@pytest.mark.parametrize("lie", LIES)
def test_what_says_nothing_of_use_has_not_passed(lie: str, tool: str, beside: Programs):
    body, why = LIES[lie]
    body = body.replace("ELSEWHERE", f"print({json.dumps(json.dumps(ELSEWHERE[tool]))})")
    beside.write(tool, f"import sys\nif '--version' in sys.argv:\n    sys.exit(print('{tool} 9.9'))\n{body}")
    limit = 1.0 if lie == "late" else 30.0
    said = look({"web.yaml": TEMPLATE}, **(CFN_LINT if tool == "cfn-lint" else CHECKOV), scanner_timeout=limit)
    [reason] = became(said, tool).values()
    assert why in reason
    assert {one.undecided.outcome for one in said if isinstance(one, Examination)} == {Outcome.ERRORED}
    assert found(said) == []


@pytest.mark.parametrize(
    ("tool", "text", "outcome"),
    [
        ("cfn-lint", "[]", Outcome.ERRORED),
        ("checkov", '{"passed": 0, "failed": 0, "checkov_version": "9.9"}', Outcome.NOT_TESTED),
        ("checkov", "[]", Outcome.ERRORED),
        ("checkov", "{}", Outcome.ERRORED),
    ],
)
def test_what_looked_at_nothing_has_not_passed(tool: str, text: str, outcome: Outcome, beside: Programs):
    beside.write(tool, f"import sys\nprint('9.9.9' if '--version' in sys.argv else '{text}')")
    said = look({"web.yaml": TEMPLATE}, **(CFN_LINT if tool == "cfn-lint" else CHECKOV))
    assert [one.undecided.outcome for one in said if isinstance(one, Examination)] == [outcome]


@pytest.mark.parametrize("settings", [CFN_LINT, CHECKOV])
def test_a_commit_does_not_wait_for_what_takes_seconds_to_start(settings, beside: Programs):
    for program in ("cfn-lint", "checkov"):
        beside.write(program, "raise SystemExit('it was asked')")
    rule = "cfn-lint" if settings is CFN_LINT else "checkov"
    [why] = became(look(FILES, touched=frozenset(FILES), **settings), rule).values()
    assert why == "it takes seconds to start, which a commit does not wait for"
