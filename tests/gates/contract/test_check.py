"""What the gate examines, and what it says when it cannot look."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from memory import MemoryTree
from sides import EVERY, UNASKED, context, run

from sluicegate.errors import UnreadableError
from sluicegate.gates.contract import RULES
from sluicegate.gates.contract.check import check
from sluicegate.gates.contract.propose import propose
from sluicegate.model import Examination, Finding, Outcome, RuleKind
from sluicegate.openapi.operations import describe

ASKED = EVERY - UNASKED
STATE = {rule.id for rule in RULES if rule.kind is RuleKind.STATE}
CHANGE = ASKED - STATE
API = """\
openapi: 3.1.0
info: {title: Orders, version: "1"}
paths:
  /orders:
    get:
      responses:
        "200": {description: All.}
"""
JSON = {
    "openapi": "3.1.0",
    "info": {"title": "Orders", "version": "1"},
    "paths": {"/orders": {"get": {"responses": {"200": {"description": "All."}}}}},
}


def outcomes(examinations):
    return {rule: one.undecided.outcome if one.undecided else None for rule, one in examinations.items()}


def only(examinations, rules, outcome):
    assert set(examinations) == ASKED
    assert {rule for rule, found in outcomes(examinations).items() if found is outcome} == set(rules)


def test_each_rule_is_examined_once_per_document():
    files = {"a/openapi.yaml": API, "b/openapi.yaml": API}
    found = [one for one in check(context(files, files, spec=None)) if isinstance(one, Examination)]
    assert sorted((one.rule, one.subject) for one in found) == sorted((rule, name) for rule in ASKED for name in files)
    assert {one.examined for one in found} == {1}
    assert not any(one.undecided for one in found)


def test_only_wanted_rules_are_examined():
    wanted = frozenset(["contract/path-removed", "contract/document-invalid"])
    findings, examinations = run(API, API.replace("/orders", "/sales").replace("title: Orders, ", ""), rules=wanted)
    assert set(examinations) == wanted
    assert {finding.rule for finding in findings} == wanted


def test_a_broken_head_is_errored_for_every_rule():
    findings, examinations = run(API, "openapi: [")
    assert findings == []
    only(examinations, ASKED, Outcome.ERRORED)
    assert "openapi.yaml:1:" in examinations["contract/path-removed"].undecided.reason


def test_a_broken_reference_is_errored_for_the_change_rules():
    findings, examinations = run("openapi: [", API)
    assert findings == []
    only(examinations, CHANGE, Outcome.ERRORED)
    assert "what it is compared with cannot be read (base)" in examinations["contract/path-removed"].undecided.reason


def test_a_text_at_the_merge_base_that_cannot_be_read_may_be_mended():
    findings, examinations = run("openapi: [", API, chosen=False)
    assert findings == []
    only(examinations, CHANGE, Outcome.NOT_TESTED)
    why = examinations["contract/path-removed"].undecided.reason
    assert why.startswith("what it is compared with cannot be read (base): openapi.yaml:1:")
    assert examinations["contract/document-invalid"].undecided is None


def test_a_merge_base_that_cannot_be_had_is_errored():
    class Lost(MemoryTree):
        def read(self, path, limit):
            raise UnreadableError(f"{path} is gone ({limit})")

    _, examinations = run(Lost({"openapi.yaml": API}, name="base"), API, chosen=False)
    only(examinations, CHANGE, Outcome.ERRORED)


def test_an_invalid_base_is_told_and_compared_all_the_same():
    head = json.dumps(JSON | {"tags": [], "paths": {}})
    findings = {one.rule: one for one in run(json.dumps(JSON | {"tags": 7}), head)[0]}
    found = findings.pop("contract/base-invalid")
    assert (found.level.value, found.base_location.line, found.location.logical) == ("warning", 1, "tags")
    assert "cannot be trusted, since it is not valid there: tags: " in found.message
    assert "contract/path-removed" in findings


def test_a_mistake_on_both_sides_is_no_matter_of_the_base():
    both = json.dumps(JSON | {"tags": 7})
    assert [one.rule for one in run(both, both)[0]] == ["contract/document-invalid"]


def test_many_mistakes_of_the_base_are_one_finding():
    base = json.dumps(JSON | {"tags": 7, "servers": 7})
    [found] = run(base, json.dumps(JSON))[0]
    assert found.message.endswith(", and 1 more place")


def test_without_a_reference_the_change_rules_are_not_tested():
    _, examinations = run(None, API, no_reference="this is the first commit")
    only(examinations, CHANGE, Outcome.NOT_TESTED)
    assert examinations["contract/path-removed"].undecided.reason == "this is the first commit"


def test_a_new_document_has_no_change():
    _, examinations = run({}, API)
    only(examinations, CHANGE, Outcome.NOT_APPLICABLE)
    assert examinations["contract/path-removed"].undecided.reason == "openapi.yaml is new in this change"


def test_a_document_that_no_base_could_have_is_not_tested():
    _, examinations = run(MemoryTree({}, outside={"openapi.yaml": "it is elsewhere"}), API)
    only(examinations, CHANGE, Outcome.NOT_TESTED)
    assert examinations["contract/path-removed"].undecided.reason.endswith("compared with nothing: it is elsewhere")


@pytest.mark.parametrize("spec", ["openapi.yaml", None])
def test_a_removed_document_is_a_finding(spec):
    findings, examinations = run(API, {}, spec=spec)
    assert [finding.rule for finding in findings] == ["contract/document-removed"]
    assert examinations["contract/document-removed"].examined == 1
    only(examinations, ASKED - {"contract/document-removed"}, Outcome.NOT_APPLICABLE)


@pytest.mark.parametrize("spec", ["api.yaml", ("api/*.yaml",)])
def test_a_named_document_that_is_nowhere_is_errored(spec):
    _, examinations = run({}, {}, spec=spec)
    only(examinations, ASKED, Outcome.ERRORED)


def test_one_of_two_named_documents_that_is_nowhere_is_errored():
    found = [
        one for one in check(context(API, API, spec=("openapi.yaml", "gone.yaml"))) if isinstance(one, Examination)
    ]
    assert {one.undecided.outcome for one in found if one.subject == "gone.yaml"} == {Outcome.ERRORED}
    assert {one.rule for one in found if one.subject == "gone.yaml"} == ASKED


def test_nothing_found_by_convention_is_not_applicable():
    _, examinations = run({}, {"readme.md": ""}, spec=None)
    only(examinations, ASKED, Outcome.NOT_APPLICABLE)


def test_a_description_without_operations_has_nothing_to_compare():
    empty = 'openapi: 3.1.0\ninfo: {title: A, version: "1"}\npaths: {}\n'
    _, examinations = run(empty, empty)
    assert outcomes(examinations)["contract/operation-removed"] is Outcome.NOT_APPLICABLE
    assert outcomes(examinations)["contract/document-invalid"] is None


def test_a_base_under_another_name_is_read_where_it_is():
    base = MemoryTree(
        {
            "released/v1.yaml": API.replace("{description: All.}", '{$ref: "parts.yaml#/all"}'),
            "released/parts.yaml": "all: {description: All.}",
        },
        renamed={"openapi.yaml": "released/v1.yaml"},
    )
    findings, examinations = run(base, API.replace("/orders", "/sales"))
    removed = next(finding for finding in findings if finding.rule == "contract/path-removed")
    assert (removed.base_location.path, removed.base_location.line) == ("released/v1.yaml", 4)
    assert (removed.location.path, removed.location.line) == ("openapi.yaml", 3)
    assert examinations["contract/path-removed"].undecided is None


def test_fingerprints_hold_when_the_text_moves():
    gone = API.replace("/orders", "/sales")
    one = {finding.fingerprint for finding in run(API, gone)[0]}
    other = {finding.fingerprint for finding in run(json.dumps({**_plain(API)}), "# moved\n\n" + gone)[0]}
    assert one == other
    assert len(one) == 2


def _plain(text):
    from sluicegate.openapi.reading import read

    return read(MemoryTree({"a": text}), "a").data


def test_nothing_is_parsed_twice(monkeypatch):
    parsed = []
    monkeypatch.setattr(
        "sluicegate.openapi.operations.describe", lambda library, path: parsed.append(path) or describe(library, path)
    )
    head, base, memo = MemoryTree({"openapi.yaml": API}), MemoryTree({"openapi.yaml": API}), {}
    run(base, head, memo=memo)
    run(base, base, memo=memo, past=True)
    assert len(parsed) == 2


def large(text):
    return text + "# " + "x" * 1_000_000 + "\n"


def test_a_large_description_that_nobody_touched_is_not_read():
    head = large(API.replace("openapi: 3.1.0", "openapi: 3.1.0\nnonsense: {}"))
    findings, examinations = run(head, head, soundness=True)
    assert findings == []
    assert examinations["contract/document-removed"].examined == 1
    told = examinations["contract/document-invalid"].undecided
    assert (told.outcome, "byte for byte" in told.reason) == (Outcome.NOT_APPLICABLE, True)


def test_what_stood_in_a_large_description_is_found_at_the_base():
    base = large(API.replace("openapi: 3.1.0", "openapi: 3.1.0\nnonsense: {}"))
    memo = {}
    [there] = run(base, base.replace("All.", "Every one."), memo=memo)[0]
    [before] = run(base, base, memo=memo, past=True)[0]
    assert there.fingerprint == before.fingerprint


@pytest.mark.parametrize(
    "head", [large(API) + "\n", large(API).replace("{description: All.}", "{$ref: 'other.yaml#/a'}"), "#" * 1_000_001]
)
def test_a_large_description_is_read_where_anything_might_be_new(head):
    base = head if "other" in head or "openapi" not in head else large(API)
    told = run(base, head)[1]["contract/document-invalid"].undecided
    assert told is None or told.outcome is Outcome.ERRORED


def test_references_out_of_the_repository_are_never_followed():
    places = (
        "https://example.com/a.yaml",
        "file:///etc/passwd",
        "/etc/passwd",
        "../../a.yaml",
        "//host/a",
        "C:\\a",
        "http:a",
    )
    for place in places:
        head = MemoryTree({"openapi.yaml": API.replace("{description: All.}", f"{{$ref: '{place}#/a'}}")})
        findings, _ = run(head, head)
        assert [finding.rule for finding in findings] == ["contract/refused-reference"], place
        assert (findings[0].location.line, findings[0].location.column) == (7, 17)
        assert set(head.reads) == {"openapi.yaml"}


def test_what_a_dangling_reference_hides_is_not_called_compared():
    dangling = API.replace("{description: All.}", "{$ref: 'https://example.com/a'}")
    _, examinations = run(dangling, dangling)
    assert outcomes(examinations)["contract/response-property-removed"] is Outcome.INCONCLUSIVE
    assert outcomes(examinations)["contract/operation-removed"] is None


def test_many_mistakes_are_capped_and_counted():
    text = API + "".join(f"  /p{n}: {{get: {{responses: {{'200': {{}}}}}}}}\n" for n in range(80))
    findings, _ = run(text, text)
    assert len(findings) == 51
    assert "30 more places" in findings[-1].message


def test_invisible_characters_of_a_description_are_spelt_out():
    findings, _ = run(API, API.replace("/orders", '"/ord\u202eers"'))
    assert any("\\u202e" in finding.message for finding in findings)
    assert not any("\u202e" in finding.message + str(finding.location.logical) for finding in findings)


def test_a_cancelled_run_stops():
    from msgspec.structs import replace

    found = list(check(replace(context(API, API), cancelled=lambda: True)))
    assert not any(isinstance(one, (Finding, Examination)) for one in found)


def test_recursive_and_long_chained_schemas_are_compared():
    chain = {
        f"S{n}": {"type": "object", "properties": {"next": {"$ref": f"#/components/schemas/S{n + 1}"}}}
        for n in range(3000)
    }
    chain["S3000"] = {
        "type": "object",
        "properties": {"back": {"$ref": "#/components/schemas/S0"}, "last": {"type": "string"}},
    }
    document = {
        **_plain(API),
        "components": {"schemas": chain},
    }
    document["paths"]["/orders"]["get"]["responses"]["200"]["content"] = {
        "application/json": {"schema": {"$ref": "#/components/schemas/S0"}}
    }
    before = json.dumps(document)
    del chain["S3000"]["properties"]["last"]
    findings, _ = run(before, json.dumps(document))
    assert [finding.rule for finding in findings] == ["contract/response-property-removed"]
    assert "used by GET /orders" in findings[0].message


def test_a_long_chain_of_references_is_followed():
    links = {f"S{n}": {"$ref": f"#/components/schemas/S{n + 1}"} for n in range(3000)} | {"S3000": {"type": "string"}}
    text = json.dumps({**_plain(API), "components": {"schemas": links}})
    findings, _ = run(text, text)
    assert findings == []


def test_the_proposal_is_toml():
    import tomllib

    assert propose(MemoryTree({"a.txt": ""})) == ""
    one = tomllib.loads(propose(MemoryTree({"api/openapi.yaml": ""})))
    assert one == {"contract": {"spec": "api/openapi.yaml"}}
    two = tomllib.loads(propose(MemoryTree({"b/openapi.json": "", 'a"b/openapi.yaml': ""})))
    assert two == {"contract": {"spec": ['a"b/openapi.yaml', "b/openapi.json"]}}


def test_findings_come_before_their_examination():
    found = list(check(context(API, API.replace("/orders", "/sales"))))
    kinds = [type(one) for one in found if isinstance(one, (Finding, Examination)) and one.rule in CHANGE]
    assert (Examination, Finding) not in list(pairwise(kinds))
