"""A tree of files that are kept in memory."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field
from pathlib import Path

from sluicegate.errors import UnreadableError


@dataclass(frozen=True)
class MemoryTree:
    """Files by path; `renamed` says under which path another name is kept, `outside` why git keeps none."""

    files: dict[str, str | bytes]
    name: str = "memory"
    prefix: str = ""
    renamed: dict[str, str] = field(default_factory=dict)
    outside: dict[str, str] = field(default_factory=dict)
    reads: list[str] = field(default_factory=list)

    def glob(self, pattern: str) -> list[str]:
        choices = {pattern, pattern.removeprefix("**/")}
        return sorted(path for path in self.files if any(fnmatch.fnmatchcase(path, one) for one in choices))

    def find(self, path: str) -> str | None:
        path = self.renamed.get(path, path)
        return path if path in self.files else None

    def read(self, path: str, limit: int) -> bytes:
        self.reads.append(path)
        if path not in self.files:
            raise UnreadableError(f"{path} is not there")
        content = self.files[path]
        content = content.encode() if isinstance(content, str) else content
        if len(content) > limit:
            raise UnreadableError(f"{path} is larger than {limit} bytes")
        return content

    def unkept(self, path: str) -> str:
        return self.outside.get(path, "")

    def lay_out(self, folder: str) -> str:
        for path, content in self.files.items():
            place = Path(folder, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)
        return folder

    def display(self, path: str) -> str:
        return path
