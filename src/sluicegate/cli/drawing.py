"""Tasks under way, drawn on standard error: as bars where rich is installed, else on one line that is written over."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec

from msgspec import Struct

from sluicegate.report.cells import cut, width

_EVERY = 0.1
"""Seconds between two drawings of the line."""


class Task(Struct, kw_only=True, eq=False):
    """What is under way, and how far; it is changed as it goes on."""

    title: str
    done: int = 0
    total: int = 0
    note: str = ""
    over: bool = False


Draw = Callable[[Task], None]


def drawing(*, counted: bool = False) -> contextlib.AbstractContextManager[Draw]:
    """Draws each task that it is told of, until the block ends; then nothing of it is left.

    `counted` says that the number of what is done means something to people, and not only its share.
    """
    return _bars(counted=counted) if find_spec("rich") else _line()


@contextlib.contextmanager
def _bars(*, counted: bool) -> Iterator[Draw]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TaskID,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        SpinnerColumn(),
        MofNCompleteColumn() if counted else TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[note]}", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        known: dict[Task, TaskID] = {}

        def draw(task: Task) -> None:
            done, total = (1, 1) if task.over else (task.done, task.total or None)
            if task in known:
                shown.update(known[task], completed=done, total=total, note=task.note)
            else:
                known[task] = shown.add_task(task.title, completed=done, total=total, note=task.note)

        yield draw


@contextlib.contextmanager
def _line() -> Iterator[Draw]:
    """A thread draws what the tasks have become, so that time goes on also where nothing else is told."""
    tasks: list[Task] = []
    ended = threading.Event()
    thread = threading.Thread(target=_rewritten, args=(tasks, ended), daemon=True)

    def draw(task: Task) -> None:
        if task not in tasks:
            tasks.append(task)

    thread.start()
    try:
        yield draw
    finally:
        ended.set()
        thread.join()


def _rewritten(tasks: list[Task], ended: threading.Event) -> None:
    began, shown = time.monotonic(), ""
    with contextlib.suppress(OSError):  # the terminal may go away, which is no trouble of what is under way
        while not ended.wait(_EVERY):
            told = " · ".join(filter(None, map(_told, tasks)))
            clock = f" · {time.monotonic() - began:.0f} s"
            text = cut(told, _room() - len(clock)) + clock if told else ""
            if text != shown:
                _write(f"\r{text}{' ' * (width(shown) - width(text))}")
                shown = text
        if shown:
            _write(f"\r{' ' * width(shown)}\r")


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def _told(task: Task) -> str:
    if task.over:
        return ""
    return " ".join(filter(None, (task.title, f"{task.done} of {task.total}" if task.total else "", task.note)))


def _room() -> int:
    """The cells of a line that a terminal does not break by itself; one that does not know its size has 80."""
    return (os.get_terminal_size(sys.stderr.fileno()).columns or 80) - 1
