"""`Cargo.lock` of Rust: packages without a source are the project's own, and what those need is direct."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sluicegate.gates.security.dependencies.lockfiles.digests import plain
from sluicegate.gates.security.dependencies.lockfiles.toml import Table, tables
from sluicegate.gates.security.dependencies.packages import CRATES, Lock, Package, Skipped
from sluicegate.manifests.text import bad

if TYPE_CHECKING:
    from sluicegate.model import Tree

_ELSEWHERE = "it comes from elsewhere than a registry"
_REGISTRIES = ("registry+", "sparse+")


def read(tree: Tree, path: str) -> Lock:
    """What Cargo builds. Raises UnreadableError."""
    _, found = tables(tree, path, "package")
    if not found:
        raise bad(tree.display(path), None, "it names no package, so that it was cut or is no Cargo.lock")
    by_name: dict[str, list[str]] = defaultdict(list)
    for table in found:
        by_name[table.text("name")].append(_id(table))
    direct = {one for table in found if not table.text("source") for one in _needs(table, by_name)}
    packages: list[Package] = []
    skipped: list[Skipped] = []
    for table in found:
        source = table.text("source")
        if not source:
            continue
        if not source.startswith(_REGISTRIES) or not table.text("version"):
            skipped.append(
                Skipped(name=table.text("name"), why="it comes from elsewhere than a registry", line=table.line)
            )
            continue
        packages.append(
            Package(
                ecosystem=CRATES, name=table.text("name"), version=table.text("version"), line=table.line,
                column=1 if table.line else None, id=_id(table), needs=tuple(_needs(table, by_name)),
                direct=_id(table) in direct, hashed=True, digests=plain([f"sha256:{table.text('checksum')}"]),
            )
        )  # fmt: skip
    own = frozenset(table.text("name") for table in found if not table.text("source"))
    return Lock(
        path=path, packages=packages, skipped=skipped, raising="cargo update {name} --precise {version}", own=own
    )  # fmt: skip


def _id(table: Table) -> str:
    return f"{table.text('name')} {table.text('version')}"


def _needs(table: Table, by_name: dict[str, list[str]]) -> list[str]:
    """`name`, or `name version` where there are several, or that with a source behind it."""
    wanted = table.data.get("dependencies")
    out = []
    for one in wanted if isinstance(wanted, list) else ():
        name, *more = str(one).split(" ")
        out += [f"{name} {more[0]}"] if more else by_name.get(name, [])
    return out
