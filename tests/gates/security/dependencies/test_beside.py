"""What stands beside advisories: VEX takes away only what it names, and what is exploited weighs more."""

from __future__ import annotations

import gzip
import json

import pytest
from advised import advisory, before, looked
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.gates.security.asking import cache_key
from sluicegate.gates.security.dependencies.packages import MAVEN, NPM, PURL_TYPES, PYPI
from sluicegate.gates.security.dependencies.purl import Named, named, purl
from sluicegate.gates.security.settings import Settings
from sluicegate.model import Level

LOW = "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"
HTTP = advisory(
    "PYSEC-2026-1", "acme-http", before("2.0.7"), aliases=["CVE-2026-1"], severity=[{"type": "CVSS_V3", "score": LOW}]
)
FILES = {"requirements.txt": "acme-http==2.0.6\n"}


def openvex(*said, time="2026-01-01T00:00:00Z"):
    return json.dumps({"@context": "https://openvex.dev/ns/v0.2.0", "timestamp": time, "statements": list(said)})


def says(status="not_affected", product="pkg:pypi/acme-http@2.0.6", vulnerability="CVE-2026-1", **more):
    return {"vulnerability": {"name": vulnerability}, "products": [{"@id": product}], "status": status} | more


def judged(tmp_path, document, files=None, **settings):
    return looked(tmp_path, {**(files or FILES), "vex.json": document}, HTTP, vex=("vex.json",), **settings)


@pytest.mark.parametrize(
    "said",
    [
        says(),
        says(status="fixed"),
        says(product="pkg:pypi/Acme_HTTP"),
        says(vulnerability="PYSEC-2026-1"),
        says(vulnerability="GHSA-x") | {"vulnerability": {"name": "X-1", "aliases": ["CVE-2026-1"]}},
        says() | {"vulnerability": "CVE-2026-1", "products": ["pkg:pypi/acme-http@2.0.6"]},
        says(product="pkg:oci/shop", products=[{"@id": "x", "subcomponents": [{"@id": "pkg:pypi/acme-http"}]}]),
        says(products=[{"@id": "x", "identifiers": {"purl": "pkg:pypi/acme-http@2.0.6?arch=x#y"}}]),
    ],
)
def test_openvex_takes_a_finding_away_and_is_told(tmp_path, said):
    told = judged(tmp_path, openvex(said | {"justification": "vulnerable_code_not_in_execute_path"}))
    assert told.findings == []
    assert told.facts["taken away by VEX"] == (
        "1 finding: CVE-2026-1 in acme-http 2.0.6 (vulnerable code not in execute path; vex.json)"
    )
    assert told.examined() == {"requirements.txt": 1}


@pytest.mark.parametrize(
    "said",
    [
        says(status="affected"),
        says(status="under_investigation"),
        says(product="pkg:pypi/acme-http@2.0.5"),
        says(product="pkg:npm/acme-http@2.0.6"),
        says(product="pkg:pypi/acme"),
        says(product="pkg:oci/shop"),
        says(vulnerability="CVE-2026-2"),
        says(products=[{"@id": "pkg:pypi/acme-http", "subcomponents": [{"@id": "pkg:pypi/other"}]}]),
        says(products=None),
        says(products=[None, 3], vulnerability=None),
    ],
)
def test_openvex_about_something_else_takes_nothing(tmp_path, said):
    told = judged(tmp_path, openvex(said))
    assert len(told.findings) == 1
    assert "taken away by VEX" not in told.facts


def test_the_last_statement_counts(tmp_path):
    early, late = says(timestamp="2026-02-01T00:00:00Z"), says("affected", timestamp="2026-03-01T00:00:00Z")
    assert len(judged(tmp_path / "a", openvex(late, early)).findings) == 1
    late = says(timestamp="2026-04-01T00:00:00Z")
    early = says("affected", timestamp="2026-03-01T00:00:00Z")
    assert judged(tmp_path / "b", openvex(late, early)).findings == []


