"""Licences that a repository declares, and those of the components that a bill of materials names."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sluicegate.gates.compliance.check import check
from sluicegate.gates.compliance.evidence.licences.claims import ways
from sluicegate.gates.compliance.settings import Settings
from sluicegate.model import Context, Examination, Finding, Outcome
from sluicegate.revision import TreeSpec, open_tree

TERMS = "Whoever has this may use it.\n"
NAMES = ("licence-declared", "licences-spelt", "component-licences-known", "component-licences-allowed")
ALLOW = "baseline/component-licences-allowed/allow"


class Said:
    def __init__(self, said):
        mine = tuple(f"compliance/baseline/{name}" for name in NAMES)
        self.findings = [one for one in said if isinstance(one, Finding) and one.rule in mine]
        self.examinations = [one for one in said if isinstance(one, Examination) and one.rule in mine]

    @property
    def broken(self):
        """What breaks a control, by its name and what the finding is about."""
        return {(one.rule.rpartition("/")[2], one.key[-1]) for one in self.findings}

    def examined(self, control):
        return sum(one.examined for one in self.examinations if one.rule.endswith(f"/{control}") and not one.undecided)

    def undecided(self, control):
        of = [one.undecided for one in self.examinations if one.rule.endswith(f"/{control}") and one.undecided]
        return [(each.outcome, each.reason) for each in of]


@pytest.fixture
def ask(tmp_path):
    def asking(files, prefix="", **settings):
        for path, text in files.items():
            at = Path(tmp_path, path)
            at.parent.mkdir(parents=True, exist_ok=True)
            at.write_bytes(text if isinstance(text, bytes) else text.encode())
        context = Context(
            settings=Settings(**settings), head=open_tree(TreeSpec(kind="folder", root=str(tmp_path), prefix=prefix)),
            reference=None, rules=frozenset(), now=datetime.now(UTC), folder=str(Path(tmp_path, prefix)),
        )  # fmt: skip
        return Said(list(check(context)))

    return asking


@pytest.mark.parametrize(
    ("files", "declared"),
    [
        ({"LICENSE": TERMS}, True),
        ({"COPYING.LESSER": TERMS}, True),
        ({"LICENSE-MIT.txt": TERMS}, True),
        ({"licence.md": TERMS}, True),
        ({"LICENSES/Apache-2.0.txt": TERMS}, True),
        ({"LICENSE": " \n"}, False),
        ({"license.py": "x = 1\n"}, False),
        ({"src/LICENSE": TERMS}, False),
        ({"pyproject.toml": '[project]\nname = "a"\nlicense = "MIT"\n'}, True),
        ({"pyproject.toml": '[project]\nname = "a"\n'}, False),
        ({"package.json": '{"license": "UNLICENSED"}'}, True),
        ({"package.json": '{"license": "what we say"}'}, False),
        ({"web/package.json": '{"license": "MIT"}'}, False),  # of that package alone
        ({"a.py": "# SPDX-License-Identifier: MIT\n"}, False),  # of that file alone
        ({}, False),
    ],
)
def test_a_repository_says_under_which_terms_it_may_be_used(files, declared, ask):
    said = ask(files)
    assert (("licence-declared", "repository") not in said.broken) is declared
    assert said.examined("licence-declared") == 1
    assert declared or str(said.findings[0].location) == "repository"
    assert Outcome.ERRORED not in {how for name in NAMES for how, _ in said.undecided(name)}


def test_the_terms_of_a_project_in_a_folder_may_stand_at_the_top(ask):
    files = {"services/shop/a.txt": "a", "LICENSE": TERMS}
    assert not ask(files, prefix="services/shop").broken
    assert ask(files, prefix="services/shop", history="recorded").broken  # that folder is the top then


POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
 <licenses><license><name>{}</name></license></licenses></project>"""


