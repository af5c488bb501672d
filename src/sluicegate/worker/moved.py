"""What a change moved stands at the base under its new name, so that it is compared and not taken for new."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from sluicegate.model import Tree
from sluicegate.registry import load
from sluicegate.revision import TreeSpec, former_paths, open_tree
from sluicegate.worker.job import Job

Subjects = Callable[[Any, Iterable[Tree]], Sequence[str]]


def followed(job: Job, settings: Any, head: Tree) -> Job:
    """The job whose past trees know the subjects that were moved since; a copy, whose original is there yet, is new."""
    if not job.subjects:
        return job
    subjects: Subjects = load(job.subjects)
    there = [path for path in subjects(settings, [head]) if head.find(path) is not None]
    known = {spec: _known(spec, job.head, head, there) for spec in (job.reference, job.base) if spec is not None}
    reference = known[job.reference] if job.reference else None
    return replace(job, reference=reference, base=known[job.base] if job.base else None)


def names(given: Job, job: Job) -> tuple[str, ...]:
    """What was moved, for people: `b/openapi.yaml was a/openapi.yaml`; `job` is what was `given`, followed."""
    if job.reference == given.reference or job.reference is None:
        return ()  # other names that it has there were given to it by the settings
    return tuple(f"{now} was {before}" for now, before in job.reference.aliases)


def _known(spec: TreeSpec, head_spec: TreeSpec, head: Tree, there: Sequence[str]) -> TreeSpec:
    if spec.kind != "commit" or spec.aliases:
        return spec
    past = open_tree(spec)
    new = [path for path in there if past.find(path) is None]
    if not new:
        return spec
    endings = {posixpath.splitext(path)[1] for path in new}
    gone = [path for path in past.glob("**") if posixpath.splitext(path)[1] in endings and head.find(path) is None]
    moved = former_paths(spec, head_spec, gone)
    return replace(spec, aliases=tuple((path, moved[path]) for path in new if path in moved))
