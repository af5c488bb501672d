"""`sluicegate baseline`: the findings that were accepted, in the store that the settings name."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from sluicegate import __version__
from sluicegate.baseline import (
    Acceptance,
    Accepted,
    Baseline,
    Store,
    accept,
    change_baseline,
    diff,
    open_store,
    prune,
    read_baseline,
)
from sluicegate.baseline.git import GitStore
from sluicegate.baseline.kept import merging, now
from sluicegate.cli.options import loaded, located, struck
from sluicegate.errors import Exit, UserError
from sluicegate.model import BaselineState, Finding, Outcome, Run
from sluicegate.registry import HOUSE
from sluicegate.report.inert import in_json
from sluicegate.report.whole import check_whole
from sluicegate.revision import find_repository
from sluicegate.text import inert, one_line, plural, shorten

_DECIDED = (Outcome.PASSED, Outcome.FAILED)

_config = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The settings file, where it is not found by itself.",
)
_run = click.argument("run", type=click.Path(path_type=Path))
_as_json = click.option("--json", "as_json", is_flag=True, help="As JSON.")


@click.group(name="baseline")
def baseline() -> None:
    """Keep what was accepted: findings that are known, and count as unchanged.

    The settings say where: [baseline] store, by default the folder .sluicegate beside them.

    \b
    Example:
      sluicegate check --report json=run.json
      sluicegate baseline accept run.json --reason "known before we started"
      sluicegate baseline diff run.json
    """


@baseline.command(name="accept")
@_run
@click.option("--reason", default="", help="Why they are accepted.")
@click.option("--owner", default="", help="Who accepts them; by default the name in git's settings.")
@click.option(
    "--only-decided", is_flag=True, help="Accept what the run decided, where it could not look at everything."
)
@_config
def accept_(run: Path, reason: str, owner: str, only_decided: bool, config: Path | None) -> None:
    """Accept the findings of a Run document: all that are not suppressed.

    A run that could not look at everything is refused, since nobody has seen what it did not find. So is one part of a
    plan, and a run that was narrowed with --only.

    \b
    Example:
      sluicegate baseline accept run.json --reason "known before we started" --owner "@acme/api"
    """
    found = _read(run)
    with _opened(config) as store:
        acceptance = Acceptance(by=owner or _owner(), at=now(), reason=reason, tool=__version__)
        _settled(found, "accept")
        blind = _blind(found)
        if blind and not only_decided:
            raise UserError(
                f"the run could not look at everything ({'; '.join(f'{gate}: {why}' for gate, why in blind.items())})",
                hint="mend that and check again, or accept what it decided: --only-decided",
            )
        present, rules, catalogue = _present(found), _looked_at(found), _catalogue(found, config)
        if blind:
            present = [each for each in present if each.rule in rules]
        before = Baseline()

        def change(there: Baseline) -> Baseline:
            nonlocal before
            before = there
            return accept(there, present, acceptance, rules, catalogue)

        after = change_baseline(store, change)
        step = diff(before, present)
        _say(
            f"accepted {plural(len(step.new), 'new finding')}"
            + (f" and {len(step.updated)} that became worse" if step.updated else "")
            + f"; {plural(len(step.unchanged), 'finding')} had been accepted before"
        )
        for gate, why in blind.items():
            _say(f"left out what {gate} could not look at: {why}")
        for rule in sorted({each.rule for each in found.findings if _of_house(each)}):
            _say(f"not accepted: {one_line(rule)}, for nobody accepts what is said of accepting and suppressing")
        _say(f"the baseline holds {plural(len(after), 'finding')}: {store.address}")


@baseline.command()
@_as_json
@_config
def show(as_json: bool, config: Path | None) -> None:
    """Show what is accepted, by whom, when and why.

    \b
    Example:
      sluicegate baseline show
    """
    with _opened(config) as store:
        found = read_baseline(store)
        if as_json:
            told = [_row(each) for each in found.accepted] if found else []
            _json({"store": store.address, "accepted": told})
            return
        if found is None:
            _say(f"nothing was accepted yet: {store.address}")
            return
        for each in found.accepted:
            _say(_line(each))
            _say(f"    {_provenance(each)}")
        _say(f"{plural(len(found), 'accepted finding')}: {store.address}")


@baseline.command(name="diff")
@_run
@_as_json
@_config
def diff_(run: Path, as_json: bool, config: Path | None) -> int:
    """Compare a Run document with the baseline. Exit 1 where something is new or worse, 3 where the run could not look.

    \b
    Example:
      sluicegate baseline diff run.json
    """
    found = _read(run)
    check_whole(found)
    with _opened(config) as store:
        told = diff(read_baseline(store) or Baseline(), _present(found), _looked_at(found))
    states: dict[str, Iterable[Finding]] = {"new": told.new, "updated": told.updated, "unchanged": told.unchanged}
    if as_json:
        rows: dict[str, Any] = {
            state: [{"fingerprint": one.fingerprint, "rule": one.rule, "level": one.level, "message": one.message}
                    for one in findings]
            for state, findings in states.items()
        }  # fmt: skip
        rows["absent"] = [_row(each) for each in told.absent]
        _json(rows)
    else:
        for state, findings in states.items():
            if state != "unchanged":
                for one in findings:
                    _say(f"{state:<8} {one.level:<7} {one.rule}  {one.location}  {shorten(one.message, 200)}")
        for each in told.absent:
            _say(f"absent   {_line(each)}")
        gone = sum(each.count for each in told.absent)
        _say(f"{len(told.new)} new, {len(told.updated)} updated, {len(told.unchanged)} unchanged, {gone} absent")
    if found.interrupted or found.outcome is Outcome.ERRORED:
        click.echo("the run could not look at everything, so this is not all", err=True)
        return Exit.ERRORED
    return Exit.FAILED if told.new or told.updated else Exit.PASSED


@baseline.command(name="prune")
@_run
@_config
def prune_(run: Path, config: Path | None) -> None:
    """Drop what is accepted and no longer found, as far as the run has looked.

    One part of a plan is refused, and so is a run that was narrowed with --only: what they do not show may be there.

    \b
    Example:
      sluicegate baseline prune run.json
    """
    found = _read(run)
    with _opened(config) as store:
        _settled(found, "prune")
        there = read_baseline(store)
        if there is None:
            _say(f"nothing was accepted yet: {store.address}")
            return
        present, rules = _present(found), _looked_at(found)
        before = there

        def change(there: Baseline) -> Baseline:
            nonlocal before
            before = there
            return prune(there, present, rules)

        after = change_baseline(store, change)
        gone = len(before) - len(after)
        _say(f"dropped {plural(gone, 'accepted finding')} no longer found")
        unseen = sum(each.count for each in after.accepted if each.rule not in rules)
        if unseen:
            _say(f"kept {plural(unseen, 'finding')} of rules that this run did not decide")
        _say(f"the baseline holds {plural(len(after), 'finding')}: {store.address}")


@baseline.command()
@_config
def push(config: Path | None) -> None:
    """Give a baseline in a git ref to the remote. What others gave it is taken in, never overwritten.

    \b
    Example:
      sluicegate baseline push
    """
    from sluicegate.baseline.exchange import push as send

    with _opened(config) as opened:
        store = _shared(opened)
        done = send(store, merging(store.address))
        joined = ", merged with what others had pushed" if done.merged else ""
        _say(f"pushed {store.ref} to {store.remote}{joined}" if done.changed else f"{store.remote} has it all already")


@baseline.command()
@_config
def pull(config: Path | None) -> None:
    """Take in what the remote has of a baseline in a git ref.

    \b
    Example:
      sluicegate baseline pull
    """
    from sluicegate.baseline.exchange import pull as receive

    with _opened(config) as opened:
        store = _shared(opened)
        done = receive(store, merging(store.address))
        if done.there is None:
            _say(f"{store.remote} has no {store.ref} yet")
        elif done.changed:
            _say(f"pulled {store.ref} from {store.remote}" + (", merged with what is here" if done.merged else ""))
        else:
            _say("nothing new there")


@contextlib.contextmanager
def _opened(config: Path | None) -> Iterator[Store]:
    """The store of the settings, for the length of a block whose errors do not tell the settings' secrets."""
    found, _ = loaded(config)
    wanted = found.settings.baseline
    with struck(found.secrets):
        yield open_store(wanted.store, found.source.root, wanted.s3)


