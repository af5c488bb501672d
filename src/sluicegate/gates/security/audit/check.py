"""Holds the pins of every requirements file against the service of advisories."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.gates.security.audit import PIP_AUDIT, RULES, VULNERABLE
from sluicegate.gates.security.audit.pins import Pin, UnpinnedError, pins
from sluicegate.gates.security.audit.service import Vulnerability, ask
from sluicegate.gates.security.files import listed
from sluicegate.gates.security.saying import examined, nothing, undecided, unread
from sluicegate.model import Fact, Finding, Level, Location, Outcome, Progress, Undecided
from sluicegate.text import one_line, shorten
from sluicegate.tools.versions import version_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.model import Context, Yield

PATTERNS = (
    "requirements*.txt", "**/requirements*.txt", "*-requirements.txt", "**/*-requirements.txt", "requirements/*.txt",
    "**/requirements/*.txt",
)  # fmt: skip
_ALL = "requirements"
_CREDENTIALS = re.compile(r"(?<=://)[^/\s]*@")
_LARGEST = 8 << 20


def check(context: Context) -> Iterator[Yield]:
    """Ask about each file; where a commit waits, that nobody was asked is all there is to say."""
    if context.touched is not None:
        why = Undecided(
            outcome=Outcome.NOT_TESTED, reason="pip-audit asks the network, and a commit does not wait for that",
            hint="A check of the whole change asks it.",
        )  # fmt: skip
        yield from undecided(context, RULES, _ALL, why)
        return
    paths = listed(context, PATTERNS)
    if not paths:
        yield from nothing(context, RULES, _ALL, "there is no requirements file")
        return
    try:
        if not context.past:
            service = _CREDENTIALS.sub("***@", context.settings.pip_audit_service)
            yield Fact(name=PIP_AUDIT.name, value=f"{version_of(PIP_AUDIT)} asks {service}")
    except GateError as error:
        yield from unread(context, RULES, _ALL, error)
        return
    for done, path in enumerate(paths):
        yield Progress(what=path, done=done, total=len(paths))
        yield from _file(context, path)


def _file(context: Context, path: str) -> Iterator[Yield]:
    try:
        pinned = pins(context.head.read(path, _LARGEST).decode("utf-8-sig", "replace"))
        if not pinned:
            yield from nothing(context, RULES, path, f"{path} requires nothing")
            return
        looked = 0
        for some in _apart(pinned):
            answer = ask(context, some)
            for pin in some:
                known = answer.known.get((pin.name, pin.version))
                if known is None:
                    why = Undecided(outcome=Outcome.NOT_TESTED, reason=answer.skipped[pin.name, pin.version])
                    yield from undecided(context, RULES, f"{path}: {pin.name}", why)
                    continue
                looked += 1
                yield from (_finding(context, path, pin, one) for one in known)
        if looked:
            yield from examined(context, RULES, path, looked)
    except UnpinnedError as error:
        why = Undecided(outcome=Outcome.NOT_TESTED, reason=f"{path}: {error.message}", hint=error.hint)
        yield from undecided(context, RULES, path, why)
    except GateError as error:
        message = error.message if path in error.message else f"{path}: {error.message}"
        yield from unread(context, RULES, path, GateError(message, hint=error.hint))


def _apart(pinned: list[Pin]) -> list[list[Pin]]:
    """The pins in groups that name no package twice: a file may pin one to several versions, by markers."""
    groups: list[dict[str, Pin]] = []
    for pin in pinned:
        group = next((group for group in groups if pin.name not in group), None)
        if group is None:
            groups.append(group := {})
        group[pin.name] = pin
    return [list(group.values()) for group in groups]


def _finding(context: Context, path: str, pin: Pin, one: Vulnerability) -> Finding:
    names = sorted({one_line(one.id), *map(one_line, one.aliases)})
    lasting = next((name for name in names if name.startswith("CVE-")), one_line(one.id))
    others = [name for name in names if name != lasting]
    also = f" (also {', '.join(others[:4])})" if others else ""
    fixed = [one_line(version) for version in one.fix_versions]
    said = shorten(one_line(one.description), 300)
    message = f"{pin.name} {pin.version} has {lasting}{also}"
    return Finding(
        rule=VULNERABLE.id, level=VULNERABLE.level if fixed else Level.WARNING, key=(path, pin.name, lasting),
        message=shorten(f"{message}: {said}" if said else message, 600),
        location=Location(path=context.head.display(path), line=pin.line, logical=f"{pin.name}=={pin.version}"),
        advice=f"Raise {pin.name} to {' or '.join(fixed[:3])}." if fixed
        else f"No version that mends it is known: see what of {pin.name} is used, or replace it.",
        tags=(*VULNERABLE.tags, lasting),
    )  # fmt: skip
