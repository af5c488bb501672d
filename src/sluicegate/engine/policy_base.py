"""What the base of a change says of its judgement, held against what the change says.

A change must not quietly excuse itself. So the settings, what they stand upon, the files that they compare with and the
accepted findings are read from the base too; what the change loosens is told, and counts as the base's own `[policy]`
says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from sluicegate.config import GateSettings, Loaded, Loosened, Settings, Source, Stricter, find, parse, stricter
from sluicegate.config.settings import PolicySettings
from sluicegate.engine.policy_compared import touched, touched_results
from sluicegate.engine.policy_files import Files
from sluicegate.engine.sides import Sides
from sluicegate.errors import SluicegateError
from sluicegate.model import Gate, Location
from sluicegate.registry import Registry, discover, settings_type
from sluicegate.revision.owners import PLACES, Owners, parse_owners
from sluicegate.text import one_line

_REPORT = PolicySettings()

Approve = Callable[[Sequence[str], Owners], "Approval"]
"""Whether an owner of each of some files, who is not the author, approved the very commit that is judged."""


class Approval(Struct, frozen=True, kw_only=True):
    """The answer, and in words who approved, or why nobody has."""

    given: bool
    words: str


class Loosening(Struct, frozen=True, kw_only=True):
    """One thing that a change loosens: in words, its lasting name, and where it stands."""

    text: str
    key: tuple[str, ...]
    place: Location
    suppression: bool = False


class Standing(Struct, frozen=True, kw_only=True):
    """How the change stands to the policy of its base.

    `loaded` is what judges: the settings of the change, or the stricter of both sides where something is `held` back.
    `own` are the gates whose file to compare with is the change's own; that of every other is read from the base, with
    all that it pulls in. `past_results` are the files that the results of other tools are held against and that are
    read from the base, as the settings call them. `trouble` says why the base's settings cannot be known. `sections`
    are the gates' settings at the base, None where nobody can know them. `files` are those of the base.
    """

    loaded: Loaded
    registry: Registry
    policy: PolicySettings = _REPORT
    loosened: tuple[Loosening, ...] = ()
    renewed: frozenset[Location] = frozenset()
    held: bool = False
    base: Loaded | None = None
    own: frozenset[str] = frozenset()
    past_results: frozenset[str] = frozenset()
    trouble: str = ""
    sections: Mapping[str, GateSettings] | None = None
    files: Files | None = None
    approve: Approve | None = None
    approvals: dict[tuple[str, ...], Approval] = field(default_factory=dict)

    def before(self, gate: Gate) -> dict[str, Any] | None:
        """The settings of a gate at the base in their builtin form, its defaults where the base says nothing of it.

        None where they cannot be known.
        """
        if self.sections is None:
            return None
        section = self.sections.get(gate.id) or settings_type(gate)()
        found: dict[str, Any] = msgspec.to_builtins(section)
        return found

    def approval(self, places: Iterable[Location]) -> Approval:
        """Whether the places of what is loosened were approved; asked of the API once."""
        paths = tuple(sorted({place.path for place in places if place.path}))
        if paths not in self.approvals:
            self.approvals[paths] = (
                self.approve(paths, _owners(self.files))
                if self.approve
                else Approval(given=False, words="approvals can be asked for in a job of a pull request alone")
            )
        return self.approvals[paths]

    def treatment(self, each: Loosening) -> str:
        """What the base's policy says of it: `report`, `approved` or `separate`."""
        reviewed = each.suppression and self.policy.suppression_approval == "review"
        return "approved" if reviewed and self.policy.loosening == "report" else self.policy.loosening

    def counts(self, each: Loosening) -> bool:
        """Whether what is loosened counts in this run; what the settings loosen is approved as a whole."""
        wanted = self.treatment(each)
        return self.asked(each).given if wanted == "approved" else wanted == "report"

    def asked(self, each: Loosening) -> Approval:
        """Whether it was approved together with all else that the settings loosen, the base's own settings included.

        What loosens may stand in a file that the change brings, and that its author's friend owns.
        """
        together = [other.place for other in self.loosened if self.treatment(other) == "approved"]
        if together and self.base is not None:
            together.append(Location(path=self.base.source.shown))
        return self.approval([each.place, *together])


def _owners(files: Files | None) -> Owners:
    """Who owns what, as the base says: a change cannot make its author's friend an owner."""
    for place in PLACES if files else ():
        content = files.named(place) if files else None
        if content is not None:
            return parse_owners(content.decode("utf-8", "replace"))
    return Owners()


