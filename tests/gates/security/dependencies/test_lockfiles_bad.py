"""Lock files that were cut, merged by halves or written by hand: errored with the line, and never taken for empty."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest
from advised import tree_of

from sluicegate.errors import UnreadableError
from sluicegate.gates.security.dependencies.lockfiles import READERS, reader
from sluicegate.revision.globs import matches

DATA = Path(__file__).parent / "data"


def read(root, path, content="", **others):
    tree = tree_of(root, **({path: content} | others))
    name = next(name for pattern, name in READERS.items() if matches(f"**/{pattern}", path))
    return reader(name)(tree, path)


def pins(lock):
    return {(package.name, package.version, package.line) for package in lock.packages}


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        ("requirements.txt", "a==1\nb == = 2\n", "requirements.txt:2: `b == = 2` is no requirement"),
        ("requirements.txt", "a==1\n>>>>>>> theirs\n", "requirements.txt:2: the mark of a merge"),
        ("requirements.txt", b"a==1\n\xff\n", "requirements.txt:2: the file is not UTF-8"),
        ("uv.lock", "version = 1\n[[package]]\nname = \n", "uv.lock:3: not TOML"),
        ("uv.lock", '[[package]]\nname = "a"\n', "`version` is missing"),
        ("uv.lock", 'version = 1\npackage = "a"\n', "`package` is no list of tables"),
        ("poetry.lock", '[[package]]\nname = "a"\nversion = "1"\n', "`metadata` is missing"),
        ("pdm.lock", "", "`metadata` is missing"),
        ("pylock.toml", 'created-by = "x"\n', "`lock-version` is missing"),
        ("Pipfile.lock", '{"default": {}}', "`_meta` is missing"),
        ("Cargo.lock", "version = 4\n", "it names no package"),
        ("package-lock.json", '{"lockfileVersion": 3, "packages": {\n"": {}', "package-lock.json:2:7: the JSON ends"),
        ("package-lock.json", '{"lockfileVersion": 3}', "lockfileVersion 3 without `packages`"),
        ("package-lock.json", "", "the file is empty"),
        ("package-lock.json", "[]", "is a mapping, and this is none"),
        ("package-lock.json", '{"a": 1,\n"a": 2}', "package-lock.json:2:1: the key `a` stands twice"),
        ("package-lock.json", "[" * 100_000, "package-lock.json"),
        ("pnpm-lock.yaml", "lockfileVersion: '4.0'\n", "lockfileVersion 4.0 is not one of"),
        ("pnpm-lock.yaml", "a: &a [1, 2]\n" + "b: [*a, *a]\n" * 3, "the key `b` stands twice"),
        ("yarn.lock", "a@1:\n  version 1\n", "neither `# yarn lockfile v1` nor `__metadata`"),
        ("yarn.lock", '# yarn lockfile v1\n\n\na@^1:\n  version "1.0"\n\nb@^2:\n', "yarn.lock:7: an entry has a name"),
        ("yarn.lock", "# yarn lockfile v1\n\nwhat is this\n", "yarn.lock:3: an entry begins with"),
        ("go.mod", "go 1.21\n", "`module` is missing"),
        ("go.mod", "module a\ngo 1.21\nrequire (\n\tb v1.0.0\n", "go.mod:3: the block of `require` is not closed"),
        ("go.mod", "module a\nrequire b latest\n", "go.mod:2: `latest` is no version"),
        ("go.mod", "module a\nrequire b\n", "go.mod:2: a `require` names a module and a version"),
        ("go.mod", "module a\nrequir b v1.0.0\n", "go.mod:2: `requir` is no directive"),
        ("go.mod", "module a\ngo 1.16\n", "there is no go.sum beside it"),
        ("pom.xml", "<project>\n<dependencies>", "pom.xml:2: not well-formed XML"),
        ("pom.xml", '<!DOCTYPE a [<!ENTITY b "c">]><project/>', "a document type, which a POM does not need"),
        ("pom.xml", "<a>" * 200 + "</a>" * 200, "more than 100 levels deep"),
        ("gradle.lockfile", "a:b:1=c\n", "(`empty=`) is missing"),
        ("gradle.lockfile", "a:b:1=c\na:b\nempty=\n", "gradle.lockfile:2: `a:b` is no module"),
        ("Gemfile.lock", "GEM\n  specs:\n    a (1.0)\n", "its section DEPENDENCIES is missing"),
        ("Gemfile.lock", "GEM\n  specs:\n    a\nDEPENDENCIES\n", "Gemfile.lock:3: a gem is its name"),
        ("Gemfile.lock", "what\n", "Gemfile.lock:1: `what` is no section"),
        ("composer.lock", '{"content-hash": ""}', "`packages` is missing"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(tmp_path, path, content, said):
    with pytest.raises(UnreadableError) as caught:
        read(tmp_path, path, content)
    assert said in caught.value.message
    assert caught.value.hint


WHOLE = [path for path in DATA.rglob("*") if path.name in READERS and path.name not in ("go.mod", "requirements.txt")]


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_merge_in_any_format_is_told(tmp_path, path):
    lines = path.read_text("utf-8").split("\n")
    content = "\n".join([*lines[:9], "<<<<<<< HEAD", *lines[9:]])
    with pytest.raises(UnreadableError, match=r":10: the mark of a merge that was not finished"):
        read(tmp_path, path.name, content)


@pytest.mark.parametrize("name", ["npm3/package-lock.json", "npm1/package-lock.json", "pipenv/Pipfile.lock"])
def test_json_that_was_cut_is_told(tmp_path, name):
    content = (DATA / name).read_bytes()
    with pytest.raises(UnreadableError, match=r"\.(?:json|lock):\d+"):
        read(tmp_path, Path(name).name, content[: len(content) // 2])


def test_requirements_say_what_is_no_pin(tmp_path):
    lock = read(
        tmp_path,
        "requirements.txt",
        "--index-url x\nflask\na==1.*\nb @ file:///b\ngit+https://c\n./d\ne==${V}\n-e f\n"
        "g[x]==1 ; python_version > '3' \\\n  --hash=sha256:0\nh===2.0+local # no\n-c other.txt\n",
    )
    assert pins(lock) == {("g", "1", 9), ("h", "2.0+local", 11)}
    assert [(one.line, one.why.split()[0]) for one in lock.skipped] == [
        (2, "its"), (3, "its"), (4, "it"), (5, "it"), (6, "it"), (7, "a"), (8, "it"),
    ]  # fmt: skip


def test_included_requirements_are_read_too(tmp_path):
    from advised import advisory, before, looked

    files = {"requirements.txt": "-r deps/base.txt\n-r ../outside.txt\n", "deps/base.txt": "acme==1\n-r more.txt\n"}
    told = looked(tmp_path, files | {"deps/more.txt": "acme==1\n"}, advisory("A-1", "acme", before("2")))
    assert [found.location.path for found in told.findings] == ["deps/base.txt", "deps/more.txt"]


def test_what_is_installed_is_not_the_project(tmp_path):
    from advised import advisory, before, looked

    lock = '{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1.0.0"}}}'
    files = {"node_modules/b/package-lock.json": lock, "package-lock.json": lock}
    told = looked(tmp_path, files, advisory("A-1", "a", before("2.0.0"), ecosystem="npm"))
    assert [found.location.path for found in told.findings] == ["package-lock.json"]


def test_what_comes_from_elsewhere_is_told(tmp_path):
    cases = {
        "uv.lock": 'version = 1\n[[package]]\nname = "a"\nversion = "1"\nsource = { git = "x" }\n',
        "poetry.lock": '[metadata]\n[[package]]\nname = "a"\nversion = "1"\n[package.source]\ntype = "git"\n',
        "pdm.lock": '[metadata]\n[[package]]\nname = "a"\nversion = "1"\ngit = "x"\n',
        "pylock.toml": 'lock-version = "1.0"\n[[packages]]\nname = "a"\nvcs = { type = "git" }\n',
        "Pipfile.lock": '{"_meta": {}, "default": {"a": {"git": "x", "ref": "y"}}}',
        "Cargo.lock": '[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "git+x"\n',
        "package-lock.json": '{"packages": {"node_modules/a": {"version": "1.0.0", "resolved": "git+ssh://x"}}}',
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\npackages:\n  a@1.0.0:\n    resolution: {repo: x, type: git}\n",
        "yarn.lock": '# yarn lockfile v1\n\na@git+ssh://x/a.git:\n  version "1.0.0"\n  resolved "git+ssh://x/a.git#0"\n',
        "go.mod": "module m\ngo 1.21\nrequire a v1.0.0\nreplace a => ../a\n",
        "Gemfile.lock": "GIT\n  remote: x\n  specs:\n    a (1.0)\nDEPENDENCIES\n  a!\n",
        "composer.lock": '{"packages": [{"name": "x/a", "version": "dev-main"}]}',
        "pom.xml": "<project><dependencies><dependency><groupId>x</groupId><artifactId>a</artifactId></dependency>"
        "</dependencies></project>",
    }
    for path, content in cases.items():
        lock = read(tmp_path / path, path, content)
        assert lock.packages == [], path
        assert [one.name.removeprefix("x/").removeprefix("x:") for one in lock.skipped] == ["a"], path


def test_replaced_modules_are_what_they_are_replaced_by(tmp_path):
    lock = read(
        tmp_path, "go.mod",
        "module m\ngo 1.21\nrequire (\n\ta.b/c v1.0.0 // indirect\n\td v1.0.0+incompatible\n)\n"
        "replace a.b/c v1.0.0 => e.f/g v1.2.0\nexclude d v0.9.0\n",
    )  # fmt: skip
    assert pins(lock) == {("e.f/g", "1.2.0", 4), ("d", "1.0.0+incompatible", 5)}


def test_bundler(tmp_path):
    content = (
        "PATH\n  remote: .\n  specs:\n    shop (1.0)\n      rack (~> 2.0)\n\nGEM\n  remote: x\n  specs:\n"
        "    nokogiri (1.15.4-x86_64-linux)\n      racc (~> 1.4)\n    racc (1.7.1)\n    rack (2.2.3)\n\n"
        "PLATFORMS\n  ruby\n\nDEPENDENCIES\n  nokogiri (~> 1.15)\n  rack\n  shop!\n\nBUNDLED WITH\n   2.4.0\n"
    )
    lock = read(tmp_path, "Gemfile.lock", content)
    assert pins(lock) == {("nokogiri", "1.15.4", 10), ("racc", "1.7.1", 12), ("rack", "2.2.3", 13)}
    [racc] = [package for package in lock.packages if package.name == "racc"]
    assert (lock.way(racc), lock.asked(racc)) == (("nokogiri", "racc"), "~> 1.4")
    assert [one.name for one in lock.skipped] == ["shop"]


def test_composer(tmp_path):
    content = (
        '{"packages": [{"name": "Acme/A", "version": "v1.2.0",\n"require": {"acme/b": "^1", "php": ">=8"}},\n'
        '{"name": "acme/b",\n"version": "1.0.0"}], "packages-dev": []}'
    )
    lock = read(tmp_path, "composer.lock", content, **{"composer.json": '{"require": {"acme/a": "^1"}}'})
    assert pins(lock) == {("acme/a", "1.2.0", 1), ("acme/b", "1.0.0", 4)}
    assert (lock.way(lock.packages[1]), lock.asked(lock.packages[1])) == (("acme/a", "acme/b"), "^1")


@pytest.mark.parametrize(
    ("version", "one", "other", "needed"),
    [
        ("5.4", "/@acme/ui/1.0.0_react@17.0.0", "/@acme/ui/1.0.0_react@18.0.0", "/react/18.0.0"),
        ("'6.0'", "/@acme/ui@1.0.0(react@17.0.0)", "/@acme/ui@1.0.0(react@18.0.0)", "/react@18.0.0"),
    ],
)
def test_a_package_of_pnpm_for_several_peers_is_one(tmp_path, version, one, other, needed):
    content = (
        f"lockfileVersion: {version}\n\ndependencies:\n  '@acme/ui': 1.0.0\n\npackages:\n\n  {one}:\n"
        f"    resolution: {{integrity: x}}\n\n  {other}:\n    resolution: {{integrity: x}}\n    dependencies:\n"
        f"      react: 18.0.0\n\n  {needed}:\n    resolution: {{integrity: x}}\n"
    )
    lock = read(tmp_path, "pnpm-lock.yaml", content)
    assert pins(lock) == {("@acme/ui", "1.0.0", 8), ("react", "18.0.0", 16)}
    assert len(lock.packages) == 2
    assert lock.way(lock.packages[1]) == ("@acme/ui", "react")


def test_a_package_of_pdm_with_an_extra_is_one_that_needs_more(tmp_path):
    content = (
        '[metadata]\n[[package]]\nname = "coverage"\nversion = "7.6"\n[[package]]\nname = "coverage"\nversion = "7.6"\n'
        'extras = ["toml"]\ndependencies = ["coverage==7.6", "Tom_Li>=1; python_version < \\"3.11\\""]\n'
        '[[package]]\nname = "tom-li"\nversion = "2.0"\n'
    )
    manifest = '[project]\ndependencies = ["coverage[toml]>=7"]\n'
    lock = read(tmp_path, "pdm.lock", content, **{"pyproject.toml": manifest})
    assert pins(lock) == {("coverage", "7.6", 4), ("tom-li", "2.0", 12)}
    assert len(lock.packages) == 2
    assert lock.way(lock.packages[1]) == ("coverage", "tom-li")


def test_gradle(tmp_path):
    lock = read(tmp_path, "gradle.lockfile", "# made\ncom.acme:a:1.0=runtimeClasspath,x\nempty=y\n")
    assert pins(lock) == {("com.acme:a", "1.0", 2)}


def test_a_pom_with_properties_and_what_it_manages(tmp_path):
    content = """<?xml version="1.0"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <groupId>com.acme</groupId><version>3.1</version>
  <properties><log.version>2.14.1</log.version><loop>${loop}</loop></properties>
  <dependencyManagement><dependencies><dependency>
    <groupId>m</groupId><artifactId>managed</artifactId><version>1.1</version>
  </dependency></dependencies></dependencyManagement>
  <dependencies>
    <dependency><groupId>org.x</groupId><artifactId>core</artifactId>
      <version>${log.version}</version></dependency>
    <dependency><groupId>m</groupId><artifactId>managed</artifactId></dependency>
    <dependency><groupId>${project.groupId}</groupId><artifactId>own</artifactId><version>${project.version}</version>
    </dependency>
    <dependency><groupId>m</groupId><artifactId>range</artifactId><version>[1,2)</version></dependency>
    <dependency><groupId>m</groupId><artifactId>ring</artifactId><version>${loop}</version></dependency>
    <dependency><groupId>m</groupId><artifactId>parent</artifactId></dependency>
  </dependencies>
