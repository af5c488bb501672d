"""Whether a bundle is whole and says one thing: its files, their hashes, the statement, the reports, the answers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from sluicegate.errors import UserError
from sluicegate.gates.compliance.controls.reading import LARGEST as LARGEST_PACK
from sluicegate.gates.compliance.reports.account import Account, account, gate_of, packs_of
from sluicegate.gates.compliance.reports.bundle.packing import MANIFEST, RUN, STATEMENT, Manifest, manifest_of, named
from sluicegate.gates.compliance.reports.bundle.remaking import Remade, remade
from sluicegate.gates.compliance.reports.bundle.statement import statement
from sluicegate.gates.compliance.reports.bundle.tar import Bundle, refused
from sluicegate.gates.compliance.reports.forms import FILES, written
from sluicegate.gates.compliance.reports.loading import pack_of
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from sluicegate.gates.compliance.controls.model import Pack
    from sluicegate.model import Run

LARGEST_RUN = 512 << 20
_LARGEST_TEXT = 64 << 20


class Verified(Struct, frozen=True, kw_only=True):
    """A bundle that holds. `absent` are sources that were not there when it was put together.

    `made_again` counts the answers whose hash came out again, `open` says in words what nobody could hold against it.
    """

    account: Account
    files: int
    made_again: int
    absent: tuple[str, ...]
    open: tuple[str, ...]


def verified(bundle: Bundle, read: Callable[[bytes], Run], tool: str) -> Verified:
    """What a bundle shows, all of it held against all the rest. Raises RefusedError for the first that is wrong."""
    try:
        return _verified(bundle, read, tool)
    except UserError as error:  # of the Run or of a pack in it
        raise refused(error.message, error.hint) from None


def _verified(bundle: Bundle, read: Callable[[bytes], Run], tool: str) -> Verified:
    manifest = manifest_of(bundle.read(MANIFEST, _LARGEST_TEXT))
    _files(bundle, manifest)
    run = read(bundle.read(RUN, LARGEST_RUN))
    told = account(run, _packs(bundle, run))
    _statement(bundle, told)
    _reports(bundle, told, manifest, tool)
    answers = list(_answers(bundle, told, manifest))
    made = sum(each.good for each in answers)
    unlike = [] if manifest.tool_version == tool else [f"reports as Sluicegate {manifest.tool_version} writes them"]
    why = [each.why for each in answers if not each.good]
    return Verified(
        account=told,
        files=len(bundle.entries),
        made_again=made,
        absent=tuple(manifest.absent),
        open=tuple(dict.fromkeys([*unlike, *why])),
    )


def _files(bundle: Bundle, manifest: Manifest) -> None:
    """Every file of the manifest is there as it says, and none beside."""
    told = {each.path: each for each in manifest.files}
    if len(told) != len(manifest.files):
        raise refused("its manifest names a file twice")
    there = bundle.entries.keys() - {MANIFEST, STATEMENT}
    if missing := sorted(told.keys() - there):
        raise refused(f"{missing[0]} stands in the manifest and is not there")
    if beside := sorted(there - told.keys()):
        raise refused(f"{beside[0]} is there and does not stand in the manifest")
    for name, file in told.items():
        entry = bundle.entries[name]
        if (entry.size, entry.sha256) != (file.size, file.sha256):
            what = f"{entry.sha256} of {entry.size:,} bytes, and the manifest says {file.sha256} of {file.size:,}"
            raise refused(f"{name} is not what the manifest says: it has the SHA-256 {what}")


def _packs(bundle: Bundle, run: Run) -> Iterator[Pack]:
    for evidence in packs_of(gate_of(run)):
        name = evidence.subject.removeprefix("pack ")
        file = f"packs/{name}.yaml"
        text = bundle.read(file, LARGEST_PACK)
        if hashlib.sha256(text).hexdigest() != evidence.sha256:
            raise refused(f"{file} is not the pack that the run was made with ({evidence.sha256})")
        yield pack_of(text, evidence.source or file)


def _statement(bundle: Bundle, told: Account) -> None:
    data = bundle.read(STATEMENT, _LARGEST_TEXT)
    try:
        said = msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise refused(f"its statement is no JSON: {error}") from None
    wanted = statement(told, bundle.entries[MANIFEST].sha256, bundle.entries[RUN].sha256)
    if not isinstance(said, dict):
        raise refused("its statement is none")
    for part, value in wanted.items():
        if said.get(part) != value:
            raise refused(f"the `{part}` of its statement is not that of this run and this manifest")
    if more := sorted(said.keys() - wanted.keys()):
        raise refused(f"its statement says more than it may: {shorten(one_line(more[0]), 80)}")


def _reports(bundle: Bundle, told: Account, manifest: Manifest, tool: str) -> None:
    """Every report is what the Run makes of it; a Sluicegate of another version writes another."""
    for form, file in FILES.items():
        name = f"reports/{file}"
        if name not in bundle.entries:
            raise refused(f"there is no {name} in it")
        if manifest.tool_version == tool and bundle.read(name, LARGEST_RUN) != written(told, form).encode():
            raise refused(f"{name} is not what the run and its packs make of it")


def _answers(bundle: Bundle, told: Account, manifest: Manifest) -> Iterator[Remade]:
    """The hash of each kept answer made again, where it can be."""
    kept = {each.source: each for each in manifest.files if each.source}
    if lost := sorted(set(named(told)) - kept.keys() - manifest.absent.keys()):
        raise refused(f"the run names {shorten(one_line(lost[0]), 80)} as evidence, and it is not there")
    done: dict[tuple[str, str], Remade] = {}
    for shown in told.controls.values():
        for each in shown.evidence:
            sources = each.source.split(", ") if each.source else []
            if not sources or any(source not in kept for source in sources):
                continue
            key = (each.source, each.sha256)
            if key not in done:
                texts = [bundle.read(kept[source].path, LARGEST_RUN) for source in sources]
                done[key] = remade(each, sources, texts)
                if done[key].wrong:
                    raise refused(
                        f"{each.source} does not give the hash of the evidence `{each.subject}`: {each.sha256}"
                    )
    yield from done.values()
