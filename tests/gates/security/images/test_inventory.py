"""Which packages an image has, what they are called, and what advisories say of them."""

from __future__ import annotations

import json
import sqlite3
import struct
import tarfile
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imaged import FOLDER, NOW, File, layer, oci, outcomes, said, written
from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.gates.security.check import check
from sluicegate.gates.security.dependencies import MATCHING, TOO_OLD, VULNERABLE
from sluicegate.gates.security.images.inventory import Inventory, apk, dpkg, inventory, rpm
from sluicegate.gates.security.images.inventory.published import is_published, published
from sluicegate.gates.security.images.inventory.releases import release
from sluicegate.gates.security.images.standing import Kept
from sluicegate.gates.security.settings import Settings
from sluicegate.model import Context, Evidence, Examination, Fact, Finding, Level, Outcome
from sluicegate.revision import TreeSpec, open_tree

DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n'
STATUS = """\
Package: curl
Status: install ok installed
Version: 7.88.1-10+deb12u5
Description: a tool
 Version: 9 stands in the text

Package: libcurl4
Status: install ok installed
Source: curl
Version: 7.88.1-10+deb12u5

Package: libc6
Status: install ok installed
Source: glibc (2.36-9)
Version: 2.36-9+b1

Package: gone
Status: deinstall ok config-files
Version: 1

"""
ALPINE = "ID=alpine\nVERSION_ID=3.19.1\n"
INSTALLED = """\
C:Q1abc
P:libcrypto3
V:3.1.4-r5
o:openssl
F:lib
R:libcrypto.so.3

P:py3-requests
V:2.31.0-r1
o:py3-requests
F:usr/lib/python3.11/site-packages/requests-2.31.0.dist-info
R:METADATA
"""


def held(*layers: dict[str, Any], tmp_path: Path, advisories: list[Any], **settings: Any) -> list[Any]:
    """All that the rules on dependencies say of an image."""
    written(tmp_path, oci(*map(layer, layers)))
    (tmp_path / "osv").mkdir(exist_ok=True)
    for one in advisories:
        (tmp_path / "osv" / f"{one['id']}.json").write_text(json.dumps(one))
    asked = (*MATCHING, TOO_OLD)
    return said(tmp_path, "image", rules=asked, advisories="osv" if advisories else "", **settings)


def weak(name: str, package: str, ecosystem: str, fixed: str, **more: Any) -> dict[str, Any]:
    """An advisory on every version before a fixed one."""
    ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": fixed}]}]
    affected = [{"package": {"ecosystem": ecosystem, "name": package}, "ranges": ranges}]
    return {"id": name, "modified": "2026-11-10T00:00:00Z", "affected": affected} | more


def found(told: list[Any]) -> list[tuple[str, ...]]:
    return sorted(one.key[1:] for one in told if isinstance(one, Finding))


def looked(told: list[Any]) -> int:
    return sum(one.examined for one in told if isinstance(one, Examination) and one.rule == VULNERABLE.id)


def of(**files: Any) -> Inventory:
    """The inventory of some files by path."""
    return inventory(
        {
            path: Kept(layer=0, mode=0, published=published(path, text.encode()))
            if is_published(path)
            else Kept(layer=0, mode=0, content=text if isinstance(text, bytes) else text.encode())
            for path, text in files.items()
        }
    )


def test_what_dpkg_has_installed():
    assert [(one.name, one.sources, one.version_of_source) for one in dpkg.installed(STATUS.encode())] == [
        ("curl", ("curl",), "7.88.1-10+deb12u5"),
        ("libcurl4", ("curl",), "7.88.1-10+deb12u5"),
        ("libc6", ("glibc",), "2.36-9"),
    ]
    for text in ("", "\n\n", STATUS.replace("\n", "\r\n")):
        assert len(list(dpkg.installed(text.encode()))) == (3 if text.strip() else 0)
    with pytest.raises(GateError, match="without a name or a version"):
        list(dpkg.installed(b"Package: a\nStatus: install ok installed\n"))


