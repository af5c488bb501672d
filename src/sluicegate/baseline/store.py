"""The Store: five verbs over named bytes, from which everything that is remembered is made."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator
from typing import Protocol, Self

from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.text import one_line, plural, shorten

LIMIT = 64 * 1024 * 1024
"""So many bytes one entry has at the most."""

NAME_LIMIT = 256
"""So many characters a name has at the most."""

INDEX = "index.json"
"""The last part of the name of an entry that is made of other entries: where two histories differ in one, it is
dropped, and whoever it belongs to makes it anew."""

# Lower case only, since a folder on Windows or macOS cannot tell `A` from `a`; no leading dot, since those are the
# stores' own; no trailing dot, no `.lock`, since neither Windows nor git takes them.
_PART = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9_-])?")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")
_FIRST_WAIT, _LONGEST_WAIT = 0.004, 0.5
_CREDENTIALS = re.compile(
    r"(?<=://)[^/@\s]+@|\b(?:AKIA|ASIA)[A-Z0-9]{12,}|(?<=Signature=)[\w%/+=-]+|(?<=Security-Token=)[\w%/+=-]+",
    re.IGNORECASE,
)


class Versioned(Struct, frozen=True, kw_only=True):
    """What a name holds, and the opaque tag that it is replaced under."""

    data: bytes
    tag: str


class StoreError(GateError):
    """A store could not be read or written: where, what, why, and what to do next; never a credential."""

    @classmethod
    def at(cls, address: str, what: str, why: str = "", hint: str = "") -> Self:
        """The error of one store."""
        told = f"the store {address}: {what}" + (f": {why}" if why else "")
        return cls(scrubbed(told), scrubbed(hint))


class TakenError(StoreError):
    """The name that was to be created is there already."""


class MovedError(StoreError):
    """What was to be replaced is no longer what it was when it was read."""


class Store(Protocol):
    """Named bytes that several machines may change at once without losing an update.

    A name holds nothing, or at most `LIMIT` bytes that are whole. All verbs raise StoreError.
    """

    @property
    def address(self) -> str:
        """Where it is, for people; without credentials."""
        ...

    def get(self, name: str) -> Versioned | None:
        """What a name holds, or None."""
        ...

    def list(self, prefix: str = "") -> Iterator[str]:
        """The names that begin with a text, sorted."""
        ...

    def create(self, name: str, data: bytes) -> str:
        """Give a new name its bytes, and return their tag. Raises TakenError where the name is there."""
        ...

    def replace(self, name: str, data: bytes, expected: str) -> str:
        """Put bytes in the place of those tagged `expected`, and return their tag. Raises MovedError."""
        ...

    def remove(self, name: str, expected: str) -> None:
        """Let a name hold nothing any more, where it holds the bytes tagged `expected`. Raises MovedError."""
        ...


def update(
    store: Store, name: str, change: Callable[[bytes | None], bytes | None], *, seconds: float = 120
) -> Versioned | None:
    """Read, change and write until nobody else has written in between; what the name holds then.

    `change` gets what is there (None: nothing) and says what shall be there; None, or the same, leaves it as it is.
    It may be called several times; and where an answer of a server was lost, on top of its own result. Raises
    StoreError after so many seconds of being overtaken.
    """
    until = time.monotonic() + seconds
    wait = _FIRST_WAIT
    while True:
        before = store.get(name)
        data = change(before.data if before else None)
        if data is None or (before and data == before.data):
            return before
        try:
            tag = store.replace(name, data, before.tag) if before else store.create(name, data)
        except (MovedError, TakenError) as error:
            if time.monotonic() > until:
                raise StoreError.at(
                    store.address,
                    f"{name} was changed by others each time, for {seconds:g} seconds",
                    hint="run again when fewer jobs write there",
                ) from error
            time.sleep(random.uniform(0, wait))  # noqa: S311 - spreads the load, guards nothing
            wait = min(wait * 2, _LONGEST_WAIT)
        else:
            return Versioned(data=data, tag=tag)


def checked_name(name: str, address: str) -> str:
    """The name, which every store can hold. Raises StoreError."""
    if is_name(name):
        return name
    raise StoreError.at(
        address,
        f"{shorten(one_line(repr(name)), 100)} is no name for an entry",
        hint=f"at most {NAME_LIMIT} characters: a-z, 0-9, '.', '_' and '-', in parts of up to 100 divided by '/'",
    )


def is_name(name: str) -> bool:
    """Whether a store of ours could have given this name."""
    return len(name) <= NAME_LIMIT and all(_PART.fullmatch(part) and _sound(part) for part in name.split("/"))


def checked_data(data: bytes, name: str, address: str) -> bytes:
    """The data, which is within the bound. Raises StoreError."""
    if len(data) > LIMIT:
        raise StoreError.at(
            address,
            f"{name} would have {plural(len(data), 'byte')}, and at most {LIMIT:,} are kept",
            hint="of accepted findings `sluicegate baseline prune` drops what is no longer there; of measured runs "
            "keep several smaller ones, each under a --suite of its own",
        )
    return data


def too_large(address: str, name: str) -> StoreError:
    """The error of an entry that is larger than any of ours."""
    return StoreError.at(
        address,
        f"{name} has more than {plural(LIMIT, 'byte')}, so it was not written by Sluicegate",
        hint="put an earlier version of it back, or remove it",
    )


def scrubbed(text: str) -> str:
    """The text without what looks like a credential."""
    return _CREDENTIALS.sub("***", text)


def _sound(part: str) -> bool:
    return ".." not in part and not part.endswith(".lock") and not _RESERVED.fullmatch(part)
