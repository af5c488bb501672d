"""Git as a subprocess that runs nothing of the repository's own: no hooks, no filters, no prompts, no fetches."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.text import one_line, shorten

_OPTIONS = (
    "--no-optional-locks",
    "-c", "core.fsmonitor=false",
    "-c", f"core.hooksPath={os.devnull}",
    "-c", "core.quotePath=false",
    "-c", "protocol.allow=never",
)  # fmt: skip

_PLACES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR")


class Repository(Struct, frozen=True, kw_only=True):
    """A git work tree: `root` is its top folder."""

    root: Path

    def name(self, path: Path) -> str | None:
        """What a path on this machine is called from the top of the repository; None where it lies outside.

        Links that lead into the repository are followed, and those inside of it are not: they are what is checked out,
        and another commit may have something else there.
        """
        top = self.root.resolve()
        whole = Path(os.path.normpath(path.absolute()))
        for folder in reversed((whole, *whole.parents)):
            try:
                real = folder.resolve()
            except (OSError, RuntimeError):  # a loop of links, on Python before 3.13
                return None
            if real.is_relative_to(top):
                return (real / whole.relative_to(folder)).relative_to(top).as_posix()
        return None

    def tracks(self, path: Path) -> bool:
        """Whether git knows a file, or what it is a link to, so that a commit of this work tree has it."""
        names = {self.name(path), self.name(path.resolve())} - {None}
        return any(self.ask("ls-files", "--cached", "--", f":(top,literal){name}") is not None for name in names)

    def ignores(self, name: str) -> bool:
        """Whether git is told not to keep a file that no commit or index has, named from the top."""
        # a colon at the beginning would be a word to git, and not a name
        return self.ask("check-ignore", "--", f"./{name}") is not None

    def command(self, *arguments: str) -> list[str]:
        """The argument list of a git call in this repository."""
        return ["git", *_OPTIONS, "-C", str(self.root), *arguments]

    def run(self, *arguments: str) -> bytes:
        """What git prints. Raises GateError with git's own words when it fails."""
        done = subprocess.run(
            self.command(*arguments), capture_output=True, check=False, stdin=subprocess.DEVNULL, env=environment()
        )
        if done.returncode:
            raise GateError(
                f"git {arguments[0]} failed: {shorten(one_line(done.stderr.decode('utf-8', 'replace')), 300)}",
                hint=f"run it by hand to see more: git {' '.join(arguments)}",
            )
        return done.stdout

    def ask(self, *arguments: str) -> str | None:
        """The first line of what git prints, or None when git says no."""
        done = subprocess.run(
            self.command(*arguments), capture_output=True, check=False, stdin=subprocess.DEVNULL, env=environment()
        )
        lines = done.stdout.decode("utf-8", "surrogateescape").splitlines()
        return lines[0] if done.returncode == 0 and lines else None

    def lines(self, *arguments: str) -> list[str]:
        """What git prints with `-z`, split at the NULs."""
        return [item for item in self.run(*arguments).decode("utf-8", "surrogateescape").split("\0") if item]


def environment() -> dict[str, str]:
    """The caller's environment, with git kept from asking and from fetching what a partial clone lacks.

    What `git commit` tells its hooks about the repository holds, also where it is relative to their folder. No protocol
    is allowed, whatever the caller's GIT_ALLOW_PROTOCOL says: before version 2.44 git knows no GIT_NO_LAZY_FETCH.
    """
    told = {name: str(Path(os.environ[name]).absolute()) for name in _PLACES if os.environ.get(name)}
    never = {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": ""}
    return {**os.environ, **told, **never, "LC_ALL": "C"}


def find_repository(start: Path) -> Repository | None:
    """The repository that holds a folder, or None outside of any.

    Raises GateError where git is missing, or refuses to read the folder.
    """
    try:
        done = subprocess.run(
            ["git", *_OPTIONS, "-C", str(start), "rev-parse", "--show-toplevel"],
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env=environment(),
        )
    except FileNotFoundError as error:
        if any((folder / ".git").exists() for folder in (start, *start.parents)):
            raise GateError(
                "git is not installed, so the base of this change cannot be known", hint="install git and run again"
            ) from error
        return None
    if done.returncode == 0:
        return Repository(root=Path(os.fsdecode(done.stdout).removesuffix("\n")))
    said = done.stderr.decode("utf-8", "replace")
    if "not a git repository" in said:
        return None
    raise GateError(
        f"git refuses to read {start}: {shorten(one_line(said), 300)}",
        hint=f"if you trust the folder: git config --global --add safe.directory {start}"
        if "dubious ownership" in said
        else "",
    )