def test_what_apk_has_installed():
    assert [(one.name, one.sources, one.version_of_source) for one in apk.installed(INSTALLED.encode())] == [
        ("libcrypto3", ("openssl",), "3.1.4-r5"),
        ("py3-requests", ("py3-requests",), "2.31.0-r1"),
    ]
    with pytest.raises(GateError, match="without a name or a version"):
        list(apk.installed(b"P:a\n\nV:1\n"))


def test_one_package_for_each_source():
    made = of(**{"etc/os-release": DEBIAN, "var/lib/dpkg/status": STATUS})
    assert [(one.ecosystem, one.name, one.version, one.installed) for one in made.packages] == [
        ("Debian:12", "curl", "7.88.1-10+deb12u5", ("curl", "libcurl4")),
        ("Debian:12", "glibc", "2.36-9", ("libc6",)),
    ]
    assert made.skipped == ()


@pytest.mark.parametrize(
    ("text", "ecosystem"),
    [
        (DEBIAN, "Debian:12"),
        ("ID=debian\nVERSION_ID=12.5\n", "Debian:12"),
        ("ID=debian\nVERSION_CODENAME=trixie\n", ""),
        ('ID=ubuntu\nVERSION_ID="22.04"\n', "Ubuntu:22.04:LTS"),
        ('ID=ubuntu\nVERSION_ID="23.04"\n', "Ubuntu:23.04"),
        ('ID=ubuntu\nVERSION_ID="24.10"\n', "Ubuntu:24.10"),
        (ALPINE, "Alpine:v3.19"),
        ("ID=alpine\nVERSION_ID=3.21.0_alpha20240923\n", ""),
        ("ID=wolfi\nVERSION_ID=20230201\n", "Wolfi"),
        ("ID='almalinux'\nVERSION_ID=\"9.3\"\n", "AlmaLinux:9"),
        ('ID="rocky"\nVERSION_ID="8"\n', "Rocky Linux:8"),
        ('ID="opensuse-leap"\nVERSION_ID="15.5"\n', "openSUSE:Leap 15.5"),
        ('ID="fedora"\nVERSION_ID=40\n', ""),
        ("", ""),
        ("ID='\nVERSION_ID=12", ""),
    ],
)
def test_the_release(text: str, ecosystem: str):
    assert release(text.encode()).ecosystem == ecosystem
    assert bool(release(text.encode()).why) is not bool(ecosystem)


def test_a_distribution_without_advisories_is_not_tested():
    made = of(**{"etc/os-release": 'ID=fedora\nVERSION_ID=40\nPRETTY_NAME="Fedora 40"', "var/lib/dpkg/status": STATUS})
    assert made.packages == ()
    assert [(one.name, one.why) for one in made.skipped] == [("3 packages", "OSV has no advisories on Fedora 40")]
    assert "no os-release" in of(**{"var/lib/dpkg/status": STATUS}).skipped[0].why


def test_distroless_has_a_file_for_each_package():
    made = of(
        **{
            "usr/lib/os-release": DEBIAN,
            "var/lib/dpkg/status.d/base": "Package: base-files\nVersion: 12\n",
            "var/lib/dpkg/status.d/base.md5sums": "abc  etc/x\n",
        }
    )
    assert [one.name for one in made.packages] == ["base-files"]


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("a/b-1.dist-info/METADATA", True),
        ("b-1.egg-info/PKG-INFO", True),
        ("a/METADATA", False),
        ("a/node_modules/b/package.json", True),
        ("node_modules/@a/b/package.json", True),
        ("a/node_modules/b/node_modules/c/package.json", True),
        ("a/node_modules/b/src/package.json", False),
        ("a/package.json", False),
        ("a/node_modules/.cache/package.json", False),
        ("a/node_modules/@a/package.json", False),
    ],
)
def test_where_published_packages_lie(path: str, is_one: bool):
    assert is_published(path) is is_one


def test_what_published_packages_say():
    path = "a/B_c-1.dist-info/METADATA"
    text = "Metadata-Version: 2.1\nName: B_c\nVersion: 1.0\nSummary: x\n\nName: other\n"
    assert (published(path, text.encode()).name, published(path, text.encode()).version) == ("b-c", "1.0")
    assert published(path, b"Name: a\n\nVersion: 1\n").trouble == "it names no package with a version"
    node = "node_modules/a/package.json"
    assert published(node, b'{"name": "@x/a", "version": "2", "x": [1]}').name == "@x/a"
    assert published(node, b'{"type": "module"}').name == published(node, b'{"type": "module"}').trouble == ""
    for broken in (b"{", b"[]", b'{"name": 1}', b"[" * 100_000, b"\xff"):
        assert published(node, broken).trouble == "it is no package.json"


