"""`sluicegate suppress`: one decision about one finding, written into the settings."""

from __future__ import annotations

import json
import os
import re
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from sluicegate.cli.options import configured, loaded, stated, struck
from sluicegate.cli.output import unwritten, write
from sluicegate.cli.progress import watching
from sluicegate.config import FILE, Loaded
from sluicegate.engine import plan_check, policy_of, run
from sluicegate.engine.only import read_only
from sluicegate.engine.suppress import forbidden
from sluicegate.errors import GateError, UserError
from sluicegate.model import Finding, Run, Suppression
from sluicegate.registry import HOUSE, Registry
from sluicegate.text import inert, one_line, plural, shorten

_DAYS = re.compile(r"(\d{1,5})\s*([dw])")


@click.command()
@click.argument("fingerprint")
@click.option("--reason", required=True, help="Why the finding is accepted.")
@click.option("--owner", required=True, help="Who answers for it, such as @acme/api.")
@click.option("--expires", required=True, metavar="90d|DATE", help="The last day: in so many days or weeks, or a date.")
@click.option("--approved-by", default="", help="Who agreed to it and is not its owner.")
@click.option("--run", "document", type=click.Path(path_type=Path), help="A Run document; else the gates are run now.")
@click.option("--base", metavar="REV", callback=stated, help="As for check.")
@configured
def suppress(
    fingerprint: str,
    reason: str,
    owner: str,
    expires: str,
    approved_by: str,
    document: Path | None,
    base: str | None,
    config: Path | None,
    sets: tuple[str, ...],
) -> None:
    """Write down that a finding is accepted, by whom, until when and why.

    FINGERPRINT is what a report shows: at least its first 8 digits, its rule may stand before it. One entry is added at
    the end of the settings; everything else in the file stays as it is.

    \b
    Example:
      sluicegate suppress 1f3a9c2b04d1 --reason "the last client is retired in March" --owner @acme/api --expires 90d
    """
    settings, registry = loaded(config, sets)
    with struck(settings.secrets):
        today = datetime.now(UTC).date()
        if settings.source.path is None:
            raise UserError(f"there is no {FILE} to write to", hint="`sluicegate init` makes one, or see --config")
        _allowed(settings)
        wanted = read_only(fingerprint)
        entry = Suppression(
            rule="*",
            reason=_said(reason, "--reason"),
            owner=_said(owner, "--owner"),
            expires=_day(expires, today),
            approved_by=one_line(approved_by),
        )
        _permitted(settings, entry, today)
        found = _one(_read(document) if document else _fresh(settings, registry, base), wanted.is_that, fingerprint)
        for index, other in enumerate(settings.settings.suppress):
            if other.fingerprint and found.fingerprint.startswith(other.fingerprint) and other.expires >= today:
                raise UserError(
                    f"the finding is suppressed already, until {other.expires} by {one_line(other.owner)}",
                    hint=f"see {settings.entry('suppress', index)}",
                )
        target = settings.source.path
        text = _entry(found, entry, "tool.sluicegate.suppress" if target.name == "pyproject.toml" else "suppress")
        line = _append(target, text)
    click.echo(inert(f"wrote {Path(os.path.relpath(target)).as_posix()}:{line}\n\n{text}"))
    if settings.settings.policy.loosening != "report":
        click.echo(
            f"[policy] loosening = {settings.settings.policy.loosening!r}: it counts once it is merged on its own,"
        )
        click.echo("or as that says; until then the finding counts.")


def _allowed(settings: Loaded) -> None:
    lock = next((lock for lock in settings.locks if lock.key == "suppress"), None)
    if lock:
        raise UserError(
            f"{lock.place} locks suppress, so that this repository suppresses nothing by itself",
            hint="ask the owner of that file",
        )


def _permitted(settings: Loaded, entry: Suppression, today: date) -> None:
    """Raise UserError for what the policy forbids."""
    policy = settings.settings.policy
    named = policy.suppression_approval == "named"
    wrong = forbidden(entry, today, max_days=policy.max_suppression_days, named_approval=named)
    if wrong:
        hint = (
            "--expires an earlier day" if policy.max_suppression_days and not named else "--approved-by somebody else"
        )
        if wrong[0].endswith("too-long"):
            hint = f"--expires {policy.max_suppression_days}d is the longest"
        raise UserError(f"a suppression that {wrong[1]} would cover nothing", hint=hint)


def _said(text: str, option: str) -> str:
    said = one_line(text)
    if not said:
        raise UserError(f"{option} says nothing", hint="a suppression without it is not one")
    return said


