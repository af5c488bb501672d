"""What Sluicegate and each gate need, looked for one by one, without any network that nobody asked for."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field

from sluicegate import __version__
from sluicegate.cli import installed
from sluicegate.config import Loaded
from sluicegate.engine.planning import by_files
from sluicegate.errors import GateError, SluicegateError, UserError
from sluicegate.imports.gate import EXTERNAL
from sluicegate.model import Gate, Tool
from sluicegate.registry import Registry, load, settings_type
from sluicegate.revision import NOWHERE, Reach, find_base, find_repository
from sluicegate.revision.git import Repository
from sluicegate.text import one_line, plural

THERE, MISSING, NOTE, UNKNOWN = "there", "missing", "note", "unknown"
GIT = Tool(name="git", minimum="2.31")
_TOKENS = {
    "ghs_": "a job or an App; what it may do is in `permissions:` of the workflow",
    "ghp_": "a person (classic); it cannot make check runs",
    "github_pat_": "a person (fine-grained); it cannot make check runs",
    "gho_": "a person (OAuth)",
}


class Look(Struct, frozen=True, kw_only=True):
    """One thing that was looked for: `stops` are the configured gates that cannot run as it is, `get` mends it."""

    area: str
    what: str
    state: str
    found: str = ""
    wanted: str = ""
    get: str = ""
    stops: tuple[str, ...] = ()


class Here(Struct, frozen=True, kw_only=True):
    """Where one looks: the settings, or why they cannot be read, the gates, the folder and the environment.

    `reach` is how far a check in this environment would go for its base.
    """

    root: Path
    registry: Registry
    settings: Loaded | None = None
    trouble: SluicegateError | None = None
    configured: tuple[str, ...] = ()
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    reach: Reach = NOWHERE
    online: bool = False


def diagnose(here: Here) -> Iterator[Look]:
    """Every look in order: the installation, git and the base, the settings, the store, the token, then each gate."""
    yield from _installation(here.configured)
    yield _settings(here)
    git = _git(_comparing(here))
    yield git
    if git.state is not MISSING:
        yield from _revision(here)
    yield from _store(here)
    yield from _token(here)
    for broken in here.registry.broken:
        yield Look(
            area=broken.gate, what="plugin", state=MISSING, found=one_line(broken.reason), get=broken.hint,
            stops=(broken.gate,),
        )  # fmt: skip
    for gate in here.registry.gates:
        yield from _gate(gate, here)
    yield from _external(here)
    yield from _extras()


def _installation(configured: tuple[str, ...]) -> Iterator[Look]:
    told = f"{__version__} on Python {platform.python_version()}, {platform.platform()}"
    yield Look(area="installation", what="sluicegate", state=THERE, found=told)
    for part in installed.parts():
        yield _part("installation", part, installed.to_install(f"{part.name}{part.wanted}"), configured)


def _part(area: str, part: installed.Part, get: str, stops: tuple[str, ...]) -> Look:
    if part.serves:
        return Look(area=area, what=part.name, state=THERE, found=part.found, wanted=part.wanted)
    state = MISSING if stops else NOTE
    return Look(area=area, what=part.name, state=state, found=part.found, wanted=part.wanted, get=get, stops=stops)


def _settings(here: Here) -> Look:
    if here.trouble:
        return Look(
            area="settings", what="settings", state=MISSING, found=here.trouble.message, get=here.trouble.hint,
            stops=here.configured or ("(all)",),
        )  # fmt: skip
    path = here.settings.source.shown if here.settings else None
    if path is None:
        return Look(area="settings", what="settings", state=NOTE, found="there are none", get="sluicegate init")
    gates = ", ".join(here.configured) or "no gate"
    return Look(area="settings", what=path, state=THERE, found=f"configures {gates}")


def _of_tables(here: Here) -> tuple[str, ...]:
    """The configured gates that have a table: all but the one of other tools' results, which asks for no base."""
    return tuple(gate for gate in here.configured if gate != EXTERNAL.id)


def _comparing(here: Here) -> tuple[str, ...]:
    """The configured gates that ask git for what they compare with."""
    sections = here.settings.sections if here.settings else {}
    return tuple(
        gate
        for gate in _of_tables(here)
        if gate not in sections or sections[gate].base == "merge-base" or sections[gate].base.startswith("rev:")
    )


def _git(stops: tuple[str, ...]) -> Look:
    return _tool("git", GIT, stops)


def _tool(area: str, tool: Tool, stops: tuple[str, ...]) -> Look:
    found, trouble = installed.program(tool)
    wanted = f">={tool.minimum}" if tool.minimum else ""
    whose = f", for `{tool.setting}`" if tool.setting else ""
    if found and (not tool.minimum or installed.newer(found, tool.minimum)):
        return Look(area=area, what=tool.name, state=THERE, found=f"{found}{whose}", wanted=wanted)
    state = MISSING if stops else NOTE
    return Look(
        area=area, what=tool.name, state=state, found=f"{found or trouble or 'not found'}{whose}", wanted=wanted,
        get=installed.to_get(tool), stops=stops,
    )  # fmt: skip


