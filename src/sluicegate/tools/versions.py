"""Which version of a program is there."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

from sluicegate.errors import GateError
from sluicegate.model import Tool
from sluicegate.text import one_line, shorten
from sluicegate.tools.programs import find
from sluicegate.tools.running import run

_VERSION = re.compile(r"\d+(?:\.\d+)+")
_SECONDS = 30.0


def recorded(tool: Tool) -> str:
    """The version that the installation tells of a program beside this Python, in a hundredth of the time; else ""."""
    from importlib import metadata  # a tenth of what `--help` takes

    path = find(tool.name)
    if path and path.parent == Path(sys.executable).absolute().parent:
        with suppress(metadata.PackageNotFoundError):
            return metadata.version(tool.name)
    return ""


@cache
def version_of(tool: Tool) -> str:
    """The version of a program, asked once per process. Raises GateError: it is missing, or names none."""
    if known := recorded(tool):
        return known
    ran = run(tool, tool.asking, limit=_SECONDS)
    said = (ran.stdout[:10_000] + b"\n" + ran.stderr[:10_000]).decode("utf-8", "replace")
    found = _VERSION.search(said)
    if not found:
        raise GateError(
            f"{tool.name} names no version: {shorten(one_line(said), 200) or 'it says nothing'}", hint=tool.install
        )
    return found[0]
