"""Asking the CEL process, which is ended and started anew where an expression does not end."""

from __future__ import annotations

import contextlib
import importlib.util
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import msgspec
from msgspec import Struct

from sluicegate.errors import GateError

SECONDS = 20.0
"""How long one expression may take over all items of its evidence."""


class Open(Struct, frozen=True, kw_only=True):
    """That a predicate hangs on facts of an item that are not known."""

    names: tuple[str, ...]


Held = tuple[str, ...] | str | Open | None


class Answer(Struct, frozen=True, kw_only=True):
    """What a predicate says of each item, in order.

    The demands that it breaks (none where it holds, `""` for the only one where that has no name), None for one that
    does not count, Open for one of which nobody can tell, a text for what is wrong. `part` is where that is: `where`,
    `holds` or `holds.DEMAND`.
    """

    held: tuple[Held, ...] = ()
    trouble: str = ""
    part: str = ""


class _Left(Struct, frozen=True, rename={"part": "in"}):
    """What cannot be told of an item: why, or the facts that it hangs on."""

    error: str = ""
    part: str = ""
    open: tuple[str, ...] = ()


class _Told(Struct, frozen=True, rename={"part": "in"}):
    """A line of the process: what holds of each item, or what is wrong with the expression."""

    held: tuple[tuple[str, ...] | _Left | None, ...] = ()
    error: str = ""
    part: str = ""


def required() -> None:
    """Raise GateError where CEL is not installed."""
    if importlib.util.find_spec("cel") is None:
        raise GateError(
            "controls are written in CEL, which is not installed", hint="pip install 'sluicegate[compliance]'"
        )


class Evaluator:
    """One process, asked again and again. Use it in a `with`.

    It is of the gate's own group, so that whoever ends the gate ends it too.
    """

    def __init__(self, *, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._items: dict[str, bytes] = {}
        self._counts: dict[str, int] = {}
        self._unsendable: dict[str, str] = {}
        self._sent: set[str] = set()

    def __enter__(self) -> Self:
        required()
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def keep(
        self, name: str, items: Sequence[Mapping[str, Any]], unknown: Mapping[int, Sequence[str]] | None = None
    ) -> None:
        """Give the items of some evidence a name to ask about them; `unknown` are facts that an item leaves open."""
        left = {str(at): names for at, names in (unknown or {}).items()}
        self._counts[name] = len(items)
        try:
            self._items[name] = msgspec.json.encode({"items": name, "values": list(items), "unknown": left}) + b"\n"
        except (RecursionError, OverflowError, UnicodeEncodeError) as error:
            self._items[name] = b""
            self._unsendable[name] = f"an item has what JSON cannot say: {error}"

    def ask(
        self, name: str, *, where: str, holds: Mapping[str, str], parameters: Mapping[str, Any], now: datetime
    ) -> Answer:
        """What a predicate says of the items of that name. Nothing is raised for an expression that is bad."""
        if why := self._unsendable.get(name):
            return Answer(trouble=why)
        question = msgspec.json.encode(
            {"ask": name, "where": where, "holds": holds, "parameters": parameters, "now": now.isoformat()}
        )
        line, late = self._exchange(name, question + b"\n")
        if late:
            return Answer(trouble=f"it did not end within {self._seconds:g} s")
        if not line.endswith(b"\n"):
            return Answer(trouble="the process that evaluates it ended: it may have asked for too much memory")
        try:
            told = msgspec.json.decode(line, type=_Told)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            self._end()
            return Answer(trouble="the process that evaluates it answered with something else")
        if told.error:
            return Answer(trouble=told.error, part=told.part)
        if len(told.held) != self._counts[name]:
            self._end()
            return Answer(trouble=f"it was answered for {len(told.held)} of {self._counts[name]} items")
        failed = next((each for each in told.held if isinstance(each, _Left) and each.error), None)
        return Answer(held=tuple(_held(each) for each in told.held), part=failed.part if failed else "")

    def _exchange(self, name: str, question: bytes) -> tuple[bytes, bool]:
        process = self._started()
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._seconds, end)
        timer.daemon = True
        timer.start()
        try:
            assert process.stdin is not None  # noqa: S101 - asked for at its start
            assert process.stdout is not None  # noqa: S101
            line = b""
            with contextlib.suppress(BrokenPipeError):
                for part in self._unsent(name):
                    process.stdin.write(part)
                process.stdin.write(question)
                process.stdin.flush()
                line = process.stdout.readline()
        finally:
            timer.cancel()
        if late.is_set() or not line.endswith(b"\n"):
            self._end()
        return line, late.is_set()

    def _unsent(self, name: str) -> Iterator[bytes]:
        if name not in self._sent:
            self._sent.add(name)
            yield self._items[name]

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._sent.clear()
            self._process = subprocess.Popen(
                [sys.executable, "-I", str(Path(__file__).with_name("child.py"))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process

    def _end(self) -> None:
        if self._process is None:
            return
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        self._process.kill()
        self._process.wait()
        self._process = None


def _held(said: tuple[str, ...] | _Left | None) -> Held:
    if not isinstance(said, _Left):
        return said
    return said.error or Open(names=said.open)
