"""An SBOM held against the lock files that it is said to describe."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from advised import looked
from test_sboms import component, cyclonedx, xml

from sluicegate.gates.security.dependencies import DRIFT
from sluicegate.gates.security.settings import Settings
from sluicegate.model import Level

DATA = Path(__file__).parent / "data"
RULES = frozenset({DRIFT.id})


def drifted(tmp_path, files, *locks, bill="sbom.json", **settings):
    return looked(tmp_path, files, describes={bill: locks}, rules=RULES, **settings)


def named(*pins, kind="pypi", **more):
    return cyclonedx(
        *[component(pin, v, f"pkg:{kind}/{pin}@{v}") for pin, v in (p.rsplit("@", 1) for p in pins)], **more
    )


def said(told):
    return sorted(found.message for found in told.findings)


def against(tmp_path, lock, text, bill, **more):
    return drifted(tmp_path, {lock: text, "sbom.json": bill} | more, lock)


@pytest.mark.parametrize(
    ("bill", "message", "line"),
    [
        (named("acme-http@2.0.6"), "the SBOM says 2.0.6 of `acme-http`, and requirements.txt pins 2.0.7", 5),
        (
            named("acme-http@2.0.7", "other@1"),
            "the SBOM names `other` 1, which requirements.txt does not pin", 11,
        ),
        (named(), "requirements.txt pins `acme-http` 2.0.7, which the SBOM does not name", None),
    ],
)  # fmt: skip
def test_where_they_disagree(tmp_path, bill, message, line):
    told = against(tmp_path, "requirements.txt", "acme-http==2.0.7\n", bill)
    [found] = told.findings
    assert (found.rule, found.level, found.message) == (DRIFT.id, Level.ERROR, message)
    assert (found.location.path, found.location.line) == ("sbom.json", line)
    assert found.key == ("sbom.json", "PyPI", found.location.logical.rpartition("/")[2])


def test_where_they_agree(tmp_path):
    told = against(tmp_path, "requirements.txt", "Acme_HTTP==2.0.7\nb==1.0\n", named("acme.http@2.0.7", "B@1.0.0"))
    assert told.findings == []
    assert told.examined("sbom-drift") == {"sbom.json": 2}


@pytest.mark.parametrize(
    ("bill", "lock"),
    [
        ("uv.cdx.json", "uv/uv.lock"), ("poetry.cdx.xml", "poetry/poetry.lock"),
        ("npm.cdx.json", "npm3/package-lock.json"), ("npm.spdx.json", "npm3/package-lock.json"),
        ("npm.spdx", "npm3/package-lock.json"),
    ],
)  # fmt: skip
def test_what_a_tool_made_of_a_lock_file_is_that_lock_file(tmp_path, bill, lock):
    """Neither the development's packages, nor markers, nor parts of the project are drift; one line changed is."""
    files = {bill: (DATA / "sbom" / bill).read_bytes(), lock: (DATA / lock).read_bytes()}
    told = drifted(tmp_path / "a", files, lock, bill=bill)
    assert said(told) == []
    assert told.why("errored", "sbom-drift") == told.why("inconclusive", "sbom-drift") == {}
    [count] = told.examined("sbom-drift").values()
    assert count > 11
    name, old, new = ("lodash", b"4.17.15", b"4.17.16") if "npm" in lock else ("requests", b"2.19.1", b"2.19.2")
    told = drifted(tmp_path / "b", files | {lock: files[lock].replace(old, new)}, lock, bill=bill)
    assert [found.location.logical.rpartition("/")[2] for found in told.findings] == [name]


NPM = '{"name": "shop", "lockfileVersion": 3, "packages": {"": {"dependencies": {"a": "1"}}, "node_modules/a": %s}}'
UV = """version = 1
[[package]]
name = "shop"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "a", extra = ["x"] }, { name = "m", marker = "sys_platform == 'win32'" }]
[package.optional-dependencies]
e = [{ name = "o" }]
[[package]]
name = "a"
version = "1"
source = { registry = "r" }
dependencies = [{ name = "b" }]
[package.optional-dependencies]
x = [{ name = "x" }]
y = [{ name = "y" }]
""" + "".join(f'[[package]]\nname = "{name}"\nversion = "1"\nsource = {{ registry = "r" }}\n' for name in "bmoxy")


