"""Lock files of Python's tools in TOML: Poetry, PDM, and `pylock.toml` (PyPA, "pylock.toml specification")."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from sluicegate.errors import UnreadableError
from sluicegate.gates.security.dependencies.lockfiles.digests import plain
from sluicegate.gates.security.dependencies.lockfiles.toml import Table, named, tables
from sluicegate.gates.security.dependencies.packages import PYPI, Lock, Package, Skipped, normal
from sluicegate.manifests.structured import mapping
from sluicegate.manifests.text import bad, toml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sluicegate.model import Tree

_MAIN = frozenset({"main", "default"})
_NAME = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")
_ELSEWHERE = "it comes from elsewhere than an index"


def read_poetry(tree: Tree, path: str) -> Lock:
    """What `poetry.lock` pins; `pyproject.toml` beside it says what is asked for."""
    data, found = tables(tree, path, "package")
    if "metadata" not in data:
        raise bad(tree.display(path), None, "`metadata` is missing, so that the file was cut or is no poetry.lock")
    return _by_name(
        tree, path, found, lambda table: list(mapping(table.data.get("dependencies"))),
        lambda table: mapping(table.data.get("source")).get("type") in ("git", "url", "file", "directory"),
        raising="poetry update {name}",
    )  # fmt: skip


def read_pdm(tree: Tree, path: str) -> Lock:
    """What `pdm.lock` pins; `pyproject.toml` beside it says what is asked for."""
    data, found = tables(tree, path, "package")
    if "metadata" not in data:
        raise bad(tree.display(path), None, "`metadata` is missing, so that the file was cut or is no pdm.lock")
    return _by_name(
        tree, path, found, lambda table: _requirements(table.data.get("dependencies")),
        lambda table: bool({"git", "url", "path"} & table.data.keys()),
        raising="pdm update {name}",
    )  # fmt: skip


def read_pylock(tree: Tree, path: str) -> Lock:
    """What a `pylock.toml` pins; a package may say what it needs."""
    data, found = tables(tree, path, "packages")
    if not isinstance(data.get("lock-version"), str):
        raise bad(tree.display(path), None, "`lock-version` is missing, so that it is no pylock.toml")
    return _by_name(
        tree, path, found, lambda table: [one["name"] for one in named(table.data.get("dependencies"))],
        lambda table: bool({"vcs", "directory", "archive"} & table.data.keys()),
    )  # fmt: skip


def _by_name(
    tree: Tree,
    path: str,
    found: list[Table],
    needs: Callable[[Table], list[str]],
    elsewhere: Callable[[Table], bool],
    *,
    raising: str = "",
) -> Lock:
    """Packages whose needs are names. What is direct is known by the manifest, or else not at all.

    One that stands there again with an extra (PDM) is the same package, and needs what both do.
    """
    by_name: dict[str, list[str]] = defaultdict(list)
    for table in found:
        by_name[normal(PYPI, table.text("name"))].append(f"{table.text('name')} {table.text('version')}")
    asked = _asked(tree, path)
    packages: dict[str, Package] = {}
    skipped: list[Skipped] = []
    for table in found:
        name = normal(PYPI, table.text("name"))
        if not name or not table.text("version") or elsewhere(table):
            skipped.append(Skipped(name=name or "(no name)", why=_ELSEWHERE, line=table.line))
            continue
        wanted = [one for needed in needs(table) for one in by_name.get(normal(PYPI, needed), [])]
        own = f"{table.text('name')} {table.text('version')}"
        if own in packages:
            packages[own] = replace(packages[own], needs=(*packages[own].needs, *wanted))
        else:
            packages[own] = _package(table, own, tuple(wanted), direct=name in asked if asked else None)
    return Lock(
        path=path, packages=list(packages.values()), skipped=skipped, raising=raising, own=_own(tree, path)
    )  # fmt: skip


def _package(table: Table, own: str, needs: tuple[str, ...], *, direct: bool | None) -> Package:
    return Package(
        ecosystem=PYPI, name=normal(PYPI, table.text("name")), version=table.text("version"), line=table.line,
        column=1 if table.line else None, id=own, needs=needs, direct=direct, hashed=True,
        optional=_left_out(table.data), digests=plain(list(_digests(table.data))),
    )  # fmt: skip


def _left_out(data: dict[str, Any]) -> bool | None:
    """Whether the project may be without a package; None where its table says nothing of groups (pylock.toml)."""
    if data.get("optional") is True or data.get("marker") or data.get("markers"):
        return True
    groups = data.get("groups") or data.get("category")
    if isinstance(groups, str):
        groups = [groups]
    return None if not isinstance(groups, list) else _MAIN.isdisjoint(map(str, groups))


def _digests(data: dict[str, Any]) -> Iterator[Any]:
    """The digests of all files of a package: `hash = "sha256:…"`, or a table of them (pylock.toml)."""
    for key in ("files", "wheels", "sdist"):
        given = data.get(key)
        for each in map(mapping, given if isinstance(given, list) else [given]):
            yield each.get("hash")
            yield from (f"{kind}:{said}" for kind, said in mapping(each.get("hashes")).items())


def _manifest(tree: Tree, path: str) -> dict[str, Any]:
    """`pyproject.toml` beside a lock file; nothing where there is none that can be read."""
    manifest = posixpath.join(posixpath.dirname(path), "pyproject.toml")
    try:
        return toml(tree, manifest)[0] if tree.find(manifest) else {}
    except UnreadableError:
        return {}


def _own(tree: Tree, path: str) -> frozenset[str]:
    """What the project calls itself."""
    data = _manifest(tree, path)
    poetry = mapping(mapping(data.get("tool")).get("poetry"))
    names = (mapping(data.get("project")).get("name"), poetry.get("name"))
    return frozenset(normal(PYPI, name) for name in names if isinstance(name, str))


def _asked(tree: Tree, path: str) -> set[str]:
    """The names that `pyproject.toml` beside a lock file asks for; none where there is none."""
    data = _manifest(tree, path)
    project, tool = mapping(data.get("project")), mapping(data.get("tool"))
    poetry, pdm = mapping(tool.get("poetry")), mapping(tool.get("pdm"))
    groups = (project.get("optional-dependencies"), data.get("dependency-groups"), pdm.get("dev-dependencies"))
    lists = [project.get("dependencies"), *(some for group in groups for some in mapping(group).values())]
    own = [mapping(group).get("dependencies") for group in mapping(poetry.get("group")).values()]
    names = [
        one for some in (poetry.get("dependencies"), poetry.get("dev-dependencies"), *own) for one in mapping(some)
    ]
    return {normal(PYPI, name) for name in (*names, *(one for some in lists for one in _requirements(some)))}


def _requirements(value: Any) -> list[str]:
    """The names at the start of requirements (PEP 508)."""
    texts = [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
    return [found[1] for one in texts if (found := _NAME.match(one))]
