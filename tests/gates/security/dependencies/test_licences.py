"""Licences that files tell, held against a policy: expressions as SPDX means them, and the unknown never lets pass."""

from __future__ import annotations

import json

import pytest
from advised import looked
from hypothesis import given
from hypothesis import strategies as st
from test_sboms import component, cyclonedx

from sluicegate.gates.security.dependencies import LICENCES
from sluicegate.gates.security.dependencies.licences.policy import Verdict, judged
from sluicegate.gates.security.settings import Licences, Settings
from sluicegate.model import Level

CLASSPATH = "GPL-2.0-only WITH Classpath-exception-2.0"
RULES = frozenset(rule.id for rule in LICENCES)
OK, UNKNOWN, DENIED = Verdict


def verdict(text, allow=(), deny=()):
    return judged(Licences(allow=allow, deny=deny), (text,))[0]


@pytest.mark.parametrize(
    ("text", "allow", "deny", "expected"),
    [
        ("MIT", ("MIT",), (), OK), ("mit", ("MIT",), (), OK), ("MIT", ("mit",), (), OK),
        ("MIT", ("BSD-*",), (), DENIED), ("BSD-3-Clause", ("BSD-*",), (), OK),
        ("MIT", (), ("GPL-*",), OK), ("GPL-3.0-only", (), ("GPL-*",), DENIED),
        ("MIT", ("MIT",), ("MIT",), DENIED),
        ("MIT OR GPL-3.0-only", ("MIT",), (), OK), ("MIT AND GPL-3.0-only", ("MIT",), (), DENIED),
        ("MIT AND (GPL-3.0-only OR Apache-2.0)", ("MIT", "Apache-2.0"), (), OK),
        ("MIT OR GPL-3.0-only AND Apache-2.0", ("MIT",), (), OK), ("MIT OR AGPL-3.0-only", (), ("AGPL-*",), OK),
        ("LicenseRef-own OR MIT", ("MIT",), (), OK), ("LicenseRef-own AND MIT", ("MIT",), (), UNKNOWN),
        ("LicenseRef-own AND GPL-3.0-only", ("MIT",), (), DENIED),
        ("LicenseRef-own OR GPL-3.0-only", ("MIT",), (), UNKNOWN),
        ("LicenseRef-own", ("LicenseRef-own",), (), OK), ("LicenseRef-own", (), ("LicenseRef-*",), DENIED),
        ("LicenseRef-MIT-Bootstrap", ("MIT",), (), UNKNOWN),
        ("GPL-2.0", ("GPL-2.0-only",), (), OK), ("GPL-2.0-only", ("GPL-2.0",), (), OK),
        ("GPL-2.0+", ("GPL-2.0-or-later",), (), OK), ("GPL-2.0", (), ("GPL-2.0-only",), DENIED),
        ("GPL-2.0-or-later", ("GPL-3.0-only",), (), OK), ("GPL-3.0-or-later", ("GPL-2.0-only",), (), DENIED),
        ("GPL-2.0-or-later", (), ("GPL-3.0-only",), OK), ("GPL-3.0-or-later", (), ("GPL-3.0-only",), DENIED),
        ("GPL-2.0-only", ("GPL-2.0-or-later",), (), DENIED), ("LGPL-2.1-or-later", (), ("GPL-*",), OK),
        ("Apache-2.0+", ("Apache-2.0",), (), OK), ("Apache-2.0+", ("MIT",), (), DENIED),
        (CLASSPATH, (CLASSPATH,), ("GPL-*",), DENIED),
        (CLASSPATH, (CLASSPATH,), ("GPL-2.0-only",), OK),
        (CLASSPATH, ("GPL-2.0-only",), (), OK),
        (CLASSPATH, ("MIT",), (), DENIED),
        ("GPL-2.0-only", (CLASSPATH,), (), DENIED),
        ("GPL-2.0-only WITH odd-exception", ("MIT",), (), UNKNOWN),
        ("NOASSERTION", (), ("GPL-*",), UNKNOWN), ("NONE", ("MIT",), (), UNKNOWN), ("", ("MIT",), (), UNKNOWN),
        ("UNLICENSED", (), ("GPL-*",), UNKNOWN), ("UNLICENSED", (), ("UNLICENSED",), DENIED),
        ("SEE LICENSE IN LICENSE.txt", ("MIT",), (), UNKNOWN), ("Apache 2.0", ("Apache-2.0",), (), UNKNOWN),
        ("Apache 2.0", ("Apache 2.0",), (), OK), ("MIT AND", ("MIT",), (), UNKNOWN),
        ("MIT/Apache-2.0", ("MIT",), (), UNKNOWN),
        ("(" * 50 + "MIT" + ")" * 50, ("MIT",), (), OK), ("MIT OR " * 900 + "MIT", ("MIT",), (), UNKNOWN),
    ],
)  # fmt: skip
def test_what_the_policy_says_of_an_expression(text, allow, deny, expected):
    assert verdict(text, allow, deny) is expected