@pytest.mark.parametrize(
    ("path", "text", "good"),
    [
        ("pyproject.toml", '[project]\nlicense = "MIT AND (Apache-2.0 OR BSD-2-Clause)"\n', True),
        ("pyproject.toml", '[project]\nlicense = "Apache 2"\n', False),
        ("pyproject.toml", '[project]\nlicense = {file = "LICENSE"}\n', True),
        ("pyproject.toml", '[project]\nlicense = {file = "NOWHERE"}\n', False),
        ("pyproject.toml", '[project]\nlicense = {text = "MIT"}\n', True),
        ("pyproject.toml", '[project]\nclassifiers = ["License :: OSI Approved :: BSD License"]\n', False),
        ("pyproject.toml", '[tool.poetry]\nlicense = "LicenseRef-Acme"\n', True),
        ("web/package.json", '{"license": "SEE LICENSE IN ../LICENSE"}', True),
        ("web/package.json", '{"license": "SEE LICENSE IN LICENSE"}', False),
        ("web/package.json", '{"license": {"type": "ISC"}}', True),
        ("web/package.json", '{"licenses": [{"type": "ISC"}, {"type": "my own"}]}', False),
        ("Cargo.toml", '[package]\nlicense = "MIT/Apache-2.0"\n', True),
        ("Cargo.toml", '[package]\nlicense-file = "GONE"\n', False),
        ("composer.json", '{"license": ["MIT", "LGPL-2.1-only"]}', True),
        ("composer.json", '{"license": "proprietary-ish"}', False),
        ("pom.xml", POM.format("Apache-2.0"), True),
        ("pom.xml", POM.format("The Apache License, Version 2.0"), False),
        ("a.c", "/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */\n", True),
        ("a.sh", "#!/bin/sh\n# SPDX-License-Identifier: MIT-ish\n", False),
    ],
)
def test_a_licence_is_named_as_spdx_has_it(path, text, good, ask):
    said = ask({"LICENSE": TERMS, path: text})
    assert {name for name, _ in said.broken} == (set() if good else {"licences-spelt"})
    assert said.examined("licences-spelt") >= 1
    for one in said.findings:
        assert one.location.path == path
        assert one.location.line == text.count("\n", 0, text.lower().index("licen")) + 1 or path == "pom.xml"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Cargo.toml", "[package]\nlicense.workspace = true\n"),
        ("pyproject.toml", '[project]\ndynamic = ["license"]\n'),
    ],
)
def test_a_licence_that_stands_elsewhere_is_open_and_never_passed(path, text, ask):
    said = ask({path: text})
    assert [how for how, _ in said.undecided("licence-declared")] == [Outcome.INCONCLUSIVE]
    said = ask({"LICENSE": TERMS})
    assert said.examined("licence-declared") == 1
    assert not said.broken
    assert said.examined("licences-spelt") == 0
    assert [outcome for outcome, _ in said.undecided("licences-spelt")] == [Outcome.INCONCLUSIVE]


def test_a_manifest_that_cannot_be_read_is_told_and_the_others_are_judged(ask):
    said = ask({"LICENSE": TERMS, "package.json": "{", "a/package.json": '{"license": "mine"}'})
    assert said.broken == {("licences-spelt", "mine")}
    assert any(how is Outcome.ERRORED and "package.json" in why for how, why in said.undecided("licences-spelt"))


def bill(*components):
    parts = [
        {"type": "library", "name": name, "version": "1.0", "purl": f"pkg:pypi/{name}@1.0", "licenses": licences}
        for name, licences in components
    ]
    about = {"component": {"type": "application", "name": "shop", "bom-ref": "shop"}}
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": about, "components": parts})


def ids(*names):
    return [{"license": {"id": name}} for name in names]


def said_as(text):
    return [{"expression": text}]


BILL = bill(
    ("one", ids("MIT")),
    ("either", said_as("GPL-3.0-only OR Apache-2.0")),
    ("both", said_as("MIT AND AGPL-3.0-only")),
    ("two", ids("MIT", "AGPL-3.0-only")),
    ("later", said_as("LGPL-2.1-or-later")),
    ("excepted", said_as("GPL-2.0-only WITH Classpath-exception-2.0")),
    ("strange", [{"license": {"name": "The Acme Licence"}}]),
    ("silent", []),
)


