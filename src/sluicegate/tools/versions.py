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
    """The version that the installation tells of a program beside this Python, in a hundredth of the time; else "".

    It is in the name of the folder that records the installation: `importlib.metadata` looks there too, and takes
    longer to import than many a hook has to run. Source: Recording installed projects, "The .dist-info directory".
    """
    path = find(tool.name)
    if not path or path.parent != Path(sys.executable).absolute().parent:
        return ""
    name = re.sub(r"[-_.]+", "_", tool.name).lower()
    for place in sys.path:
        with suppress(OSError):
            for entry in (each.name for each in Path(place or ".").iterdir()):
                known, _, version = entry.removesuffix(".dist-info").partition("-")
                if entry.endswith(".dist-info") and re.sub(r"[-_.]+", "_", known).lower() == name:
                    return version
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
