"""Which lines of a file a change touches."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from sluicegate.errors import GateError
from sluicegate.model import Tree
from sluicegate.revision.trees import TreeSpec, open_tree

_HUNK = re.compile(rb"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_LIMIT = 64 << 20
_SECONDS = 30


def changed_lines(base: TreeSpec, head: TreeSpec, paths: Iterable[str]) -> dict[str, tuple[range, ...]] | None:
    """The changed line ranges at head of each path (from the root), in order; None where they cannot be known.

    Where lines were only removed, the two lines around the gap count as changed; a file that the base does not have is
    changed in every line. The files are compared as they were read, but for the kind of their line ends: no filter,
    attribute or setting of the repository has a say.
    """
    if base.kind != "commit" or head.kind == "folder" or base.root != head.root:
        return None
    one, other = (open_tree(replace(spec, prefix="", aliases=())) for spec in (base, head))
    try:
        return {path: _ranges(one, other, path) for path in sorted(set(paths))}
    except (GateError, OSError, subprocess.SubprocessError):
        return None


def _ranges(base: Tree, head: Tree, path: str) -> tuple[range, ...]:
    if base.find(path) is None:
        return (range(1, sys.maxsize),)
    # a clone with core.autocrlf has other line ends on disk than in its commits, and nobody changed a line for that
    old = base.read(path, _LIMIT).replace(b"\r\n", b"\n")
    new = head.read(path, _LIMIT).replace(b"\r\n", b"\n") if head.find(path) else b""
    if old == new:
        return ()
    with tempfile.TemporaryDirectory() as folder:
        names = ("old", "new")
        for name, content in zip(names, (old, new), strict=True):
            Path(folder, name).write_bytes(content)
        done = subprocess.run(
            [
                "git",
                "diff",
                "--no-index",
                "--no-ext-diff",
                "--no-textconv",
                "--no-color",
                "--text",
                "-U0",
                "--diff-algorithm=histogram",
                *names,
            ],
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
        )
    if done.returncode not in {0, 1}:
        raise GateError("git cannot compare two files")
    return tuple(_lines(int(start), int(count) if count else 1) for start, count in _HUNK.findall(done.stdout))


def _lines(start: int, count: int) -> range:
    return range(start, start + count) if count else range(start, start + 2)
