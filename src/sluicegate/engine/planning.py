"""From settings and a revision to a plan: which gates, on which trees, compared with what."""

from __future__ import annotations

import difflib
import os
import posixpath
import shlex
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from sluicegate.config import GateSettings, Loaded
from sluicegate.engine.external import EXTERNAL, planned_external
from sluicegate.engine.known import find_known
from sluicegate.engine.plan import Plan, PlannedGate
from sluicegate.engine.policy_accepted import with_accepted
from sluicegate.engine.policy_base import Approve, stand
from sluicegate.engine.sides import Sides, find_sides, untrusted
from sluicegate.errors import GateError, UserError
from sluicegate.model import Gate, Needs, Revision, RuleKind
from sluicegate.registry import HOUSE, Broken, Registry, settings_type
from sluicegate.revision import (
    NOWHERE,
    Event,
    Reach,
    TreeSpec,
    commit_of,
    fetch_files,
    find_repository,
    is_shallow,
    open_tree,
)
from sluicegate.revision.globs import fits, is_pattern
from sluicegate.text import as_argument, plural
from sluicegate.worker.job import Job, StoreAddress
from sluicegate.worker.work import cleaned

if TYPE_CHECKING:
    from sluicegate.baseline import Baseline


def check_rules(loaded: Loaded, registry: Registry) -> None:
    """Raise UserError for each override and suppression that names no rule there is, with its line and a likely one.

    Nothing is said where a plugin could not be loaded: the rule may be one of its own.
    """
    if registry.broken:
        return
    # what other tools call their rules is known once their results are read, and what packs hold once those are
    later = tuple(f"{gate.id}/" for gate in (EXTERNAL, *registry.gates) if gate is EXTERNAL or gate.catalogue)
    known = [rule.id for gate in (*registry.gates, HOUSE) for rule in gate.rules]
    named = [
        (("override", index), wanted) for index, entry in enumerate(loaded.settings.override) for wanted in entry.rules
    ] + [(("suppress", index), entry.rule) for index, entry in enumerate(loaded.settings.suppress)]
    told = []
    for path, wanted in named:
        if not any(fits(wanted, rule) for rule in known) and not wanted.startswith(later):
            likely = difflib.get_close_matches(wanted, known, n=1)
            meant = f"; did you mean {likely[0]}?" if likely else ""
            told.append(f"  {loaded.source.where(path)}: there is no rule {wanted}{meant}")
    gates = [gate.id for gate in (*registry.gates, HOUSE)]
    for index, each in enumerate(loaded.settings.passes):
        if each.gate and each.gate not in gates:
            likely = difflib.get_close_matches(each.gate, gates, n=1)
            meant = f"; did you mean {likely[0]}?" if likely else ""
            told.append(f"  {loaded.source.where(('pass', index, 'gate'))}: there is no gate {each.gate}{meant}")
    if told:
        raise UserError(
            f"the settings hold {plural(len(told), 'name')} that nobody has:\n" + "\n".join(told),
            hint="`sluicegate rules` and `sluicegate gates` list them",
        )


