"""What can go wrong, and the exit code each kind of trouble ends in."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of every command; 3 beats 1."""

    PASSED = 0
    FAILED = 1
    USAGE = 2
    ERRORED = 3
    BUG = 4
    INTERRUPTED = 130


class SluicegateError(Exception):
    """Trouble that is told to the user in a sentence and a next step, never as a traceback."""

    exit: Exit = Exit.BUG

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UserError(SluicegateError):
    """The call or the settings are wrong, and the user can put it right (exit 2)."""

    exit = Exit.USAGE


class GateError(SluicegateError):
    """A gate tried to look and could not (exit 3)."""

    exit = Exit.ERRORED


class UnwrittenError(SluicegateError):
    """What there was to tell could not be written, as where a disk is full (exit 3)."""

    exit = Exit.ERRORED


class UnreadableError(GateError):
    """A file of a tree cannot be read: it is missing, too large, or lies outside the tree."""


class TooLargeError(UnreadableError):
    """A file has more bytes than are read."""


class CancelledRunError(Exception):
    """The user or the runner asked for the end of the run (SIGINT, SIGTERM)."""
