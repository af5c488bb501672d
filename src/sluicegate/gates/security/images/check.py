"""Judges every image that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.gates.security.images import RULES
from sluicegate.gates.security.images.archive import opened
from sluicegate.gates.security.images.law import judged
from sluicegate.gates.security.images.layout import images
from sluicegate.gates.security.saying import nothing, undecided, unread
from sluicegate.model import Outcome, Progress, Undecided

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.model import Context, Yield


def check(context: Context) -> Iterator[Yield]:
    """Look at each image; one that cannot be read counts as errored, and the others are judged."""
    paths = context.settings.images
    if not paths:
        yield from nothing(context, RULES, "images", "[security] images names no image")
    for done, path in enumerate(paths):
        if context.cancelled():
            return
        yield Progress(what=path, done=done, total=len(paths))
        try:
            parts = opened(context.head, path)
            if parts is None:
                yield from undecided(context, RULES, path, _missing(context, path))
                continue
            found = images(parts, path)
        except GateError as error:
            yield from unread(context, RULES, path, error)
            continue
        for image in found:
            yield from judged(context, image)


def _missing(context: Context, path: str) -> Undecided:
    """An image is built, and git keeps none: what has none is told as not tested, where nobody could have built it."""
    if context.past:
        return Undecided(outcome=Outcome.NOT_TESTED, reason=f"there is no image at {path} in the {context.head.name}")
    if context.touched is not None:
        return Undecided(
            outcome=Outcome.NOT_TESTED, reason=f"git does not keep {path}, and a commit hook sees only what it keeps"
        )
    return Undecided(
        outcome=Outcome.ERRORED,
        reason=f"there is no image at {path}",
        hint="Build or save it before the check, or correct [security] images.",
    )
