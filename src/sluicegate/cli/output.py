"""Reports on their way out: to standard output, or to files that are whole or not there."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click
from msgspec import Struct

from sluicegate.errors import SluicegateError, UnwrittenError, UserError
from sluicegate.model import Run
from sluicegate.report import REPORTERS, render

_LIKELY_WIDTH, _WIDEST = 100, 140
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_ROOM = "free some space and run again"


class Destination(Struct, frozen=True, kw_only=True):
    """One wanted report; `path` is None for standard output."""

    kind: str
    path: Path | None


def destinations(given: Sequence[str], never: Sequence[Path] = ()) -> tuple[Destination, ...]:
    """What `--report` asks for, with the terminal report on standard output unless that is taken.

    Raises UserError for a kind there is not, two reports in one place, one in the place of a file in `never`, or a
    folder that cannot be written: before anything runs, so that no verdict is lost to a mistyped path.
    """
    wanted = []
    for text in given:
        kind, equals, path = text.partition("=")
        if kind not in REPORTERS:
            raise UserError(
                f"--report {text}: there is no report {kind!r}", hint=f"the reports are {', '.join(REPORTERS)}"
            )
        if not equals or not path:
            raise UserError(f"--report {text}: expected KIND=PATH", hint=f"such as {kind}=- or {kind}=out/{kind}.txt")
        wanted.append(Destination(kind=kind, path=None if path == "-" else Path(path)))
    if sum(each.path is None for each in wanted) > 1:
        raise UserError("only one report can go to standard output", hint="write the others to files")
    taken = {path.resolve() for path in never}
    for each in wanted:
        if each.path:
            if each.path.resolve() in taken and not _is_stream(each.path):
                raise UserError(
                    f"the report {each.path} would overwrite a report or a judged file", hint="name another"
                )
            taken.add(each.path.resolve())
            _try(each.path)
    if all(each.path for each in wanted):
        wanted.insert(0, Destination(kind="terminal", path=None))
    return tuple(sorted(wanted, key=lambda each: each.path is not None))


def deliver(run: Run, wanted: Sequence[Destination]) -> None:
    """Write every report, standard output first; one that cannot be written does not cost the others.

    Signals wait until all is written, and a reader of standard output that went away is no trouble of the verdict's.
    Raises UnwrittenError after the last one, naming those that failed, or what a reporter itself raised.
    """
    failed: list[str] = []
    broken: Exception | None = None
    full = False
    with _undisturbed():
        for each in wanted:
            try:
                text = render(each.kind, run) if each.path else _shown(each.kind, run)
                if each.path:
                    write(each.path, text)
                else:
                    _print(text)
            except OSError as error:
                failed.append(f"{each.kind} to {each.path or 'standard output'}: {error.strerror or error}")
                full = full or is_full(error)
            except Exception as error:  # noqa: BLE001 - a bug in one reporter must not lose the others
                broken = error
    if broken:
        raise broken
    if failed:
        raise UnwrittenError(f"not every report could be written: {'; '.join(failed)}", hint=_ROOM if full else "")


def claim(path: Path, never: Sequence[Path] = ()) -> None:
    """Make sure that a file can be written, and is none of those in `never`, before anything runs.

    Raises UserError.
    """
    if path.resolve() in {each.resolve() for each in never} and not _is_stream(path):
        raise UserError(f"{path} would overwrite what it is made from", hint="name another file")
    _try(path, "file")


def publish(text: str, path: Path | None) -> None:
    """Write a text to a file, or to standard output. Raises UnwrittenError where that cannot be."""
    with _told(path), _undisturbed():
        if path:
            write(path, text)
        else:
            _print(text)


def put(parts: Iterable[bytes], path: Path) -> None:
    """Write the parts of a file, one after the other. Raises UnwrittenError where that cannot be."""
    with _told(path), _undisturbed():
        write(path, parts)


@contextlib.contextmanager
def _told(path: Path | None) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = f"{path or 'standard output'} cannot be written: {error.strerror or error}"
        raise UnwrittenError(what, hint=_ROOM if is_full(error) else "") from error


def is_full(error: OSError) -> bool:
    """Whether something could not be written for want of room, which is no mistake in how it was called for."""
    return error.errno in _FULL


def unwritten(what: str, error: OSError, hint: str = "") -> SluicegateError:
    """The trouble with a file that could not be written, as one of the call's, or of the disk's."""
    told = f"{what} cannot be written: {error.strerror or error}"
    return UnwrittenError(told, hint=_ROOM) if is_full(error) else UserError(told, hint=hint)


def write(path: Path, content: str | Iterable[bytes]) -> None:
    """Write a text, or the parts of a file, so that nobody ever sees half of it.

    Links are followed, devices and pipes written to.
    Raises OSError.
    """
    parts = [content.encode()] if isinstance(content, str) else content
    if _is_stream(path):
        # a pipe that nobody reads is an error, not a place to wait at
        number = os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))
        os.set_blocking(number, True)
        with os.fdopen(number, "wb") as stream:
            stream.writelines(parts)
        return
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=path.parent, prefix=".sluicegate-")
    try:
        with os.fdopen(number, "wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())  # or the name could outlive a power cut, and what it names not
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _is_stream(path: Path) -> bool:
    """Whether something is there that cannot be replaced by a file: a device, a pipe, a socket."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _print(text: str) -> None:
    try:
        click.echo(text, color=True, nl=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # whoever read went away; the interpreter would fail again when it flushes at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Signals that ask for the end are not heard: what is being written ends in a moment."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def coloured() -> bool:
    """Whether standard output gets colour: NO_COLOR, then FORCE_COLOR, then a GitHub log, then a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR") or os.environ.get("GITHUB_ACTIONS") == "true":
        return True
    return sys.stdout.isatty()


def _shown(kind: str, run: Run) -> str:
    if kind != "terminal":
        text = render(kind, run)
    else:
        width = min(shutil.get_terminal_size((_LIKELY_WIDTH, 40)).columns, _WIDEST)
        text = render(kind, run, width=width, color=coloured())
    return text if text.endswith("\n") or not text else f"{text}\n"


def _try(path: Path, what: str = "report") -> None:
    if path.is_dir():
        raise UserError(f"the {what} {path} is a folder", hint="name a file in it")
    if _is_stream(path):
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise unwritten(f"the {what} {path}", error, hint="name a folder that can be written") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
