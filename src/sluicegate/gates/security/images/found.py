"""What the rules on files find in the layers of an image."""

from __future__ import annotations

import stat
from functools import partial
from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.gates.security import images as rules
from sluicegate.gates.security.dependencies import MATCHING
from sluicegate.gates.security.dependencies.packages import Lock, Skipped
from sluicegate.gates.security.images.inventory import inventory
from sluicegate.gates.security.images.law import at
from sluicegate.gates.security.images.survey import survey
from sluicegate.gates.security.images.unpacking import UntriedError
from sluicegate.gates.security.saying import examined, nothing, undecided, unread
from sluicegate.gates.security.secrets.hashing import hashed
from sluicegate.gates.security.secrets.search import search_of
from sluicegate.model import Level, Outcome, Undecided
from sluicegate.text import one_line, plural, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sluicegate.gates.security.images.layout import Image
    from sluicegate.gates.security.images.standing import Kept
    from sluicegate.gates.security.images.survey import Survey
    from sluicegate.gates.security.secrets.detector import Detector, Secret
    from sluicegate.model import Context, Rule, Yield

_KNOWN = frozenset(
    {
        "chage", "chfn", "chsh", "expiry", "gpasswd", "mount", "mount.nfs", "newgidmap", "newgrp", "newuidmap",
        "pam_extrausers_chkpwd", "pam_timestamp_check", "passwd", "su", "ssh-agent", "umount", "unix_chkpwd", "wall",
        "write", "bbsuid", "crontab", "dotlockfile", "utempter",
    }
)  # fmt: skip
_KNOWN_FOLDERS = frozenset({"bin", "sbin", "usr/bin", "usr/sbin", "usr/libexec/utempter"})
_KNOWN_PATHS = frozenset({"usr/lib/dbus-1.0/dbus-daemon-launch-helper", "usr/lib/openssh/ssh-keysign"})
_OF_KERNEL = ("dev/", "proc/", "sys/", "run/")
_NAMED = 3
_LONGEST = 200
_MEGABYTE = 1_000_000
_INSIDE = (
    ("environment", "the environment", "env"),
    ("labels", "a label", "labels"),
    ("command", "the command", "cmd"),
    ("history", "the history of the build", "history"),
)
"""Where the configuration may hold a secret: its name in the key of a finding, for people, and for a detector."""


def judged(context: Context, image: Image, locks: dict[str, Callable[[], Lock]]) -> Iterator[Yield]:
    """What the wanted rules find in the layers of an image; its packages are put to the `locks`."""
    if not any(rule.id in context.rules for rule in (*rules.ON_FILES, *MATCHING)):
        return
    detector = None
    if rules.SECRET.id in context.rules:
        try:
            detector = search_of(context).detector
        except GateError as error:
            yield from unread(context, [rules.SECRET], image.subject, error)
    sought = (*_LAW, *([rules.SECRET] if detector else ()), *MATCHING)
    try:
        seen = survey(image, detector, context.cancelled)
    except UntriedError as error:
        why = Undecided(outcome=Outcome.NOT_TESTED, reason=error.message, hint=error.hint)
        yield from undecided(context, sought, image.subject, why)
        return
    except GateError as error:
        yield from unread(context, sought, image.subject, error)
        return
    for rule, law in _LAW.items():
        if rule.id in context.rules:
            yield from law(context, image, seen)
    if detector is not None:
        yield from _secrets(context, image, seen, detector)
    locks[image.subject] = partial(_lock, image, seen.files, seen.unfollowed)


def _lock(image: Image, files: Mapping[str, Kept], unfollowed: Sequence[str]) -> Lock:
    """The packages of an image as those of a lock file. Raises GateError."""
    found = inventory(files)
    left = [Skipped(name=one, why="it is a link, or in pieces, and is not followed") for one in unfollowed]
    return Lock(path=image.path, part=image.name, packages=found.packages, skipped=(*found.skipped, *left))


def _looked(context: Context, rule: Rule, image: Image, count: int) -> Iterator[Yield]:
    if count:
        return examined(context, [rule], image.subject, count)
    return nothing(context, [rule], image.subject, "no layer has a file")


def _setuid(context: Context, image: Image, seen: Survey) -> Iterator[Yield]:
    """Files that run with the rights of their owner or group, beyond those that distributions bring."""
    for path, kept in sorted(seen.files.items()):
        if not kept.folder and kept.mode & (stat.S_ISUID | stat.S_ISGID) and not _is_known(path):
            bits = [name for bit, name in ((stat.S_ISUID, "setuid"), (stat.S_ISGID, "setgid")) if kept.mode & bit]
            yield at(
                context, rules.SETUID, image, ("setuid", path),
                f"{_shown(path)} is {' and '.join(bits)}: whoever runs it has the rights of its owner",
                "Take the bit off in the Dockerfile: `RUN chmod a-s FILE`, in the step that brings it.",
                where=f"/{path}",
            )  # fmt: skip
    yield from _looked(context, rules.SETUID, image, seen.count)