def plan_check(
    loaded: Loaded,
    registry: Registry,
    *,
    named: Sequence[str] = (),
    base: str | None = None,
    staged: bool = False,
    event: Event | GateError | None = None,
    reach: Reach = NOWHERE,
    again: Sequence[str] = (),
    approve: Approve | None = None,
) -> Plan:
    """The plan of `sluicegate check`: the gates that the settings configure, or those that the user names.

    With `staged`, only those that belong to a commit, unless they are named.

    Raises UserError where nothing is selected or a name is unknown. A base that cannot be known makes every gate
    errored, so that it stands in every report. `reach` is how far beyond the clone the base may be looked for, which
    with `staged` is nowhere. `again` are the options that the command to see a finding again needs. `approve` is asked
    where the base's policy lets a code owner allow what the change loosens.
    """
    now = datetime.now(UTC)
    sides = find_sides(loaded.source.root, base=base, staged=staged, event=event, reach=reach)
    standing = stand(loaded, registry, sides, approve, now=now, named=named)
    if standing.loaded.source.root != loaded.source.root:  # the base judges, and its paths count from elsewhere
        sides = find_sides(standing.loaded.source.root, base=base, staged=staged, event=event, reach=reach)
    own, loaded, registry = loaded, standing.loaded, standing.registry
    selected = _selected(loaded, registry, named, staged=staged)
    known = find_known(loaded, sides, event, staged=staged)
    standing, accepted = with_accepted(standing, known.accepted)
    planned: list[PlannedGate] = []
    broken = list(registry.broken)
    for gate in selected:
        settings = loaded.sections.get(gate.id) or settings_type(gate)()
        try:
            if trouble := sides.trouble or known.trouble:
                raise trouble
            job = replace(
                job_of(asked(gate, settings), settings, sides, now, loaded.secrets, pinned=gate.id not in standing.own),
                look_back=known.look_back,
                absent=loaded.settings.baseline.absent and not staged,
                store=None if staged else _store(loaded),
                untrusted=untrusted(sides, event),
                settings_before=standing.before(gate),
            )
        except GateError as error:
            broken.append(Broken(gate=gate.id, reason=error.message, hint=error.hint))
            continue
        command = ["sluicegate", "check", "--gate", gate.id, *again]
        command += _naming_the_base(gate, sides, event)
        command += ["--staged"] if staged else []
        planned.append(
            PlannedGate(
                gate=asked(gate, settings),
                job=job,
                timeout=settings.timeout,
                observed=settings.mode == "observe",
                named=gate.id in named,
                reproduce=cleaned(shlex.join(command), loaded.secrets),
            )
        )
    if _asks_external(loaded, named, staged=staged):
        command = ["sluicegate", "check", "--gate", EXTERNAL.id, *again]
        planned.append(
            replace(
                planned_external(
                    loaded.settings.external,
                    sides=sides,
                    folder=loaded.source.root,
                    now=now,
                    reproduce=cleaned(shlex.join(command), loaded.secrets),
                    secrets=loaded.secrets,
                    past=standing.past_results,
                ),
                named=EXTERNAL.id in named,
            )
        )
    return Plan(
        gates=tuple(planned),
        broken=tuple(broken),
        plugins=registry.plugins,
        revision=sides.revision,
        now=now,
        inline=staged,
        secrets=loaded.secrets,
        accepted=accepted,
        world_fails=known.world_fails,
        standing=standing,
        read=(*(layer.shown for layer in own.source.layers), *_kept(loaded, sides, accepted)),
    )


def _store(loaded: Loaded) -> StoreAddress:
    """Where earlier runs have left what gates may ask for: the store of the baseline."""
    wanted = loaded.settings.baseline
    return StoreAddress(address=wanted.store, root=str(loaded.source.root), s3=wanted.s3)


def _naming_the_base(gate: Gate, sides: Sides, event: Event | GateError | None) -> list[str]:
    """The options that compare with the same commit again.

    `--base` asks for the merge base with a commit: that is the commit itself, but for what a forced push left behind.
    """
    revision, repository = sides.revision, sides.repository
    if not revision.base_commit:
        return []
    if repository is not None and isinstance(event, Event) and event.kind == "push":
        asked_for = repository.ask("merge-base", revision.base_commit, revision.head_commit or "HEAD")
        if asked_for != revision.base_commit and not is_shallow(repository):
            return ["--set", f"{gate.id}.base=rev:{revision.base_commit[:12]}"]
    return ["--base", revision.base_commit[:12]]


def _kept(loaded: Loaded, sides: Sides, accepted: Baseline | None) -> Iterator[str]:
    """The file of the baseline, where it was read from a folder of the repository."""
    if accepted is not None and sides.repository is not None:
        from sluicegate.baseline.kept import NAME

        if name := sides.repository.name(loaded.source.root / loaded.settings.baseline.store / NAME):
            yield name


