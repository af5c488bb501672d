"""Judges every image that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.gates.security.dependencies import MATCHING, TOO_OLD
from sluicegate.gates.security.images import RULES
from sluicegate.gates.security.saying import nothing, undecided, unread
from sluicegate.model import Outcome, Progress, Undecided

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sluicegate.gates.security.dependencies.packages import Lock
    from sluicegate.model import Context, Yield


_ABSENT = Undecided(
    outcome=Outcome.NOT_TESTED, reason="the index lists it, and it does not lie there", hint="save it too, or build it"
)


def check(context: Context) -> Iterator[Yield]:
    """Look at each image; one that cannot be read counts as errored, and the others are judged."""
    if not context.settings.images:
        yield from nothing(context, (*RULES, *MATCHING, TOO_OLD), "images", "[security] images names no image")
        return
    from sluicegate.gates.security.dependencies.matching import matched
    from sluicegate.gates.security.images import found, law
    from sluicegate.gates.security.images.archive import opened
    from sluicegate.gates.security.images.layout import images
    from sluicegate.gates.security.images.places import places

    locks: dict[str, Callable[[], Lock]] = {}
    here = places(context)
    for done, place in enumerate(here):
        if context.cancelled():
            return
        yield Progress(what=place.path, done=done, total=len(here))
        if place.tree is None:
            yield from undecided(context, (*RULES, *MATCHING), place.path, _missing(context, place.path))
            continue
        if context.touched is not None and not _is_touched(context.touched, place.path):
            yield from nothing(context, (*RULES, *MATCHING), place.path, "the commit does not touch it")
            continue
        try:
            some = images(opened(place.tree, place.inside), place.path)
        except GateError as error:
            yield from unread(context, (*RULES, *MATCHING), place.path, error)
            continue
        for image in some:
            if image.absent:
                yield from undecided(context, (*RULES, *MATCHING), image.subject, _ABSENT)
                continue
            yield from law.judged(context, image)
            yield from found.judged(context, image, locks)
    yield from matched(context, locks, " in images")


def _is_touched(touched: frozenset[str], path: str) -> bool:
    """Whether a commit changes an image, or a part of one in a folder."""
    return any(one == path or one.startswith(f"{path}/") for one in touched)


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
