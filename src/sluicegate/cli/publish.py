"""`sluicegate publish`: a Run sent to where its readers work."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sluicegate.errors import Exit, UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sluicegate.ci.api import Api
    from sluicegate.ci.subject import Subject
    from sluicegate.model import Run
    from sluicegate.publish import Publication, Sent

_KINDS = ("check-run", "comment", "sarif", "status", "review")
_NO_TOKEN = "in the step's env, set `GITHUB_TOKEN: ${{ github.token }}`, and give the job the permissions it needs"  # noqa: S105 - a sentence


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--to",
    "targets",
    multiple=True,
    type=click.Choice(_KINDS),
    help="Where to send it. Repeatable. Default: check-run, and for a pull request comment.",
)
@click.option(
    "--expect-sha",
    default="",
    metavar="SHA",
    help="The commit that the Run has to be about. Default: the head that the job's event names.",
)
@click.option(
    "--pull-request",
    type=click.IntRange(min=1),
    metavar="N",
    help="The pull request. Default: the one that the event is about.",
)
@click.option("--repository", default="", metavar="OWNER/NAME", help="Default: the one of the job.")
@click.option(
    "--name",
    default="sluicegate",
    show_default=True,
    help="The name of the check run and the status, and the category of the SARIF; one for each Run of a commit.",
)
@click.option("--per-gate", is_flag=True, help="With --to status: one status for each gate beside the run's.")
@click.option("--best-effort", is_flag=True, help="What cannot be sent is told, and changes no exit code.")
@click.option(
    "--fallback/--no-fallback",
    default=True,
    help="What the token may not send is printed as workflow commands and written to the job summary.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=1, max=3600),
    default=300,
    show_default=True,
    help="How long all of it may take, waiting for GitHub's limits included.",
)
def publish(
    run: Path,
    targets: tuple[str, ...],
    expect_sha: str,
    pull_request: int | None,
    repository: str,
    name: str,
    per_gate: bool,
    best_effort: bool,
    fallback: bool,
    seconds: float,
) -> int:
    """Send a Run document to GitHub, and end with the exit code of the run.

    The commit and the pull request come from the job's event or from the options, never from the document. The token
    is read from GITHUB_TOKEN. Where it may not write, as in a pull request from a fork, the findings are shown as
    annotations and in the job summary instead, and the exit code stays. What fails otherwise ends with exit code 3.

    \b
    Example:
      sluicegate publish run.json --to check-run --to comment
      sluicegate publish run.json --to sarif --name sluicegate-nightly
    """
    from sluicegate.ci.api import Api
    from sluicegate.ci.compare import token_in
    from sluicegate.ci.subject import api_address, subject_of
    from sluicegate.fleet.files import one_run
    from sluicegate.report.whole import check_whole

    result = one_run(run)
    check_whole(result)
    if os.environ.get("GITHUB_ACTIONS") != "true" and not (repository and expect_sha):
        raise UserError(
            "this is no job of GitHub Actions, so that no event says which repository and commit to publish to",
            hint=f'name them: sluicegate publish {run} --repository OWNER/NAME --expect-sha "$(git rev-parse HEAD)", '
            "for a pull request with --pull-request N; the token is read from GITHUB_TOKEN",
        )
    subject = subject_of(os.environ, repository=repository, expect_sha=expect_sha, pull_request=pull_request)
    token = token_in(os.environ)
    api = Api(base=api_address(os.environ), token=token, seconds=seconds, pause=_pause(os.environ))
    chosen = tuple(dict.fromkeys(targets)) or _default(subject)
    if not targets:
        click.echo(f"publishing to {' and '.join(chosen)}; choose with --to", err=True)
    sent = list(_sent(_publication(result, subject, api, name, per_gate=per_gate), chosen))
    return _told(result, sent, os.environ, best_effort=best_effort, fallback=fallback)


def _default(subject: Subject) -> tuple[str, ...]:
    return ("check-run", "comment") if subject.pull_request or subject.head else ("check-run",)


def _publication(run: Run, subject: Subject, api: Api, name: str, *, per_gate: bool) -> Publication:
    from sluicegate.publish import Publication
    from sluicegate.text import one_line

    name = one_line(name)
    if not name or len(name) > 100:  # noqa: PLR2004 - every place takes so much
        raise UserError("--name is empty or longer than 100 characters")
    return Publication(run=run, subject=subject, api=api, name=name, per_gate=per_gate)


def _sent(publication: Publication, targets: Sequence[str]) -> Iterable[Sent]:
    """What became of each target. Raises GateError where the Run is about another commit."""
    from sluicegate.ci.api import ApiError
    from sluicegate.publish import Ending, Sent, publish
    from sluicegate.publish.publication import check_about

    if not publication.api.token:
        said = "there is no token to send it with"
        yield from (Sent(target=one, ending=Ending.REFUSED, said=said, hint=_NO_TOKEN) for one in targets)
        return
    try:
        with publication.api as api:
            check_about(publication.run, publication.subject, api)
            yield from publish(publication, targets)
    except ApiError as error:
        ending = Ending.FAILED
        yield from (Sent(target=one, ending=ending, said=error.message, hint=error.hint) for one in targets)


def _told(run: Run, sent: Sequence[Sent], environ: Mapping[str, str], *, best_effort: bool, fallback: bool) -> int:
    """Say what became of each target, show what could not be sent, and choose the exit code."""
    from sluicegate.publish import Ending
    from sluicegate.report.annotations import command
    from sluicegate.text import inert

    on_github = environ.get("GITHUB_ACTIONS") == "true"
    for one in sent:
        hint = f" ({one.hint})" if one.hint else ""
        click.echo(inert(f"{one.target} {one.ending.value}: {one.said}{hint}"), err=True)
        if on_github and one.ending in (Ending.REFUSED, Ending.FAILED):
            kind = "warning" if one.ending is Ending.REFUSED or best_effort else "error"
            click.echo(command(kind, f"{one.said}{hint}", title=f"Sluicegate: {one.target} {one.ending.value}"))
    lost = any(one.ending in (Ending.REFUSED, Ending.FAILED) for one in sent)
    if lost and fallback:
        _fall_back(run, environ)
    if any(one.ending is Ending.FAILED for one in sent) and not best_effort and run.exit_code in (0, 1):
        return Exit.ERRORED
    return run.exit_code


def _fall_back(run: Run, environ: Mapping[str, str]) -> None:
    """Annotations on standard output, and the summary of the step: what every token may do."""
    from sluicegate.ci import append_summary
    from sluicegate.report import render

    click.echo(render("annotations", run), nl=False)
    where = "the annotations above"
    if summary := environ.get("GITHUB_STEP_SUMMARY"):
        try:
            append_summary(Path(summary), render("markdown", run), "run.json")
            where += " and the job summary"
        except OSError as error:
            click.echo(f"the job summary could not be written: {error.strerror or error}", err=True)
    click.echo(f"what could not be sent is shown in {where}; the verdict stays exit code {run.exit_code}", err=True)


def _pause(environ: Mapping[str, str]) -> float:
    """The shortest back-off in seconds; a stand-in for GitHub needs none."""
    from sluicegate.ci.api import PUBLIC

    return 0.01 if (environ.get("GITHUB_API_URL") or PUBLIC).startswith("http://") else 1.0
