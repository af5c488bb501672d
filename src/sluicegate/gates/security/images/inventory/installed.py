"""A package as the database of a distribution has it."""

from __future__ import annotations

from msgspec import Struct


class Installed(Struct, frozen=True, kw_only=True):
    """A package that is installed, and the names under which advisories may speak of it.

    That is the one of its sources, or both where distributions differ. `version_of_source` is what they order by.
    """

    name: str
    sources: tuple[str, ...]
    version_of_source: str
