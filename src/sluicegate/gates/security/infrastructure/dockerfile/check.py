"""Judges every Dockerfile of a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.gates.security.files import lacking, listed
from sluicegate.gates.security.infrastructure import DOCKERFILE
from sluicegate.gates.security.saying import nothing, unread
from sluicegate.infrastructure.names import DOCKERFILES
from sluicegate.model import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.model import Context, Yield

SUBJECT = "Dockerfiles"
_LARGEST = 1 << 20


def check(context: Context) -> Iterator[Yield]:
    """Hold each file against each rule; one that cannot be read counts as errored, and the others are judged."""
    paths = [path for path in listed(context, DOCKERFILES) if not path.endswith(".dockerignore")]
    if not paths:
        yield from nothing(context, DOCKERFILE, SUBJECT, lacking(context, "Dockerfile"))
        return
    # a commit hook with no Dockerfile to judge need not load these
    from sluicegate.gates.security.infrastructure.dockerfile.law import LAW, Seen
    from sluicegate.gates.security.infrastructure.judged import judged
    from sluicegate.infrastructure.dockerfile import parse

    for done, path in enumerate(paths):
        yield Progress(what=path, done=done, total=len(paths))
        try:
            shown = context.head.display(path)
            file = parse(context.head.read(path, _LARGEST), shown)
        except GateError as error:
            yield from unread(context, DOCKERFILE, path, error)
            continue
        seen = Seen(tree=context.head, path=path, file=file)
        for rule, law in LAW.items():
            if rule.id in context.rules:
                yield from judged(context, rule, path, len(file.instructions), law(seen))
