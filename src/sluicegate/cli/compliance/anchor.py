"""`sluicegate compliance anchor`: what a trail is now, kept where nobody who writes the trail writes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from sluicegate.baseline import Store, TakenError, open_store
from sluicegate.baseline.git import GitStore
from sluicegate.cli.options import configured, loaded, struck
from sluicegate.cli.standing import standing
from sluicegate.errors import GateError, UserError
from sluicegate.gates.compliance.evidence.trail import anchors
from sluicegate.gates.compliance.evidence.trail.anchors import Anchor
from sluicegate.gates.compliance.evidence.trail.integrity import state_of
from sluicegate.gates.compliance.evidence.trail.nouns import told
from sluicegate.gates.compliance.evidence.trail.sources import Files
from sluicegate.gates.compliance.evidence.trail.verifying import Verified, verified
from sluicegate.gates.compliance.settings import Settings
from sluicegate.gates.compliance.trails import Trail
from sluicegate.text import inert, one_line, plural
from sluicegate.worker.remembered import Remembered


@click.command()
@click.argument("trails", nargs=-1, metavar="[TRAIL]...")
@click.option("--commit", default="", help="The commit of the settings; by default the one that is checked out.")
@click.option("--branch", default="", help="The branch, where neither the CI nor git says it.")
@configured
def anchor(trails: tuple[str, ...], commit: str, branch: str, config: Path | None, sets: tuple[str, ...]) -> None:
    """Keep how long audit trails are and the hash of their last event, in the store of the settings ([baseline] store).

    From then on a trail that was cut or written anew fails. Call it on the default branch, each time a trail was
    exported. A trail that is not what it was at an earlier anchor, that is broken, or of which a line cannot be read,
    is not anchored.

    \b
    Example:
      sluicegate compliance anchor
    """
    found, _ = loaded(config, sets)
    own = found.sections.get("compliance")
    settings = own if isinstance(own, Settings) else Settings()
    root = found.source.root
    with struck(found.secrets):
        wanted = _wanted(settings, trails)
        store = open_store(found.settings.baseline.store, root, found.settings.baseline.s3)
        files = Files(folder=root)
        read = {each.name: files.of(each.files)[0] for each in wanted}
        made = [root / source.name for several in read.values() for source in several]
        stands = standing(root, commit, branch, made=(*made, root / store.address))
        if stands.against:
            raise UserError(
                f"nothing is anchored: {stands.against}",
                hint="anchor where the default branch is tested (--branch and --commit say what git does not)",
            )
        for trail in wanted:
            _say(_anchored(trail, files, store, stands.commit))
        if isinstance(store, GitStore):
            _say(f"it is in this clone; `sluicegate baseline push` gives it to {store.remote}")


def _wanted(settings: Settings, names: tuple[str, ...]) -> list[Trail]:
    there = {each.name: each for each in settings.trail}
    if not there:
        raise UserError("no audit trail is named", hint="add [[compliance.trail]] to the settings")
    for name in names:
        if name not in there:
            raise UserError(f"there is no trail {one_line(name)}", hint=f"there are: {', '.join(there)}")
    return [there[name] for name in names or there]


def _anchored(trail: Trail, files: Files, store: Store, commit: str) -> str:
    """Anchor a trail, and say so. Raises GateError for one that cannot be trusted now."""
    now = datetime.now(UTC).replace(microsecond=0)
    earlier = anchors.kept(Remembered(opening=lambda: store), trail.name)
    known = verified(trail, files, now=now.timestamp(), anchors=earlier)
    if why := _untrusted(known):
        raise GateError(f"the trail {trail.name} is not anchored: {why}", "`sluicegate check` tells what is wrong")
    made = Anchor(
        trail=trail.name,
        at=told(now.timestamp()),
        commit=commit,
        count=known.events,
        hash=known.chain.last,
        digest=known.digest.hexdigest(),
        first=known.first,
        first_at=told(known.clock.oldest),
        last_at=told(known.clock.newest),
    )
    name = anchors.name_of(made)
    try:
        store.create(name, anchors.encode(made))
    except TakenError:
        return f"the trail {trail.name} was anchored so already: {name}"
    return f"anchored {plural(made.count, 'event')} of the trail {trail.name}, the last of {made.last_at}: {name}"


def _untrusted(known: Verified) -> str:
    """Why what is read now is nothing to hold later trails against."""
    if known.unread:
        return str(known.unread[0])
    if not known.events:
        return "there is no event in it"
    if known.chain.broken:
        first = known.chain.breaks[0]
        return f"its chain is broken at {first.file}:{first.line}"
    if known.walked is not None and known.walked.broken:
        fault = known.walked.faults[0]
        return f"{fault.what}: {fault.why}"
    for each in known.watch.anchors:
        if (state := state_of(known, each)) not in ("holds", "past"):
            return f"it is {state} since the anchor of {each.at}"
    return ""


def _say(text: str) -> None:
    click.echo(inert(one_line(text)))
