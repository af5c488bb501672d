"""`Pipfile.lock` of Pipenv; `Pipfile` beside it says what is asked for."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from sluicegate.errors import UnreadableError
from sluicegate.gates.security.dependencies.lockfiles.digests import plain
from sluicegate.gates.security.dependencies.packages import PYPI, Lock, Package, Skipped, normal
from sluicegate.manifests.structured import mapping, root
from sluicegate.manifests.text import bad, toml

if TYPE_CHECKING:
    from sluicegate.model import Tree

_ABOUT, _MAIN = "_meta", "default"


def read(tree: Tree, path: str) -> Lock:
    """What Pipenv installs: `default`, `develop`, and categories of the user's own. Raises UnreadableError."""
    top = root(tree, path)
    if _ABOUT not in top.value:
        raise bad(top.document.shown, 1, f"`{_ABOUT}` is missing, so that it is no Pipfile.lock")
    asked = _asked(tree, path)
    packages: list[Package] = []
    skipped: list[Skipped] = []
    for category, section in top.members().items():
        for name, entry in section.members().items() if category != _ABOUT else ():
            line, column = entry.line_column
            version = entry.text("version")
            if not version.startswith("=="):
                skipped.append(Skipped(name=name, why="it comes from elsewhere than an index", line=line))
                continue
            packages.append(
                Package(
                    ecosystem=PYPI, name=normal(PYPI, name), version=version.lstrip("="), line=line, column=column,
                    id=f"{category} {name}", direct=normal(PYPI, name) in asked if asked else None, hashed=True,
                    optional=_left_out(category, entry.text("markers")),
                    digests=plain(mapping(entry.value).get("hashes")),
                )
            )  # fmt: skip
    return Lock(path=path, packages=packages, skipped=skipped, raising="pipenv upgrade {name}=={version}")


def _left_out(category: str, markers: str) -> bool | None:
    """Whether the project may be without a package: most markers only say which Python it takes, and not all."""
    return True if category != _MAIN else None if markers else False


def _asked(tree: Tree, path: str) -> set[str]:
    manifest = posixpath.join(posixpath.dirname(path), "Pipfile")
    if not tree.find(manifest):
        return set()
    try:
        data, _ = toml(tree, manifest)
    except UnreadableError:
        return set()
    about = ("source", "requires", "scripts", "pipenv")
    return {normal(PYPI, name) for key, section in data.items() if key not in about for name in mapping(section)}
