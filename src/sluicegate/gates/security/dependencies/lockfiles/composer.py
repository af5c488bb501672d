"""`composer.lock` of Composer; `composer.json` beside it says what is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.security.dependencies.lockfiles.structured import beside, root, texts
from sluicegate.gates.security.dependencies.lockfiles.text import bad
from sluicegate.gates.security.dependencies.packages import PACKAGIST, Lock, Package, Skipped, normal

if TYPE_CHECKING:
    from sluicegate.model import Tree

_SECTIONS = ("packages", "packages-dev")


def read(tree: Tree, path: str) -> Lock:
    """What Composer installs. Raises UnreadableError."""
    top = root(tree, path)
    if not isinstance(top.value.get("packages"), list):
        raise bad(top.document.shown, 1, "`packages` is missing, so that it is no composer.lock")
    manifest = beside(tree, path, "composer.json")
    asked = {normal(PACKAGIST, name) for key in ("require", "require-dev") for name in texts(manifest.get(key))}
    entries = [entry for key in _SECTIONS if (section := top.get(key)) for entry in section.items()]
    known = {normal(PACKAGIST, entry.text("name")) for entry in entries}
    packages: list[Package] = []
    skipped: list[Skipped] = []
    for entry in entries:
        name, version = normal(PACKAGIST, entry.text("name")), entry.text("version")
        line, column = (entry.get("version") or entry).line_column
        if not name or not version or version.startswith("dev-") or version.endswith("-dev"):
            why = "it is the state of a branch, not a release" if version else "the file tells no version of it"
            skipped.append(Skipped(name=name or "(no name)", why=why, line=line))
            continue
        wanted = texts(entry.value.get("require"))
        asks = {one: said for need, said in wanted.items() if (one := normal(PACKAGIST, need)) in known}
        packages.append(
            Package(
                ecosystem=PACKAGIST, name=name, version=version.removeprefix("v"), line=line, column=column, id=name,
                needs=tuple(asks), asks=asks, direct=name in asked if asked else None, hashed=True,
            )
        )  # fmt: skip
    return Lock(path=path, packages=packages, skipped=skipped, raising="composer update {name} --with-dependencies")