def _revision(here: Here) -> Iterator[Look]:
    stops = _comparing(here)
    try:
        repository = find_repository(here.root)
    except GateError as error:
        yield Look(
            area="git", what="repository", state=MISSING if stops else NOTE, found=error.message, get=error.hint,
            stops=stops,
        )  # fmt: skip
        return
    if repository is None:
        yield Look(
            area="git", what="repository", state=MISSING if stops else NOTE, found="this folder is in none",
            get="; or ".join(("run inside a clone", *_by_files(here, stops))), stops=stops,
        )  # fmt: skip
        return
    shallow = repository.ask("rev-parse", "--is-shallow-repository") == "true"
    found = f"{repository.root}, {'shallow' if shallow else 'whole'}"
    yield Look(area="git", what="repository", state=THERE, found=found)
    yield _base(here, repository, tuple(gate for gate in stops if _wants_merge_base(here, gate)))


def _by_files(here: Here, gates: Iterable[str]) -> Iterator[str]:
    """What else each gate can compare with, where there is no clone."""
    for name in gates:
        gate, section = here.registry.gate(name), here.settings.sections.get(name) if here.settings else None
        if gate and section is not None:
            yield by_files(gate, section)


def _wants_merge_base(here: Here, gate: str) -> bool:
    section = here.settings.sections.get(gate) if here.settings else None
    return section is None or section.base == "merge-base"


def _base(here: Here, repository: Repository, stops: tuple[str, ...]) -> Look:
    from sluicegate.ci.github import github

    try:
        job = github(here.environ)
        base = find_base(repository, event=job.event if job else None)
    except GateError as error:
        if here.reach != NOWHERE:
            how = "not known in this clone; a check here asks the remote and the API for it"
            return Look(area="git", what="base", state=UNKNOWN, found=how, get=error.hint)
        return Look(
            area="git", what="base", state=MISSING if stops else NOTE, found=error.message, get=error.hint, stops=stops
        )
    commit = f"commit {base.commit[:12]}, " if base.commit else "none, so that all is new: "
    return Look(area="git", what="base", state=THERE, found=f"{commit}{base.how}")


def _store(here: Here) -> Iterator[Look]:
    """The store that remembers; one beyond this machine is asked only where that was wished."""
    if here.settings is None:
        return
    from sluicegate.baseline import open_store, read_baseline
    from sluicegate.engine.known import FIRST

    wanted = here.settings.settings.baseline
    read = wanted.compare != "merge-base"
    state, stops = (MISSING, _of_tables(here)) if read else (NOTE, ())
    unread = "" if read else '; no check reads it, as `[baseline] compare = "merge-base"`'
    away = wanted.store.startswith("s3:")
    if away and not _serving("aws"):
        yield Look(
            area="baseline", what="store", state=state, get=installed.to_install(installed.OURS, "aws"), stops=stops,
            found=f"{wanted.store}: the extra aws is not installed{unread}",
        )  # fmt: skip
        return
    if away and not here.online:
        yield Look(
            area="baseline", what="store", state=UNKNOWN, found=f"{wanted.store}: not asked, as it is elsewhere",
            get="sluicegate doctor --online",
        )  # fmt: skip
        return
    try:
        store = open_store(wanted.store, here.settings.source.root, wanted.s3)
        there = read_baseline(store)
    except (GateError, UserError) as error:
        yield Look(
            area="baseline", what="store", state=state, found=f"{error.message}{unread}", get=error.hint, stops=stops
        )
        return
    if there is None and read:
        yield Look(
            area="baseline", what="store", state=MISSING, found=f"{store.address}: nothing accepted yet", get=FIRST,
            stops=stops,
        )  # fmt: skip
        return
    held = plural(len(there), "accepted finding") if there is not None else "nothing accepted yet"
    yield Look(area="baseline", what="store", state=THERE, found=f"{store.address}: {held}")


def _token(here: Here) -> Iterator[Look]:
    """What can be seen of the token without asking anybody: that there is one, of what kind, and for whose change."""
    if here.environ.get("GITHUB_ACTIONS") != "true":
        return
    from sluicegate.ci.github import event_of, table

    token = (here.environ.get("GITHUB_TOKEN") or here.environ.get("GH_TOKEN") or "").strip()
    if not token:
        yield Look(
            area="github", what="token", state=NOTE, found="none: no API is asked, and nothing can be published",
            get="in the step's env, set `GITHUB_TOKEN: ${{ github.token }}`",
        )  # fmt: skip
        return
    kind = next((told for start, told in _TOKENS.items() if token.startswith(start)), "an unknown kind")
    yield Look(area="github", what="token", state=THERE, found=f"of {kind}")
    try:
        change = table(event_of(here.environ.get("GITHUB_EVENT_PATH", "")), "pull_request")
    except GateError as error:
        yield Look(
            area="github", what="event", state=MISSING, found=error.message, get=error.hint, stops=_comparing(here)
        )
        return
    head, base = (table(table(change, side), "repo").get("full_name") for side in ("head", "base"))
    if change and head != base:
        yield Look(
            area="github", what="permissions", state=NOTE,
            found="the change comes from a fork, so that the token only reads, whatever `permissions:` says",
            get="publish from a `workflow_run` job; the verdict needs no more than reading",
        )  # fmt: skip


