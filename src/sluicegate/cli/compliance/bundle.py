"""`sluicegate compliance bundle`: a Run, its reports and its evidence in one file."""

from __future__ import annotations

from pathlib import Path

import click

from sluicegate import __version__
from sluicegate.cli.output import claim, publish, put
from sluicegate.errors import Exit
from sluicegate.text import inert


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The tar to write.")
@click.option("--predicate", type=click.Path(path_type=Path), help="The predicate alone, for who attests the tar.")
@click.option(
    "--root", type=click.Path(path_type=Path, file_okay=False, exists=True), default=Path(), show_default=True,
    help="The folder of the repository, where packs and recorded answers are looked for.",
)  # fmt: skip
@click.pass_context
def bundle(context: click.Context, run: Path, output: Path, predicate: Path | None, root: Path) -> None:
    """Put a Run, its packs, its reports and the files that its evidence names into one tar.

    It has a manifest with the SHA-256 of each file, and an in-toto statement (test-result) about the commit and the
    manifest, ready to attest. The same Run and files give the same bytes. Recorded answers go in as they are.

    \b
    Example:
      sluicegate compliance bundle run.json --output evidence.tar
      sluicegate compliance verify evidence.tar
    """
    import msgspec

    from sluicegate.fleet.files import content, one_run
    from sluicegate.gates.compliance.reports.bundle.packing import packed
    from sluicegate.gates.compliance.reports.loading import packs
    from sluicegate.revision import TreeSpec, find_repository, open_tree

    written = [path for path in (output, predicate) if path]
    for number, path in enumerate(written):
        claim(path, never=(run, *written[:number]))
    found = one_run(run)
    here = root.resolve()
    repository = find_repository(here)
    # what a repository has once, such as CODEOWNERS, lies above a project in a folder of it
    top = repository.root.resolve() if repository else here
    prefix = "" if here == top else here.relative_to(top).as_posix()
    tree = open_tree(TreeSpec(kind="folder", root=str(top), prefix=prefix))
    texts = {pack.name: (pack, text) for pack, text in packs(found, tree)}
    made = packed(content(run), found, texts, tree, __version__)
    put(made.written(), output)
    if predicate:
        publish(msgspec.json.format(msgspec.json.encode(made.predicate), indent=2).decode() + "\n", predicate)
    for source, why in made.absent.items():
        click.echo(inert(f"not in the bundle: {source}: {why}"), err=True)
    if made.absent:
        click.echo("next step: name the folder of the settings that the run was made with: --root FOLDER", err=True)
        context.exit(Exit.ERRORED)