def test_uv_knows_what_every_machine_gets(tmp_path):
    assert said(against(tmp_path / "a", "uv.lock", UV, named("a@1", "b@1", "x@1"))) == []
    assert said(against(tmp_path / "b", "uv.lock", UV, named("a@1", "b@1", "x@1", "m@1", "o@1", "y@1"))) == []
    assert said(against(tmp_path / "c", "uv.lock", UV, named("a@1"))) == [
        "uv.lock pins `b` 1, which the SBOM does not name", "uv.lock pins `x` 1, which the SBOM does not name",
    ]  # fmt: skip
    assert len(said(against(tmp_path / "d", "uv.lock", UV, named("a@1", "b@1", "x@1", "m@2")))) == 1


@pytest.mark.parametrize("mark", ["dev", "optional", "devOptional", "peer"])
def test_npm_marks_what_may_be_missing(tmp_path, mark):
    entry = json.dumps({"version": "1.0.0", mark: True})
    assert said(against(tmp_path / "a", "package-lock.json", NPM % entry, named())) == []
    assert said(against(tmp_path / "b", "package-lock.json", NPM % entry, named("a@1.0.0", kind="npm"))) == []
    assert len(said(against(tmp_path / "c", "package-lock.json", NPM % entry, named("a@1.0.1", kind="npm")))) == 1
    assert len(said(against(tmp_path / "d", "package-lock.json", NPM % '{"version": "1.0.0"}', named()))) == 1


OPTIONAL = {
    "poetry.lock": '[[package]]\nname = "a"\nversion = "1"\ngroups = ["dev"]\n[metadata]\n',
    "pdm.lock": '[metadata]\n[[package]]\nname = "a"\nversion = "1"\ngroups = ["test"]\n',
    "pylock.toml": 'lock-version = "1.0"\n[[packages]]\nname = "a"\nversion = "1"\nmarker = "x"\n',
    "Pipfile.lock": '{"_meta": {}, "default": {}, "develop": {"a": {"version": "==1"}}}',
    "requirements.txt": 'a==1 ; sys_platform == "win32"\n',
    "gradle.lockfile": "x:a:1=testRuntimeClasspath\nempty=\n",
    "composer.lock": '{"packages": [], "packages-dev": [{"name": "x/a", "version": "1"}]}',
    "yarn.lock": '# yarn lockfile v1\n\n\na@^1:\n  version "1.0.0"\n',
    "pnpm-lock.yaml": "lockfileVersion: '9.0'\nimporters:\n  .:\n    devDependencies:\n      a:\n"
    "        version: 1.0.0\npackages:\n  a@1.0.0:\n    resolution: {integrity: x}\nsnapshots:\n  a@1.0.0: {}\n",
}
NEEDED = {
    "poetry.lock": OPTIONAL["poetry.lock"].replace("dev", "main"),
    "pdm.lock": OPTIONAL["pdm.lock"].replace("test", "default"),
    "Pipfile.lock": '{"_meta": {}, "default": {"a": {"version": "==1"}}}',
    "requirements.txt": "a==1\n",
    "gradle.lockfile": "x:a:1=testRuntimeClasspath,runtimeClasspath\nempty=\n",
    "composer.lock": '{"packages": [{"name": "x/a", "version": "1"}]}',
    "yarn.lock": OPTIONAL["yarn.lock"],
    "pnpm-lock.yaml": OPTIONAL["pnpm-lock.yaml"].replace("devDep", "dep"),
}
UNSAID = {
    "pylock.toml": OPTIONAL["pylock.toml"].replace('marker = "x"\n', ""),
    "Pipfile.lock": '{"_meta": {}, "default": {"a": {"version": "==1", "markers": "x"}}}',
    "Cargo.lock": '[[package]]\nname = "shop"\nversion = "1"\n[[package]]\nname = "a"\nversion = "1.0.0"\n'
    'source = "registry+x"\n',
    "go.mod": "module m\ngo 1.21\nrequire a v1.0.0\n",
    "Gemfile.lock": "GEM\n  specs:\n    a (1)\n\nDEPENDENCIES\n  a\n",
    "yarn.lock": OPTIONAL["yarn.lock"],
}


