"""The gate `external`: what other tools found, judged like everything else."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePath

from msgspec import Struct
from msgspec.structs import replace

from sluicegate.errors import GateError
from sluicegate.imports.results import WRITTEN, Place, Results
from sluicegate.model import (
    Context,
    Examination,
    Fact,
    Gate,
    Level,
    Outcome,
    Rule,
    RuleKind,
    Undecided,
    Yield,
)
from sluicegate.revision import TreeSpec, open_tree

RESULTS = Rule(
    id="external/results",
    title="Results cannot be used",
    summary="The results of another tool are there, whole, and decide something.",
    level=Level.ERROR,
    kind=RuleKind.STATE,
    unit="file",
    tags=("external",),
)

EXTERNAL = Gate(
    id="external",
    title="Other tools",
    summary="Judges what other tools found: JUnit, SARIF, Jest, pytest and Go tests.",
    settings="sluicegate.imports.gate:ExternalSettings",
    check="sluicegate.imports.gate:check",
    rules=(RESULTS,),
)
"""Not a gate of the settings' tables: it runs where `[[external]]` names a file."""


class Entry(Struct, frozen=True, kw_only=True):
    """One file of results. `base` holds those of the same tool on the base; `commit` has it where it is not on disk."""

    file: str
    tool: str = ""
    required: bool = True
    base: str = ""
    commit: str = ""


class ExternalSettings(Struct, frozen=True, kw_only=True):
    """What the gate is asked: `root` is the top of the repository, `folder` the one in it that files count from.

    `anywhere`: the user named the files at the command line, and they may lie outside of the repository.
    """

    root: str = ""
    folder: str = ""
    entries: tuple[Entry, ...] = ()
    anywhere: bool = False


class Sought(Struct, frozen=True, kw_only=True):
    """A file that an entry names: why it cannot be used (empty: it is there), what to do, and whether it is needed."""

    name: str
    trouble: str = ""
    hint: str = ""
    needed: bool = True


def sought(settings: ExternalSettings) -> Iterator[Sought]:
    """Every file that the entries name, and whether it is there; none of them is read."""
    from sluicegate.imports.reading import regular

    for entry in settings.entries:
        for name in filter(None, (entry.file, entry.base)):
            if entry.commit and name == entry.base:
                continue  # it is read from the base, where it was found
            try:
                there = _file(name, settings)
                regular(there, name)
            except GateError as error:
                yield Sought(name=name, trouble=error.message, hint=error.hint)
                continue
            if there.exists():
                yield Sought(name=name)
            else:
                hint = _next(entry, name, settings) if entry.required else ""
                yield Sought(name=name, trouble="there is no such file", hint=hint, needed=entry.required)


def check(context: Context) -> Iterator[Yield]:
    """Tell every result; asked a second time, for the base, tell those of the files that hold what was there before."""
    settings: ExternalSettings = context.settings
    first = "external" not in context.memo
    context.memo["external"] = True
    place = Place(root=settings.root, folder=settings.folder)
    for entry in settings.entries:
        if first:
            yield from _told(entry, settings, place)
        elif entry.base and not _no_base(entry, settings):
            yield from _before(entry, settings, place).findings


def _told(entry: Entry, settings: ExternalSettings, place: Place) -> Iterator[Yield]:
    try:
        if _left_out(entry, entry.file, settings):
            why = Undecided(outcome=Outcome.NOT_APPLICABLE, reason=f"{entry.file} is not there, and is not required")
            yield Examination(rule=RESULTS.id, subject=entry.file, undecided=why)
            return
        results = _read(entry, entry.file, settings, place)
        if _no_base(entry, settings):
            told = f"{entry.base} is not there, every finding counts as new"
            yield Fact(name=f"base of {entry.file}:", value=told)
        elif entry.base:
            _before(entry, settings, place)
    except GateError as error:
        yield Examination(
            rule=RESULTS.id,
            subject=entry.file,
            undecided=Undecided(outcome=Outcome.ERRORED, reason=error.message, hint=error.hint),
        )
        return
    yield from results.rules.values()
    yield from results.findings
    yield from results.examinations() if not results.undecided else _silent(results)
    for why in results.undecided:
        yield Examination(rule=RESULTS.id, subject=entry.file, undecided=why)
    if not results.undecided:
        yield Examination(rule=RESULTS.id, subject=entry.file, examined=1)


def _silent(results: Results) -> Iterator[Examination]:
    """Rules whose results are not whole have not passed: they share the doubt."""
    outcome = Outcome.worst(why.outcome for why in results.undecided)
    worst = next(why for why in results.undecided if why.outcome is outcome)
    for examination in results.examinations():
        yield replace(examination, undecided=worst)


def _before(entry: Entry, settings: ExternalSettings, place: Place) -> Results:
    """The results on the base."""
    if not entry.commit:
        return _read(entry, entry.base, settings, place)
    from sluicegate.imports.reading import LIMIT, read

    tree = open_tree(TreeSpec(kind="commit", root=settings.root, prefix=settings.folder, commit=entry.commit))
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder, "results")
        kept.write_bytes(tree.read(entry.base, LIMIT))
        return read(kept, place, tool=entry.tool, subject=entry.base)


def _read(entry: Entry, name: str, settings: ExternalSettings, place: Place) -> Results:
    """What a file of an entry holds. Raises GateError, which says what to do next."""
    from sluicegate.imports.reading import read

    try:
        return read(_file(name, settings), place, tool=entry.tool, subject=name)
    except GateError as error:
        there = _file(name, settings).exists() if not error.hint else True
        hint = error.hint or (_ANEW if there else _next(entry, name, settings))
        what = error.message if name == entry.file else f"the base of {entry.file}: {error.message}"
        raise GateError(what, hint=hint) from error


_ANEW = "have the tool write it anew, and look at its log"


def _next(entry: Entry, name: str, settings: ExternalSettings) -> str:
    """What to do about a file that is not there."""
    if name != entry.file:
        kept = f"keep what the tool wrote on the base as {name}; "
        if settings.anywhere:
            return f"{kept}or leave --base out, so that every finding counts as new"
        return f"{kept}where it may be missing, `required = false` has every finding count as new"
    how = _making(entry)
    if settings.anywhere:
        return f"{how} first; where it may be missing, --optional"
    return f"{how} before the check; where it does not run for every change, say `required = false` in its [[external]]"


def _making(entry: Entry) -> str:
    """How the file of an entry comes about, as far as its tool is known."""
    written = WRITTEN.get((entry.tool, PurePath(entry.file).suffix))
    if written:
        return f"run `{written.format(shlex.quote(entry.file))}`"
    return f"run {entry.tool}, which writes {entry.file}," if entry.tool else f"run the tool that writes {entry.file}"


def _no_base(entry: Entry, settings: ExternalSettings) -> bool:
    """Whether the results on the base are not there, and need not be; what a commit holds is there."""
    return bool(entry.base) and not entry.commit and _left_out(entry, entry.base, settings)


def _left_out(entry: Entry, name: str, settings: ExternalSettings) -> bool:
    """Whether a file is not there, and need not be."""
    return not entry.required and not _file(name, settings).exists()


def _file(name: str, settings: ExternalSettings) -> Path:
    """Where a file lies. Raises GateError: the settings name one outside of the repository."""
    path = Path(settings.root, settings.folder, name)
    if not settings.anywhere and not path.resolve().is_relative_to(Path(settings.root).resolve()):
        raise GateError(f"{name} lies outside of the repository", hint="name a file in it")
    return path