def plan_comparison(gate: Gate, loaded: Loaded, base: Path, head: Path, options: Sequence[str] = ()) -> Plan:
    """The plan of a gate's command that compares two files; `options` are those that it takes to see it again.

    Raises UserError where one is missing.
    """
    comparison = gate.comparison
    if comparison is None:
        raise UserError(f"the gate {gate.id} does not compare files")
    (base_tree, base_path), (head_tree, head_path) = _file_tree(base), _file_tree(head)
    reference = replace(base_tree, aliases=((head_path, base_path),), label=base.name)
    section: GateSettings = loaded.sections.get(gate.id) or settings_type(gate)()
    raw: dict[str, Any] = {**msgspec.to_builtins(section), comparison.setting: [head_path]}
    settings = msgspec.convert(raw, settings_type(gate), strict=False)
    now = datetime.now(UTC)
    sides = Sides(
        head=replace(head_tree, label=head.name),
        base=reference,
        repository=None,
        revision=Revision(head=head.as_posix(), base=base.as_posix(), how="both files were named"),
    )
    job = make_job(
        asked(gate, settings),
        settings=settings,
        sides=sides,
        reference=reference,
        no_reference="",
        now=now,
        secrets=loaded.secrets,
    )
    files = (as_argument(base.as_posix()), as_argument(head.as_posix()))
    command = shlex.join(["sluicegate", gate.id, comparison.command, *files, *options])
    again = cleaned(command, loaded.secrets)
    planned = PlannedGate(gate=asked(gate, settings), job=job, timeout=section.timeout, named=True, reproduce=again)
    return Plan(gates=(planned,), revision=sides.revision, now=now, secrets=loaded.secrets)


def _asks_external(loaded: Loaded, named: Sequence[str], *, staged: bool) -> bool:
    """Whether results of other tools are to be read: a commit hook reads them only where it is asked to."""
    if not loaded.settings.external:
        if EXTERNAL.id in named:
            raise UserError("the settings name no results of other tools", hint="add an [[external]] with a `file`")
        return False
    return EXTERNAL.id in named or not (named or staged)


def _selected(loaded: Loaded, registry: Registry, named: Sequence[str], *, staged: bool) -> tuple[Gate, ...]:
    known = {gate.id: gate for gate in registry.gates}
    for name in named:
        if name not in known and name not in {EXTERNAL.id, *(broken.gate for broken in registry.broken)}:
            raise UserError(f"there is no gate {name}", hint=f"the gates are: {', '.join(known)}")
    asked = named or [
        gate.id
        for gate in registry.gates
        if gate.id in loaded.sections and (not staged or (gate.commit_hook and gate.commit_hook.judges_commits))
    ]
    selected = tuple(gate for gate in registry.gates if gate.id in asked)
    if not selected and not registry.broken and not _asks_external(loaded, named, staged=staged):
        where = loaded.source.path.name if loaded.source.path else "no settings were found, so it"
        raise UserError(
            f"nothing to check: {where} configures no gate{' that judges a commit' if staged else ''}",
            hint="`sluicegate init` writes settings for what it finds here; `--gate ID` runs one with its defaults",
        )
    return selected


def job_of(
    gate: Gate, settings: GateSettings, sides: Sides, now: datetime, secrets: tuple[str, ...], *, pinned: bool = False
) -> Job:
    """The job of a gate in a check. Raises GateError where what it has to compare with cannot be had.

    `pinned`: the file to compare with is the base's, with all that it pulls in, so that no change excuses itself there.
    """
    wanted = settings.base
    reference: TreeSpec | None = sides.base
    missing = sides.revision.how
    if wanted.startswith("rev:"):
        if sides.repository is None:
            raise GateError(f"base = {wanted!r} needs a git repository, and this folder is in none")
        commit = commit_of(sides.repository, wanted.removeprefix("rev:"))
        fetch_files(sides.repository, commit, sides.reach)
        reference = sides.at(commit)
    elif wanted != "merge-base":
        reference = _file_reference(gate, settings, _holding(settings.base, sides, pinned=pinned))
    elif sides.repository is None:
        raise GateError(
            "this folder is not in a git repository, so there is no merge base to compare with",
            hint=f"{by_files(gate, settings)}, or run inside a clone (actions/checkout makes none where it finds no "
            "git: install git before it)",
        )
    job = make_job(
        gate, settings=settings, sides=sides, reference=reference, no_reference=missing, now=now, secrets=secrets
    )
    return replace(job, chosen=wanted != "merge-base")


