"""What the writer of a changelog is given: the comparisons of one version with the next, newest first."""

from __future__ import annotations

from msgspec import Struct

from sluicegate.model.run import Run


class Step(Struct, frozen=True, kw_only=True):
    """One version compared with the one before it.

    `base` and `head` are what people call both, `date` is an ISO day and `about` a line on the head, where there is
    one. `run` is None where there was nothing to compare, and `why` says so.
    """

    base: str
    head: str
    date: str = ""
    about: str = ""
    run: Run | None = None
    why: str = ""


class Changelog(Struct, frozen=True, kw_only=True):
    """All that is to be told of the way from `base` to `head`; `subject` is what was compared, in words."""

    subject: str
    base: str
    head: str
    steps: tuple[Step, ...]