def test_what_a_distribution_keeps_is_its_own():
    requests = "Name: requests\nVersion: 2.28.1\n"
    made = of(
        **{
            "etc/os-release": DEBIAN, "var/lib/dpkg/status": STATUS,
            "usr/lib/python3/dist-packages/requests-2.28.1.dist-info/METADATA": requests,
            "usr/local/lib/python3.11/site-packages/requests-2.28.1.dist-info/METADATA": requests,
        }
    )  # fmt: skip
    assert [one.place for one in made.packages if one.ecosystem == "PyPI"] == [
        "usr/local/lib/python3.11/site-packages/requests-2.28.1.dist-info/METADATA"
    ]
    made = of(
        **{
            "etc/os-release": ALPINE, "lib/apk/db/installed": INSTALLED,
            "usr/lib/python3.11/site-packages/requests-2.31.0.dist-info/METADATA": requests,
            "usr/lib/python3.11/site-packages/other-1.dist-info/METADATA": "Name: other\nVersion: 1\n",
        }
    )  # fmt: skip
    assert [one.name for one in made.packages] == ["openssl", "py3-requests", "other"]


def header(name: str, version: str, release_: str, epoch: int | None = None, source: str = "") -> bytes:
    """A header as rpm writes it into its database."""
    entries, data = [], b""
    for tag, text in ((1000, name), (1001, version), (1002, release_), (1044, source)):
        if text:
            entries.append(struct.pack(">IIII", tag, 6, len(data), 1))
            data += text.encode() + b"\0"
    if epoch is not None:
        data += bytes(-len(data) % 4)
        entries.append(struct.pack(">IIII", 1003, 4, len(data), 1))
        data += struct.pack(">I", epoch)
    return struct.pack(">II", len(entries), len(data)) + b"".join(entries) + data


def database(*headers: Any, table: str = "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB)") -> bytes:
    """rpm's database, with the mark of one that has a log."""
    connection = sqlite3.connect(":memory:")
    connection.execute(table)
    connection.executemany("INSERT INTO Packages (blob) VALUES (?)", [(one,) for one in headers])
    connection.commit()
    content = connection.serialize()
    connection.close()
    return content[:18] + b"\2\2" + content[20:]


def test_what_rpm_has_installed():
    content = database(
        header("curl", "7.76.1", "26.el9", source="curl-7.76.1-26.el9.src.rpm"),
        header("libblkid", "2.37", "15.el9", 2, "util-linux-ng-2.37-15.el9.src.rpm"),
        header("gpg-pubkey", "1", "2"),
    )
    some, why = rpm.installed("var/lib/rpm/rpmdb.sqlite", content)
    assert why == ""
    assert [(one.name, one.sources, one.version_of_source) for one in some] == [
        ("curl", ("curl",), "7.76.1-26.el9"),
        ("libblkid", ("libblkid", "util-linux-ng"), "2:2.37-15.el9"),
    ]


BLOB = header("a", "1", "2")
VIEW = (
    "CREATE VIEW Packages AS WITH RECURSIVE r(blob) AS (SELECT x'00' UNION ALL SELECT blob FROM r) SELECT blob FROM r"
)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no database of SQLite"),
        (b"SQLite format 3\0" + b"x" * 4096, "cannot be read"),
        (database(BLOB)[:5000], "cannot be read"),
        (database(BLOB).replace(b"CREATE TABLE", b"CREATE\xcd\xcdBLE"), "cannot be read"),
        (database(BLOB[:-3]), "does not hold what it says"),
        (database(b""), "does not hold what it says"),
        (database(struct.pack(">II", 1 << 30, 1)), "has 1073741824 entries"),
        (database("text"), "no sequence of bytes"),
        (database(header("a", "1", "")), "does not hold what it says"),
        (database(BLOB).replace(b"Packages", b"Packagez"), "no table of packages"),
    ],
)  # fmt: skip
def test_a_broken_database_of_rpm_is_told(content: bytes, why: str):
    with pytest.raises(GateError, match=why):
        rpm.installed("var/lib/rpm/rpmdb.sqlite", content)


