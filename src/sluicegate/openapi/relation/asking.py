"""The questions of containment that one comparison asks: so many, so deep, and which of them had no answer.

Whether schemas contain each other is asked of what they hold in turn, and of what is excluded there, which may go on
for longer than anybody waits. What is not asked any more is not known, and is told as that.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sluicegate.openapi.direction import Direction

if TYPE_CHECKING:
    from sluicegate.openapi.references import Place

_DEEP = 8
"""How many questions may wait for another one."""

_MOST = 4_000
"""How many questions one comparison of two descriptions asks."""

Question = tuple[tuple["Place", ...], tuple["Place", ...], Direction]
"""Whether what stands at some places lies within what stands at others."""


class Asking(Struct, kw_only=True):
    """What was asked so far, of both ways of a relation.

    `waiting` questions wait for another one; `unsure` is how often there was no answer; `unknown` are those without one
    since the outermost question began, each with the relation that was asked.
    """

    waiting: int = 0
    asked: int = 0
    unsure: int = 0
    unknown: set[tuple[int, Question]] = field(default_factory=set)
    _settling: bool = False

    def may_ask(self) -> bool:
        """Whether one more question is not too many; it is counted."""
        self.asked += 1
        return self.asked <= _MOST

    def goes_in(self) -> bool:
        """Whether one more question may be asked within those that wait; then it is one of them."""
        if self.waiting > _DEEP or not self.may_ask():
            return False
        self.waiting += 1
        return True

    def may_settle(self) -> bool:
        """Whether it may be asked what variants share: not within another such question, which would not end soon."""
        if not self._settling and self.may_ask():
            return True
        self.unsure += 1
        return False

    @contextmanager
    def settling(self) -> Iterator[None]:
        """While it is asked what variants share."""
        self._settling = True
        try:
            yield
        finally:
            self._settling = False
