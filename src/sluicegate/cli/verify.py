"""`sluicegate verify`: whether a Run is what it is taken for."""

from __future__ import annotations

from pathlib import Path

import click

from sluicegate.errors import UserError


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--revision", default="", metavar="SHA", help="The commit that it has to be of.")
@click.option("--policy", default="", metavar="DIGEST", help="The digest of the settings that it has to be judged by.")
@click.option("--tool", default="", metavar="DIGEST", help="The digest of the Sluicegate that has to have made it.")
@click.option("--gate", "gates", multiple=True, metavar="ID", help="A gate that has to have judged. Repeatable.")
@click.option("--attestation", type=click.Path(path_type=Path), help="What `gh attestation verify` printed as JSON.")
def verify(run: Path, revision: str, policy: str, tool: str, gates: tuple[str, ...], attestation: Path | None) -> int:
    """Say whether a Run is what it is taken for, and end with its exit code where it is.

    Exit code: 3 where something could not be checked, 1 where something differs, else that of the Run. `sluicegate
    plan` prints the digests of a checkout. What a Run says of itself, only an attestation can prove; its signature is
    checked by gh, not here.

    \b
    Example:
      sluicegate verify run.json --revision "$(git rev-parse HEAD)" --gate contract
      gh attestation verify run.json --repo acme/api --format json > proof.json
      sluicegate verify run.json --attestation proof.json
    """
    from sluicegate.fleet.attestation import LIMIT as LONGEST
    from sluicegate.fleet.attestation import read_attestations
    from sluicegate.fleet.files import content
    from sluicegate.fleet.verify import exit_code
    from sluicegate.fleet.verify import verify as verified
    from sluicegate.report.json import read
    from sluicegate.text import inert

    if not (revision or policy or tool or gates or attestation):
        raise UserError(
            "nothing was asked of the Run", hint="give --revision, --policy, --tool, --gate or --attestation"
        )
    data = content(run)
    read_run = read(data)
    proofs = read_attestations(content(attestation, LONGEST)) if attestation else None
    answers = verified(read_run, data, revision=revision, policy=policy, tool=tool, gates=gates, attestations=proofs)
    for one in answers:
        click.echo(inert(f"{one.answer.value:<12} {one.what:<14} {one.told}"))
    click.echo(inert(f"{'the Run':<12} {read_run.outcome.words}"))
    return exit_code(read_run, answers)