def test_a_database_that_would_never_end_is_no_table():
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(VIEW)
        connection.commit()
        content = connection.serialize()
    with pytest.raises(GateError, match="no table of packages"):
        rpm.installed("var/lib/rpm/rpmdb.sqlite", content)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("Packages", b"\0", "a database of rpm in Berkeley DB is not read"),
        ("Packages.db", b"RpmP", "a database of rpm in ndb is not read"),
        ("rpmdb.sqlite-wal", b"7", "rpm had not yet written it to its database"),
        ("rpmdb.sqlite-wal", b"", ""),
    ],
)
def test_what_is_not_read_of_rpm(name: str, content: bytes, why: str):
    made = of(**{"etc/os-release": DEBIAN, f"usr/lib/sysimage/rpm/{name}": content})
    assert [one.why for one in made.skipped] == [why] * bool(why)


CURL = weak("DSA-1", "curl", "Debian:12", "7.88.1-10+deb12u6", upstream=["CVE-2026-1"])


def test_a_vulnerable_package_of_a_distribution(tmp_path: Path):
    files = {"etc/os-release": DEBIAN, "var/lib/dpkg/status": STATUS}
    told = held(files, tmp_path=tmp_path, advisories=[CURL, weak("X", "curl", "Debian:11", "9")])
    assert found(told) == [("Debian:12", "curl", "CVE-2026-1")]
    [one] = [one for one in told if isinstance(one, Finding)]
    assert one.message.startswith("`curl` 7.88.1-10+deb12u5 has CVE-2026-1 (unrated")
    assert one.message.endswith("; also DSA-1), fixed in 7.88.1-10+deb12u6; installed as curl, libcurl4")
    assert one.advice.startswith("Build the image anew on a base that has `curl` 7.88.1-10+deb12u6")
    assert one.level is Level.ERROR, "unrated, and a version mends it"
    assert one.location.path == "image"
    assert one.location.logical == "pkg:deb/debian/curl?distro=debian-12"
    assert looked(told) == 3


def test_the_version_that_mends_it_is_silent(tmp_path: Path):
    files = {"etc/os-release": DEBIAN, "var/lib/dpkg/status": STATUS.replace("deb12u5", "deb12u10")}
    told = held(files, tmp_path=tmp_path, advisories=[CURL])
    assert found(told) == []
    assert looked(told) == 3


def test_only_what_stands_in_the_end_is_held(tmp_path: Path):
    old, new = "app/a-1.dist-info/METADATA", "app/a-2.dist-info/METADATA"
    layers = (
        {old: "Name: a\nVersion: 1\n", "app/node_modules/b/package.json": '{"name": "b", "version": "1"}'},
        {"app/.wh.a-1.dist-info": b"", new: "Name: a\nVersion: 2\n"},
    )
    weaknesses = [weak("A", "a", "PyPI", "2"), weak("B", "b", "npm", "2")]
    told = held(*layers, tmp_path=tmp_path, advisories=weaknesses)
    assert found(told) == [("npm", "b", "B")]
    assert (
        "; it lies in /app/node_modules/b/package.json" in next(one for one in told if isinstance(one, Finding)).message
    )


def test_a_database_without_the_release_tests_nothing(tmp_path: Path):
    files = {"etc/os-release": DEBIAN, "var/lib/dpkg/status": STATUS}
    told = held(files, tmp_path=tmp_path, advisories=[weak("X", "curl", "Debian:11", "9")])
    assert outcomes(told)[VULNERABLE.id] == (Outcome.NOT_TESTED, "the advisories hold none on Debian:12 (3 packages)")
    assert looked(told) == 0
    told = held(files, tmp_path=tmp_path, advisories=[])
    assert outcomes(told)[VULNERABLE.id][0] is Outcome.NOT_TESTED
    assert outcomes(told)[TOO_OLD.id][0] is Outcome.NOT_TESTED


