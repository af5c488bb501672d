"""What the settings name beside the advisories: VEX documents, and what is known of exploitation."""

from __future__ import annotations

from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sluicegate.errors import GateError
from sluicegate.gates.security.dependencies.advisories.source import digest, place
from sluicegate.gates.security.dependencies.exploited import Exploited, chances, known
from sluicegate.gates.security.dependencies.vex import LIMIT, Statement, excuse, statements
from sluicegate.text import one_line, plural

if TYPE_CHECKING:
    from sluicegate.gates.security.dependencies.advisories.joined import Hit
    from sluicegate.gates.security.dependencies.packages import Package
    from sluicegate.gates.security.settings import Settings
    from sluicegate.model import Context

_NAMED = 5


class Beside(Struct, frozen=True, kw_only=True):
    """`said` holds the statements of VEX with their numbers, by the names of the weaknesses that they are about.

    `troubles` are the files that could not be read, by name; `taken` gathers what VEX takes away.
    """

    said: dict[str, list[tuple[int, Statement]]] = field(default_factory=dict)
    exploited: Exploited = field(default_factory=Exploited)
    troubles: dict[str, GateError] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)

    def takes(self, package: Package, hit: Hit) -> bool:
        """Whether VEX takes a weakness away, which is kept in mind."""
        about = {number: one for name in hit.ids for number, one in self.said.get(name, ())}
        found = excuse([one for _, one in sorted(about.items(), key=itemgetter(0))], package)
        if found is not None:
            self.taken.append(f"{hit.ids[0]} in {package.name} {package.version} ({found.why}; {found.source})")
        return found is not None

    @property
    def told(self) -> str:
        """What was taken away, in words."""
        some = "; ".join(self.taken[:_NAMED])
        more = f"; and {len(self.taken) - _NAMED} more" if len(self.taken) > _NAMED else ""
        return f"{plural(len(self.taken), 'finding')}: {some}{more}"


def beside(context: Context) -> Beside:
    """Everything that is named, read for one side: a VEX document from its tree where that has it, else from disk."""
    settings: Settings = context.settings
    found = Beside()
    said: list[Statement] = []
    for name in settings.vex:
        try:
            said += statements(_vex(context, name), one_line(name))
        except GateError as error:
            found.troubles[name] = error
    for number, one in enumerate(said):
        for name in one.ids:
            found.said.setdefault(name, []).append((number, one))
    kev: frozenset[str] = frozenset()
    epss: dict[str, float] = {}
    try:
        kev = known(place(context.folder, settings.kev), one_line(settings.kev)) if settings.kev else kev
    except GateError as error:
        found.troubles[settings.kev] = error
    try:
        epss = chances(place(context.folder, settings.epss), one_line(settings.epss)) if settings.epss else epss
    except GateError as error:
        found.troubles[settings.epss] = error
    return Beside(said=found.said, exploited=Exploited(known=kev, chances=epss), troubles=found.troubles)


def _vex(context: Context, name: str) -> bytes:
    if context.head.find(name):
        return context.head.read(name, LIMIT)
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
    """The digests of all that is read from disk; None where something cannot be read."""
    try:
        some = [name for name in (settings.advisories, settings.kev, settings.epss) if name]
        told = [digest(place(folder, name)) for name in some]
        beside_the_tree = [Path(folder, name) for name in settings.vex]
        return (*told, *(digest(path) for path in beside_the_tree if path.exists()))
    except GateError:
        return None
