"""The process in which a gate runs: a job comes in on stdin, words go out as JSON lines, nothing else does."""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import os
import sys
from collections.abc import Iterator

from sluicegate.worker import wire
from sluicegate.worker.trouble import trouble_of
from sluicegate.worker.work import work

_GARBAGE = 1_000_000
"""How many objects may come before rings of dead ones are looked for: that walks over whole documents each time."""


def main() -> None:
    """Do the job. What a gate or its libraries print goes to stderr, so that it can never be taken for a word."""
    stream = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    gc.set_threshold(_GARBAGE)
    for module in sys.argv[1:]:
        with contextlib.suppress(Exception):  # what cannot be loaded is told when the job asks for it
            importlib.import_module(module)
    gc.freeze()
    content = sys.stdin.buffer.readline()
    if not content:
        return  # prepared, and not needed
    job = wire.decode_job(content)
    trouble = None

    def turns() -> Iterator[tuple[str, ...]]:
        for line in sys.stdin.buffer:
            yield wire.decode_turn(line)
            stream.write(wire.TURNED)

    try:
        for said in work(job, turns=turns()):
            stream.write(wire.encode(said))
    except Exception as error:  # noqa: BLE001 - whatever a gate raises ends as an errored gate, never as a silent one
        trouble = trouble_of(error, job.secrets)
    stream.write(wire.encode_end(trouble))
    atexit._run_exitfuncs()  # noqa: SLF001 - what a gate's libraries put away at the end
    os._exit(0)  # somebody waits: giving back the memory object by object takes half a second for a large document


if __name__ == "__main__":
    main()
