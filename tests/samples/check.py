from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from samples import CHANGE, STATE
from sluicegate.errors import GateError
from sluicegate.model import Context, Examination, Finding, Location, Outcome, Progress, Tree, Undecided, Yield
from sluicegate.text import one_line


def check(context: Context) -> Iterator[Yield]:
    settings = context.settings
    for name in settings.files:
        yield Progress(what=name, done=1, total=len(settings.files))
        path = context.head.find(name)
        lines = lines_of(context.head, path) if path else []
        for number, line in enumerate(lines, 1):
            if line.lstrip().startswith("FAIL") and STATE.id in context.rules and context.asks("words"):
                yield Finding(
                    rule=STATE.id,
                    level=STATE.level,
                    message=f"the line says {line}",
                    key=(name, one_line(line)),  # neither the line's number nor its indentation
                    location=Location(path=context.head.display(path or name), line=number, column=1, logical=line),
                    tags=("tagged",),
                )
        if CHANGE.id in context.rules and context.reference and context.asks("lines"):
            yield from removed(context, name, lines)
        elif CHANGE.id in context.rules and context.asks("lines"):
            yield undecided(name, context.no_reference)
        if "say" in settings.then:
            print("::error::stray")
        behave(settings.then, settings.token)
        if "silent" not in settings.then and STATE.id in context.rules and context.asks("words"):
            yield Examination(rule=STATE.id, subject=name, examined=len(lines))


def lines_of(tree: Tree, path: str) -> list[str]:
    """The lines of a file; `include NAME` stands for those of another."""
    out = []
    for line in tree.read(path, 1 << 20).decode("utf-8", "surrogateescape").splitlines():
        out += lines_of(tree, line.removeprefix("include ")) if line.startswith("include ") else [line]
    return out


def removed(context: Context, name: str, lines: list[str]) -> Iterator[Yield]:
    reference = context.reference
    assert reference is not None
    path = reference.find(name)
    old = lines_of(reference, path) if path else []
    for number, line in enumerate(old, 1):
        if line not in lines:
            yield Finding(
                rule=CHANGE.id,
                level=CHANGE.level,
                message=f"the line {line} is gone",
                key=(name, line),
                location=Location(path=context.head.display(name), line=1, column=1),
                base_location=Location(path=reference.display(path or name), line=number, column=1),
            )
    yield Examination(rule=CHANGE.id, subject=name, examined=len(old))


def undecided(name: str, why: str) -> Examination:
    return Examination(rule=CHANGE.id, subject=name, undecided=Undecided(outcome=Outcome.NOT_TESTED, reason=why))


def behave(then: str, token: str) -> None:
    match then:
        case "sleep":
            time.sleep(60)
        case "orphan":
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
            Path("orphan.pid").write_text(str(child.pid))
            time.sleep(60)
        case "raise":
            raise RuntimeError(f"broken with {token}")
        case "refuse":
            raise GateError(f"cannot look with {token}", hint=f"change {token}")
        case "die":
            os._exit(7)
        case "babble":  # as a native library may that writes to descriptors which are not its own
            for descriptor in range(3, 9):
                with contextlib.suppress(OSError):
                    os.write(descriptor, b"no word\n")
