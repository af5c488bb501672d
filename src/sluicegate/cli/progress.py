"""What runs, and how far it is: on standard error, and only where somebody watches."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence

from sluicegate.cli.output import Destination
from sluicegate.engine import Event, Finished, Found, Progressed, Started
from sluicegate.report import reporter
from sluicegate.text import one_line, shorten


@contextlib.contextmanager
def watching(wanted: Sequence[Destination] = ()) -> Iterator[Callable[[Event], None]]:
    """A listener that tells of each running gate while the block lasts.

    What the wanted reports need is loaded once a gate runs, as there is nothing to do then but to wait for it.
    """
    kinds = [each.kind for each in wanted]

    def load() -> None:
        while kinds:
            reporter(kinds.pop())

    if not _watched():
        yield lambda _: load()
        return
    from sluicegate.cli.drawing import Task, drawing

    with drawing() as draw:
        tasks: dict[str, Task] = {}
        found: dict[str, int] = {}

        def listen(event: Event) -> None:
            load()
            if isinstance(event, Started):
                tasks[event.gate] = Task(title=one_line(event.title))
            if event.gate not in tasks:
                return
            task = tasks[event.gate]
            match event:
                case Progressed(progress=progress):
                    task.done, task.total = progress.done, progress.total
                    task.note = shorten(one_line(progress.what), 40)
                case Found():
                    found[event.gate] = found.get(event.gate, 0) + 1
                    task.note = f"{found[event.gate]} found"
                case Finished():
                    task.over = True
            draw(task)

        yield listen


@contextlib.contextmanager
def stepping(total: int) -> Iterator[Callable[[str], None]]:
    """Tells how many of some steps are done while the block lasts; called with the name of each as it begins."""
    if not _watched():
        yield lambda _: None
        return
    from sluicegate.cli.drawing import Task, drawing

    with drawing(counted=True) as draw:
        task = Task(title="", done=-1, total=total)

        def step(name: str) -> None:
            task.done += 1
            task.note = shorten(one_line(name), 60)
            draw(task)

        yield step


def _watched() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
