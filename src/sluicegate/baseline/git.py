"""A Store in a ref of our own of a git repository: no checkout, no index, no hook; every update is a commit."""

from __future__ import annotations

import os
import random
import re
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from msgspec import Struct

from sluicegate.baseline.store import (
    LIMIT,
    MovedError,
    StoreError,
    TakenError,
    Versioned,
    checked_data,
    checked_name,
    is_name,
    too_large,
)
from sluicegate.revision import Repository
from sluicegate.revision.git import environment
from sluicegate.text import one_line, shorten

REF = "refs/sluicegate/baseline"
NAMESPACE = "refs/sluicegate/"
"""Where our refs lie: no clone or fetch takes them along by itself, and nobody's branches are in their way."""

_OURS = {"NAME": "Sluicegate", "EMAIL": "sluicegate@localhost.invalid"}
_IDENTITY = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in _OURS.items()}
_BUSY = re.compile(r"cannot lock ref|unable to lock|Unable to create|but expected|reference already exists")
_LINK = "120000"
_ATTEMPTS, _LONGEST_WAIT = 200, 0.2
_LOCAL_SECONDS = 120


class GitStore(Struct, frozen=True, kw_only=True):
    """The files of the tree that `ref` leads to; a tag is the id of a blob. `folder` is in the repository, or bare.

    `remote` names the remote that `baseline.exchange` pushes to and pulls from; the five verbs are local.
    """

    folder: Path
    ref: str = REF
    remote: str = "origin"

    @property
    def address(self) -> str:
        return f"git:{self.ref}"

    def get(self, name: str) -> Versioned | None:
        checked_name(name, self.address)
        done = self.tried("ls-tree", "-z", "-l", "--full-tree", self.ref, "--", name)
        if done.returncode:  # there is no such ref, or it came only now, or it cannot be read
            tip = self.tip()
            if tip is None:
                return None
            done = self.tried("ls-tree", "-z", "-l", "--full-tree", tip, "--", name)
        if done.returncode:
            raise self.failed(f"{name} cannot be read", done.stderr.decode("utf-8", "replace"))
        told = done.stdout.decode("utf-8", "surrogateescape").partition("\0")[0].partition("\t")[0].split()
        if len(told) != 4 or told[0] == _LINK or told[1] != "blob":  # noqa: PLR2004 - mode, type, id, size
            return None
        if not told[3].isdecimal():
            raise self.failed(f"{name} cannot be read", f"missing object {told[2]}")
        if int(told[3]) > LIMIT:
            raise too_large(self.address, name)
        return Versioned(data=self.content(told[2]), tag=told[2])

    def list(self, prefix: str = "") -> Iterator[str]:
        commit = self.tip()
        if commit:
            yield from sorted(name for name in self.files(commit) if name.startswith(prefix) and is_name(name))

    def create(self, name: str, data: bytes) -> str:
        return self._put(name, data, None)

    def replace(self, name: str, data: bytes, expected: str) -> str:
        return self._put(name, data, expected)

    def remove(self, name: str, expected: str) -> None:
        checked_name(name, self.address)
        self._change(name, None, expected)

    def tip(self) -> str | None:
        """The commit that the ref leads to, if it is there."""
        done = self.tried("for-each-ref", "--format=%(objectname) %(objecttype) %(refname)", self.ref)
        said = done.stderr.decode("utf-8", "replace")
        if done.returncode or "broken ref" in said:  # which git would take for no ref at all
            raise self.failed(f"{self.ref} cannot be read", said)
        for line in done.stdout.decode("utf-8", "replace").splitlines():
            commit, kind, name = line.split(" ", 2)
            if name == self.ref and kind != "commit":
                raise StoreError.at(self.address, f"{self.ref} leads to a {kind}", hint=f"git update-ref -d {self.ref}")
            if name == self.ref:
                return commit
        return None

    def files(self, commit: str | None) -> dict[str, str]:
        """The blob of each file in a commit, by name; none without a commit."""
        if commit is None:
            return {}
        listed = self.call("ls-tree", "-r", "-z", "--full-tree", commit).decode("utf-8", "surrogateescape")
        rows = (
            (*told.split(" "), name) for told, _, name in (row.partition("\t") for row in listed.split("\0") if row)
        )
        return {name: blob for mode, kind, blob, name in rows if kind == "blob" and mode != _LINK}

    def blob(self, data: bytes) -> str:
        """Keep bytes in the repository, and return the id of their blob."""
        return self.call("hash-object", "-w", "--no-filters", "--stdin", given=data).decode().strip()

    def content(self, blob: str) -> bytes:
        """The bytes of a blob."""
        return self.call("cat-file", "blob", blob)

    def commit(self, files: Mapping[str, str], message: str, *parents: str) -> str:
        """A commit with these files, which the ref does not lead to yet."""
        for name in files:
            above = [folder.as_posix() for folder in PurePosixPath(name).parents]
            if other := next((folder for folder in above if folder in files), None):
                hint = "a name cannot be both an entry and a folder of entries"
                raise StoreError.at(self.address, f"{name} cannot be written beside {other}", hint=hint)
        told = "".join(f"100644 {blob}\t{name}\0" for name, blob in files.items())
        with tempfile.TemporaryDirectory(prefix="sluicegate-") as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            self.call("update-index", "-z", "--index-info", given=told.encode("utf-8", "surrogateescape"), extra=index)
            tree = self.call("write-tree", extra=index).decode().strip()
        parted = [word for parent in parents for word in ("-p", parent)]
        # Two writers may do the same in the same second; the mark keeps their commits apart, or one would believe that
        # the other's commit was its own.
        text = f"{message}\n\nWrite: {uuid.uuid4().hex}\n"
        return self.call("commit-tree", tree, *parted, given=text.encode(), extra=_IDENTITY).decode().strip()

    def move(self, commit: str, expected: str | None) -> str:
        """Lead the ref to another commit; where somebody else has done so in between, git's words, else nothing."""
        done = self.tried("update-ref", "-m", "sluicegate", self.ref, commit, expected or "0" * len(commit))
        if done.returncode == 0:
            return ""
        said = done.stderr.decode("utf-8", "replace")
        if _BUSY.search(said):
            return one_line(said)
        raise self.failed("the ref cannot be moved", said)

    def call(self, *arguments: str, given: bytes | None = None, extra: Mapping[str, str] | None = None) -> bytes:
        """What git prints. Raises StoreError with git's own words."""
        done = self.tried(*arguments, given=given, extra=extra)
        if done.returncode:
            raise self.failed(f"git {arguments[0]} failed", done.stderr.decode("utf-8", "replace"))
        return done.stdout

    def tried(
        self,
        *arguments: str,
        given: bytes | None = None,
        extra: Mapping[str, str] | None = None,
        seconds: float = _LOCAL_SECONDS,
    ) -> subprocess.CompletedProcess[bytes]:
        """One call of git, whatever it ends in; one that does not end is ended."""
        told = {name: value for name, value in environment().items() if name != "GIT_INDEX_FILE"}
        try:
            return subprocess.run(
                Repository(root=self.folder).command(*arguments),
                input=given or b"",
                capture_output=True,
                check=False,
                env={**told, **(extra or {})},
                timeout=seconds,
                start_new_session=os.name != "nt",  # nothing can ask at the terminal
            )
        except FileNotFoundError as error:
            raise StoreError.at(self.address, "git is not installed", hint="install git and run again") from error
        except subprocess.TimeoutExpired as error:
            raise StoreError.at(
                self.address, f"git {arguments[0]} did not end within {seconds:g} seconds", hint="run again"
            ) from error

    def failed(self, what: str, said: str) -> StoreError:
        """The error that git's words stand for."""
        words = shorten(one_line(said), 300)
        if "not a git repository" in said:
            return StoreError.at(
                self.address, f"{self.folder} is not in a git repository", hint="name a folder or s3:// as the store"
            )
        if "dubious ownership" in said:
            hint = f"if you trust the folder: git config --global --add safe.directory {self.folder}"
            return StoreError.at(self.address, what, words, hint)
        if "broken ref" in said or "bad object" in said or "missing object" in said or "corrupt" in said:
            hint = f"take it from the remote: git update-ref -d {self.ref}, then `sluicegate baseline pull`"
            return StoreError.at(self.address, what, words, hint)
        if "No space left" in said or "File too large" in said:
            return StoreError.at(self.address, what, words, "nothing was changed: free some space and run again")
        return StoreError.at(self.address, what, words)

    def _put(self, name: str, data: bytes, expected: str | None) -> str:
        checked_name(name, self.address)
        checked_data(data, name, self.address)
        blob = self.blob(data)
        self._change(name, blob, expected)
        return blob

    def _change(self, name: str, blob: str | None, expected: str | None) -> None:
        """Let a name hold a blob, or nothing, in place of what is `expected` there."""
        overtaken = ""
        for attempt in range(_ATTEMPTS):
            tip = self.tip()
            files = self.files(tip)
            there = files.get(name)
            if expected is None and there:
                raise TakenError.at(self.address, f"{name} is there already")
            if expected is not None and there != expected:
                raise MovedError.at(self.address, f"{name} was {'changed' if there else 'removed'} in the meantime")
            others = {other: kept for other, kept in files.items() if other != name}
            wanted = {**others, name: blob} if blob else others
            commit = self.commit(wanted, name if blob else f"Remove {name}", *([tip] if tip else []))
            overtaken = self.move(commit, tip)
            if not overtaken:
                return
            pause(attempt)
        raise self.outrun(name, overtaken)

    def outrun(self, name: str, overtaken: str) -> StoreError:
        """The error of a ref that could not be moved for a long time."""
        stale = "File exists" in overtaken
        hint = "a git that was killed left that file: remove it when no git is running" if stale else "run again later"
        return StoreError.at(self.address, f"{name} cannot be written", shorten(overtaken, 300), hint)


def pause(attempt: int) -> None:
    """Wait a little, longer from time to time, and never as long as the others."""
    wait = min(0.005 * 2 ** min(attempt, 10), _LONGEST_WAIT)
    time.sleep(random.uniform(0, wait))  # noqa: S311 - spreads the load, guards nothing