@pytest.mark.parametrize("lock", OPTIONAL)
def test_what_the_lock_file_marks_may_be_missing(tmp_path, lock):
    more = {"package.json": '{"devDependencies": {"a": "^1"}}'} if lock == "yarn.lock" else {}
    told = against(tmp_path, lock, OPTIONAL[lock], named(), **more)
    assert said(told) == []
    assert told.why("inconclusive", "sbom-drift") == {}


@pytest.mark.parametrize("lock", NEEDED)
def test_what_the_project_needs_may_not(tmp_path, lock):
    more = {"package.json": '{"dependencies": {"a": "^1"}}'} if lock == "yarn.lock" else {}
    assert len(said(against(tmp_path, lock, NEEDED[lock], named(), **more))) == 1


@pytest.mark.parametrize("lock", UNSAID)
def test_where_the_lock_file_does_not_say_it_is_inconclusive(tmp_path, lock):
    told = against(tmp_path, lock, UNSAID[lock], named())
    assert said(told) == []
    [why] = told.why("inconclusive", "sbom-drift").values()
    assert why.startswith(f"{lock} pins 1 package that the SBOM does not name, and does not say whether")


@pytest.mark.parametrize(
    ("lock", "text", "purl"),
    [
        ("go.mod", "module m\ngo 1.21\nrequire github.com/Acme/UI v1.2.0\n", "pkg:golang/github.com/acme/ui@v1.2.0"),
        ("gradle.lockfile", "com.acme:ui:1.0=x\nempty=\n", "pkg:maven/com.acme/ui@1.0"),
        ("composer.lock", '{"packages": [{"name": "Acme/UI", "version": "v1.2.0"}]}', "pkg:composer/acme/ui@1.2.0"),
        (
            "Gemfile.lock",
            "GEM\n  specs:\n    a (1.2-x86_64-linux)\n\nDEPENDENCIES\n  a\n",
            "pkg:gem/a@1.2?platform=ruby",
        ),
        ("package-lock.json", NPM.replace("/a", "/@acme/ui") % '{"version": "1.0.0"}', "pkg:npm/%40acme/ui@1.0.0"),
        ("requirements.txt", "Acme._-UI==1.0.0rc1\n", "pkg:pypi/acme-ui@1.0rc1"),
    ],
)
def test_names_and_versions_are_compared_as_the_ecosystem_spells_them(tmp_path, lock, text, purl):
    told = against(tmp_path / "a", lock, text, cyclonedx(component("x", "", purl)))
    assert said(told) == []
    assert told.examined("sbom-drift") == {"sbom.json": 1}
    assert len(said(against(tmp_path / "b", lock, text, cyclonedx(component("x", "", purl.replace("1", "9")))))) == 1


def test_the_project_itself_is_no_package_of_its_own(tmp_path):
    about = {"component": component("shop", "1", "pkg:pypi/shop@1", **{"bom-ref": "r"})}
    parts = [component("shop", "1", "pkg:pypi/shop@1"), component("a", "1", "pkg:pypi/a@1")]
    assert said(against(tmp_path / "a", "requirements.txt", "a==1\n", cyclonedx(*parts, metadata=about))) == []
    parts = named("a@1", "b@1", "x@1", "shop@1")
    assert said(against(tmp_path / "b", "uv.lock", UV, parts)) == []


def test_what_comes_from_elsewhere_is_held_against_nothing_and_told(tmp_path):
    text = "a==1\nb @ https://x/b.whl\n"
    parts = [
        component("a", "1", "pkg:pypi/a@1"),
        component("b", "1", "pkg:pypi/b@1"),
        component("ui", "", "pkg:npm/ui@1"),
    ]
    told = against(tmp_path, "requirements.txt", text, cyclonedx(*parts))
    assert said(told) == []
    assert told.why("not-tested", "sbom-drift")["sbom.json"] == (
        "2 entries cannot be held against the other side: ui of npm, b @ https://x/b.whl"
    )


