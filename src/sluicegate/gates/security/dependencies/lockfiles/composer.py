"""`composer.lock` of Composer; `composer.json` beside it says what is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluicegate.gates.security.dependencies.lockfiles.digests import plain
from sluicegate.gates.security.dependencies.packages import PACKAGIST, Lock, Package, Skipped, normal
from sluicegate.manifests.structured import beside, mapping, root, texts
from sluicegate.manifests.text import bad

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
    sections = [(entry, key) for key in _SECTIONS if (section := top.get(key)) for entry in section.items()]
    known = {normal(PACKAGIST, entry.text("name")) for entry, _ in sections}
    packages: list[Package] = []
    skipped: list[Skipped] = []
    for entry, section_name in sections:
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
                optional=section_name != _SECTIONS[0], licences=_licences(entry.value.get("license")),
                digests=plain([f"sha1:{mapping(entry.value.get('dist')).get('shasum')}"]),
            )
        )  # fmt: skip
    own = frozenset({normal(PACKAGIST, said)} if isinstance(said := manifest.get("name"), str) else ())
    raising = "composer update {name} --with-dependencies"
    return Lock(path=path, packages=packages, skipped=skipped, raising=raising, own=own)


def _licences(said: Any) -> tuple[str, ...]:
    """What Composer lists is a choice (its documentation, "license")."""
    some = [one for one in (said if isinstance(said, list) else [said]) if isinstance(one, str) and one]
    return (" OR ".join(f"({one})" if " " in one else one for one in some),) if some else ()
