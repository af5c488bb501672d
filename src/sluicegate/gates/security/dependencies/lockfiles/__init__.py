"""The lock files that are read, by the patterns of their names."""

from __future__ import annotations

import posixpath
import re
from importlib import import_module
from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.gates.security.dependencies.packages import CRATES, GO, MAVEN, NPM, PACKAGIST, PYPI, RUBYGEMS
from sluicegate.gates.security.files import listed
from sluicegate.manifests.text import text_of
from sluicegate.revision.globs import matches

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sluicegate.gates.security.dependencies.packages import Lock
    from sluicegate.model import Context, Tree

    Reader = Callable[[Tree, str], Lock]

_REQUIREMENTS = "requirements:read"
_INCLUDES = re.compile(r"^(?:-r\s*|--requirement[\s=]\s*)(\S+)", re.MULTILINE)

READERS: Mapping[str, str] = {
    "requirements*.txt": _REQUIREMENTS,
    "*requirements.txt": _REQUIREMENTS,
    "requirements/*.txt": _REQUIREMENTS,
    "package-lock.json": "npm:read",
    "npm-shrinkwrap.json": "npm:read",
    "pnpm-lock.yaml": "pnpm:read",
    "yarn.lock": "yarn:read",
    "uv.lock": "uv:read",
    "poetry.lock": "python:read_poetry",
    "pdm.lock": "python:read_pdm",
    "pylock.toml": "python:read_pylock",
    "pylock.*.toml": "python:read_pylock",
    "Pipfile.lock": "pipenv:read",
    "go.mod": "golang:read",
    "Cargo.lock": "cargo:read",
    "pom.xml": "pom:read",
    "*gradle.lockfile": "gradle:read",
    "Gemfile.lock": "bundler:read",
    "gems.locked": "bundler:read",
    "composer.lock": "composer:read",
}
"""The module and function that reads a file, by the pattern of its name, at any depth."""

ECOSYSTEMS: Mapping[str, str] = {
    "requirements": PYPI, "uv": PYPI, "python": PYPI, "pipenv": PYPI, "npm": NPM, "pnpm": NPM, "yarn": NPM,
    "golang": GO, "cargo": CRATES, "pom": MAVEN, "gradle": MAVEN, "bundler": RUBYGEMS, "composer": PACKAGIST,
}  # fmt: skip
"""What each module reads the packages of."""

_AMONG = (
    "**/*[.-]lock*", "**/*requirements*.txt", "**/requirements/*.txt", "**/pylock*.toml", "**/npm-shrinkwrap.json",
    "**/go.mod", "**/pom.xml",
)  # fmt: skip
"""What all of them are among: each pattern that a tree is asked for makes it list its files."""

_INSTALLED = frozenset({"node_modules", ".venv", "site-packages"})
"""What was installed is no part of the project, even where git keeps it."""


def locks(context: Context) -> dict[str, str]:
    """The lock files of the tree with the name of what reads each, sorted; what requirements include is theirs."""
    found: dict[str, str] = {}
    for path in listed(context, _AMONG):
        name = reader_of(path)
        if name and _INSTALLED.isdisjoint(path.split("/")):
            found[path] = name
    waiting = [path for path, name in found.items() if name == _REQUIREMENTS]
    while waiting:
        for path in _included(context.head, waiting.pop()):
            if path not in found:
                found[path] = _REQUIREMENTS
                waiting.append(path)
    return dict(sorted(found.items()))


def reader_of(path: str) -> str:
    """The name of what reads a file, by the file's own; "" where that is of no kind that is read."""
    return next((name for pattern, name in READERS.items() if matches(f"**/{pattern}", path)), "")


def ecosystem_of(path: str) -> str:
    """The ecosystem of what a lock file pins."""
    return ECOSYSTEMS[reader_of(path).partition(":")[0]]


def reader(name: str) -> Reader:
    """What reads a lock file; its module is loaded now."""
    module, _, function = name.partition(":")
    loaded: Reader = getattr(import_module(f"{__name__}.{module}"), function)
    return loaded


def _included(tree: Tree, path: str) -> list[str]:
    """The other requirements files of the tree that a file includes (`-r`)."""
    folder = posixpath.dirname(path)
    try:
        text = text_of(tree, path)
    except GateError:
        return []  # told when the file itself is read
    wanted = [posixpath.normpath(posixpath.join(folder, one)) for one in _INCLUDES.findall(text)]
    return [one for one in wanted if tree.find(one)]
