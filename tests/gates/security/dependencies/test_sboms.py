"""SBOMs as tools write them and by hand: what they name is held against the advisories as what is locked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from advised import HIGH, advisory, before, looked, ranged, tree_of
from msgspec.structs import replace

from sluicegate.gates.security.dependencies.packages import CRATES, GO, MAVEN, NPM, PYPI
from sluicegate.gates.security.dependencies.sboms import read

DATA = Path(__file__).parent / "data/sbom"
HTTP = advisory("A-1", "acme-http", before("2.0.7"), severity=[{"type": "CVSS_V3", "score": HIGH}])


def component(name="acme-http", version="2.0.6", purl="pkg:pypi/acme-http@2.0.6", **more):
    return {"type": "library", "name": name, "version": version, "purl": purl} | more


def cyclonedx(*components, version="1.6", **more):
    return json.dumps(
        {"bomFormat": "CycloneDX", "specVersion": version, "components": list(components)} | more, indent=1
    )


def xml(inner, version="1.6"):
    return (
        f'<?xml version="1.0"?>\n<bom xmlns="http://cyclonedx.org/schema/bom/{version}" version="1">\n{inner}\n</bom>'
    )


XML_COMPONENT = """<components><component type="library" bom-ref="a"><name>Acme_HTTP</name><version>2.0.6</version>
<hashes><hash alg="SHA-256">AB</hash></hashes><licenses><license><id>MIT</id></license></licenses>
<purl>pkg:pypi/acme-http@2.0.6</purl>
<pedigree><ancestors><component type="library"><name>old</name><purl>pkg:pypi/old@1</purl></component></ancestors>
</pedigree>
<components><component type="library"><name>inner</name><purl>pkg:npm/%40acme/ui@1.0.0</purl></component></components>
</component></components><dependencies><dependency ref="a"><dependency ref="b"/></dependency></dependencies>"""

SPDX = {
    "spdxVersion": "SPDX-2.3",
    "SPDXID": "SPDXRef-DOCUMENT",
    "packages": [
        {"SPDXID": "SPDXRef-shop", "name": "shop", "versionInfo": "1"},
        {
            "SPDXID": "SPDXRef-http", "name": "acme-http", "versionInfo": "2.0.6", "licenseConcluded": "NOASSERTION",
            "licenseDeclared": "MIT", "checksums": [{"algorithm": "SHA256", "checksumValue": "AB"}],
            "externalRefs": [
                {"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a:a"},
                {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                 "referenceLocator": "pkg:pypi/acme-http@2.0.6"},
            ],
        },
    ],
    "relationships": [
        {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-shop"},
        {"spdxElementId": "SPDXRef-http", "relationshipType": "DEV_DEPENDENCY_OF",
         "relatedSpdxElement": "SPDXRef-shop"},
    ],
}  # fmt: skip
TAGS = """SPDXVersion: SPDX-2.2
SPDXID: SPDXRef-DOCUMENT
PackageName: shop
SPDXID: SPDXRef-shop
PackageComment: <text>it begins here
PackageName: none
and ends</text>
# a comment
PackageName: acme-http
SPDXID: SPDXRef-http
PackageVersion: 2.0.6
PackageLicenseConcluded: NOASSERTION
PackageLicenseDeclared: MIT
PackageChecksum: SHA256: AB
ExternalRef: PACKAGE_MANAGER purl pkg:pypi/acme-http@2.0.6
FileName: ./a
SPDXID: SPDXRef-file
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-shop
Relationship: SPDXRef-http DEV_DEPENDENCY_OF SPDXRef-shop
"""


def bill(tmp_path, content, name="sbom.json"):
    return read(tree_of(tmp_path, **{name: content}), name)


@pytest.mark.parametrize(
    ("name", "count", "some", "direct"),
    [
        ("uv.cdx.json", 13, ("requests", "2.19.1"), {"flask", "requests"}),
        ("npm.cdx.json", 53, ("lodash", "4.17.15"), {"express", "lodash"}),
        ("npm.spdx.json", 53, ("lodash", "4.17.15"), {"express", "lodash", "cart"}),
        ("npm.spdx", 53, ("lodash", "4.17.15"), {"express", "lodash", "cart"}),
        ("poetry.cdx.xml", 12, ("requests", "2.19.1"), {"flask", "requests"}),
    ],
)
def test_what_a_tool_wrote(tmp_path, name, count, some, direct):
    lock = bill(tmp_path, (DATA / name).read_bytes(), name)
    assert len(lock.packages) == count
    assert lock.skipped == []
    assert some in {(one.name, one.version) for one in lock.packages}
    assert {one.name for one in lock.packages if one.direct} == direct
    assert all(one.line and one.column for one in lock.packages)
    assert "shop" in lock.own


def test_npms_bill_is_the_same_in_every_form(tmp_path):
    def told(name):
        lock = bill(tmp_path / name, (DATA / name).read_bytes(), name)
        return sorted((one.name, one.version, one.licences, one.digests) for one in lock.packages)

    assert told("npm.cdx.json") == told("npm.spdx.json") == told("npm.spdx")


def test_the_forms_say_the_same(tmp_path):
    in_json = bill(tmp_path / "a", json.dumps(SPDX))
    tags = bill(tmp_path / "b", TAGS, "sbom.spdx")
    [one], [other] = in_json.packages, tags.packages
    assert (one.name, one.version, one.licences, one.digests, one.direct, one.optional) == (
        "acme-http", "2.0.6", ("MIT",), ("sha256:ab",), True, True,
    )  # fmt: skip
    assert replace(one, line=None, column=None) == replace(other, line=None, column=None)
    assert other.line == 9
    assert in_json.own == tags.own == {"shop"}


def test_xml_has_nested_components_and_no_ancestors(tmp_path):
    lock = bill(tmp_path, xml(XML_COMPONENT), "sbom.xml")
    assert {(one.ecosystem, one.name, one.version) for one in lock.packages} == {
        (PYPI, "acme-http", "2.0.6"), (NPM, "@acme/ui", "1.0.0"),
    }  # fmt: skip
    [one] = [each for each in lock.packages if each.name == "acme-http"]
    assert (one.line, one.digests, one.licences, one.needs) == (3, ("sha256:ab",), ("MIT",), ("b",))


def test_nested_components_and_tools_in_json(tmp_path):
    tool = component("tool", "1", "pkg:pypi/tool@1")
    about = component("shop", "1", "pkg:pypi/shop@1", **{"bom-ref": "root", "components": [component("in", "1", "")]})
    text = cyclonedx(
        component(components=[component("inner", "1.0", "pkg:pypi/inner@1.0", scope="optional")]),
        metadata={"component": about, "tools": {"components": [tool]}},
    )
    lock = bill(tmp_path, text)
    assert [(one.name, one.optional) for one in lock.packages] == [("acme-http", None), ("inner", True)]
    assert [one.name for one in lock.skipped] == ["in"]
    assert lock.own == {"shop"}


@pytest.mark.parametrize(
    ("purl", "expected"),
    [
        ("pkg:pypi/Acme_HTTP@2.0.6?file_name=a.whl#sub", (PYPI, "acme-http", "2.0.6")),
        ("pkg:npm/%40acme/ui@1.0.0", (NPM, "@acme/ui", "1.0.0")),
        ("pkg:npm/@acme/ui@1.0.0", (NPM, "@acme/ui", "1.0.0")),
        ("pkg:golang/github.com/Acme/ui@v1.2.0#cmd", (GO, "github.com/Acme/ui", "1.2.0")),
        ("pkg:maven/com.acme/ui@1.0?type=jar", (MAVEN, "com.acme:ui", "1.0")),
        ("pkg:cargo/acme@1.0.0%2Bx", (CRATES, "acme", "1.0.0+x")),
        ("pkg:pypi/acme-http", (PYPI, "acme-http", "9")),
    ],
)
def test_a_package_url_names_a_package(tmp_path, purl, expected):
    [one] = bill(tmp_path, cyclonedx(component(version="9", purl=purl))).packages
    assert (one.ecosystem, one.name, one.version) == expected


def test_what_an_sbom_names_is_judged_as_what_is_locked(tmp_path):
    for name, text, line in (
        ("a.json", cyclonedx(component()), 5), ("b.xml", xml(XML_COMPONENT), 3),
        ("c.json", json.dumps(SPDX, indent=1), 10),
        ("d.spdx", TAGS, 9),
    ):  # fmt: skip
        told = looked(tmp_path / name, {f"sbom/{name}": text}, HTTP, sboms=("sbom/*",))
        [found] = told.findings
        assert found.rule == "security/vulnerable-dependency"
        assert found.key == (f"sbom/{name}", "PyPI", "acme-http", "A-1")
        assert (found.location.path, found.location.line) == (f"sbom/{name}", line)
        assert found.fix is None
        assert told.examined() == {f"sbom/{name}": 1}


def test_the_near_miss_is_silent(tmp_path):
    text = cyclonedx(component(version="2.0.7", purl="pkg:pypi/acme-http@2.0.7"))
    told = looked(tmp_path, {"sbom.json": text}, HTTP, sboms=("sbom.json",))
    assert told.findings == []
    assert told.examined() == {"sbom.json": 1}


def test_a_wide_pattern_means_no_lock_file(tmp_path):
    lock = '{"lockfileVersion": 3, "packages": {"": {}, "node_modules/ui": {"version": "1.0.0"}}}'
    more = advisory("B-1", "ui", before("2.0.0"), ecosystem="npm", severity=[{"type": "CVSS_V3", "score": HIGH}])
    told = looked(
        tmp_path, {"sbom.json": cyclonedx(component()), "package-lock.json": lock}, HTTP, more, sboms=("*.json",)
    )
    assert told.why("errored") == {}
    assert {found.key[0] for found in told.findings} == {"sbom.json", "package-lock.json"}


def test_an_sbom_that_is_not_named_is_not_read(tmp_path):
    told = looked(tmp_path, {"sbom.json": cyclonedx(component())}, HTTP)
    assert told.findings == []
    assert list(told.why("not-applicable")) == ["lock files"]


def test_one_that_describes_a_lock_file_is_read_without_being_named_twice(tmp_path):
    files = {"sbom.json": cyclonedx(component()), "requirements.txt": "acme-http==2.0.6\n"}
    told = looked(tmp_path, files, HTTP, describes={"sbom.json": ("requirements.txt",)})
    assert {found.key[0] for found in told.findings} == {"sbom.json", "requirements.txt"}


def test_what_cannot_be_held_against_advisories_is_counted_with_the_reason(tmp_path):
    text = cyclonedx(
        component(), component("libc6", "2.36", "pkg:deb/debian/libc6@2.36"), component("file", "", ""),
        component("odd", "1", "odd"), component("bare", "", "pkg:pypi/bare"),
        component("ui", "1.0.0", "pkg:npm/ui@1.0.0"),
        component("forked", "1", "pkg:pypi/forked@1?vcs_url=git%2Bhttps://x"),
    )  # fmt: skip
    told = looked(tmp_path, {"sbom.json": text}, HTTP, sboms=("*.json",))
    assert told.examined() == {"sbom.json": 1}
    assert told.reasons("not-tested")[0] == "the advisories hold none on npm (1 package)"
    [why] = told.reasons("not-tested")[1:]
    assert why.startswith(
        "5 entries cannot be held against advisories: libc6 (line 11): its package URL names no release"
    )
    tree = tree_of(tmp_path / "b", **{"sbom.json": text})
    assert {one.name: one.why for one in read(tree, "sbom.json").skipped} == {
        "libc6": "its package URL names no release of Debian that has advisories (`distro=debian-12`)",
        "file": "it has no package URL", "odd": "`odd` is no package URL", "bare": "it has no version",
        "forked": "it comes from elsewhere than a registry",
    }  # fmt: skip
    assert "and 2 more" in why


def test_a_package_of_a_distribution_is_held_against_the_advisories_of_its_release(tmp_path):
    libc = "pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12.4&upstream=glibc%402.36"
    text = cyclonedx(
        component("libc6", "2.36-9", libc), component("wget", "1", "pkg:apk/alpine/wget@1?distro=alpine-3")
    )
    mended = advisory("D-1", "glibc", before("2.36-9+deb12u1"), ecosystem="Debian:12")
    told = looked(tmp_path, {"sbom.json": text}, mended, sboms=("sbom.json",))
    assert [found.key[:3] for found in told.findings] == [("sbom.json", "Debian:12", "glibc")]
    assert "names no release of Alpine" in told.why("not-tested")["sbom.json"]
    other = advisory("D-1", "glibc", before("2.36-9+deb12u1"), ecosystem="Debian:11")
    told = looked(tmp_path / "b", {"sbom.json": text}, other, sboms=("sbom.json",))
    assert told.findings == []
    assert told.reasons("not-tested")[0] == "the advisories hold none on Debian:12 (1 package)"


def test_packages_of_an_ecosystem_that_the_advisories_do_not_know_are_not_tested(tmp_path):
    """Those of a lock file as well: that none of PyPI's advisories covers a package of npm says nothing."""
    lock = '{"lockfileVersion": 3, "packages": {"": {}, "node_modules/ui": {"version": "1.0.0"}}}'
    told = looked(tmp_path, {"package-lock.json": lock}, HTTP)
    assert told.examined() == {}
    assert told.reasons("not-tested") == ["the advisories hold none on npm (1 package)"]
    assert looked(
        tmp_path / "b", {"package-lock.json": lock}, HTTP, advisory("B-1", "x", before("1"), ecosystem="npm")
    ).examined() == {"package-lock.json": 1}


