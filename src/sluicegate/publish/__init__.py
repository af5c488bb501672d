"""Publishers: each sends a Run to one place on GitHub, loaded only when it is asked for.

| target | what people see |
|---|---|
| check-run | a check with annotations on the lines of the change |
| comment | one comment on the pull request, kept up to date |
| sarif | alerts of code scanning |
| status | a commit status, of the run and of each gate |
| review | suggestions on the pull request, where a finding has a fix |

A publisher changes nothing in the verdict. What the token may not do is refused, which is told apart from what failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from importlib import import_module

from msgspec import Struct

from sluicegate.ci.api import ApiError, RefusedError
from sluicegate.publish.publication import Publication, SkippedError

TARGETS: dict[str, str] = {
    "check-run": "sluicegate.publish.check_run:send",
    "comment": "sluicegate.publish.comment:send",
    "sarif": "sluicegate.publish.sarif_upload:send",
    "status": "sluicegate.publish.status:send",
    "review": "sluicegate.publish.review:send",
}
"""Every publisher by its name, as an import string."""

__all__ = ["TARGETS", "Ending", "Publication", "Sent", "publish"]


class Ending(StrEnum):
    """How a publication to one target ended."""

    SENT = "sent"
    SKIPPED = "skipped"
    REFUSED = "refused"
    FAILED = "failed"


class Sent(Struct, frozen=True, kw_only=True):
    """What became of one target, in a sentence."""

    target: str
    ending: Ending
    said: str
    hint: str = ""


def publish(publication: Publication, targets: Sequence[str]) -> Iterator[Sent]:
    """Send to each target in turn; what goes wrong with one does not cost the others."""
    for target in targets:
        module, _, name = TARGETS[target].partition(":")
        send: Callable[[Publication], str] = getattr(import_module(module), name)
        try:
            yield Sent(target=target, ending=Ending.SENT, said=send(publication))
        except SkippedError as error:
            yield Sent(target=target, ending=Ending.SKIPPED, said=error.message, hint=error.hint)
        except RefusedError as error:
            yield Sent(target=target, ending=Ending.REFUSED, said=error.message, hint=error.hint)
        except ApiError as error:
            yield Sent(target=target, ending=Ending.FAILED, said=error.message, hint=error.hint)