def stand(
    loaded: Loaded,
    registry: Registry,
    sides: Sides,
    approve: Approve | None = None,
    *,
    now: datetime,
    named: Sequence[str] = (),
) -> Standing:
    """What the change that is checked out loosens, and the settings that judge it.

    `named` are the gates that the workflow names: where the base says nothing of one, its defaults judged.
    """
    repository = sides.repository
    if sides.base is None or repository is None or sides.base.kind != "commit":
        return Standing(loaded=loaded, registry=registry)
    files = Files(repository=repository, commit=sides.base.commit)
    changed = touched(loaded, sides, files)
    here = Standing(loaded=loaded, registry=registry, files=files, approve=approve, own=frozenset(changed))
    try:
        source = _found(loaded, files)
        if source is None:
            return here  # no change can touch them
        if source.path is None and not set(named) & set(loaded.sections):
            # nothing stood there that could have been loosened
            return replace(here, sections=None if _is_elsewhere(loaded, source) else {})
        same = source.raw == loaded.source.raw and source.root == loaded.source.root and not source.mistakes
        known = registry if same else _with_plugins(registry, source.plugins)
        types = {gate.id: settings_type(gate) for gate in known.gates}
        base = loaded if same else parse(source, types, _known_sets(loaded, types), lenient=True)
    except SluicegateError as error:
        return replace(here, trouble=one_line(error.message))
    sections = None if _is_elsewhere(loaded, source) else base.sections
    defaults = {gate: types[gate]() for gate in named if gate in loaded.sections and gate in types}
    base = replace(base, sections={**defaults, **base.sections})
    found = stricter((base.settings, base.sections), (loaded.settings, loaded.sections), now=now)
    moved = base.source.root != loaded.source.root
    loosened = [_placed(each, loaded, base) for each in found.loosened]
    if moved:
        text = f"the settings that judge are {loaded.source.shown or 'none'} and were {base.source.shown}"
        place = Location(path=loaded.source.shown or base.source.shown)
        loosened.insert(0, Loosening(text=text, key=("moved", loaded.source.shown or ""), place=place))
    edited = {gate: _compared(gate, name, said) for gate, (name, said) in changed.items()}
    results = {each: _compared("external", name, said) for each, name, said in touched_results(loaded, sides, files)}
    loosened += [*edited.values(), *results.values()]
    here = replace(
        here,
        policy=base.settings.policy,
        loosened=tuple(loosened),
        renewed=frozenset(loaded.source.where(("suppress", index)) for index in found.renewed),
        base=base,
        sections=sections,
    )
    holding = [each for each in loosened if not here.counts(each)]
    if not holding:
        return here
    return replace(
        here,
        held=True,
        loaded=_held(loaded, base, found, holding, known, moved=moved),
        registry=known,
        own=frozenset(gate for gate, each in edited.items() if each not in holding),
        past_results=frozenset(file for file, each in results.items() if each in holding),
    )


def _compared(gate: str, name: str, said: str) -> Loosening:
    return Loosening(text=f"{name}, {said}", key=(gate, "base", name), place=Location(path=name))


def _found(loaded: Loaded, files: Files) -> Source | None:
    """The settings as the base has them, looked for as those of the change were; None where no change can touch them.

    Where the base has none, their paths would count from where those of the change do.
    """
    start = loaded.source.start or loaded.source.root
    folders = [start.absolute(), *start.absolute().parents]
    files.ask(
        name
        for folder in folders
        for file in ("sluicegate.toml", "pyproject.toml")
        if (name := files.name(folder / file))
    )
    if loaded.source.named and loaded.source.path is not None:
        path = loaded.source.path.absolute()
        if files.name(path) is None:
            return None  # outside of the repository no change can touch it
        if files.at(path) is not None:
            return find(start, path, files.at)
    source = find(start.absolute(), None, files.at)
    return source if source.path is not None else Source(root=loaded.source.root, raw={}, start=start)


def _is_elsewhere(loaded: Loaded, source: Source) -> bool:
    """Whether the base may have been judged by something else than what was found there.

    A file that the command line names may have been called otherwise then, and what the command line itself says may
    have held before.
    """
    is_said = bool(loaded.sets) and source.path is None
    return is_said or (loaded.source.named and not source.named)


def _with_plugins(registry: Registry, plugins: Sequence[str]) -> Registry:
    """The gates there are, and those that the base asks for beside them."""
    before = discover(plugins) if plugins else Registry(gates=())
    there = {gate.id for gate in registry.gates} | {each.gate for each in registry.broken}
    return replace(
        registry,
        gates=(*registry.gates, *(gate for gate in before.gates if gate.id not in there)),
        plugins=(*registry.plugins, *(each for each in before.plugins if each.gate not in there)),
        broken=(*registry.broken, *(each for each in before.broken if each.gate not in there)),
    )


def _known_sets(loaded: Loaded, types: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(one for one in loaded.sets if one.partition(".")[0] in types)


def _placed(each: Loosened, loaded: Loaded, base: Loaded) -> Loosening:
    """Where it stands now; what is gone stands where the settings are, for there its line was."""
    place = loaded.source.where(each.path)
    if place.line is None:
        place = replace(place, path=loaded.source.shown or base.source.shown)
    return Loosening(text=each.text, key=each.key, place=place, suppression=each.path[0] == "suppress")


def _held(
    loaded: Loaded, base: Loaded, found: Stricter, holding: Sequence[Loosening], known: Registry, *, moved: bool
) -> Loaded:
    """What judges while something is held back: the stricter of both sides, or the base where the file moved."""
    secrets = tuple(sorted({*loaded.secrets, *base.secrets}, key=len, reverse=True))
    if moved:
        return replace(base, secrets=secrets)
    if all(each.suppression for each in holding) and base.settings.policy.loosening == "report":
        settings = _only_suppressions(loaded, found)
        return replace(loaded, settings=settings, kept=found.kept, secrets=secrets)
    asked = {_canonical(name) for name in base.settings.plugins}
    strange = {each.gate for each in known.plugins if _canonical(each.distribution) not in asked}
    sections = {gate: section for gate, section in found.sections.items() if gate not in strange}
    return replace(loaded, settings=found.settings, sections=sections, kept=found.kept, secrets=secrets)


def _canonical(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _only_suppressions(loaded: Loaded, found: Stricter) -> Settings:
    return msgspec.structs.replace(loaded.settings, suppress=found.settings.suppress)
