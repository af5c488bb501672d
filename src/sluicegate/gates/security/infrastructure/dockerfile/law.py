"""What each rule finds in a Dockerfile."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.gates.security import infrastructure as rules
from sluicegate.gates.security.infrastructure.dockerfile.scripts import piped, unchecked
from sluicegate.gates.security.infrastructure.dockerfile.shell import commands
from sluicegate.gates.security.infrastructure.judged import Doubt
from sluicegate.gates.security.infrastructure.literals import is_plain, names_a_secret
from sluicegate.gates.security.saying import finding
from sluicegate.infrastructure.dockerfile import DIGEST, NO_ROOT, is_root
from sluicegate.model import Location
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sluicegate.infrastructure.dockerfile import Dockerfile, Instruction
    from sluicegate.model import Finding, Rule, Tree

_WHOLE = frozenset({".", "./", "./.", "/", "*", "./*"})


class Seen(Struct, frozen=True, kw_only=True):
    """A Dockerfile in its tree."""

    tree: Tree
    path: str
    file: Dockerfile


def _unpinned(seen: Seen) -> Iterator[Finding | Doubt]:
    for index, stage in enumerate(seen.file.stages):
        if stage.base is None:
            yield Doubt(why=f"`{_shown(stage.start)}` hangs on an argument without a default")
        elif stage.base and stage.base != "scratch" and not seen.file.earlier(index) and not DIGEST.search(stage.base):
            yield _at(
                rules.UNPINNED_BASE, seen, stage.start, stage.base,
                f"the base image `{stage.base}` is named without a digest, so that it can become another one",
                f"Name the digest beside the tag: `FROM {stage.base}@sha256:…`.",
            )  # fmt: skip


def _root(seen: Seen) -> Iterator[Finding | Doubt]:
    index = len(seen.file.stages) - 1
    last = seen.file.stages[index]
    runs = any(one.name in ("CMD", "ENTRYPOINT") for one in last.instructions)
    if last.base == "scratch" and not runs:
        return  # a stage to take files from
    at, user, given = seen.file.user(index)
    if given is None:
        yield Doubt(why=f"`{_shown(at)}` hangs on an argument without a default")
        return
    base = seen.file.line(index)[0].base
    if not given:
        if base is None:
            yield Doubt(why="no USER is named, and the base image hangs on an argument without a default")
            return
        if NO_ROOT.search(base):
            return
    if not given or is_root(given):
        yield _at(
            rules.ROOT, seen, at, "user",
            f"the last stage {f'runs as root (`{_shown(at)}`)' if user else 'names no user, and so runs as root'}",
            "Make a user in the image, and end the last stage with `USER NAME`.",
        )  # fmt: skip


def _secret(seen: Seen) -> Iterator[Finding]:
    for one in seen.file.instructions:
        if one.name not in ("ARG", "ENV"):
            continue
        for name, value in one.pairs():
            if names_a_secret(name) and is_plain(value):
                yield _at(
                    rules.IMAGE_SECRET, seen, one, name,
                    f"{one.name} `{name}` has its value in the file, and so in the history of the image",
                    "Revoke it, and mount it where it is needed: `RUN --mount=type=secret,id=…`.",
                )  # fmt: skip


def _add(seen: Seen) -> Iterator[Finding]:
    for one in seen.file.instructions:
        if one.name != "ADD" or "checksum" in one.flags:
            continue
        for source in one.words[:-1]:
            if source.lower().startswith(("http://", "https://")):
                yield _at(
                    rules.UNCHECKED_ADD, seen, one, source,
                    f"`{shorten(one_line(source), 120)}` is fetched without a checksum",
                    "Say what it has to be: `ADD --checksum=sha256:… URL PATH`.",
                )  # fmt: skip


def _piped(seen: Seen) -> Iterator[Finding]:
    for one in _runs(seen):
        for said in dict.fromkeys(piped(one.script)):
            yield _at(
                rules.PIPED, seen, one, said,
                f"`{shorten(said, 120)}`: a script is run as it comes from the network",
                "Fetch it to a file, hold it against a checksum that stands in the Dockerfile, then run it.",
            )  # fmt: skip


def _unchecked(seen: Seen) -> Iterator[Finding]:
    for one in _runs(seen):
        for said in dict.fromkeys(unchecked(one.script)):
            yield _at(
                rules.UNCHECKED_PACKAGES, seen, one, said,
                f"`{shorten(said, 120)}` takes what has no valid signature or certificate",
                "Take the option out, and add the key or certificate of the source to the image.",
            )  # fmt: skip


def _sudo(seen: Seen) -> Iterator[Finding]:
    for one in _runs(seen):
        for command in commands(one.script):
            if command.sudo:
                yield _at(
                    rules.SUDO, seen, one, command.program,
                    f"`sudo {shorten(one_line(command.program), 60)}` in a build",
                    "Do it as root before `USER`, without sudo.",
                )  # fmt: skip
                break


def _context(seen: Seen) -> Iterator[Finding]:
    if _ignores(seen):
        return
    for one in seen.file.instructions:
        if one.name in ("COPY", "ADD") and "from" not in one.flags and _WHOLE.intersection(one.words[:-1]):
            yield _at(
                rules.WHOLE_CONTEXT, seen, one, "context",
                f"`{_shown(one)}` takes everything, with `.git`, and there is no .dockerignore",
                "Write a .dockerignore that names `.git` and what else is nobody's business, or copy by name.",
            )  # fmt: skip
            return


LAW: dict[Rule, Callable[[Seen], Iterator[Finding | Doubt]]] = {
    rules.UNPINNED_BASE: _unpinned,
    rules.ROOT: _root,
    rules.IMAGE_SECRET: _secret,
    rules.UNCHECKED_ADD: _add,
    rules.PIPED: _piped,
    rules.UNCHECKED_PACKAGES: _unchecked,
    rules.SUDO: _sudo,
    rules.WHOLE_CONTEXT: _context,
}
"""The rules, and what finds their findings."""


def _runs(seen: Seen) -> list[Instruction]:
    return [one for one in seen.file.instructions if one.name == "RUN"]


def _ignores(seen: Seen) -> bool:
    """Whether a .dockerignore may apply: beside the file, or above it, since the context may begin there."""
    folder = posixpath.dirname(seen.path)
    names = [f"{seen.path}.dockerignore"]
    while folder:
        names.append(f"{folder}/.dockerignore")
        folder = posixpath.dirname(folder)
    return any(seen.tree.find(name) is not None for name in (*names, ".dockerignore"))


def _shown(one: Instruction) -> str:
    return shorten(one_line(f"{one.name} {one.text}"), 80)


def _at(rule: Rule, seen: Seen, one: Instruction, what: str, message: str, advice: str) -> Finding:
    place = Location(path=seen.tree.display(seen.path), line=one.line, column=1, logical=one.name)
    return finding(rule, (seen.path, what), place, message, advice=advice)
