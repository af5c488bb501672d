"""dpkg's database (deb-control(5), dpkg(1)): what is installed, and from which sources it was made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.gates.security.images.inventory.installed import Installed

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELD = re.compile(rb"^(Package|Status|Source|Version):[ \t]*([^\r\n]*?)[ \t\r]*$", re.MULTILINE)
_SOURCE = re.compile(r"(\S+)(?:\s+\((\S+)\))?")
_PARAGRAPHS = re.compile(rb"\n[ \t\r]*\n")


def installed(content: bytes) -> Iterator[Installed]:
    """The packages that are on the disk; one that was removed has left its settings alone. Raises GateError."""
    for paragraph in _PARAGRAPHS.split(content.strip()):
        if not paragraph.strip():
            continue
        said = {name: value.decode("utf-8", "replace") for name, value in reversed(_FIELD.findall(paragraph))}
        name, version = said.get(b"Package"), said.get(b"Version")
        status = said.get(b"Status", "install ok installed").split()  # a file of status.d has none
        if name and status[-1:] in (["not-installed"], ["config-files"]):
            continue
        if not name or not version:
            raise GateError("dpkg's database has an entry without a name or a version", hint="build the image again")
        source = _SOURCE.fullmatch(said.get(b"Source", name))
        yield Installed(
            name=name,
            sources=(source[1] if source else name,),
            version_of_source=source[2] if source and source[2] else version,
        )
