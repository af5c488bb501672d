"""Packages that their ecosystem published, by what lies beside them: Python's metadata, npm's `package.json`.

PyPA, "Core metadata specifications"; npm, "package.json".
"""

from __future__ import annotations

import re

import msgspec
from msgspec import Struct

from sluicegate.gates.security.dependencies.packages import NPM, PYPI, normal

MOST = 1 << 20
"""So many bytes of such a file are read at the most: the long text of a package stands behind its name and version."""

_PYTHON = re.compile(r"(?:.*/)?[^/]+\.(?:dist-info/METADATA|egg-info/PKG-INFO)")
_NODE = re.compile(r"(?:.*/)?node_modules/(?:@[^/]+/)?[^/@.][^/]*/package\.json")
_FIELD = re.compile(rb"^(Name|Version):[ \t]*([^\r\n]*?)[ \t\r]*$", re.MULTILINE | re.IGNORECASE)
_HEAD = re.compile(rb"\r?\n\r?\n")


class Published(Struct, frozen=True, kw_only=True):
    """A package of an ecosystem; without a name it is none, and `trouble` says what is wrong with its file."""

    ecosystem: str = ""
    name: str = ""
    version: str = ""
    trouble: str = ""


class _Manifest(Struct, frozen=True):
    name: str | None = None
    version: str | None = None


def is_published(path: str) -> bool:
    """Whether a file lies beside a package of an ecosystem."""
    if path.endswith("/package.json"):
        return _NODE.fullmatch(path) is not None
    return path.endswith(("/METADATA", "/PKG-INFO")) and _PYTHON.fullmatch(path) is not None


def published(path: str, content: bytes) -> Published:
    """What such a file names; `content` may be its beginning."""
    return _node(content) if path.endswith(".json") else _python(content)


def _python(content: bytes) -> Published:
    head = _HEAD.split(content, maxsplit=1)[0]
    said = {key.lower(): value.decode("utf-8", "replace") for key, value in reversed(_FIELD.findall(head))}
    name, version = said.get(b"name", ""), said.get(b"version", "")
    if not name or not version:
        return Published(trouble="it names no package with a version")
    return Published(ecosystem=PYPI, name=normal(PYPI, name), version=version)


def _node(content: bytes) -> Published:
    if len(content) >= MOST:
        return Published(trouble=f"it has more than {MOST:,} bytes")
    try:
        found = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"), type=_Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Published(trouble="it is no package.json")
    if not found.name or not found.version:
        return Published()  # a part of a package, which names only how it is loaded
    return Published(ecosystem=NPM, name=found.name, version=found.version)