def test_what_is_known_of_the_database_is_said_once_beside_lock_files(tmp_path: Path):
    written(tmp_path, oci(layer({"etc/os-release": DEBIAN, "var/lib/dpkg/status": STATUS})))
    vex = {
        "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://acme.example/vex", "author": "a", "version": 1,
        "timestamp": "2026-01-01T00:00:00Z",
        "statements": [
            {"vulnerability": {"name": name}, "status": "fixed", "products": [{"@id": product}]}
            for name, product in ((CURL["id"], "pkg:deb/debian/curl"), ("L-1", "pkg:pypi/acme"))
        ],
    }  # fmt: skip
    files = {"osv/a.json": json.dumps(CURL), "osv/b.json": json.dumps(weak("L-1", "acme", "PyPI", "2")),
             "requirements.txt": "acme==1\n", "vex.json": json.dumps(vex)}  # fmt: skip
    written(tmp_path, files, ".")
    settings = Settings(images=("image",), advisories="osv", vex=("vex.json",), max_advisory_age=1)
    rules = frozenset(rule.id for rule in (*MATCHING, TOO_OLD))
    tree = open_tree(TreeSpec(kind="folder", root=str(tmp_path)))
    context = Context(settings=settings, head=tree, reference=None, rules=rules, now=NOW, folder=str(tmp_path))
    told = list(check(context))
    assert [one.rule for one in told if isinstance(one, Finding)] == [TOO_OLD.id]
    assert len([one for one in told if isinstance(one, Evidence)]) == 1
    facts = {one.name: one.value for one in told if isinstance(one, Fact)}
    assert "acme" in facts["taken away by VEX"]
    assert "curl" in facts["taken away by VEX in images"]


def test_an_image_without_packages_says_nothing(tmp_path: Path):
    told = held({"app/run": b"\0"}, tmp_path=tmp_path, advisories=[CURL])
    assert outcomes(told)[VULNERABLE.id] == (Outcome.NOT_APPLICABLE, "it holds no package")


def test_a_broken_database_is_errored_and_the_rest_of_the_image_judged(tmp_path: Path):
    told = held({"var/lib/dpkg/status": "Package: a\n"}, tmp_path=tmp_path, advisories=[CURL])
    assert outcomes(told)[VULNERABLE.id][0] is Outcome.ERRORED
    assert TOO_OLD.id not in outcomes(told)


def test_links_to_databases(tmp_path: Path):
    copy = File(kind=tarfile.LNKTYPE, link="var/lib/dpkg/first")
    same = File(kind=tarfile.LNKTYPE, link="etc/os-release")
    files = {"etc/os-release": DEBIAN, "usr/lib/os-release": same, "var/lib/dpkg/status": copy}
    told = held(files, tmp_path=tmp_path, advisories=[CURL])
    assert "var/lib/dpkg/status: it is a link" in outcomes(told)[VULNERABLE.id][1]
    soft = File(kind=tarfile.SYMTYPE, link="../usr/lib/os-release")
    files = {"usr/lib/os-release": DEBIAN, "etc/os-release": soft, "var": FOLDER, "var/lib/dpkg/status": STATUS}
    assert found(held(files, tmp_path=tmp_path, advisories=[CURL])) == [("Debian:12", "curl", "CVE-2026-1")]


def test_vex_speaks_of_packages_of_a_distribution(tmp_path: Path):
    files = {"etc/os-release": DEBIAN, "var/lib/dpkg/status": STATUS}
    for name, left in (("debian-12", 0), ("debian-11", 1)):
        product = {"@id": f"pkg:deb/debian/curl@7.88.1-10%2Bdeb12u5?distro={name}"}
        said_ = {"vulnerability": {"name": "CVE-2026-1"}, "products": [product], "status": "not_affected"}
        (tmp_path / "vex.json").write_text(json.dumps({"@context": "https://openvex.dev/ns", "statements": [said_]}))
        told = held(files, tmp_path=tmp_path, advisories=[CURL], vex=("vex.json",))
        assert len(found(told)) == left


