"""The order of Python's packages (PyPA, "Version specifiers", once PEP 440), by the field's own library."""

from __future__ import annotations

from packaging.version import InvalidVersion, Version

from sluicegate.gates.security.dependencies.versions import NoVersionError


def parse(text: str) -> Version:
    """The version that a text is. Raises NoVersionError."""
    try:
        return Version(text)
    except InvalidVersion:
        raise NoVersionError(text) from None
