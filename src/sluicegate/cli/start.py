"""Where the command begins: an end that is asked for while modules are still being imported is a quiet one.

So this one imports next to nothing, and whatever it needs only once the signal has its handler.
"""

from __future__ import annotations

import os
import signal
from types import FrameType

from sluicegate.errors import Exit


def main() -> None:
    """Run the command and leave with its exit code."""
    heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # not where whoever started us ignores it
    if heard:
        signal.signal(signal.SIGINT, _ended)
    signal.signal(signal.SIGTERM, _ended)
    from sluicegate.cli.main import main as command

    try:
        if heard:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        command()
    except KeyboardInterrupt:  # before the command could listen, or after all was said
        _ended(signal.SIGINT, None)


def _ended(_number: int, _frame: FrameType | None) -> None:
    """Leave at once: nothing was begun yet that would have to be put away."""
    os.write(2, b"interrupted\n")
    os._exit(Exit.INTERRUPTED)


if __name__ == "__main__":
    main()
