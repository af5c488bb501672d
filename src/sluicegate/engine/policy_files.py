"""Files of a commit by their names alone: a few reads, where listing a whole tree would take longer than the work."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct, field

from sluicegate.errors import UserError
from sluicegate.revision import Repository
from sluicegate.revision.git import environment
from sluicegate.text import plural

LIMIT = 1 << 20
"""So many bytes of a file are read at the most."""
_SECONDS = 60


class Files(Struct, kw_only=True):
    """The files of one commit; links are followed inside of it (`git cat-file --follow-symlinks`)."""

    repository: Repository
    commit: str
    limit: int = LIMIT
    _known: dict[str, bytes | None] = field(default_factory=dict)
    _trouble: dict[str, str] = field(default_factory=dict)

    def ask(self, names: Iterable[str]) -> None:
        """Read some files, named from the top of the repository, in one go."""
        wanted = [name for name in dict.fromkeys(names) if name not in self._known and name not in self._trouble]
        asked = [name for name in wanted if name and not set(name) & {"\n", "\0"}]
        self._known.update(dict.fromkeys(set(wanted) - set(asked)))
        if not asked:
            return
        heads = self._headers([f"{self.commit}:{name}" for name in asked])
        objects = {}
        for name, (kind, size, oid) in zip(asked, heads, strict=True):
            if kind == "blob" and size > self.limit:
                self._trouble[name] = f"it has {plural(size, 'byte')}, more than the {plural(self.limit, 'byte')} read"
            elif kind == "blob":
                objects[name] = oid
            elif kind in {"symlink", "loop"}:
                self._trouble[name] = "it is a link that leads out of the repository"
            else:
                self._known[name] = None
        for name, content in zip(objects, self._contents(list(objects.values())), strict=True):
            if content is None:
                self._trouble[name] = "git does not have its content: a partial clone lacks it"
            else:
                self._known[name] = content

    def named(self, name: str) -> bytes | None:
        """The bytes of a file named from the top of the repository, or None. Raises UserError."""
        self.ask([name])
        if name in self._trouble:
            raise UserError(f"{name} cannot be read at {self.commit[:12]}: {self._trouble[name]}")
        return self._known[name]

    def at(self, path: Path) -> bytes | None:
        """The same for a whole path on this machine; a path outside of the repository is never there."""
        name = self.name(path)
        return None if name is None else self.named(name)

    def name(self, path: Path) -> str | None:
        """What a path on this machine is called from the top of the repository."""
        return self.repository.name(path)

    def _headers(self, names: list[str]) -> list[tuple[str, int, str]]:
        """Kind, size and object of each, as git says them; for a kind that is no object, the size of its message."""
        out = self._run("--batch-check=%(objectname) %(objecttype) %(objectsize)", names, "--follow-symlinks")
        lines = out.decode("utf-8", "surrogateescape").split("\n")
        found: list[tuple[str, int, str]] = []
        at = 0
        while len(found) < len(names):
            words = lines[at].split(" ") if at < len(lines) else ["", "missing"]
            at += 1
            if len(words) == 3 and words[1] in {"blob", "tree", "commit", "tag"} and words[2].isdigit():  # noqa: PLR2004
                found.append((words[1], int(words[2]), words[0]))
            elif len(words) == 2 and words[0] in {"symlink", "dangling", "loop", "notdir"}:  # noqa: PLR2004
                found.append((words[0], 0, ""))
                at += 1  # the line after it says where the link leads
            else:
                found.append(("missing", 0, ""))
        return found

    def _contents(self, objects: list[str]) -> list[bytes | None]:
        out = self._run("--batch", objects) if objects else b""
        found: list[bytes | None] = []
        at = 0
        for _ in objects:
            end = out.index(b"\n", at)
            words = out[at:end].split(b" ")
            at = end + 1
            if len(words) == 3:  # noqa: PLR2004 - object, type, size
                size = int(words[2])
                found.append(out[at : at + size])
                at += size + 1
            else:
                found.append(None)
        return found

    def _run(self, what: str, lines: list[str], *more: str) -> bytes:
        done = subprocess.run(
            self.repository.command("cat-file", what, *more),
            input="".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"),
            capture_output=True,
            check=False,
            env=environment(),
            timeout=_SECONDS,
        )
        if done.returncode:
            raise UserError(f"git cannot read the files of {self.commit[:12]}", hint="see `git fsck`")
        return done.stdout