def test_rpm_and_alpine_in_an_image(tmp_path: Path):
    content = database(header("libblkid", "2.37.4", "9.el9", source="util-linux-2.37.4-9.el9.src.rpm"))
    rocky = {"etc/os-release": 'ID="rocky"\nVERSION_ID="9.3"\n', "var/lib/rpm/rpmdb.sqlite": content}
    weaknesses = [
        weak("RLSA-1", "util-linux", "Rocky Linux:9", "0:2.37.4-10.el9"),
        weak("RLSA-2", "libblkid", "Rocky Linux:9", "0:2.37.4-9.el9"),
        weak("ALPINE-1", "openssl", "Alpine:v3.19", "3.1.4-r10"),
    ]
    told = held(rocky, tmp_path=tmp_path, advisories=weaknesses)
    assert found(told) == [("Rocky Linux:9", "util-linux", "RLSA-1")]
    assert looked(told) == 1
    told = held({"etc/os-release": ALPINE, "lib/apk/db/installed": INSTALLED}, tmp_path=tmp_path, advisories=weaknesses)
    assert found(told) == [("Alpine:v3.19", "openssl", "ALPINE-1")]


def test_which_image_holds_it_where_the_place_does_not_say(tmp_path: Path):
    files = {"etc/os-release": DEBIAN, "var/lib/dpkg/status": STATUS}
    root = tmp_path / "work"
    held(files, tmp_path=root, advisories=[CURL])
    written(tmp_path, oci(layer(files)), "out")
    one, other = oci(layer(files)), oci(layer(files), config={"architecture": "arm64"})
    both = [json.loads(each["index.json"])["manifests"][0] for each in (one, other)]
    written(root, one | other | {"index.json": json.dumps({"manifests": both}).encode()}, "two")
    told = said(root, "image", "../out", "two", rules=MATCHING, advisories="osv")
    assert sorted((one.key[0], one.message.partition("; in ")[2]) for one in told if isinstance(one, Finding)) == [
        ("../out", "../out"), ("image", ""), ("two (linux)", "two (linux)"), ("two (linux/arm64)", "two (linux/arm64)"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kinds", "told"),
    [(("images",), ["image"]), (("dependencies",), ["requirements.txt"]), ((), ["image", "requirements.txt"])],
)
def test_rules_that_two_kinds_share_are_asked_of_the_kinds_that_are_looked_at(tmp_path: Path, kinds, told: list[str]):
    (tmp_path / "requirements.txt").write_text("curl==1.0\n")
    held({"a/curl-1.dist-info/METADATA": "Name: curl\nVersion: 1\n"}, tmp_path=tmp_path, advisories=[])
    (tmp_path / "osv").mkdir(exist_ok=True)
    (tmp_path / "osv" / "A.json").write_text(json.dumps(weak("A-1", "curl", "PyPI", "2")))
    settings = Settings(kinds=kinds, images=("image",), advisories="osv")
    context = Context(
        settings=settings, head=open_tree(TreeSpec(kind="folder", root=str(tmp_path))), reference=None, now=NOW,
        rules=frozenset(rule.id for rule in MATCHING) - settings.unasked, folder=str(tmp_path),
    )  # fmt: skip
    assert sorted(one.key[0] for one in check(context) if isinstance(one, Finding)) == told


READERS = {
    "dpkg": (dpkg.installed, STATUS.encode()),
    "apk": (apk.installed, INSTALLED.encode()),
    "owned": (apk.owned, INSTALLED.encode()),
    "rpm": (partial(rpm.installed, "var/lib/rpm/rpmdb.sqlite"), database(BLOB, BLOB)),
    "release": (release, DEBIAN.encode()),
    "Python": (partial(published, "a-1.dist-info/METADATA"), b"Name: a\nVersion: 1\n"),
    "npm": (partial(published, "node_modules/a/package.json"), b'{"name": "a", "version": "1"}'),
}


@pytest.mark.parametrize("kind", READERS)
def test_whatever_the_bytes_are_they_are_read_or_refused(kind: str):
    reader, whole = READERS[kind]

    @given(st.lists(st.tuples(st.integers(0, len(whole) - 1), st.binary(min_size=1, max_size=4)), max_size=6))
    def holds(changes: list[tuple[int, bytes]]):
        content = whole
        for at, some in changes:
            content = content[:at] + some + content[at + len(some) :]
        with suppress(GateError):
            found = reader(content)
            if not isinstance(found, Struct | tuple | set):
                list(found)

    holds()