def _day(text: str, today: date) -> date:
    given = text.strip()
    if match := _DAYS.fullmatch(given):
        try:
            day = today + timedelta(days=int(match[1]) * (7 if match[2] == "w" else 1))
        except OverflowError:
            raise UserError(f"--expires {given}: that is after the end of the calendar") from None
    else:
        try:
            day = date.fromisoformat(given)
        except ValueError:
            raise UserError(
                f"--expires {shorten(one_line(given), 40)} is no day", hint="such as 90d, 12w or 2027-01-31"
            ) from None
    if day < today:
        raise UserError(f"--expires {day} has passed", hint="a suppression holds until the end of its last day")
    return day


def _read(document: Path) -> Run:
    from sluicegate.report.json import LIMIT, read

    try:
        with document.open("rb") as file:
            content = file.read(LIMIT + 1)
    except OSError as error:
        raise UserError(
            f"{document} cannot be read: {error.strerror}", hint="`sluicegate check --report json=run.json` writes one"
        ) from error
    return read(content)


def _fresh(settings: Loaded, registry: Registry, base: str | None) -> Run:
    from sluicegate.ci.compare import reach_of
    from sluicegate.ci.github import github

    job = github(os.environ)
    event = job.event if job else None
    plan = plan_check(settings, registry, base=base, event=event, reach=reach_of(os.environ))
    with watching() as listener:
        return run(plan, policy_of(settings), listener)


def _one(there: Run, is_that: Any, fingerprint: str) -> Finding:
    """The one finding that is meant. Raises UserError."""
    hits = {each.fingerprint: each for each in there.findings if is_that(each)}
    if not hits:
        errored = any(gate.reason for gate in there.gates) and there.exit_code == GateError.exit
        raise UserError(
            f"there is no finding {one_line(fingerprint)} in {plural(len(there.findings), 'finding')}",
            hint="a gate could not look: `sluicegate check` says why" if errored else "`sluicegate check` shows them",
        )
    if len(hits) > 1:
        named = ", ".join(f"{print_[:12]} ({one_line(each.rule)})" for print_, each in list(hits.items())[:5])
        raise UserError(f"{one_line(fingerprint)} may be several findings: {named}", hint="give more of its digits")
    (found,) = hits.values()
    if found.rule.startswith(f"{HOUSE.id}/"):
        raise UserError(f"{found.rule} cannot be suppressed", hint=f"`sluicegate explain {found.rule}` says what to do")
    if found.suppression and found.suppression.expires >= datetime.now(UTC).date():
        decision = found.suppression
        raise UserError(
            f"the finding is suppressed already, until {decision.expires} by {one_line(decision.owner)}",
            hint=f"see {decision.origin}",
        )
    return found


def _entry(found: Finding, entry: Suppression, table: str) -> str:
    lines = [
        f"# {shorten(one_line(f'{found.location}: {found.message}'), 110)}",
        f"[[{table}]]",
        f"rule = {_quoted(found.rule)}",
        f"fingerprint = {_quoted(found.fingerprint)}",
        f"reason = {_quoted(entry.reason)}",
        f"owner = {_quoted(entry.owner)}",
        *([f"approved-by = {_quoted(entry.approved_by)}"] if entry.approved_by else []),
        f"expires = {entry.expires.isoformat()}",
    ]
    return "".join(f"{line}\n" for line in lines)


def _quoted(text: str) -> str:
    """A TOML string; what is no visible character was spelt out before."""
    return json.dumps(one_line(text), ensure_ascii=False)


def _append(target: Path, text: str) -> int:
    """Add an entry at the end of a file, and say in which line its table stands. Raises UserError."""
    try:
        before = target.read_bytes().decode("utf-8") if target.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{target} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}") from error
    end = "\r\n" if "\r\n" in before else "\n"
    gap = "" if not before.strip("\ufeff \t\r\n") else (end if before.endswith("\n") else end * 2)
    after = before + gap + text.replace("\n", end)
    if not _only_added(before, after, text):
        raise UserError(
            f"an entry cannot be appended to {target.name}: its suppressions are written in another form",
            hint=f"add it by hand:\n\n{text}",
        )
    try:
        write(target, after)
    except OSError as error:
        raise unwritten(str(target), error) from error
    return after[: after.rindex("[[")].count("\n") + 1


def _only_added(before: str, after: str, text: str) -> bool:
    """Whether the file says what it said, and the new entry last."""
    try:
        old, new, added = (tomllib.loads(each.removeprefix("\ufeff")) for each in (before, after, text))
    except tomllib.TOMLDecodeError:
        return False
    for key in ("tool", "sluicegate"):
        if "suppress" not in added:
            old, new, added = (table.get(key, {}) for table in (old, new, added))
    rest = {key: value for key, value in old.items() if key != "suppress"}
    listed: list[Any] = old.get("suppress", [])
    return new == {**rest, "suppress": [*listed, *added["suppress"]]}
