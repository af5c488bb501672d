"""`gradle.lockfile` of Gradle: a line for each module, with the configurations that it is in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sluicegate.gates.security.dependencies.packages import MAVEN, Lock, Package
from sluicegate.manifests.text import bad, text_of
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from sluicegate.model import Tree

_LINE = re.compile(r"([^:=\s]+):([^:=\s]+):([^:=\s]+)=(\S*)")


def read(tree: Tree, path: str) -> Lock:
    """What Gradle resolves. Raises UnreadableError: a line is something else, or the last line is missing."""
    shown = tree.display(path)
    packages: list[Package] = []
    ended = False
    for number, line in enumerate(text_of(tree, path).split("\n"), 1):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        if bare.startswith("empty="):
            ended = True
            continue
        if not (found := _LINE.fullmatch(bare)):
            raise bad(shown, number, f"`{shorten(one_line(bare), 60)}` is no module with a version")
        group, name, version, configurations = found.groups()
        packages.append(
            Package(
                ecosystem=MAVEN, name=f"{group}:{name}", version=version, line=number, column=1, id=found[0],
                hashed=True, optional=all(one.startswith("test") for one in configurations.split(",")),
            )
        )  # fmt: skip
    if not ended:
        raise bad(shown, None, "its last line (`empty=`) is missing: the file was cut")
    return Lock(path=path, packages=packages)