def test_all_that_is_said_counts_and_nothing_is_not_known():
    assert judged(Licences(allow=("MIT",)), ("MIT", "GPL-3.0-only")) == (DENIED, "GPL-3.0-only")
    assert judged(Licences(allow=("MIT",)), ())[0] is UNKNOWN


names = st.sampled_from(
    ["MIT", "GPL-2.0-only", "GPL-3.0-or-later", "Apache-2.0", "LicenseRef-x", "odd one", "NOASSERTION"]
)


@given(names, names, st.lists(names, max_size=2).map(tuple), st.lists(names, max_size=2).map(tuple))
def test_alternatives_are_as_good_as_the_best_and_demands_as_bad_as_the_worst(one, other, allow, deny):
    if "odd one" in (one, other):  # no expression
        return
    each = [verdict(text, allow, deny) for text in (one, other)]
    assert verdict(f"{one} OR {other}", allow, deny) is min(each)
    assert verdict(f"{one} AND {other}", allow, deny) is max(each)
    assert verdict(one, allow, (*deny, "MIT")) >= verdict(one, allow, deny)


@given(st.text(max_size=60))
def test_no_text_does_more_than_be_unknown(text):
    assert verdict(text, ("MIT",), ()) in (UNKNOWN, DENIED) or "mit" in text.lower()


def lock(**licences):
    entries = {f"node_modules/{name}": {"version": "1.0.0"} | ({"license": said} if said else {})
               for name, said in licences.items()}  # fmt: skip
    return json.dumps({"lockfileVersion": 3, "packages": {"": {}} | entries}, indent=1)


def told(tmp_path, files, **policy):
    more = {"sboms": policy.pop("sboms", ()), "describes": policy.pop("describes", {})}
    return looked(tmp_path, files, rules=RULES, licences=Licences(**policy), **more)


def test_findings_of_a_lock_file(tmp_path):
    some = told(
        tmp_path,
        {"package-lock.json": lock(a="MIT", b="AGPL-3.0", c="", d="SEE LICENSE IN x")},
        allow=("MIT",),
        unknown="error",
    )
    assert [(found.rule, found.level, found.key[2:]) for found in some.findings] == [
        ("security/denied-licence", Level.ERROR, ("b", "AGPL-3.0")),
        ("security/unknown-licence", Level.ERROR, ("c", "")),
        ("security/unknown-licence", Level.ERROR, ("d", "SEE LICENSE IN x")),
    ]  # fmt: skip
    assert some.findings[0].location.line == 9
    assert some.findings[0].message == ("`b` 1.0.0 is licensed under AGPL-3.0, which the policy does not let through")
    assert "package-lock.json tells none" in some.findings[1].message
    assert some.examined("denied-licence") == some.examined("unknown-licence") == {"package-lock.json": 4}


def test_exceptions_are_counted_with_their_reason(tmp_path):
    files = {"package-lock.json": lock(a="GPL-3.0-only", b="", c="GPL-3.0-only", d="GPL-3.0-only", e="MIT")}
    reasons = {"pkg:npm/a": "only in the build", "pkg:npm/b@1.0.0": "we asked", "pkg:npm/c@2.0.0": "another version"}
    some = told(tmp_path, files, allow=("MIT",), exceptions=reasons)
    assert [found.key[2] for found in some.findings] == ["c", "d"]
    assert some.facts["licences that are excepted"] == (
        "2 packages: pkg:npm/a@1.0.0 (only in the build); pkg:npm/b@1.0.0 (we asked)"
    )


def test_composer_lists_alternatives(tmp_path):
    text = '{"packages": [{"name": "x/a", "version": "1", "license": ["MIT", "GPL-2.0+"]}, '
    text += '{"name": "x/b", "version": "1", "license": ["GPL-2.0+"]}]}'
    assert [found.key[2] for found in told(tmp_path, {"composer.lock": text}, allow=("MIT",)).findings] == ["x/b"]


def test_a_file_that_tells_no_licences_is_not_tested_and_never_passed(tmp_path):
    some = told(tmp_path, {"requirements.txt": "a==1\n"}, allow=("MIT",))
    for rule in ("denied-licence", "unknown-licence"):
        assert some.why("not-tested", rule) == {"requirements.txt": "it tells the licence of no package"}
        assert some.examined(rule) == {}


