"""Whether the version of a description says what its change is; and the settings that weigh and name changes."""

from __future__ import annotations

import json

import pytest
from sides import EVERY, run
from test_equivalence import api, ref

RULE = "contract/version-not-bumped"
OLD = {"type": "object", "properties": {"a": {"type": "string"}}}
MORE = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}


def versioned(text, version):
    document = json.loads(text)
    document["info"]["version"] = version
    return json.dumps(document)


def judged(was, now, old, new):
    base, head = versioned(api(old), was), versioned(api(new), now)
    found = run(base, head, rules=EVERY | {RULE}, version_policy="semver")[0]
    return [finding for finding in found if finding.rule == RULE]


@pytest.mark.parametrize(
    ("was", "now", "old", "new", "wanted"),
    [
        ("1.2.0", "1.2.0", OLD, MORE, "1.3.0"),
        ("1.2.0", "1.2.1", OLD, MORE, "1.3.0"),
        ("1.2.0", "1.3.0", OLD, MORE, ""),
        ("1.2.0", "2.0.0", OLD, MORE, ""),
        ("1.2.0", "1.3.0", MORE, OLD, "2.0.0"),
        ("1.2.0", "2.0.0", MORE, OLD, ""),
        ("0.2.0", "0.2.1", MORE, OLD, "0.3.0"),
        ("0.2.0", "0.3.0", MORE, OLD, ""),
        ("v1", "v2", MORE, OLD, ""),
        ("1", "1.1", OLD, MORE, ""),
        ("2.0.0", "1.0.0", OLD, MORE, "2.1.0"),
        ("2026-01-01", "2026-02-01", OLD, MORE, "MAJOR.MINOR.PATCH"),
        ("1.2.0", "", OLD, MORE, "1.3.0"),
        ("1.2.0", "1.2.0", OLD, OLD, ""),
    ],
)
def test_the_version_has_to_say_what_the_change_is(was, now, old, new, wanted):
    found = judged(was, now, old, new)
    assert bool(found) == bool(wanted)
    if found:
        assert wanted in found[0].advice
        assert found[0].location.line


def test_nobody_is_asked_for_a_version_who_did_not_ask():
    assert RULE not in {finding.rule for finding in run(versioned(api(MORE), "1"), versioned(api(OLD), "1"))[0]}


def levels(base, head, **settings):
    return {one.rule.partition("/")[2]: one.level.value for one in run(base, head, **settings)[0]}


def test_a_profile_weighs_what_is_found():
    base, head = api(MORE), api(OLD)
    weights = {name: levels(base, head, profile=name) for name in ("wire", "client", "strict", "oasdiff", "redocly")}
    assert {name: found["response-property-removed"] for name, found in weights.items()} == {
        "wire": "note", "client": "error", "strict": "error", "oasdiff": "note", "redocly": "error",
    }  # fmt: skip


def test_a_finding_says_what_oasdiff_calls_it():
    [found] = run(api(MORE), api(OLD), ids="oasdiff")[0]
    assert found.message.endswith(" [response-optional-property-removed]")
    [own] = run(api(MORE), api(OLD))[0]
    assert "[" not in own.message
    assert own.fingerprint == found.fingerprint


@pytest.mark.parametrize("shared", [False, True])
def test_a_finding_carries_the_tags_of_its_operations(shared):
    def of(schema):
        document = json.loads(api(ref("A") if shared else schema, components={"A": schema}))
        document["paths"]["/a"]["post"]["tags"] = ["internal", "orders"]
        return json.dumps(document)

    found = run(of(MORE), of(OLD))[0]
    assert found
    assert all(finding.tags == ("internal", "orders") for finding in found)
