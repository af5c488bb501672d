"""Files that no commit of a repository has, whatever a change does: a base without one of them says nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from sluicegate.revision.git import Repository


def unkept_on_disk(repository: Repository, path: str) -> str:
    """Why git does not keep a file on disk, in words; "" where it does, or would."""
    top = repository.root
    for name in dict.fromkeys((path, repository.name((top / path).resolve()) or path)):
        if said := elsewhere(name, lambda folder: (top / folder / ".git").exists()):
            return said
        if repository.ignores(name):
            return f"git ignores {name}, so that no commit has it"
    return ""


def elsewhere(path: str, is_repository: Callable[[str], bool]) -> str:
    """Why the files of a folder above a path are none of the repository around; "" where they are."""
    for folder in PurePosixPath(path).parents:
        if folder.name and is_repository(folder.as_posix()):
            return (
                f"{folder} is a repository of its own (a submodule), so that no commit of the one around has its files"
            )
    return ""
