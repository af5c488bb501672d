"""Programs on a real terminal, with rich and as if it were not installed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

MAIN = "from sluicegate.cli.main import main; main()"
WITHOUT_RICH = "import sys; sys.modules['rich'] = None; "


class Terminal:
    """A program whose standard error is a terminal, and whose standard output is one too unless it is `piped`."""

    def __init__(
        self, *arguments: str, cwd: Path, code: str = MAIN, rich: bool = True, piped: bool = False, columns: int = 80,
        **environment: str,
    ) -> None:  # fmt: skip
        import fcntl
        import pty
        import struct
        import termios

        self.said = ""
        self.leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        environ = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", code if rich else WITHOUT_RICH + code, *arguments],
            cwd=cwd, env={**environ, "TERM": "xterm", **environment},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE if piped else follower, stderr=follower,
        )  # fmt: skip
        os.close(follower)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()
        os.close(self.leader)

    def until(self, text: str) -> None:
        """Read what is drawn until a text of one line has been."""
        before = len(self.said)
        ending = time.monotonic() + 60
        while text not in self.said[before:]:
            assert self._more(), f"{text!r} was not drawn: {self.said[-400:]!r}"
            assert time.monotonic() < ending, f"{text!r} is not drawn: {self.said[-400:]!r}"

    def press(self) -> None:
        """Give the program a line of input."""
        assert self.process.stdin
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()

    def ended(self) -> str:
        """All that was drawn, once the program has ended well; with what it wrote to a pipe after that."""
        while self._more():
            pass
        piped = self.process.stdout.read().decode() if self.process.stdout else ""
        assert self.process.wait(60) == 0, self.said
        return piped or self.said

    def _more(self) -> bool:
        try:
            part = os.read(self.leader, 4096)
        except OSError:  # how Linux says that nobody writes any more
            return False
        self.said += part.decode()
        return bool(part)