def _writable(context: Context, image: Image, seen: Survey) -> Iterator[Yield]:
    """Files and folders that everybody may write to."""
    for path, kept in sorted(seen.files.items()):
        if not kept.mode & stat.S_IWOTH or kept.mode & stat.S_ISVTX or f"{path}/".startswith(_OF_KERNEL):
            continue
        yield at(
            context, rules.WRITABLE, image, ("writable", path),
            f"{'the folder ' * kept.folder}{_shown(path)} may be written to by everybody ({kept.mode & 0o7777:04o})",
            "Give it to the user that needs it, `COPY --chown=USER`, and take the right from others: `chmod o-w`.",
            where=f"/{path}",
        )  # fmt: skip
    yield from _looked(context, rules.WRITABLE, image, seen.count)


def _size(context: Context, image: Image, seen: Survey) -> Iterator[Yield]:
    """An image that is larger than the settings allow."""
    most = context.settings.max_image_size
    if most is not None and seen.size > most * _MEGABYTE:
        yield at(
            context, rules.SIZE, image, ("size",),
            f"the files of its layers have {seen.size / _MEGABYTE:,.0f} MB, where {most:,} may be",
            "Build in one stage and copy what runs into another; a file that a later step removes counts all the same.",
        )  # fmt: skip
    yield from examined(context, [rules.SIZE], image.subject)


def _secrets(context: Context, image: Image, seen: Survey, detector: Detector) -> Iterator[Yield]:
    """Secrets in what is said of the image, and in every layer of it, whatever later ones remove."""
    told: set[tuple[str, str, str]] = set()
    for name, words, path in _INSIDE:
        for secret in detector.secrets(path, "\n".join(_said(image, name)).encode("utf-8", "surrogateescape")):
            yield from _told(context, image, told, secret, name, f"in {words}")
    for leak in seen.leaks:
        gone = "" if seen.stands(leak) else ", which a later layer removes and everybody can still fetch"
        words = f"in {_shown(leak.path)} of layer {leak.layer + 1}{gone}"
        yield from _told(context, image, told, leak.secret, f"/{leak.path}", words)
    yield from examined(context, [rules.SECRET], image.subject, seen.looked + 1)
    if seen.large:
        some = ", ".join(map(_shown, seen.large[:_NAMED])) + " …" * (len(seen.large) > _NAMED)
        why = Undecided(outcome=Outcome.NOT_TESTED, reason=f"{plural(len(seen.large), 'file')} too large: {some}")
        yield from undecided(context, [rules.SECRET], image.subject, why)


def _told(
    context: Context, image: Image, told: set[tuple[str, str, str]], secret: Secret, where: str, words: str
) -> Iterator[Yield]:
    """A secret, once for each place."""
    kind = secret.kind
    if (where, kind.id, secret.text) in told:
        return
    told.add((where, kind.id, secret.text))
    yield at(
        context, rules.SECRET, image, (where, kind.id, hashed(secret.text, context.settings.secret_key)),
        f"secret in the image: {kind.description or kind.id}, {words}",
        "Revoke it, and build without it: `RUN --mount=type=secret`, and read at run time what runs has to know.",
        level=Level.WARNING if kind.level is not Level.ERROR or secret.sure is False else None,
        where=where,
    )  # fmt: skip


def _said(image: Image, name: str) -> Iterator[str]:
    runtime = image.config.runtime
    match name:
        case "environment":
            yield from runtime.env or ()
        case "labels":
            yield from (f"{key}={value}" for key, value in (runtime.labels or {}).items())
        case "command":
            yield " ".join([*(runtime.entrypoint or ()), *(runtime.cmd or ())])
        case _:
            yield from (step.created_by for step in image.config.history or ())


_LAW: dict[Rule, Callable[[Context, Image, Survey], Iterator[Yield]]] = {
    rules.SETUID: _setuid,
    rules.WRITABLE: _writable,
    rules.SIZE: _size,
}


def _is_known(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return (folder in _KNOWN_FOLDERS and name in _KNOWN) or path in _KNOWN_PATHS


def _shown(path: str) -> str:
    return f"/{shorten(one_line(path), _LONGEST)}"