def test_one_sbom_may_describe_several_lock_files(tmp_path):
    files = {"a/requirements.txt": "a==1\n", "b/requirements.txt": "b==1\n", "sbom.json": named("a@1", "b@1")}
    assert said(drifted(tmp_path, files, "a/requirements.txt", "b/requirements.txt")) == []
    assert said(drifted(tmp_path, files, "a/requirements.txt")) == [
        "the SBOM names `b` 1, which a/requirements.txt does not pin"
    ]


@pytest.mark.parametrize(
    ("lock", "text", "why"),
    [
        ("requirements.txt", None, "does not exist"),
        ("requirements.txt", "<<<<<<< ours\n", "the mark of a merge"),
        ("README.md", "hello", "README.md is no lock file of a kind that is read"),
    ],
)
def test_a_lock_file_that_cannot_be_read_is_errored(tmp_path, lock, text, why):
    files = {"sbom.json": named()} | ({lock: text} if text is not None else {})
    told = drifted(tmp_path, files, lock)
    assert why in told.why("errored", "sbom-drift")["sbom.json"]
    assert told.examined("sbom-drift") == {}


def test_an_sbom_that_cannot_be_read_is_errored(tmp_path):
    for at, text in enumerate(('{"bomFormat": "Cyc', None)):
        files = {"requirements.txt": "a==1\n"} | ({"sbom.json": text} if text is not None else {})
        told = drifted(tmp_path / str(at), files, "requirements.txt")
        assert list(told.why("errored", "sbom-drift")) == ["sbom.json"]


def test_nobody_asks_where_no_sbom_describes_anything():
    assert DRIFT.id in Settings(sboms=("sbom.json",)).unasked
    assert DRIFT.id not in Settings(describes={"sbom.json": ("uv.lock",)}).unasked


def test_a_change_of_the_lock_alone_fails(clone, command):
    settings = '[security]\nkinds = ["dependencies", "secrets"]\ndescribes = { "sbom.json" = ["requirements.txt"] }\n'
    files = {"sluicegate.toml": settings, "requirements.txt": "a==1\nb==1\n", "sbom.json": named("a@1", "b@2")}
    clone.commit("one", **files)

    def verdict(*arguments):
        done = command("check", "--gate", "security", "--report", "json=-", *arguments)
        gate = json.loads(done.stdout)["gates"][0]
        return done.returncode, {one["key"][2]: one["state"] for one in gate["findings"]}

    assert verdict() == (0, {"b": "unchanged"})
    clone.write("requirements.txt", "a==2\nb==1\n")
    assert verdict() == (1, {"a": "new", "b": "unchanged"})
    clone.git("add", "requirements.txt")
    assert verdict("--staged") == (1, {"a": "new", "b": "unchanged"})
    clone.git("reset", "-q", "--hard")
    clone.write("README.md", "")
    clone.git("add", "README.md")
    assert verdict("--staged") == (0, {})


@pytest.mark.parametrize("form", ["json", "xml"])
def test_what_an_sbom_is_about_needs_no_ref(tmp_path, form):
    shop = component("shop", "1", "pkg:pypi/shop@1")
    bill = cyclonedx(component("a", "1", "pkg:pypi/a@1"), metadata={"component": shop})
    inner = '<metadata><component type="library"><name>shop</name><purl>pkg:pypi/shop@1</purl></component></metadata>'
    inner += "<components><component><name>a</name><purl>pkg:pypi/a@1</purl></component></components>"
    told = against(tmp_path, "requirements.txt", "a==1\n", bill if form == "json" else xml(inner))
    assert said(told) == []
    assert told.examined("sbom-drift") == {"sbom.json": 1}


@pytest.mark.parametrize("name", ["std", "stdlib"])
def test_the_library_of_go_itself_stands_in_no_go_mod(tmp_path, name):
    bill = cyclonedx(component(name, "1.21", f"pkg:golang/{name}@1.21"))
    assert said(against(tmp_path, "go.mod", "module m\ngo 1.21\n", bill)) == []
