"""SBOMs that are cut, of another kind, or made to do harm: each is errored, with its place."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
from advised import HIGH, advisory, before, looked, tree_of
from hypothesis import given
from hypothesis import strategies as st
from test_sboms import SPDX, TAGS, XML_COMPONENT, component, cyclonedx, xml

from sluicegate.errors import GateError, UnreadableError
from sluicegate.gates.security.dependencies.sboms import read
from sluicegate.manifests.sboms.bill import LIMIT

HTTP = advisory("A-1", "acme-http", before("2.0.7"), severity=[{"type": "CVSS_V3", "score": HIGH}])
WHOLE = cyclonedx(component())
ENTITIES = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
BOMB = f'<?xml version="1.0"?>\n<!DOCTYPE bom [<!ENTITY e0 "ha">{ENTITIES}]>\n<bom><name>&e9;</name></bom>'
BAD = {
    "cut": (WHOLE[:-20], "x:9"),
    "empty": ("", "x: the file is empty"),
    "blank": (" \n", "x: the file is empty"),
    "a list": ("[]", "x:1: a file of this kind is a mapping"),
    "another schema": ('{"runs": []}', "x:1: it says of itself neither `bomFormat` nor `spdxVersion`"),
    "an old version": (cyclonedx(version="1.3"), "x:1: specVersion 1.3 is not one of"),
    "a new version": (cyclonedx(version="2.0"), "x:1: specVersion 2.0 is not one of"),
    "an old SPDX": ('{"spdxVersion": "SPDX-2.1", "packages": []}', "x:1: spdxVersion SPDX-2.1 is not one of"),
    "SPDX with nothing": ('{"spdxVersion": "SPDX-2.3"}', "x:1: it has neither packages nor files"),
    "a key twice": ('{"bomFormat": "CycloneDX",\n"specVersion": "1.6",\n"specVersion": "1.6"}', "x:3:1: the key"),
    "components that are none": (cyclonedx(components={}), "x:4: `components` is no list"),
    "a component that is none": (cyclonedx(component(), 3), "x:11: `components` holds something else than objects"),
    "a name that is none": (cyclonedx(component(name=3)), "x:7: `name` is no text"),
    "no name": (cyclonedx(component(name="")), "x:5: a component has no name"),
    "a purl that is none": (cyclonedx(component(purl=[])), "x:9: `purl` is no text"),
    "edges that are none": (cyclonedx(dependencies=[{"ref": "a", "dependsOn": "b"}]), "`dependsOn` is no list"),
    "packages that are none": (json.dumps(SPDX | {"packages": [1]}), "`packages` holds something else than objects"),
    "a merge": (f"<<<<<<< ours\n{WHOLE}", "x:1: the mark of a merge"),
    "not UTF-8": (b'{"bomFormat": "\xff"}', "x:1: the file is not UTF-8"),
    "deep": (cyclonedx(component(components=json.loads("[" * 600 + "]" * 600))), "levels deep"),
    "entities": (BOMB, "x:2: a document type, which an SBOM does not need"),
    "an entity from a file": ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>\n<a>&b;</a>', "x:1: a document"),
    "a type from elsewhere": ('<!DOCTYPE bom SYSTEM "bom.dtd">\n' + xml("").partition("\n")[2], "x:1: a document type"),
    "XML that is cut": (xml(XML_COMPONENT)[:-10], "not well-formed XML"),
    "another XML": ("<project/>", "x:1: the root is `project`, and not `bom`"),
    "an old XML": (xml("", version="1.2"), "x:2: the root is"),
    "deep XML": (xml("<a>" * 200 + "</a>" * 200), "levels deep"),
    "a nameless component": (xml("<components><component/></components>"), "x:3: a component has no name"),
    "tags without a version": ("PackageName: a\n", "x:1: `PackageName` stands where `SPDXVersion`"),
    "another version of tags": ("SPDXVersion: SPDX-1.2\n", "x:1: spdxVersion SPDX-1.2 is not one of"),
    "no tag": (TAGS + "what is this\n", "x:20: `what is this` is no tag with a value"),
    "a tag twice": (TAGS.replace("2.0.6\nP", "2.0.6\nPackageVersion: 2.0.7\nP"), "x:12: `PackageVersion` stands twice"),
    "half a relationship": (TAGS + "Relationship: a DEPENDS_ON\n", "x:20: a relationship is two elements"),
    "a text that is cut": (TAGS + "PackageComment: <text>it goes on\n", "x:20: the text of `PackageComment` is not"),
    "something else": ("hello\n", "x:1: `hello` is no tag with a value"),
}  # fmt: skip


def bill(tmp_path, content):
    return read(tree_of(tmp_path, x=content), "x")


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_told_with_its_place(tmp_path, what):
    content, expected = BAD[what]
    with pytest.raises(UnreadableError) as raised:
        bill(tmp_path, content)
    assert expected in raised.value.message
    assert raised.value.hint


def test_one_bad_sbom_does_not_cost_the_others(tmp_path):
    told = looked(tmp_path, {"a.json": WHOLE[:-20], "b.json": WHOLE}, HTTP, sboms=("*.json",))
    assert list(told.why("errored")) == ["a.json"]
    assert [found.key[0] for found in told.findings] == ["b.json"]


def test_what_is_too_large_is_errored_and_not_read(tmp_path):
    tree = tree_of(tmp_path, x="")
    with (tmp_path / "x").open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(UnreadableError, match=f"{LIMIT:,}|larger|bytes"):
        read(tree, "x")


@pytest.mark.parametrize(
    "content",
    [
        cyclonedx(*[component(f"a{n}", "1", f"pkg:pypi/a{n}@1") for n in range(40_000)]),
        xml("<components>" + "<component><name>a</name></component>" * 100_000 + "</components>"),
        "SPDXVersion: SPDX-2.3\n" + "PackageName: a\n" * 200_000,
        "SPDXVersion: SPDX-2.3\nPackageName: <text>" + "a\n" * 300_000,
        cyclonedx(component(purl="pkg:pypi/" + "/@" * 300_000)),
        cyclonedx(dependencies=[{"ref": "a", "dependsOn": ["a"] * 300_000}] * 3),
    ],
    ids=["components", "XML", "tags", "a text", "a purl", "edges"],
)
def test_what_is_made_to_take_long_takes_as_long_as_it_is_large(tmp_path, content):
    started = time.process_time()
    with suppress(UnreadableError):
        bill(tmp_path, content)
    assert time.process_time() - started < 15


@pytest.mark.parametrize(
    "whole", [WHOLE, json.dumps(SPDX), TAGS, xml(XML_COMPONENT)], ids=["json", "spdx", "tags", "xml"]
)
def test_nothing_but_a_refusal_comes_of_a_spoilt_one(tmp_path_factory, whole):
    @given(st.integers(0, len(whole)), st.integers(0, 30), st.text(max_size=5))
    def holds(at, count, other):
        with suppress(GateError):
            bill(tmp_path_factory.mktemp("spoilt"), whole[:at] + other + whole[at + count :])

    holds()
