"""The history is read by commands that have to start quickly."""

from __future__ import annotations

import subprocess
import sys


def test_it_loads_nothing_heavy() -> None:
    modules = ("window", "epochs", "series", "index", "folding")
    told = f"import sys; {'; '.join(f'import sluicegate.gates.performance.history.{each}' for each in modules)}"
    heavy = ("numpy", "click", "rich", "boto3", "httpx", "sluicegate.baseline")
    done = subprocess.run(
        [sys.executable, "-c", f"{told}; print([each for each in {heavy} if each in sys.modules])"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "[]\n"