def test_components_are_held_against_the_licences_that_are_allowed(ask):
    allowed = ("MIT", "Apache-2.0", "LGPL-3.0-only", "GPL-2.0-only WITH Classpath-exception-2.0")
    said = ask({"LICENSE": TERMS, "bom.json": BILL}, parameters={ALLOW: allowed})
    denied = {one.location.logical for one in said.findings if one.rule.endswith("-allowed")}
    assert denied == {"both", "two"}
    unknown = {one.location.logical for one in said.findings if one.rule.endswith("-known")}
    assert unknown == {"strange", "silent"}
    assert (said.examined("component-licences-allowed"), said.examined("component-licences-known")) == (6, 8)
    ((how, why),) = said.undecided("component-licences-allowed")
    assert how is Outcome.INCONCLUSIVE
    assert why.startswith("2 components cannot be judged")


def test_where_nobody_said_what_is_allowed_nothing_is_held_against_it(ask):
    said = ask({"LICENSE": TERMS, "bom.json": bill(("one", ids("AGPL-3.0-only")))})
    assert not said.broken
    assert said.examined("component-licences-known") == 1
    assert [how for how, _ in said.undecided("component-licences-allowed")] == [Outcome.NOT_APPLICABLE]


def test_a_bill_that_tells_no_licence_is_not_tested(ask):
    said = ask({"LICENSE": TERMS, "bom.json": bill(("one", []), ("two", []))}, parameters={ALLOW: ("MIT",)})
    assert not said.broken
    for control in NAMES[2:]:
        ((how, why),) = said.undecided(control)
        assert (how, said.examined(control)) == (Outcome.NOT_TESTED, 0)
        assert "bom.json tells the licence of none of its 2 components" in why


SPDX = {
    "spdxVersion": "SPDX-2.3",
    "packages": [
        {"name": "a", "SPDXID": "SPDXRef-a", "licenseConcluded": "NOASSERTION", "licenseDeclared": "MIT"},
        {"name": "b", "SPDXID": "SPDXRef-b", "licenseConcluded": "AGPL-3.0-only", "licenseDeclared": "MIT"},
        {"name": "c", "SPDXID": "SPDXRef-c", "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION"},
    ],
}


def test_documents_of_spdx_are_read_by_the_name_that_the_settings_give(ask):
    files = {"LICENSE": TERMS, "out/parts.json": json.dumps(SPDX)}
    said = ask(files, sboms=("out/*.json",), parameters={ALLOW: ("MIT",)})
    names = {(one.rule.rpartition("-")[2], one.location.logical) for one in said.findings}
    assert names == {("allowed", "b"), ("known", "c")}
    said = ask(files, sboms=("out/*.json", "gone.json"))
    assert any(how is Outcome.ERRORED and "gone.json" in why for how, why in said.undecided("component-licences-known"))


def test_a_bill_that_is_none_is_told(ask):
    said = ask({"LICENSE": TERMS, "sbom.json": '{"a": 1}'})
    assert [how for how, _ in said.undecided("component-licences-known")] == [Outcome.ERRORED]


def test_the_choices_of_an_expression_are_bounded():
    assert ways(("MIT AND (ISC OR 0BSD)",)) == [["MIT", "ISC"], ["MIT", "0BSD"]]
    assert ways(()) is None
    assert ways(("MIT", "nobody's")) is None
    assert ways((" AND ".join(["(MIT OR ISC)"] * 30),)) is None or len(ways((" AND ".join(["(MIT OR ISC)"] * 30),))) < 5
    names = ("MIT", "ISC", "0BSD", "Zlib", "BSL-1.0", "Apache-2.0", "MPL-2.0", "CC0-1.0", "Unlicense", "BSD-2-Clause")
    wide = " AND ".join(f"({one} OR {other})" for one in names for other in names if one < other)
    assert ways((wide,)) is None


def test_terms_that_cannot_be_read_are_neither_there_nor_missing(ask):
    said = ask({"LICENSE": b"x" * (2 << 20)})
    assert not said.broken
    assert said.examined("licence-declared") == 0
    assert {how for how, _ in said.undecided("licence-declared")} == {Outcome.INCONCLUSIVE, Outcome.NOT_TESTED}


def test_a_header_counts_where_a_comment_begins_with_it(ask):
    text = 'HEADER = "# SPDX-License-Identifier: nonsense of a text"\n'
    assert not ask({"LICENSE": TERMS, "a.py": text}).broken
    said = ask({"LICENSE": TERMS, "a.py": "# SPDX-License-Identifier: nonsense of a text\n", "vendor/b.py": text[10:]})
    assert said.broken == {("licences-spelt", "nonsense of a text")}