def _shared(store: Store) -> GitStore:
    if isinstance(store, GitStore):
        return store
    raise UserError(
        f"the store {store.address} is no git ref, so there is nothing to push or pull",
        hint="a folder goes along with your commits, and a bucket is shared as it is",
    )


def _read(path: Path) -> Run:
    from sluicegate.report.json import LIMIT, read

    try:
        with path.open("rb") as file:
            content = file.read(LIMIT + 1)
    except OSError as error:
        raise UserError(
            f"{path} cannot be read: {error.strerror}", hint="`sluicegate check --report json=run.json` writes one"
        ) from error
    return read(content)


def _present(run: Run) -> list[Finding]:
    """The findings that are there and that nobody has suppressed: a suppression has an end, an acceptance has none."""
    return [
        each
        for each in run.findings
        if each.suppression is None and each.state is not BaselineState.ABSENT and not _of_house(each)
    ]


def _of_house(finding: Finding) -> bool:
    """Whether a finding is about decisions themselves: no baseline has a say there."""
    return finding.rule.startswith(f"{HOUSE.id}/")


def _blind(run: Run) -> dict[str, str]:
    """What could not be looked at, by gate, and why."""
    out = {}
    for gate in run.gates:
        errored = [rule.reason for rule in gate.rules if rule.outcome is Outcome.ERRORED]
        if gate.outcome is Outcome.ERRORED or errored:
            why = gate.reason or next(filter(None, errored), "it does not say why")
            out[one_line(gate.gate)] = shorten(one_line(why), 300)
    return out


