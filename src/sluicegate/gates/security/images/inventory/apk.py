"""apk's database (apk-tools, apk_installed_db): letters with a colon, an empty line behind each package."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.gates.security.images.inventory.installed import Installed

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELD = re.compile(rb"^([PVo]):([^\r\n]*)", re.MULTILINE)
_FILE = re.compile(r"^([FR]):(.*)$", re.MULTILINE)


def installed(content: bytes) -> Iterator[Installed]:
    """The packages that are on the disk, under the names of what they were made from. Raises GateError."""
    for paragraph in content.strip().split(b"\n\n"):
        if not paragraph.strip():
            continue
        said = {name: value.decode("utf-8", "replace").strip() for name, value in _FIELD.findall(paragraph)}
        name, version = said.get(b"P"), said.get(b"V")
        if not name or not version:
            raise GateError("apk's database has an entry without a name or a version", hint="build the image again")
        yield Installed(name=name, sources=(said.get(b"o") or name,), version_of_source=version)


def owned(content: bytes) -> set[str]:
    """The metadata of packages of Python that the distribution keeps, by path: it mends those under its own names."""
    found = set()
    folder = ""
    for kind, value in _FILE.findall(content.decode("utf-8", "surrogateescape")):
        if kind == "F":
            folder = value
        elif value in ("METADATA", "PKG-INFO"):
            found.add(f"{folder}/{value}")
    return found
