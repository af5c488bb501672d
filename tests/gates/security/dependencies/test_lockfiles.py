"""Lock files as their own tools wrote them: what is in them, where, and through what it comes in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sluicegate.gates.security.dependencies.lockfiles import READERS, locks, reader
from sluicegate.gates.security.settings import Settings
from sluicegate.model import Context
from sluicegate.revision import TreeSpec, open_tree
from sluicegate.revision.globs import matches

DATA = Path(__file__).parent / "data"
TREE = open_tree(TreeSpec(kind="folder", root=str(DATA)))
PYTHON = {("requests", "2.19.1"), ("flask", "1.0"), ("jinja2", "3.1.6"), ("urllib3", "1.23")}
NODE = {("express", "4.17.1"), ("lodash", "4.17.15"), ("minimist", "1.2.0"), ("qs", "6.7.0")}
WRITTEN = {
    "uv/uv.lock": (14, PYTHON | {("pyyaml", "5.3")}, {"requests", "flask", "pyyaml"}),
    "pylock/pylock.toml": (14, PYTHON | {("pyyaml", "5.3")}, None),
    "pip-compile/requirements.txt": (11, PYTHON, {"requests", "flask"}),
    "pip-compile/requirements-line.txt": (11, PYTHON, {"requests", "flask"}),
    "uv-pip/requirements-uv.txt": (11, PYTHON, {"requests", "flask"}),
    "poetry/poetry.lock": (12, PYTHON - {("urllib3", "1.23")} | {("urllib3", "1.22")}, {"requests", "flask"}),
    "pipenv/Pipfile.lock": (12, PYTHON | {("pyyaml", "5.3")}, {"requests", "flask", "pyyaml"}),
    "npm1/package-lock.json": (52, NODE, {"express", "lodash", "minimist"}),
    "npm3/package-lock.json": (53, NODE | {("lodash", "4.17.20")}, {"express", "lodash", "minimist"}),
    "pnpm7/pnpm-lock.yaml": (55, NODE | {("lodash", "4.17.20")}, {"express", "lodash", "minimist"}),
    "pnpm8/pnpm-lock.yaml": (55, NODE | {("lodash", "4.17.20")}, {"express", "lodash", "minimist"}),
    "pnpm9/pnpm-lock.yaml": (55, NODE | {("lodash", "4.17.20")}, {"express", "lodash", "minimist"}),
    "yarn1/yarn.lock": (55, NODE | {("lodash", "4.17.20")}, {"express", "lodash", "minimist"}),
    "berry/yarn.lock": (55, NODE | {("lodash", "4.17.20")}, {"express", "lodash", "minimist"}),
    "cargo/Cargo.lock": (9, {("time", "0.1.43"), ("regex", "1.5.4"), ("memchr", "2.8.3")}, {"time", "regex"}),
    "go/go.mod": (
        24, {("golang.org/x/text", "0.7.0"), ("github.com/gin-gonic/gin", "1.9.0"), ("golang.org/x/net", "0.7.0")},
        {"golang.org/x/text", "github.com/gin-gonic/gin"},
    ),
    "go116/go.mod": (21, {("github.com/gin-gonic/gin", "1.7.0")}, {"github.com/gin-gonic/gin"}),
}  # fmt: skip
"""How many packages a file pins, some of them, and what is asked for; None: the file cannot say."""

WORKSPACES = {"yarn1/yarn.lock"}
"""Files of a project in parts, of which only one is known: what it does not ask for, another may."""

NO_GRAPH = {"pylock/pylock.toml", "pipenv/Pipfile.lock", "go/go.mod", "go116/go.mod"}


def lock_of(path):
    name = next(name for pattern, name in READERS.items() if matches(f"**/{pattern}", path))
    return reader(name)(TREE, path)


def test_every_file_of_the_data_is_looked_at():
    found = {path for pattern in READERS for path in TREE.glob(f"**/{pattern}")}
    assert found == set(WRITTEN)


@pytest.mark.parametrize("pattern", READERS)
def test_a_file_of_every_kind_is_among_those_that_are_asked_for(tmp_path, pattern):
    """Also one in a folder; and none that was installed."""
    name = pattern.replace("*", "x")
    for path in (name, f"a/b/{name}", f"node_modules/a/{name}", f"a/.venv/lib/{name}"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    tree = open_tree(TreeSpec(kind="folder", root=str(tmp_path)))
    context = Context(settings=Settings(), head=tree, reference=None, rules=frozenset(), now=datetime.now(UTC))
    assert locks(context) == dict.fromkeys(sorted((name, f"a/b/{name}")), READERS[pattern])


@pytest.mark.parametrize("path", WRITTEN)
def test_what_a_tool_wrote(path):
    count, some, direct = WRITTEN[path]
    lock = lock_of(path)
    assert lock.skipped == []
    assert len(lock.packages) == count
    pins = {(package.name, package.version) for package in lock.packages}
    assert some <= pins
    said = {package.name for package in lock.packages if package.direct}
    assert said == (direct or set())
    other = None if path in WORKSPACES else False
    assert {package.direct for package in lock.packages} == ({None} if direct is None else {True, other})


@pytest.mark.parametrize("path", sorted(set(WRITTEN) - {"go116/go.mod"}))
def test_each_package_stands_in_its_line(path):
    lines = (DATA / path).read_text("utf-8").split("\n")
    for package in lock_of(path).packages:
        near = "\n".join(lines[package.line - 1 : package.line + 1])
        assert package.version in near or package.name.lower() in near.lower().replace("_", "-"), package


@pytest.mark.parametrize("path", sorted(set(WRITTEN) - NO_GRAPH))
def test_a_transitive_package_has_a_way(path):
    lock = lock_of(path)
    ways = {lock.way(package) for package in lock.packages if not package.direct}
    if any(package.name == "express" for package in lock.packages):
        assert ("express", "qs") in ways or ("express", "body-parser", "qs") in ways
    elif any(package.name == "flask" for package in lock.packages):
        assert {("requests", "urllib3"), ("flask", "jinja2"), ("flask", "jinja2", "markupsafe")} <= ways
    else:
        assert ("time", "winapi", "winapi-i686-pc-windows-gnu") in ways


@pytest.mark.parametrize(
    "path", ["npm1/package-lock.json", "npm3/package-lock.json", "yarn1/yarn.lock", "berry/yarn.lock"]
)
def test_what_is_asked_for_is_known_as_it_is_written(path):
    lock = lock_of(path)
    asked = {package.name: lock.asked(package) for package in lock.packages}
    assert (asked["qs"], asked["mime-types"], asked["express"]) == ("6.7.0", "~2.1.34", "")


def test_pins_with_digests_are_known():
    assert all(package.hashed for package in lock_of("pip-compile/requirements.txt").packages)
    assert not any(package.hashed for package in lock_of("uv-pip/requirements-uv.txt").packages)


def test_an_alias_of_npm_is_the_package_that_it_stands_for():
    for path in ("npm1/package-lock.json", "npm3/package-lock.json", "pnpm7/pnpm-lock.yaml", "berry/yarn.lock"):
        assert not any("old-lodash" in package.name for package in lock_of(path).packages), path