def _holding(file: str, sides: Sides, *, pinned: bool) -> TreeSpec:
    """The side whose file it is: the base's; one that git has never known stands beside what the base has."""
    if not pinned or sides.base is None or sides.repository is None:
        return sides.head
    there = open_tree(sides.base).find(posixpath.normpath(file)) is not None
    path = Path(sides.head.root, sides.head.prefix, posixpath.normpath(file))
    return sides.base if there or sides.repository.tracks(path) else replace(sides.base, kind="fetched")


def _file_reference(gate: Gate, settings: GateSettings, head: TreeSpec) -> TreeSpec:
    """The head's tree in which the one file that the gate looks at is another."""
    file = posixpath.normpath(settings.base)
    subject = _one_subject(gate, settings)
    if not subject:
        key = gate.comparison.setting if gate.comparison else "subject"
        raise UserError(
            f"[{gate.id}] base = {settings.base!r} is one file, so `{key}` has to name one file too",
            hint='use base = "merge-base" or "rev:NAME" to compare several',
        )
    if open_tree(head).find(file) is None:
        raise GateError(
            f"[{gate.id}] base = {settings.base!r}: there is no such file in the {open_tree(head).name}",
            hint='it is neither "merge-base" nor "rev:NAME", so it is read as the path of a file',
        )
    return replace(head, aliases=((subject, file),), label=file)


def _one_subject(gate: Gate, settings: GateSettings) -> str:
    """The file that the gate looks at, where its settings name exactly one; "" where there may be several."""
    named: str | tuple[str, ...] = (getattr(settings, gate.comparison.setting) if gate.comparison else None) or ()
    subjects = (named,) if isinstance(named, str) else named
    return subjects[0] if len(subjects) == 1 and not is_pattern(subjects[0]) else ""


def by_files(gate: Gate, settings: GateSettings) -> str:
    """What to do where no revision can be compared with: a `base` that is a file holds for one subject alone."""
    if gate.comparison and not _one_subject(gate, settings):
        return f"compare file by file: `sluicegate {gate.id} {gate.comparison.command} BASE HEAD`"
    return f"set `base` under [{gate.id}] to the file to compare with"


def asked(gate: Gate, settings: GateSettings) -> Gate:
    """The gate with the rules that its settings ask: what nobody asked is no part of the run."""
    unasked = settings.unasked
    return replace(gate, rules=tuple(rule for rule in gate.rules if rule.id not in unasked))


def make_job(
    gate: Gate,
    *,
    settings: GateSettings,
    sides: Sides,
    reference: TreeSpec | None,
    no_reference: str,
    now: datetime,
    secrets: tuple[str, ...],
) -> Job:
    """The job of a gate on both sides of a change."""
    return Job(
        gate=gate.id,
        check=gate.check,
        settings_type=gate.settings,
        settings=msgspec.to_builtins(settings),
        head=sides.head,
        reference=reference,
        base=sides.base,
        no_reference="" if reference else no_reference,
        rules=tuple(rule.id for rule in gate.rules),
        change_rules=tuple(rule.id for rule in gate.rules if rule.kind is RuleKind.CHANGE),
        now=now,
        secrets=secrets,
        cache_key=gate.cache_key,
        subjects=gate.subjects,
        # what hangs on more than files and installed code has to say on what
        cacheable=bool(gate.cache_key) or gate.needs == Needs(extras=gate.needs.extras),
    )


def _file_tree(file: Path) -> tuple[TreeSpec, str]:
    """A tree that holds a file, as wide as references from it may reach: its repository, else its folder."""
    if not file.is_file():
        raise UserError(f"{file} is not a file" if file.exists() else f"{file} does not exist")
    real = file.resolve()
    try:
        repository = find_repository(real.parent)
    except GateError:
        repository = None
    root = repository.root.resolve() if repository else real.parent
    try:
        around = find_repository(Path.cwd())
    except GateError:
        around = None
    here = around.root.resolve() if around else Path.cwd().resolve()
    try:
        shown = Path(os.path.relpath(root, here)).as_posix()
    except ValueError:  # another drive
        shown = root.as_posix()
    tree = TreeSpec(kind="folder", root=str(root), shown="" if shown == "." else shown)
    return tree, real.relative_to(root).as_posix()
