"""What each rule finds in an image, and where the image does not say."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sluicegate.gates.security import images as rules
from sluicegate.gates.security.files import shown
from sluicegate.gates.security.saying import examined, finding, undecided
from sluicegate.model import Location, Outcome, Undecided
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sluicegate.gates.security.images.layout import Image
    from sluicegate.model import Context, Finding, Level, Rule, Yield

_ROOTS = frozenset({"", "root"})
_BASE_NAME = "org.opencontainers.image.base.name"
_BASE_DIGEST = "org.opencontainers.image.base.digest"
_PINNED = re.compile(r"@sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$")
_DIGEST = re.compile(r"sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})")
_ADDS = re.compile(r"(?:^|#\(nop\)\s+)ADD\s+(?P<options>(?:--\S+\s+)*)(?P<sources>[^#]*)", re.IGNORECASE)
_RUNS = re.compile(
    r"\b(?:curl|wget)\b[^|;&\n]*\|\s*(?:sudo\s+(?:-\S+\s+)*)?(?:/(?:usr/)?bin/(?:env\s+)?)?"
    r"(?:ba|da|z|k)?sh\b|\b(?:ba|da|z|k)?sh\s+(?:-c\s+[\"']?\$\(|<\()\s*(?:curl|wget)\b"
)
_ADDRESS = re.compile(r"\b(?:https?|ftp)://[^\s\"'|;)]+", re.IGNORECASE)
_LONGEST = 100
_LONGEST_STEP = 65_536


def judged(context: Context, image: Image) -> Iterator[Yield]:
    """What the wanted rules find in an image, and that they looked."""
    for rule, law in LAW.items():
        if rule.id not in context.rules:
            continue
        why = _UNSAID[rule](image)
        if why is not None:
            yield from undecided(context, [rule], image.subject, why)
            continue
        yield from law(context, image)
        yield from examined(context, [rule], image.subject)


def _root(context: Context, image: Image) -> Iterator[Finding]:
    user = image.config.runtime.user.partition(":")[0].strip()
    if user in _ROOTS or (user.isascii() and user.isdigit() and int(user[:_LONGEST]) == 0):
        said = f"its user is `{shorten(one_line(user), _LONGEST)}`" if user else "it names no user"
        yield at(
            context, rules.ROOT, image, ("user",), f"the image runs as root: {said}",
            "Add a user in the Dockerfile and name it last: `USER 10001`.",
        )  # fmt: skip


def _base(context: Context, image: Image) -> Iterator[Finding]:
    name = image.annotations[_BASE_NAME].strip()
    pinned = _PINNED.search(name) or _DIGEST.fullmatch(image.annotations.get(_BASE_DIGEST, ""))
    if name != "scratch" and not pinned:
        yield at(
            context, rules.BASE, image, ("base", name),
            f"the image was built on `{shorten(one_line(name), _LONGEST)}`, and does not say on which digest of it",
            "Name the digest in the Dockerfile: `FROM NAME:TAG@sha256:…`.",
        )  # fmt: skip


def _remote(context: Context, image: Image) -> Iterator[Finding]:
    for step in image.config.history or ():
        command = step.created_by
        adds = _ADDS.search(command[:_LONGEST_STEP])
        if adds and (address := _ADDRESS.search(adds["sources"])) and "--checksum=" not in adds["options"].lower():
            yield at(
                context, rules.REMOTE, image, ("add", _place(address[0])),
                f"a step adds {_place(address[0])}, whatever that server sends",
                "Give its checksum: `ADD --checksum=sha256:… URL PATH`.",
            )  # fmt: skip
        elif _RUNS.search(command[:_LONGEST_STEP]):
            address = _ADDRESS.search(command)
            from_ = _place(address[0]) if address else "a server"
            # without an address the command itself is what makes it the same, and it may hold what nobody is to read
            key = from_ if address else hashlib.sha256(command.encode("utf-8", "backslashreplace")).hexdigest()
            yield at(
                context, rules.REMOTE, image, ("run", key),
                f"a step runs as a script what it fetches from {from_}",
                "Fetch it to a file, hold that against a checksum that stands in the Dockerfile, and run it then.",
            )  # fmt: skip


def _no_root(image: Image) -> Undecided | None:
    if image.config.os != "windows":
        return None
    return Undecided(outcome=Outcome.NOT_APPLICABLE, reason="an image for Windows has no root")


def _no_base(image: Image) -> Undecided | None:
    if image.annotations.get(_BASE_NAME, "").strip():
        return None
    return Undecided(
        outcome=Outcome.INCONCLUSIVE,
        reason="the image does not say what it was built on",
        hint=f"Have the build set the annotation {_BASE_NAME}.",
    )


def _no_history(image: Image) -> Undecided | None:
    steps = image.config.history or []
    if not any(step.created_by for step in steps):
        return Undecided(outcome=Outcome.INCONCLUSIVE, reason="the image does not say how it was built: no history")
    if any(len(step.created_by) > _LONGEST_STEP for step in steps):
        return Undecided(outcome=Outcome.NOT_TESTED, reason=f"a step has more than {_LONGEST_STEP} signs")
    return None


LAW: dict[Rule, Callable[[Context, Image], Iterator[Finding]]] = {
    rules.ROOT: _root,
    rules.BASE: _base,
    rules.REMOTE: _remote,
}
"""The rules, and what finds their findings."""
_UNSAID: dict[Rule, Callable[[Image], Undecided | None]] = {
    rules.ROOT: _no_root,
    rules.BASE: _no_base,
    rules.REMOTE: _no_history,
}
"""What keeps each rule from deciding."""


def _place(address: str) -> str:
    """An address without what may be secret in it: a user, a password, a query."""
    try:
        split = urlsplit(address)
        host = split.hostname or ""
    except ValueError:
        return "an address that is none"
    return shorten(one_line(f"{split.scheme}://{host}{split.path}"), _LONGEST)


def at(
    context: Context,
    rule: Rule,
    image: Image,
    key: tuple[str, ...],
    message: str,
    advice: str,
    *,
    level: Level | None = None,
    where: str = "",
) -> Finding:
    """A finding in an image; `where` is the place in it."""
    name = f"{image.subject}: {where}" if where else image.subject
    place = Location(path=shown(context, image.path), logical=one_line(name))
    return finding(rule, (image.path, image.name, *key), place, message, advice=advice, level=level)