def _looked_at(run: Run) -> frozenset[str]:
    """The rules that were decided; where a rule could not look, nothing is absent."""
    return frozenset(rule.rule for gate in run.gates for rule in gate.rules if rule.outcome in _DECIDED)


def _catalogue(run: Run, config: Path | None) -> frozenset[str]:
    """All rules that there are now: what comes later is not held against anybody before it is accepted."""
    _, registry = located(config)
    here = {rule.id for gate in (*registry.gates, HOUSE) for rule in gate.rules}
    return frozenset(here | {rule.id for rule in run.rules})


def _settled(run: Run, what: str) -> None:
    check_whole(run)
    if run.interrupted:
        raise UserError(
            f"the run was interrupted by {one_line(run.interrupted)}, so it does not know all findings",
            hint=f"run `sluicegate check` to its end, and then `sluicegate baseline {what}`",
        )


def _owner() -> str:
    """The name of whoever calls, as git knows it."""
    repository = find_repository(Path.cwd())
    told = repository and (repository.ask("config", "user.email") or repository.ask("config", "user.name"))
    if not told:
        raise UserError("it is not known who accepts", hint="name the person or the team: --owner @acme/api")
    return told


def _row(each: Accepted) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.to_builtins(each)
    return row


def _line(each: Accepted) -> str:
    times = f" ({each.count} times)" if each.count > 1 else ""
    return f"{each.level:<7} {each.rule}  {each.place or '(no place)'}{times}  {shorten(each.message, 200)}"


def _provenance(each: Accepted) -> str:
    why = f": {each.reason}" if each.reason else ""
    return f"{each.fingerprint[:12]}, accepted by {each.by} on {each.at:%Y-%m-%d}{why}"


def _say(text: str) -> None:
    click.echo(inert(one_line(text) if "\n" in text else text))


def _json(value: Any) -> None:
    click.echo(in_json(json.dumps(value, indent=2, ensure_ascii=False)))
