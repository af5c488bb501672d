"""The report of a bug of ours, ready to be pasted into an issue."""

from __future__ import annotations

import platform
import sys
import traceback

from sluicegate import __version__
from sluicegate.text import visible


def report(error: BaseException) -> str:
    """What happened and where, without the values of any variable."""
    trace = visible("".join(traceback.format_exception(error)).rstrip())
    return "\n".join(
        [
            "error: Sluicegate broke, and that is a bug of ours. Nothing was decided about the change.",
            "hint: please paste what stands between the lines into an issue of the project.",
            "-" * 72,
            f"sluicegate {__version__}, Python {platform.python_version()}, {platform.platform()}",
            f"command: sluicegate {' '.join(argument.partition('=')[0] for argument in sys.argv[1:])}",
            *(f"  {line}" for line in trace.splitlines()),
            "-" * 72,
        ]
    )
