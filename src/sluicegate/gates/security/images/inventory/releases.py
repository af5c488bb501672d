"""Which release of which distribution an image is, as os-release(5) tells it and as OSV calls it."""

from __future__ import annotations

import re
import shlex

from msgspec import Struct

from sluicegate.gates.security.dependencies.packages import (
    ALMALINUX,
    ALPINE,
    CHAINGUARD,
    DEBIAN,
    OPENSUSE,
    ROCKY,
    UBUNTU,
    WOLFI,
)
from sluicegate.text import one_line, shorten

_LINE = re.compile(r"^([A-Z0-9_]+)=(.*)$", re.MULTILINE)
_NUMBERS = re.compile(r"([0-9]{1,6})(?:\.([0-9]{1,6}))?(?:\.[0-9]{1,6})*")
_BY_MAJOR = {"debian": DEBIAN, "almalinux": ALMALINUX, "rocky": ROCKY}
_ROLLING = {"wolfi": WOLFI, "chainguard": CHAINGUARD, "opensuse-tumbleweed": f"{OPENSUSE}:Tumbleweed"}


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
    ecosystem = _ROLLING.get(kind) or _numbered(kind, _NUMBERS.fullmatch(version))
    return Release(name=name, ecosystem=ecosystem, why="" if ecosystem else f"OSV has no advisories on {name}")


def _numbered(kind: str, found: re.Match[str] | None) -> str:
    if found is None:  # as of what is not released yet
        return ""
    major, minor = found[1], found[2]
    if kind in _BY_MAJOR:
        return f"{_BY_MAJOR[kind]}:{major}"
    if minor is None:
        return ""
    match kind:
        case "alpine":
            return f"{ALPINE}:v{major}.{minor}"
        case "opensuse-leap":
            return f"{OPENSUSE}:Leap {major}.{minor}"
        case "ubuntu":
            long = int(major) % 2 == 0 and minor == "04"
            return f"{UBUNTU}:{major}.{minor}{':LTS' * long}"
    return ""


def _unquoted(value: str) -> str:
    try:
        return "".join(shlex.split(value)[:1])
    except ValueError:
        return value.strip("'\" ")
