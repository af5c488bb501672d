"""`uv.lock`: members of the workspace are the project, and what they ask for is direct."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sluicegate.gates.security.dependencies.lockfiles.digests import plain
from sluicegate.gates.security.dependencies.lockfiles.toml import Table, named, tables
from sluicegate.gates.security.dependencies.packages import PYPI, Lock, Package, Skipped, normal, reached
from sluicegate.manifests.structured import mapping
from sluicegate.manifests.text import bad

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sluicegate.model import Tree

_ELSEWHERE = "it comes from elsewhere than an index"
_OWN = frozenset({"virtual", "editable"})


def read(tree: Tree, path: str) -> Lock:
    """What `uv.lock` pins. Raises UnreadableError."""
    data, found = tables(tree, path, "package")
    if not isinstance(data.get("version"), int):
        raise bad(tree.display(path), None, "`version` is missing, so that it is no uv.lock")
    skipped: list[Skipped] = []
    asked: set[str] = set()
    own: dict[str, Table] = {}
    by_name: dict[str, list[str]] = defaultdict(list)
    rows: dict[str, Table] = {}
    for table in found:
        source = mapping(table.data.get("source"))
        name = normal(PYPI, table.text("name"))
        if _OWN & source.keys():
            own[name] = table
            asked.update(map(_id, _needs(table.data)))
        elif "registry" not in source or not table.text("version"):
            skipped.append(Skipped(name=table.text("name"), why=_ELSEWHERE, line=table.line))
        else:
            by_name[name].append(_id(table.data))
            rows[_id(table.data)] = table
    direct = set(_expanded(asked, by_name))
    always = _always(own, rows, by_name)
    packages = [
        Package(
            ecosystem=PYPI, name=normal(PYPI, table.text("name")), version=table.text("version"), line=table.line,
            column=1 if table.line else None, id=one, needs=_expanded(map(_id, _needs(table.data)), by_name),
            direct=one in direct if asked else None, hashed=True, optional=one not in always if own else None,
            digests=plain([each.get("hash") for each in _files(table.data)]),
        )
        for one, table in rows.items()
    ]  # fmt: skip
    raising = "uv lock --upgrade-package {name}=={version}"
    return Lock(path=path, packages=packages, skipped=skipped, raising=raising, own=frozenset(own))


def _id(said: dict[str, Any]) -> str:
    version = said.get("version")
    name = normal(PYPI, str(said.get("name") or ""))
    return f"{name} {version}" if isinstance(version, str) else name


def _files(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    wheels = data.get("wheels")
    yield from (mapping(each) for each in (data.get("sdist"), *(wheels if isinstance(wheels, list) else ())))


def _needs(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from named(data.get("dependencies"))
    for key in ("optional-dependencies", "dev-dependencies"):
        for group in mapping(data.get(key)).values():
            yield from named(group)


def _expanded(ids: Iterable[str], by_name: dict[str, list[str]]) -> tuple[str, ...]:
    """The ids, where one without a version is every version of that name."""
    out: dict[str, None] = {}
    for one in ids:
        out.update(dict.fromkeys([one] if " " in one else by_name.get(one, [])))
    return tuple(out)


def _always(own: dict[str, Table], rows: dict[str, Table], by_name: dict[str, list[str]]) -> set[str]:
    """What is installed on every machine without development and extras: the ids that lead there under no marker."""
    known = {**own, **rows}
    edges: dict[str, list[str]] = {}
    for one, table in known.items():
        edges[one] = list(_unmarked(table.data.get("dependencies"), own, by_name))
        for extra, group in mapping(table.data.get("optional-dependencies")).items():
            edges[f"{one}[{extra}]"] = list(_unmarked(group, own, by_name))
    return reached(edges, own)


def _unmarked(group: Any, own: dict[str, Table], by_name: dict[str, list[str]]) -> Iterator[str]:
    for said in named(group):
        if said.get("marker"):
            continue
        one = _id(said)
        for each in [one] if one in own else _expanded([one], by_name):
            yield each
            extras = said.get("extra")
            yield from (f"{each}[{extra}]" for extra in (extras if isinstance(extras, list) else ()))
