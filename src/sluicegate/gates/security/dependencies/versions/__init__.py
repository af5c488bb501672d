"""The order of versions, by ecosystem: each has its own, and none is the order of texts."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from sluicegate.gates.security.dependencies.packages import (
    CRATES,
    DISTRIBUTIONS,
    GO,
    MAVEN,
    NPM,
    PACKAGIST,
    PYPI,
    RUBYGEMS,
    family,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Ordered(Protocol):
    """A version that stands in the order of its ecosystem."""

    def __lt__(self, other: Any, /) -> bool: ...


class NoVersionError(ValueError):
    """A text is no version of its ecosystem."""


_LONGEST = 200
"""Nobody has longer ones, and a number of thousands of digits takes Python long, or too long."""

_ORDERS: Mapping[str, str] = {
    PYPI: "pep440", NPM: "semver", CRATES: "semver", GO: "semver", MAVEN: "maven", RUBYGEMS: "rubygems",
    PACKAGIST: "packagist",
    **{name: "dpkg" if kind == "deb" else kind for name, (kind, _) in DISTRIBUTIONS.items()},
}  # fmt: skip


def order(ecosystem: str) -> Callable[[str], Any]:
    """What makes of a text a value that can be compared, as the ecosystem does it; that raises NoVersionError."""
    module = import_module(f"{__name__}.{_ORDERS[family(ecosystem)]}")

    def parse(text: str) -> Any:
        if len(text) > _LONGEST:
            raise NoVersionError(f"{text[:40]}…")
        return module.parse(text)

    return parse


@lru_cache(maxsize=1 << 19)
def spelt(ecosystem: str, version: str) -> str:
    """The one spelling of a version, for lists of them; what is no version keeps its own."""
    if family(ecosystem) in DISTRIBUTIONS:
        return version
    if ecosystem != PYPI:
        return version.removeprefix("v")
    from packaging.utils import canonicalize_version

    return canonicalize_version(version) if len(version) <= _LONGEST else version
