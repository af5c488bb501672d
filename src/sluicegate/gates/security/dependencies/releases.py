"""The ecosystem of a release of a distribution, as OSV calls it."""

from __future__ import annotations

import re

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

_NUMBERS = re.compile(r"([0-9]{1,6})(?:\.([0-9]{1,6}))?(?:\.[0-9]{1,6})*")
_BY_MAJOR = {"debian": DEBIAN, "almalinux": ALMALINUX, "rocky": ROCKY}
_ROLLING = {"wolfi": WOLFI, "chainguard": CHAINGUARD, "opensuse-tumbleweed": f"{OPENSUSE}:Tumbleweed"}


def ecosystem_of(kind: str, version: str) -> str:
    """The ecosystem of a release, by ID and VERSION_ID of os-release(5): `Debian:12`; "" where OSV has none."""
    return _ROLLING.get(kind) or _numbered(kind, _NUMBERS.fullmatch(version))


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
