"""Which release of which distribution an image is, as os-release(5) tells it and as OSV calls it."""

from __future__ import annotations

import re
import shlex

from msgspec import Struct

from sluicegate.gates.security.dependencies.releases import ecosystem_of
from sluicegate.text import one_line, shorten

_LINE = re.compile(r"^([A-Z0-9_]+)=(.*)$", re.MULTILINE)


class Release(Struct, frozen=True, kw_only=True):
    """A release: what people call it, and its ecosystem in OSV; "" where OSV has none, and `why`."""

    name: str = ""
    ecosystem: str = ""
    why: str = "the image has no os-release, which would say what distribution it is"


def release(content: bytes) -> Release:
    """The release that a file tells."""
    said = {key: _unquoted(value) for key, value in _LINE.findall(content.decode("utf-8", "replace"))}
    kind, version = said.get("ID", "").lower(), said.get("VERSION_ID", "")
    name = shorten(one_line(said.get("PRETTY_NAME") or f"{kind} {version}".strip() or "a distribution"), 80)
    ecosystem = ecosystem_of(kind, version)
    return Release(name=name, ecosystem=ecosystem, why="" if ecosystem else f"OSV has no advisories on {name}")


def _unquoted(value: str) -> str:
    try:
        return "".join(shlex.split(value)[:1])
    except ValueError:
        return value.strip("'\" ")
