"""How long `sluicegate --help` takes, as a ratio to a click program that does nothing.

usage: python benchmarks/help.py [ROUNDS]
Wanted: at most 2.0.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

EMPTY = "import click\n@click.group()\ndef cli(): pass\n@cli.command()\ndef x(): pass\ncli()"
OURS = "from sluicegate.cli.main import main; main()"


def seconds(code: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, "--help"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    seconds(EMPTY), seconds(OURS)  # once, so that byte code is there
    pairs = [(seconds(OURS), seconds(EMPTY)) for _ in range(rounds)]
    ours, empty = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"sluicegate --help {ours * 1000:.0f} ms, empty click program {empty * 1000:.0f} ms (medians of {rounds})")
    print(f"ratio {ratio:.2f} (wanted: at most 2.00)")


if __name__ == "__main__":
    main()
