"""A bundle put together: the Run, its packs and reports, and the files that its evidence names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from sluicegate.errors import UnreadableError, UserError
from sluicegate.gates.compliance.reports.account import Account, account
from sluicegate.gates.compliance.reports.bundle import tar
from sluicegate.gates.compliance.reports.bundle.statement import predicate, statement
from sluicegate.gates.compliance.reports.forms import FILES, written

if TYPE_CHECKING:
    from sluicegate.gates.compliance.controls.model import Pack
    from sluicegate.model import Run, Tree

FORMAT = "sluicegate compliance evidence"
VERSION = 1
RUN, MANIFEST, STATEMENT = "run.json", "manifest.json", "statement.json"


class File(Struct, frozen=True, kw_only=True):
    """A file of a bundle in its manifest. `source` is where the evidence of the Run says that it lay."""

    path: str
    sha256: str
    size: int
    source: str = ""


class Manifest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is in a bundle, beside the manifest and the statement about it; `absent` are sources that were not there.

    `tool_version` is the Sluicegate that wrote the reports.
    """

    format: str
    version: int
    tool_version: str
    files: tuple[File, ...]
    absent: dict[str, str]


class Packed(Struct, frozen=True, kw_only=True):
    """A bundle that was put together, in memory but for the sources; `predicate` is that of its statement."""

    files: dict[str, bytes]
    sources: dict[str, str]
    tree: Any
    predicate: dict[str, Any]
    absent: dict[str, str]

    def written(self) -> Iterator[bytes]:
        """Its bytes. Raises UserError where a source has changed since it was hashed."""
        return tar.written(self._all())

    def _all(self) -> Iterator[tuple[str, bytes]]:
        hashes = {each.path: each.sha256 for each in manifest_of(self.files[MANIFEST]).files}
        yield from self.files.items()
        for name, source in self.sources.items():
            data = self.tree.read(source, tar.LARGEST)
            if hashlib.sha256(data).hexdigest() != hashes[name]:
                raise UserError(f"{source} has changed while it was packed", hint="pack again")
            yield name, data


def packed(data: bytes, run: Run, packs: Mapping[str, tuple[Pack, bytes]], tree: Tree, tool: str) -> Packed:
    """All that goes into a bundle of a Run whose document is `data`. Raises UserError."""
    told = account(run, (pack for pack, _ in packs.values()))
    files = {RUN: data}
    files |= {f"packs/{name}.yaml": text for name, (_, text) in sorted(packs.items())}
    files |= {f"reports/{FILES[form]}": written(told, form).encode() for form in FILES}
    sources: dict[str, str] = {}
    absent: dict[str, str] = {}
    listed = [_file(name, content) for name, content in files.items()]
    room = tar.LARGEST // 2
    for number, source in enumerate(named(told), 1):
        try:
            content = tree.read(source, room)
        except UnreadableError as error:
            absent[source] = error.message
            continue
        room -= len(content)
        suffix = source.rpartition(".")[2]
        name = f"sources/{number}" + (f".{suffix}" if suffix in ("json", "jsonl") else "")
        sources[name] = source
        listed.append(_file(name, content, source))
    manifest = Manifest(
        format=FORMAT, version=VERSION, tool_version=tool, files=tuple(sorted(listed, key=lambda each: each.path)),
        absent=absent,
    )  # fmt: skip
    front = {MANIFEST: _json(manifest)}
    digest, run_digest = hashlib.sha256(front[MANIFEST]).hexdigest(), hashlib.sha256(data).hexdigest()
    front[STATEMENT] = _json(statement(told, digest, run_digest))
    return Packed(files=front | files, sources=sources, tree=tree, predicate=predicate(told, run_digest), absent=absent)


def named(told: Account) -> list[str]:
    """The files that the evidence of a Run names as keeping its answers, each once."""
    kept = (each.source for shown in told.controls.values() for each in shown.evidence if each.source)
    return sorted({source for sources in kept for source in sources.split(", ")})


def manifest_of(data: bytes) -> Manifest:
    """The manifest that a text is. Raises RefusedError."""
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise tar.refused(f"its manifest is none: {error}") from None
    if manifest.format != FORMAT or manifest.version != VERSION:
        told = f"its manifest is of another kind or version ({manifest.format[:60]!r}, {manifest.version})"
        raise tar.refused(told, "verify it with the release of Sluicegate that wrote it")
    return manifest


def _file(name: str, content: bytes, source: str = "") -> File:
    return File(path=name, sha256=hashlib.sha256(content).hexdigest(), size=len(content), source=source)


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