def _gate(gate: Gate, here: Here) -> Iterator[Look]:
    """What the gate declares that it needs."""
    stops = (gate.id,) if gate.id in here.configured else ()
    origin = next((one.distribution for one in here.registry.plugins if one.gate == gate.id), installed.OURS)
    looks: list[Look] = []
    for extra in dict.fromkeys((*gate.needs.extras, *([gate.extra] if gate.extra else []))):
        get = installed.to_install(origin, extra)
        found = installed.parts(origin, extra)
        if not found:
            looks.append(
                Look(area=gate.id, what=f"extra {extra}", state=UNKNOWN, found=f"{origin} declares no such extra")
            )
        looks += [_part(gate.id, part, get, stops) for part in found]
    asked = _asked(gate, here)
    looks += [_tool(gate.id, tool, stops if tool.name in asked else ()) for tool in gate.needs.tools]
    for name in gate.needs.variables:
        there = bool(here.environ.get(name))
        state = THERE if there else MISSING if stops else NOTE
        looks.append(
            Look(
                area=gate.id,
                what=f"${name}",
                state=state,
                found="set" if there else "not set",
                get="" if there else f"set {name} in the environment",
                stops=() if there else stops,
            )
        )
    if gate.needs.network:
        looks.append(Look(area=gate.id, what="network", state=UNKNOWN, found="needed, and not tried here"))
    configured = "configured" if stops else "not configured"
    needs = plural(len(looks), "thing") if looks else "nothing but the installation"
    yield Look(
        area=gate.id, what="gate", state=THERE if stops else NOTE,
        found=f"{configured}; it needs {needs}",
    )  # fmt: skip
    yield from looks
    if stops and here.settings and gate.id in here.settings.sections:
        yield from _aims(gate, here, here.settings)


def _asked(gate: Gate, here: Here) -> frozenset[str]:
    """The names of the tools that the gate's settings ask for; of all where it does not tell them apart."""
    section = here.settings.sections.get(gate.id) if here.settings else None
    if not gate.needs.asked:
        return frozenset(tool.name for tool in gate.needs.tools)
    return frozenset(load(gate.needs.asked)(section or settings_type(gate)()))


def _aims(gate: Gate, here: Here, settings: Loaded) -> Iterator[Look]:
    """What the settings of a gate name, and whether it is there; a job may still fetch a revision."""
    from sluicegate.cli.aims import aims

    for what, trouble, told in aims(gate, settings):
        away = what == "base" and settings.sections[gate.id].base.startswith("rev:") and here.reach != NOWHERE
        if not trouble:
            yield Look(area=gate.id, what=what, state=THERE, found=told)
        elif away:
            yield Look(area=gate.id, what=what, state=UNKNOWN, found=f"{trouble}; a check here fetches it", get=told)
        else:
            yield Look(area=gate.id, what=what, state=MISSING, found=trouble, get=told, stops=(gate.id,))


def _external(here: Here) -> Iterator[Look]:
    """The results of other tools that the settings name."""
    if here.settings is None or EXTERNAL.id not in here.configured:
        return
    from sluicegate.cli.aims import results

    for one in results(here.settings):
        if not one.trouble:
            yield Look(area=EXTERNAL.id, what=one.name, state=THERE, found="is there")
        elif one.needed:
            yield Look(
                area=EXTERNAL.id, what=one.name, state=MISSING, found=one.trouble, get=one.hint, stops=(EXTERNAL.id,)
            )
        else:
            yield Look(
                area=EXTERNAL.id, what=one.name, state=NOTE, found=f"{one.trouble}, and need not be", get=one.hint
            )


def _extras() -> Iterator[Look]:
    """What can be added, and whether it is there; what a configured gate needs of it is told there."""
    for extra in installed.extras():
        found = installed.parts(extra=extra)
        lacking = [part.name for part in found if not part.serves]
        told = ", ".join(f"{part.name} {part.found}" for part in found if part.found)
        yield Look(
            area="extras", what=extra, state=NOTE if lacking else THERE,
            found=told if not lacking else f"not installed: {', '.join(lacking)}",
            get=installed.to_install(installed.OURS, extra) if lacking else "",
        )  # fmt: skip


def _serving(extra: str) -> bool:
    return all(part.serves for part in installed.parts(extra=extra))


def stopped(looks: Iterable[Look]) -> tuple[str, ...]:
    """The configured gates that cannot run as it is."""
    return tuple(dict.fromkeys(gate for look in looks for gate in look.stops if look.state == MISSING))
