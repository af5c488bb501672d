"""Fixes applied to the working tree: only where the text is what the gate saw, and taken back where they do not mend.

Nothing is written outside of the repository or through a link; a file is the old one or the new one, never half.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePosixPath

import click
from msgspec import Struct

from sluicegate.cli.progress import watching
from sluicegate.engine import Plan, Policy, run
from sluicegate.errors import Exit
from sluicegate.model import Finding, Fix, Run
from sluicegate.text import inert, one_line, plural

_LIMIT = 64 << 20
_ROUNDS = 20
_BOM = b"\xef\xbb\xbf"


class RefusedError(Exception):
    """A fix that is not applied, and why."""


class Written(Struct, frozen=True, kw_only=True):
    """A file as it was before and as it was written."""

    path: Path
    before: bytes
    after: bytes


class Fixed(Struct, frozen=True, kw_only=True):
    """What came of it: the last Run, what was done in the words of a line each, and how many findings were fixed."""

    run: Run
    told: tuple[str, ...]
    count: int


def mend(result: Run, plan: Plan, policy: Policy) -> tuple[Run, bool]:
    """Fix what can be fixed, say so on standard error, and give the Run after it and whether anything was written.

    What is staged is not what is mended, so that a commit hook judges only once.
    """
    staged = plan.gates[0].job.head.kind == "index"

    def again() -> Run:
        with watching() as listener:
            return run(plan, policy, listener)

    done = fixing(result, Path(plan.gates[0].job.head.root), None if staged else again)
    for line in done.told:
        click.echo(inert(line), err=True)
    if done.count:
        then = "; look at them and stage them" if staged else ""
        click.echo(f"fixed {plural(done.count, 'finding')}{then}", err=True)
    return done.run, bool(done.count)


def fixing(judged: Run, root: Path, again: Callable[[], Run] | None) -> Fixed:
    """Apply the fixes of what counts against the change, and judge `again` until nothing is left that can be fixed.

    Fixes that touch the same lines wait for the next round. A round that leaves one of its findings in place, or brings
    a new one, is taken back. Without `again` (what is judged is not the working tree) there is one round.
    """
    told: list[str] = []
    refused: dict[str, str] = {}
    count = 0
    for _ in range(_ROUNDS):
        wanted = [found for found in judged.findings if found.fix and found.counts and found.fingerprint not in refused]
        if not wanted:
            break
        done, written, no = apply(wanted, root)
        refused |= no
        if not done:
            break
        if again is None:
            told += [f"fixed: {_line(found)}" for found in done]
            count += len(done)
            break
        after = again()
        if why := _worse(judged, after, done):
            for file in written:
                _restore(file)
            told.append(f"taken back, as {why}: {'; '.join(_line(found) for found in done)}")
            break
        told += [f"fixed: {_line(found)}" for found in done]
        count += len(done)
        judged = after
    places = {found.fingerprint: found for found in judged.findings}
    told += [f"not fixed: {_line(places[one])}: {why}" for one, why in refused.items() if one in places]
    return Fixed(run=judged, told=tuple(told), count=count)


def apply(findings: Iterable[Finding], root: Path) -> tuple[list[Finding], list[Written], dict[str, str]]:
    """Write the fixes of some findings: those that were applied, the files, and why others were not, by fingerprint.

    What overlaps with a fix before it is neither.
    """
    by_path: defaultdict[str, list[tuple[Finding, Fix]]] = defaultdict(list)
    for found in findings:
        if found.fix:
            by_path[found.fix.path].append((found, found.fix))
    done: list[Finding] = []
    written: list[Written] = []
    refused: dict[str, str] = {}
    for name, wanted in by_path.items():
        try:
            path = _inside(root, name)
            before = _read(path)
            after, applied = _edited(before, wanted, refused)
            if not applied:
                continue
            _write(path, before, after)
        except (RefusedError, OSError) as error:
            why = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
            refused |= {found.fingerprint: why for found, _ in wanted}
            continue
        done += applied
        written.append(Written(path=path, before=before, after=after))
    return done, written, refused


def _edited(
    content: bytes, wanted: Sequence[tuple[Finding, Fix]], refused: dict[str, str]
) -> tuple[bytes, list[Finding]]:
    mark = _BOM if content.startswith(_BOM) else b""
    lines = content[len(mark) :].split(b"\n")
    chosen: list[tuple[Finding, Fix]] = []
    taken = 0
    for found, fix in sorted(wanted, key=lambda one: (one[1].first_line, one[1].last_line)):
        there = lines[fix.first_line - 1 : fix.last_line] if 0 < fix.first_line <= fix.last_line else []
        if [line.removesuffix(b"\r") for line in there] != fix.original.encode("utf-8", "replace").split(b"\n"):
            refused[found.fingerprint] = "the text there is not what the gate saw"
        elif fix.first_line > taken:
            chosen.append((found, fix))
            taken = fix.last_line
    for _, fix in reversed(chosen):
        end = b"\r" if lines[fix.first_line - 1].endswith(b"\r") else b""
        last = lines[fix.last_line - 1]
        new = [] if fix.removed else [line + end for line in fix.replacement.encode("utf-8").split(b"\n")]
        if new and not last.endswith(b"\r"):
            new[-1] = new[-1].removesuffix(b"\r")  # the last line of a file may have no end
        lines[fix.first_line - 1 : fix.last_line] = new
    return mark + b"\n".join(lines), [found for found, _ in chosen]


def _inside(root: Path, name: str) -> Path:
    """The file of a path in the repository. Raises RefusedError where the path leads elsewhere or through a link."""
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or "\\" in name or ":" in name or "\0" in name or {"..", ".git"} & set(parts):
        raise RefusedError("its path leads out of the repository")
    path = root
    for part in parts:
        path /= part
        if path.is_symlink():
            raise RefusedError(f"{part} is a link")
    if not path.resolve().is_relative_to(root.resolve()):
        raise RefusedError("its path leads out of the repository")
    return path


def _read(path: Path) -> bytes:
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(number, "rb") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise RefusedError("it is no file")
        content = file.read(_LIMIT + 1)
    if len(content) > _LIMIT:
        raise RefusedError("the file is too large")
    return content


def _write(path: Path, before: bytes, after: bytes) -> None:
    """Put a new content in the place of the one that is known, with the same permissions."""
    mode = stat.S_IMODE(path.lstat().st_mode)
    number, name = tempfile.mkstemp(dir=path.parent, prefix=".sluicegate-")
    new = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(after)
        new.chmod(mode)
        _unchanged(path, before)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _unchanged(path: Path, before: bytes) -> None:
    if _read(path) != before:
        raise RefusedError("the file changed meanwhile")


def _restore(file: Written) -> None:
    _write(file.path, file.after, file.before)


def _worse(before: Run, after: Run, done: Sequence[Finding]) -> str:
    """Why a round of fixes is not good: it did not mend, or something new came with it. Empty where it is.

    Findings that are alike are counted, so that one may take the fingerprint of another that was mended; and where
    only so many are told, the next one is told in the place of a mended one. So the numbers of a rule have a say too.
    """
    old, new = (Counter(found.fingerprint for found in run.findings if found.counts) for run in (before, after))
    olds, news = (Counter(found.rule for found in run.findings if found.counts) for run in (before, after))
    for found in done:
        if new[found.fingerprint] >= old[found.fingerprint] and news[found.rule] >= olds[found.rule]:
            return "the finding is still there"
    if brought := sum((news - olds).values()):
        return f"it brought {plural(brought, 'new finding')}"
    if after.exit_code > max(before.exit_code, Exit.FAILED):
        return "a gate could not look any more"
    return ""


def _line(found: Finding) -> str:
    what = f" ({one_line(found.fix.title)})" if found.fix else ""
    return f"{found.location} {found.rule}{what}"
