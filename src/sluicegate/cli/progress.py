"""What runs, and how far it is: on standard error, and only where somebody watches."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence

from sluicegate.cli.output import Destination
from sluicegate.engine import Event, Finished, Found, Progressed, Started
from sluicegate.report import reporter
from sluicegate.text import one_line, shorten


@contextlib.contextmanager
def watching(wanted: Sequence[Destination] = ()) -> Iterator[Callable[[Event], None]]:
    """A listener that draws a line per running gate while the block lasts.

    What the wanted reports need is loaded once a gate runs, as there is nothing to do then but to wait for it.
    """
    kinds = [each.kind for each in wanted]

    def load() -> None:
        while kinds:
            reporter(kinds.pop())

    if not sys.stderr.isatty():
        yield lambda _: load()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[note]}", markup=False),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True) as display:
        tasks = {}
        found: dict[str, int] = {}

        def listen(event: Event) -> None:
            load()
            if isinstance(event, Started):
                tasks[event.gate] = display.add_task(event.title, total=None, note="")
            elif event.gate in tasks:
                task = tasks[event.gate]
                match event:
                    case Progressed(progress=progress):
                        note = shorten(one_line(progress.what), 40)
                        display.update(task, total=progress.total or None, completed=progress.done, note=note)
                    case Found():
                        found[event.gate] = found.get(event.gate, 0) + 1
                        display.update(task, note=f"{found[event.gate]} found")
                    case Finished():
                        display.update(task, total=1, completed=1)

        yield listen


@contextlib.contextmanager
def stepping(total: int) -> Iterator[Callable[[str], None]]:
    """Draws how many of some steps are done while the block lasts; called with the name of each as it begins."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        MofNCompleteColumn(),
        BarColumn(bar_width=24),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as display:
        task = display.add_task("", total=total)
        begun = -1

        def step(name: str) -> None:
            nonlocal begun
            begun += 1
            display.update(task, description=shorten(one_line(name), 60), completed=begun)

        yield step