def test_what_neither_the_lock_file_nor_its_sbom_tells_is_not_tested(tmp_path):
    well = component("a", "1", "pkg:pypi/A@1.0", licenses=[{"license": {"id": "MIT"}}])
    for name, bill, why in (
        ("a", cyclonedx(component("a", "1", "pkg:pypi/a@1")), "it tells the licence of no package"),
        ("b", cyclonedx(well), "neither it nor the SBOM that describes it tells the licence of b, c"),
        ("c", cyclonedx(well, component("b", "1", "pkg:pypi/b@1")), "the licence of b, c"),
        ("d", "{", "it tells the licence of no package"),
    ):
        files = {"requirements.txt": "a==1\nb==1\nc==1\n", "sbom.json": bill}
        some = told(tmp_path / name, files, allow=("MIT",), describes={"sbom.json": ("requirements.txt",)})
        assert why in some.why("not-tested", "denied-licence")["requirements.txt"]


def test_the_sbom_that_describes_a_lock_file_tells_its_licences(tmp_path):
    bill = cyclonedx(component("a", "1", "pkg:pypi/a@1", licenses=[{"license": {"id": "AGPL-3.0-only"}}]))
    files = {"requirements.txt": "a==1\n", "sbom.json": bill}
    some = told(tmp_path, files, allow=("MIT",), describes={"sbom.json": ("requirements.txt",)})
    assert [found.key for found in some.findings] == [("sbom.json", "PyPI", "a", "AGPL-3.0-only")]
    assert some.why("not-tested", "denied-licence") == {}
    assert "requirements.txt" in some.why("not-applicable", "denied-licence")


@pytest.mark.parametrize(
    ("licences", "rule"),
    [
        ([{"expression": "MIT OR AGPL-3.0-only"}], None),
        ([{"license": {"id": "MIT"}}, {"license": {"id": "AGPL-3.0-only"}}], "denied-licence"),
        ([{"license": {"name": "Our own"}}], "unknown-licence"),
        ([], "unknown-licence"),
    ],
)
def test_licences_of_an_sbom(tmp_path, licences, rule):
    well = component("b", "1", "pkg:pypi/b@1", licenses=[{"license": {"id": "MIT"}}])
    bill = cyclonedx(well, component("a", "1", "pkg:pypi/a@1", licenses=licences))
    some = told(tmp_path, {"sbom.json": bill}, allow=("MIT",), sboms=("sbom.json",))
    assert [found.rule for found in some.findings] == ([f"security/{rule}"] if rule else [])


def test_what_cannot_be_read_is_errored_and_what_is_no_release_not_tested(tmp_path):
    files = {"a/package-lock.json": "<<<<<<< ours\n", "b/package-lock.json": lock(a="MIT").replace(
        '"version": "1.0.0"', '"version": "1.0.0", "resolved": "git+ssh://x"')}  # fmt: skip
    some = told(tmp_path, files, allow=("MIT",))
    assert list(some.why("errored", "denied-licence")) == ["a/package-lock.json"]
    assert some.why("not-tested", "denied-licence") == {"b/package-lock.json": "the licence is not looked for of a"}


def test_nobody_asks_without_a_policy():
    assert Settings().unasked >= RULES
    assert not RULES & Settings(licences=Licences(deny=("GPL-*",))).unasked


def test_a_change_brings_a_licence(clone, command):
    settings = '[security]\nkinds = ["dependencies"]\n[security.licences]\nallow = ["MIT"]\n'
    settings += '[security.licences.exceptions]\n"pkg:npm/c" = "decided"\n'
    clone.commit("one", **{"sluicegate.toml": settings, "package-lock.json": lock(a="MIT", b="GPL-3.0-only")})
    clone.write("package-lock.json", lock(a="BUSL-1.1", b="GPL-3.0-only", c="GPL-3.0-only"))
    done = command("check", "--gate", "security", "--report", "json=-")
    [gate] = [one for one in json.loads(done.stdout)["gates"] if one["gate"] == "security"]
    assert {one["key"][2]: one["state"] for one in gate["findings"]} == {"a": "new", "b": "unchanged"}
    assert done.returncode == 1
    clone.write("sluicegate.toml", settings.replace('["MIT"]', '["MIT", "BUSL-*"]'))
    done = command("check", "--gate", "security", "--report", "json=-")
    assert "security.licences.allow is" in done.stdout
