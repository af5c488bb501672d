"""Both sides of a change: what is checked out, and what it is compared with."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from sluicegate.errors import GateError, UserError
from sluicegate.model import Revision
from sluicegate.revision import NOWHERE, Event, Reach, Repository, TreeSpec, at_commit, find_base, find_repository


class Sides(Struct, frozen=True, kw_only=True):
    """Both sides of a change as they were found; `trouble` says why the base cannot be known.

    `reach` is how far beyond the clone one may go for what is missing. `folder` is the project from the top of the
    repository, as it is called: what is checked out may have a link there that the base has not.
    """

    head: TreeSpec
    base: TreeSpec | None
    revision: Revision
    repository: Repository | None
    trouble: GateError | None = None
    reach: Reach = NOWHERE
    folder: str = ""

    def at(self, commit: str) -> TreeSpec:
        """The project in another commit."""
        return at_commit(self.head, self.folder, commit)


def find_sides(
    root: Path,
    *,
    base: str | None = None,
    staged: bool = False,
    event: Event | GateError | None = None,
    reach: Reach = NOWHERE,
) -> Sides:
    """Both sides of the change that is checked out around a folder.

    `event` is what the CI says of the change, or why that cannot be read. A commit hook (`staged`) never goes beyond
    the clone, whatever `reach` says.
    """
    reach = NOWHERE if staged else reach
    try:
        repository = find_repository(root)
    except GateError as error:
        tree = TreeSpec(kind="folder", root=str(root))
        return Sides(head=tree, base=None, repository=None, revision=Revision(head="folder"), trouble=error)
    if repository is None:
        if staged or base:
            raise UserError(f"{root} is not in a git repository, so there is no index and no revision to look at")
        tree = TreeSpec(kind="folder", root=str(root))
        return Sides(head=tree, base=None, repository=None, revision=Revision(head="folder"))
    if not root.resolve().is_relative_to(repository.root.resolve()):
        outside = GateError(
            f"git takes {repository.root} for the work tree, and {root} lies outside of it",
            hint="see core.worktree in the repository's settings, and GIT_WORK_TREE in the environment",
        )
        return Sides(
            head=TreeSpec(kind="folder", root=str(root)),
            base=None,
            repository=None,
            revision=Revision(head="folder"),
            trouble=outside,
        )
    prefix = root.resolve().relative_to(repository.root.resolve()).as_posix()
    folder = repository.name(root) or prefix
    head = TreeSpec(
        kind="index" if staged else "working-tree",
        root=str(repository.root),
        prefix="" if prefix == "." else prefix,
    )
    name = head.kind.replace("-", " ")
    head_commit = repository.ask("rev-parse", "--verify", "--quiet", "HEAD")
    try:
        if isinstance(event, GateError) and not base:
            raise event
        found = find_base(repository, base, None if isinstance(event, GateError) else event, reach)
    except GateError as error:
        revision = Revision(head=name, head_commit=head_commit, how=error.message)
        return Sides(head=head, base=None, repository=repository, revision=revision, trouble=error)
    if not found.commit:
        revision = Revision(head=name, head_commit=head_commit, how=found.how)
        return Sides(head=head, base=None, repository=repository, revision=revision, reach=reach, folder=folder)
    return Sides(
        head=head,
        base=at_commit(head, folder, found.commit),
        repository=repository,
        revision=Revision(
            head=name,
            base=f"commit {found.commit[:12]}",
            head_commit=head_commit,
            base_commit=found.commit,
            how=found.how,
        ),
        reach=reach,
        folder=folder,
    )


def untrusted(sides: Sides, event: Event | GateError | None) -> str:
    """Why nothing of what is checked out is to be run in this job; "" where its own code may be."""
    if isinstance(event, GateError):
        return f"it cannot be known whose change this is: {event.message}"
    if event is None or not event.stranger or sides.revision.head_commit == event.head:
        return ""
    return (
        f"the change comes from another repository, and the job ({event.kind}) has the rights of this one, so that "
        "nothing of it is run"
    )
