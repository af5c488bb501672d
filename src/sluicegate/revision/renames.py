"""Where files of the base have gone: renames, found by content."""

from __future__ import annotations

import os
import posixpath
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec.structs import replace

from sluicegate.errors import GateError, UnreadableError
from sluicegate.model import Tree
from sluicegate.revision.trees import TreeSpec, open_tree

_MOST = 500  # files that went, and files that came: beyond it a change is a move of everything, and takes too long
_LIMIT = 4 << 20
_SECONDS = 30
_LONGEST = 4096


def former_paths(base: TreeSpec, head: TreeSpec, named: Iterable[str]) -> dict[str, str]:
    """The path at the base of each file at head that was renamed, as far as the base's one is among `named`.

    Paths are counted as the trees count them (from the project) and from the root: a key may hold either. Similar are
    files that git takes for a rename: half of their content. No filter, attribute or setting of the repository has a
    say, and nothing has to be staged. What cannot be known is no rename.
    """
    if base.kind != "commit" or head.kind == "folder" or base.root != head.root:
        return {}
    one, other = (open_tree(replace(spec, prefix="", aliases=())) for spec in (base, head))
    gone = set()
    for name in set(named):
        for path in {name, posixpath.normpath(posixpath.join(base.prefix, name))}:
            if 0 < len(path) < _LONGEST and _is_path(path) and one.find(path) is not None and other.find(path) is None:
                gone.add(path)
    if not gone or len(gone) > _MOST:
        return {}
    try:
        there = set(one.glob("**"))
        came = [path for path in other.glob("**") if path not in there]
        found = dict(_renamed(one, other, sorted(gone), came)) if len(came) <= _MOST else {}
    except (GateError, OSError, subprocess.SubprocessError):
        return {}
    inside = f"{base.prefix}/" if base.prefix else ""
    short = {
        new.removeprefix(inside): old.removeprefix(inside)
        for new, old in found.items()
        if new.startswith(inside) and old.startswith(inside)
    }
    return found | short


def _is_path(text: str) -> bool:
    return text == posixpath.normpath(text) and text[0] not in "/." and "\0" not in text and "\n" not in text


def _renamed(base: Tree, head: Tree, gone: list[str], came: list[str]) -> Iterator[tuple[str, str]]:
    """Each new path with the old one, as `git diff -M` pairs two folders that hold nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        for side, tree, paths in (("old", base, gone), ("new", head, came)):
            Path(folder, side).mkdir()
            for number, path in enumerate(paths):
                try:
                    content = tree.read(path, _LIMIT)
                except UnreadableError:
                    continue
                # the names lead nowhere, and none is on both sides, where git would take it for one file
                Path(folder, side, f"{side}-{number}").write_bytes(content.replace(b"\r\n", b"\n"))
        done = subprocess.run(
            ["git", "diff", "--no-index", "--no-ext-diff", "--no-textconv", "--no-color", "-M", f"-l{_MOST * _MOST}",
             "--diff-filter=R", "--raw", "-z", "old", "new"],
            cwd=folder,
            env={
                **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_CEILING_DIRECTORIES": str(Path(folder).parent),
            },
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=_SECONDS,
        )  # fmt: skip
    if done.returncode not in {0, 1}:
        raise GateError("git cannot compare two folders")
    words = done.stdout.decode("ascii", "replace").split("\0")[:-1]
    for _, old, new in zip(words[::3], words[1::3], words[2::3], strict=True):
        yield came[int(new.rpartition("-")[2])], gone[int(old.rpartition("-")[2])]
