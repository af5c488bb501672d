"""Writers that are killed at a random moment, again and again: `killed.py ADDRESS ROOT KILLS`.

Two children at a time replace one entry; after each SIGKILL the entry has to be whole, and what a child has said to be
written has to be there. Prints how many kills came while something was being written.
"""

from __future__ import annotations

import os
import random
import select
import signal
import sys
import time
from pathlib import Path

from sluicegate.baseline import open_store, update

SIZE = 100_000


def body(number: int) -> bytes:
    """An entry that shows whether it is whole."""
    return b"%08d\n" % number * (SIZE // 9)


def number_of(data: bytes) -> int:
    """The number of a whole entry. Raises AssertionError for half of one."""
    number = int(data[:8])
    assert data == body(number), "neither the old nor the new"
    return number


def writer(address: str, root: Path) -> tuple[int, int]:
    """A child that writes until it is killed; its process, and where it says what it has written."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    os.close(reading)
    store = open_store(address, root)
    while True:
        after = update(store, "entry", lambda data: body(number_of(data) + 1 if data else 0))
        assert after
        os.write(writing, b"%d\n" % number_of(after.data))


def main() -> None:
    address, root, kills = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    store = open_store(address, root)
    there = -1
    for _ in range(kills // 2):
        for child, told in [writer(address, root) for _ in range(2)]:
            select.select([told], [], [], 30)
            time.sleep(random.uniform(0, 0.02))  # noqa: S311
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            with os.fdopen(told, "rb") as said:
                last = max((int(line) for line in said.read().split()), default=-1)
            found = store.get("entry")
            assert found, "it was there before"
            number = number_of(found.data)
            assert number >= max(there, last), "what was written is there"
            there = number
    print(there)


if __name__ == "__main__":
    main()
