"""What the settings name beside the advisories: VEX documents, and what is known of exploitation."""

from __future__ import annotations

from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct, field

from sluicegate.errors import GateError
from sluicegate.gates.security.dependencies.advisories.source import digest, place
from sluicegate.gates.security.dependencies.exploited import Exploited, chances, known
from sluicegate.gates.security.dependencies.vex import LIMIT, Statement, excuse, statements
from sluicegate.text import one_line, plural

if TYPE_CHECKING:
    from collections.abc import Callable

    from sluicegate.gates.security.dependencies.advisories.joined import Hit
    from sluicegate.gates.security.dependencies.packages import Package
    from sluicegate.gates.security.settings import Settings
    from sluicegate.model import Context, Tree

T = TypeVar("T")
_NAMED = 5

Numbered = dict[str, list[tuple[int, Statement]]]


class Beside(Struct, frozen=True, kw_only=True):
    """`said` holds the statements of VEX with their numbers, by the names of the weaknesses that they are about.

    `before` holds those of the base, where there is one. `troubles` are the files that could not be read, by name;
    `taken` gathers what VEX takes away.
    """

    said: Numbered = field(default_factory=dict)
    before: Numbered | None = None
    exploited: Exploited = field(default_factory=Exploited)
    troubles: dict[str, GateError] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)

    def takes(self, package: Package, hit: Hit) -> bool:
        """Whether VEX takes a weakness away, which is kept in mind."""
        found = excuse(_about(self.said, hit), package)
        if found is not None:
            new = self.before is not None and excuse(_about(self.before, hit), package) is None
            why = f"{found.why}; {found.source}" + (", said in this change" if new else "")
            self.taken.append(f"{hit.ids[0]} in {package.name} {package.version} ({why})")
        return found is not None

    @property
    def told(self) -> str:
        """What was taken away, in words."""
        some = "; ".join(self.taken[:_NAMED])
        more = f"; and {len(self.taken) - _NAMED} more" if len(self.taken) > _NAMED else ""
        return f"{plural(len(self.taken), 'finding')}: {some}{more}"


def _about(said: Numbered, hit: Hit) -> list[Statement]:
    about = {number: one for name in hit.ids for number, one in said.get(name, ())}
    return [one for _, one in sorted(about.items(), key=itemgetter(0))]


def beside(context: Context) -> Beside:
    """Everything that is named, read for one side: a VEX document from its tree where that has it, else from disk."""
    troubles: dict[str, GateError] = {}
    return Beside(
        said=_said(context, context.head, troubles),
        before=_said(context, context.reference, {}) if context.reference and not context.past else None,
        exploited=_exploited(context, troubles),
        troubles=troubles,
    )


def _exploited(context: Context, troubles: dict[str, GateError]) -> Exploited:
    """What is known of exploitation, read from disk once for both sides."""
    key = ("dependencies", "exploited")
    if key not in context.memo:
        failed: dict[str, GateError] = {}
        kev = _read(context, context.settings.kev, known, failed)
        epss = _read(context, context.settings.epss, chances, failed)
        context.memo[key] = Exploited(known=kev or frozenset(), chances=epss or {}), failed
    exploited: Exploited = context.memo[key][0]
    troubles |= context.memo[key][1]
    return exploited


def _read(context: Context, name: str, reader: Callable[[Path, str], T], failed: dict[str, GateError]) -> T | None:
    """What a file holds; None where none is named, or where it cannot be read, which is put to what failed."""
    try:
        return reader(place(context.folder, name), one_line(name)) if name else None
    except GateError as error:
        failed[name] = error
        return None


def _said(context: Context, tree: Tree, troubles: dict[str, GateError]) -> Numbered:
    """The statements of the documents that are named, in order; what cannot be read is put to the troubles."""
    said: list[Statement] = []
    for name in context.settings.vex:
        try:
            content = _vex(context, tree, name)
            said += statements(content, one_line(name)) if content is not None else ()
        except GateError as error:
            troubles[name] = error
    found: Numbered = {}
    for number, one in enumerate(said):
        for name in one.ids:
            found.setdefault(name, []).append((number, one))
    return found


def _vex(context: Context, tree: Tree, name: str) -> bytes | None:
    """The content of a document; None where the base has none yet. Only what git does not keep is taken from disk."""
    if not context.past:
        context.memo["dependencies", "not kept", name] = bool(context.head.unkept(name))
    if tree.find(name):
        return tree.read(name, LIMIT)
    kept = not name.startswith(("/", "..")) and ":" not in name
    if kept and not context.memo.get(("dependencies", "not kept", name)):
        if context.past or tree is context.reference:
            return None
        raise GateError(f"{one_line(name)} is not there", hint="correct [security] vex, or add the file")
    path = place(context.folder, name)
    try:
        with path.open("rb") as file:
            content = file.read(LIMIT + 1)
    except OSError as error:
        raise GateError(f"{one_line(name)} cannot be read: {error.strerror}", hint="correct [security] vex") from error
    if len(content) > LIMIT:
        raise GateError(f"{one_line(name)} has more than {LIMIT:,} bytes", hint="correct [security] vex")
    return content


def digests(settings: Settings, folder: str) -> tuple[str, ...] | None:
    """The digests of all that is read from disk; None where something cannot be read, or is at an address."""
    try:
        some = [name for name in (settings.advisories, settings.kev, settings.epss) if name]
        told = [digest(place(folder, name)) for name in some]
        beside_the_tree = [Path(folder, name) for name in settings.vex]
        return (*told, *(digest(path) for path in beside_the_tree if path.exists()))
    except GateError:
        return None
