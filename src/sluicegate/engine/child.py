"""The process in which a gate runs: a job comes in on stdin, words go out as JSON lines, nothing else does."""

from __future__ import annotations

import os
import sys

from sluicegate.engine import wire
from sluicegate.engine.trouble import trouble_of
from sluicegate.engine.work import work


def main() -> None:
    """Do the job. What a gate or its libraries print goes to stderr, so that it can never be taken for a word."""
    stream = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    job = wire.decode_job(sys.stdin.buffer.read())
    trouble = None
    try:
        for said in work(job):
            stream.write(wire.encode(said))
    except Exception as error:  # noqa: BLE001 - whatever a gate raises ends as an errored gate, never as a silent one
        trouble = trouble_of(error, job.secrets)
    stream.write(wire.encode_end(trouble))


if __name__ == "__main__":
    main()