def test_spdx_3_is_not_tested_and_says_why(tmp_path):
    text = json.dumps({"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": []})
    told = looked(tmp_path, {"sbom.json": text}, HTTP, sboms=("sbom.json",))
    assert told.why("not-tested") == {"sbom.json": "sbom.json is SPDX 3 (JSON-LD), of which nothing is read"}
    assert told.examined() == {}


def test_without_advisories_an_sbom_is_not_tested(tmp_path):
    told = looked(tmp_path, {"sbom.json": cyclonedx(component())}, sboms=("sbom.json",))
    assert list(told.why("not-tested")) == ["sbom.json"]


@pytest.mark.parametrize("pattern", ["sbom.json", "sbom/*.json"])
def test_an_sbom_that_is_not_there_is_errored_at_head_alone(tmp_path, pattern):
    files = {"requirements.txt": "acme-http==2.0.7\n"}
    assert list(looked(tmp_path / "a", files, HTTP, sboms=(pattern,)).why("errored")) == [pattern]
    assert looked(tmp_path / "b", files, HTTP, sboms=(pattern,), past=True).why("errored") == {}


def test_malware_and_what_nobody_rated_in_an_sbom(tmp_path):
    bad = advisory("MAL-1", "acme-http", ranged(("introduced", "0")))
    told = looked(tmp_path, {"sbom.json": cyclonedx(component())}, bad, sboms=("sbom.json",))
    assert [found.rule for found in told.findings] == ["security/malicious-dependency"]
