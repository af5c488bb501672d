"""The settings and the store that the commands about the history of runs share."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
from msgspec import Struct

from sluicegate.baseline import Store, open_store
from sluicegate.cli.options import configured, loaded, struck
from sluicegate.gates.performance.settings import Settings
from sluicegate.text import inert, one_line
from sluicegate.worker.remembered import Remembered

F = TypeVar("F", bound=Callable[..., Any])


class Opened(Struct, frozen=True, kw_only=True):
    """What a command works on: `root` is where paths of the settings count from."""

    settings: Settings
    suite: str
    store: Store
    root: Path

    @property
    def history(self) -> Remembered:
        """The same store, read only."""
        return Remembered(opening=lambda: self.store)


@contextlib.contextmanager
def opened(config: Path | None, sets: tuple[str, ...], suite: str) -> Iterator[Opened]:
    """The store of the settings, for the length of a block whose errors do not tell the settings' secrets."""
    found, _ = loaded(config, sets)
    own = found.sections.get("performance")
    settings = own if isinstance(own, Settings) else Settings()
    wanted = found.settings.baseline
    with struck(found.secrets):
        store = open_store(wanted.store, found.source.root, wanted.s3)
        yield Opened(settings=settings, suite=suite or settings.suite, store=store, root=found.source.root)


def of_suite(command: F) -> F:
    """`--suite`, `--config` and `--set`."""
    option = click.option("--suite", default="", help="The suite, where it is not the one of the settings.")
    return option(configured(command))


def say(text: str, *, err: bool = False) -> None:
    """A line of the answer, in which nothing is taken for a command of a CI."""
    click.echo(inert(one_line(text) if "\n" in text else text), err=err)


def counted(word: str, counts: Mapping[str, int]) -> None:
    """A line for each reason with how often it held."""
    for why, count in counts.items():
        if count > 0:
            say(f"{word}: {why} ({count:,})")