def cyclonedx(state="not_affected", ref="pkg:pypi/acme-http@2.0.6", components=(), **affects):
    about = {"id": "CVE-2026-1", "analysis": {"state": state}, "affects": [{"ref": ref} | affects]}
    return json.dumps({"bomFormat": "CycloneDX", "components": list(components), "vulnerabilities": [about]})


@pytest.mark.parametrize(
    ("document", "count"),
    [
        (cyclonedx(), 0),
        (cyclonedx("false_positive"), 0),
        (cyclonedx("resolved"), 0),
        (cyclonedx("exploitable"), 1),
        (cyclonedx("in_triage"), 1),
        (cyclonedx(ref="a", components=[{"bom-ref": "a", "purl": "pkg:pypi/acme-http@2.0.6"}]), 0),
        (cyclonedx(ref="a", components=[{"bom-ref": "a", "purl": "pkg:pypi/acme-http@2.0.5"}]), 1),
        (cyclonedx(ref="urn:cdx:1234/1#pkg%3Apypi%2Facme-http%402.0.6"), 0),
        (cyclonedx(ref="pkg:pypi/acme-http", versions=[{"version": "2.0.6"}]), 0),
        (cyclonedx(ref="pkg:pypi/acme-http", versions=[{"version": "2.0.5"}]), 1),
        (json.dumps({"bomFormat": "CycloneDX", "vulnerabilities": [{"id": "CVE-2026-1"}]}), 1),
    ],
)
def test_cyclonedx(tmp_path, document, count):
    assert len(judged(tmp_path, document).findings) == count


@pytest.mark.parametrize("document", ["{", "[]", '{"a": 1}', "[" * 100_000, b"\xff"])
def test_what_is_no_vex_is_errored_and_takes_nothing(tmp_path, document):
    told = judged(tmp_path, document)
    assert len(told.findings) == 1
    assert list(told.why("errored")) == ["vex.json"]


def test_vex_lies_in_the_tree_or_else_on_disk(tmp_path):
    (tmp_path / "elsewhere.json").write_text(openvex(says()))
    told = looked(tmp_path, FILES, HTTP, vex=(str(tmp_path / "elsewhere.json"),))
    assert told.findings == []
    told = looked(tmp_path, FILES, HTTP, vex=("nowhere.json",))
    assert told.why("errored") == {"nowhere.json": "nowhere.json is not there"}
    assert len(told.findings) == 1


def test_what_is_exploited_is_an_error(tmp_path):
    (tmp_path / "kev.json").write_text(json.dumps({"vulnerabilities": [{"cveID": "CVE-2026-1"}]}))
    [found] = looked(tmp_path, FILES, HTTP).findings
    assert found.level is Level.NOTE
    [found] = looked(tmp_path, FILES, HTTP, kev=str(tmp_path / "kev.json")).findings
    assert found.level is Level.ERROR
    assert "; it is known to be exploited (KEV)" in found.message


@pytest.mark.parametrize("zipped", [True, False])
def test_the_chance_of_exploitation_is_told(tmp_path, zipped):
    content = b"#model_version:v2025.03.14,score_date:2026-11-01\ncve,epss,percentile\nCVE-2026-1,0.1234,0.9\n"
    (tmp_path / "epss.csv").write_bytes(gzip.compress(content) if zipped else content)
    [found] = looked(tmp_path, FILES, HTTP, epss=str(tmp_path / "epss.csv")).findings
    assert "; it will be exploited by a chance of 12.3% (EPSS)" in found.message


