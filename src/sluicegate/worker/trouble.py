"""How a gate's work ended when it did not end well."""

from __future__ import annotations

import traceback

import msgspec

from sluicegate.errors import CancelledRunError, SluicegateError
from sluicegate.worker.work import cleaned


class Trouble(msgspec.Struct, frozen=True):
    """What to tell; `bug` holds a traceback where the gate itself is at fault."""

    message: str
    hint: str = ""
    bug: str = ""


def trouble_of(error: BaseException, secrets: tuple[str, ...]) -> Trouble:
    """What an exception of a gate means, without secrets."""
    match error:
        case CancelledRunError():
            return Trouble("the run was interrupted")
        case SluicegateError():
            return Trouble(cleaned(error.message, secrets), cleaned(error.hint, secrets))
        case MemoryError():
            return Trouble("the gate ran out of memory")
    shown = cleaned(f"{type(error).__name__}: {error}", secrets)
    return Trouble(f"the gate broke: {shown}", bug=cleaned("".join(traceback.format_exception(error)), secrets))
