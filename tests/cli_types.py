"""What the tests of the command pass around."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

Called = subprocess.CompletedProcess[str]
Command = Callable[..., Called]
