"""Prints the figures of one part of the security gate beside those that are wanted.

python benchmarks/security.py dependencies [DATABASE]
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    parts = sorted(path.stem.removeprefix("security_") for path in HERE.glob("security_*.py"))
    if len(sys.argv) < 2 or sys.argv[1] not in parts:
        sys.exit(f"usage: python benchmarks/security.py {'|'.join(parts)} ...")
    part = sys.argv.pop(1)
    runpy.run_path(str(HERE / f"security_{part}.py"), run_name="__main__")


if __name__ == "__main__":
    main()