@pytest.mark.parametrize(
    ("key", "content"),
    [
        ("kev", b"{}"), ("kev", b"["), ("epss", b""), ("epss", b"a,b\n"), ("epss", b"cve,epss\nCVE-1,x\n"),
        ("epss", b"\x1f\x8bbroken"), ("epss", gzip.compress(b"cve,epss\nCVE-1,0.5\n", mtime=0)[:-9]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_errored(tmp_path, key, content):
    (tmp_path / "file").write_bytes(content)
    told = looked(tmp_path, FILES, HTTP, **{key: str(tmp_path / "file")})
    assert list(told.why("errored")) == [str(tmp_path / "file")]
    assert len(told.findings) == 1


def test_the_cache_key_follows_what_lies_on_disk(tmp_path):
    (tmp_path / "a.json").write_text("1")
    scanners = cache_key(Settings(), str(tmp_path))
    one = cache_key(Settings(advisories="a.json", vex=("a.json", "in-the-tree.json")), str(tmp_path))
    assert one == cache_key(Settings(advisories="a.json", vex=("a.json",)), str(tmp_path))
    (tmp_path / "a.json").write_text("23")
    assert cache_key(Settings(advisories="a.json", vex=("a.json",)), str(tmp_path)) not in {one, scanners, None}
    assert cache_key(Settings(advisories="b.json"), str(tmp_path)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pkg:npm/%40acme/ui@1.0", (NPM, "@acme/ui", "1.0", "")),
        ("pkg:npm/@acme/ui", (NPM, "@acme/ui", "", "")),
        ("pkg:maven/com.acme/core@1?type=jar", (MAVEN, "com.acme:core", "1", "")),
        ("pkg:golang/github.com/a/b@v1.2.3", ("Go", "github.com/a/b", "1.2.3", "")),
        ("PKG:PyPI/A_b@1", (PYPI, "a-b", "1", "")),
        ("pkg:deb/debian/curl@1", ("Debian", "curl", "1", "")),
        ("pkg:deb/debian/curl@1%3A2?arch=amd64&distro=debian-12", ("Debian", "curl", "1:2", "debian-12")),
        (
            "pkg:apk/alpine/libcurl@8?upstream=curl%408&distro=alpine-3.19.1",
            ("Alpine", "libcurl", "8", "alpine-3.19.1", "curl"),
        ),
        ("pkg:deb/devuan/curl@1", None),
        ("https://x", None),
        ("pkg:pypi/", None),
    ],
)
def test_package_urls(text, expected):
    assert named(text) == (Named(*expected) if expected else None)


@pytest.mark.parametrize(
    ("text", "ecosystem", "fits"),
    [
        ("pkg:deb/debian/curl", "Debian:12", True),
        ("pkg:deb/debian/curl?distro=debian-12", "Debian:12", True),
        ("pkg:deb/debian/curl?distro=debian-12.5", "Debian:12", True),
        ("pkg:deb/debian/curl?distro=debian-1", "Debian:12", False),
        ("pkg:deb/debian/curl?distro=debian-120", "Debian:12", False),
        ("pkg:deb/ubuntu/curl?distro=ubuntu-22.04", "Ubuntu:22.04:LTS", True),
        ("pkg:deb/ubuntu/curl", "Debian:12", False),
        ("pkg:apk/alpine/curl?distro=alpine-3.19.1", "Alpine:v3.19", True),
        ("pkg:pypi/curl?distro=debian-12", PYPI, True),
    ],
)
def test_a_package_of_a_distribution_is_one_of_its_release(text, ecosystem, fits):
    assert named(text).fits(ecosystem) is fits


@pytest.mark.parametrize("ecosystem", ["Debian:12", "Alpine:v3.19", "Wolfi", "openSUSE:Leap 15.5", "Rocky Linux:9"])
def test_a_package_url_of_a_distribution_names_its_release(ecosystem):
    found = named(purl(ecosystem, "libstdc++"))
    assert found.name == "libstdc++"
    assert found.fits(ecosystem)
    assert not found.fits(f"{ecosystem}9") or ecosystem == "Wolfi"


@given(st.sampled_from(sorted(PURL_TYPES.values())), st.text("abc-._/@: %?#ü", min_size=1, max_size=20))
def test_a_package_url_names_what_it_was_made_of(ecosystem, name):
    found = named(purl(ecosystem, name))
    from sluicegate.gates.security.dependencies.packages import normal

    if ecosystem != MAVEN and name.strip("/") == name:
        assert found is not None
        assert (found.ecosystem, found.name, found.version) == (ecosystem, normal(ecosystem, name), "")