</project>
"""
    lock = read(tmp_path, "pom.xml", content)
    assert pins(lock) == {("org.x:core", "2.14.1", 10), ("m:managed", "1.1", 11), ("com.acme:own", "3.1", 12)}
    assert [one.name for one in lock.skipped] == [
        "m:range", "m:ring", "m:parent", "all that these need in their turn",
    ]  # fmt: skip


LONG = 300_000
POM = (
    "<project><properties><a>${a}${a}${a}${a}</a></properties><dependencies><dependency><groupId>a</groupId>"
    f"<artifactId>b</artifactId><version>{'${a}' * LONG}</version></dependency></dependencies></project>"
)
FOLDERS = "node_modules/a/" * LONG
SLOW = {
    "spaces": ("requirements.txt", " " * LONG + "x\na==1" + " " * LONG + "x"),
    "options": ("requirements.txt", "a==1" + " -a" * LONG),
    "quotes": ("yarn.lock", '# yarn lockfile v1\n"' + 'a\\"' * LONG + ':\n  version "1"\n'),
    "schemes": ("yarn.lock", '# yarn lockfile v1\na@^1:\n  version "1"\n  resolved "' + "://" * LONG + '"\n'),
    "folders": (
        "package-lock.json",
        f'{{"packages": {{"{FOLDERS}b": {{"version": "1", "dependencies": {{"c": "1"}}}}}}}}',
    ),
    "properties": ("pom.xml", POM),
    "brackets": ("Gemfile.lock", f"GEM\n  specs:\n    a (1)\n      b {'(' * LONG}\nDEPENDENCIES\n  {'a (' * LONG}"),
    "words": ("go.mod", "module m\ngo 1.21\nrequire " + "a " * LONG),
    "tables": ("uv.lock", "version = 1\n" + '[[package]]\nname="a"\n' * 20_000),
    "keys": (
        "pnpm-lock.yaml",
        "lockfileVersion: '9.0'\npackages:\n"
        + "".join(f"  a{number}@1.0.0:\n    resolution: {{integrity: x}}\n" for number in range(20_000)),
    ),
}


@pytest.mark.parametrize("what", SLOW)
def test_what_is_made_to_take_long_takes_as_long_as_it_is_large(tmp_path, what):
    """Ten times of what the slowest takes; what grows by the square takes minutes."""
    path, content = SLOW[what]
    started = time.process_time()
    with suppress(UnreadableError):
        read(tmp_path, path, content)
    assert time.process_time() - started < 15


NAMES = ("deep", "base", "only", "inner")


def test_npm_finds_the_nearest_package_and_follows_links_to_parts_of_the_project(tmp_path):
    content = """{"packages": {
"": {"dependencies": {"app": "^1", "cart": "*"}},
"node_modules/app": {"version": "1.0.0", "dependencies": {"mid": "1", "deep": "1"}},
"node_modules/mid": {"version": "1.0.0", "dependencies": {"deep": "2"}},
"node_modules/deep": {"version": "1.0.0"},
"node_modules/mid/node_modules/deep": {"version": "2.0.0", "dependencies": {"base": "1", "far": "1"}},
"node_modules/base": {"version": "3.0.0"},
"node_modules/mid/node_modules/inner": {"version": "5.0.0"},
"node_modules/mid/node_modules/deep/node_modules/far": {"version": "1.0.0", "dependencies": {"inner": "5"}},
"node_modules/inner": {"version": "6.0.0"},
"node_modules/cart": {"resolved": "packages/cart", "link": true},
"packages/cart": {"dependencies": {"only": "1"}},
"packages/cart/node_modules/only": {"version": "4.0.0"}
}}"""
    lock = read(tmp_path, "package-lock.json", content)
    ways = {(package.version, *lock.way(package)) for package in lock.packages if package.name in NAMES}
    assert ways == {
        ("1.0.0", "app", "deep"), ("2.0.0", "app", "mid", "deep"), ("3.0.0", "app", "mid", "deep", "base"),
        ("4.0.0", "only"), ("5.0.0", "app", "mid", "deep", "far", "inner"), ("6.0.0", "inner"),
    }  # fmt: skip
    assert {package.name for package in lock.packages if package.direct} == {"app", "only"}
