"""What the repository declares of its own licence: files of terms, manifests, and the headers of its sources.

Which licence the text of a file is nobody guesses here: it is a declaration, and its name or a header may say which.
Source of headers and of the folder `LICENSES`: the REUSE specification 3.3.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator

from msgspec import Struct, field

from sluicegate.errors import GateError
from sluicegate.gates.compliance.evidence.declared.files import listed
from sluicegate.gates.compliance.evidence.licences.claims import Claim, on_own_terms
from sluicegate.gates.compliance.evidence.licences.manifests import READERS
from sluicegate.gates.compliance.evidence.repository import prefix_of
from sluicegate.gates.compliance.items import Asking, Gathered, Item
from sluicegate.manifests.expressions import whole
from sluicegate.model import Location, Outcome, Tree, Undecided
from sluicegate.text import one_line, plural, shorten

_TERMS = re.compile(
    r"(?:(?:un)?licen[cs]e|copying)(?:\.lesser)?(?:[-_][\w.+-]+?)?(?:\.(?:txt|md|rst|adoc|html?))?", re.IGNORECASE
)
_FOREIGN = ("**/node_modules/**", "**/vendor/**", "**/.venv/**", "**/third_party/**")
_SOURCES = frozenset((
    "c", "cc", "cpp", "cs", "css", "dart", "ex", "exs", "go", "h", "hpp", "hs", "java", "jl", "js", "jsx", "kt", "kts",
    "lua", "m", "mjs", "php", "pl", "proto", "ps1", "py", "r", "rb", "rs", "scala", "scss", "sh", "sql", "swift", "tf",
    "ts", "tsx", "vue", "zig",
))  # fmt: skip
_HEADER = re.compile(
    rb"^[ \t]*(?:#+|//+|/\*+|\*|--|;+|<!--|%+|\"\"\")[ \t]*SPDX-License-Identifier:[ \t]*([^\r\n]*)", re.MULTILINE
)
_BEGINNING = 4096
_LARGEST_TERMS, _LARGEST_SOURCE = 1 << 20, 4 << 20


class _Seen(Struct, kw_only=True):
    """What was read so far."""

    items: list[Item] = field(default_factory=list)
    lacking: list[Undecided] = field(default_factory=list)
    digest: list[str] = field(default_factory=list)

    def content(self, tree: Tree, path: str, limit: int) -> bytes:
        """The bytes of a file; nothing, and why, where it cannot be read."""
        try:
            raw = tree.read(path, limit)
        except GateError as error:
            self.lacking.append(Undecided(outcome=Outcome.NOT_TESTED, reason=error.message, hint=error.hint))
            return b""
        self.digest.append(f"{path} {hashlib.sha256(raw).hexdigest()}")
        return raw


def gather(asking: Asking) -> Iterator[Gathered]:
    """An item for the repository, one for each manifest that names a licence, one for each licence of headers."""
    tree, seen = asking.context.head, _Seen()
    found = _terms(asking, seen)
    unread = bool(seen.lacking)
    every = listed(asking, ("**",), but=_FOREIGN)
    manifests = [path for path in every if posixpath.basename(path) in READERS]
    for path in manifests:
        _manifest(tree, path, seen)
    repository = _repository(tree, found, seen, unread=unread)
    sources = [path for path in every if path.rpartition(".")[2].lower() in _SOURCES]
    _headers(asking, sources, seen)
    yield Gathered(
        subject="licences that the repository declares",
        query=f"{plural(len(found), 'file')} of terms, {plural(len(manifests), 'manifest')} ({', '.join(READERS)}), "
        f"the headers SPDX-License-Identifier of {plural(len(sources), 'source')}",
        sha256=hashlib.sha256("\n".join(seen.digest).encode("utf-8", "surrogateescape")).hexdigest(),
        items=(repository, *seen.items),
        revision=tree.name,
        lacking=tuple(seen.lacking),
    )


def _repository(tree: Tree, found: list[str], seen: _Seen, *, unread: bool) -> Item:
    """Whether the repository itself declares anything: what a package in it or one of its files says is of that alone.

    Nobody knows where a file of terms was `unread`, or a manifest at the top has its licence from elsewhere.
    """
    own = [one for one in seen.items if "/" not in one.key[0]]
    declares = bool(found) or any(one.data.get("known") or one.data["own_terms"] for one in own)
    open_ = not declares and (unread or any(one.unknown for one in own))
    named = {one.data["expression"] for one in own if one.data["expression"]}
    data = {
        "what": "repository", "files": [tree.display(path) for path in found], "licences": sorted(named), "licence": "",
        "own_terms": False,
    }  # fmt: skip
    return Item(
        key=("repository",),
        data=data if open_ else data | {"declared": declares},
        unknown=("declared",) if open_ else (),
        location=Location(path=tree.display(found[0]) if found else None, logical="repository"),
    )


def _terms(asking: Asking, seen: _Seen) -> list[str]:
    """The files of terms that are not empty: in the folder of the settings, and at the top of the repository."""
    tree, prefix = asking.context.head, prefix_of(asking)
    folders = [".", *([posixpath.relpath(".", prefix)] if prefix else [])]
    paths = [
        posixpath.normpath(path)
        for folder in folders
        for pattern, every in (("*", False), ("LICENSES/*", True))
        for path in tree.glob(posixpath.join(folder, pattern))
        if every or _TERMS.fullmatch(posixpath.basename(path))
    ]
    return [path for path in dict.fromkeys(paths) if seen.content(tree, path, _LARGEST_TERMS).strip()]


def _manifest(tree: Tree, path: str, seen: _Seen) -> None:
    if not seen.content(tree, path, _LARGEST_SOURCE):
        return
    try:
        claims = list(READERS[posixpath.basename(path)](tree, path))
    except GateError as error:
        seen.lacking.append(Undecided(outcome=Outcome.ERRORED, reason=error.message, hint=error.hint))
        return
    seen.items += [_item("manifest", tree, path, claim, (path, claim.text)) for claim in claims]


def _headers(asking: Asking, paths: list[str], seen: _Seen) -> None:
    tree = asking.context.head
    told: dict[str, tuple[str, int]] = {}
    for path in paths:
        if asking.context.cancelled():
            return
        beginning = seen.content(tree, path, _LARGEST_SOURCE)[:_BEGINNING]
        for one in _HEADER.finditer(beginning):
            told.setdefault(_plain(one[1]), (path, beginning.count(b"\n", 0, one.start()) + 1))
    for text, (path, line) in told.items():
        seen.items.append(_item("header", tree, path, Claim(text=text, line=line), ("header", text)))


def _plain(raw: bytes) -> str:
    """What a header says, without the end of its comment."""
    text = raw.decode("utf-8", "replace").strip()
    for end in ("*/", "-->", '"""'):
        text = text.removesuffix(end).strip()
    return text


def _item(what: str, tree: Tree, path: str, claim: Claim, key: tuple[str, ...]) -> Item:
    text = shorten(one_line(claim.text), 200)
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), claim.refers_to)) if claim.refers_to else ""
    expression = "" if claim.open else whole(claim.text)
    data = {
        "what": what,
        "file": tree.display(path),
        "licence": text or (f"the terms of {claim.refers_to}" if claim.refers_to else ""),
        "expression": expression,
        "own_terms": bool(beside and tree.find(beside) is not None) or on_own_terms(claim.text),
    }
    return Item(
        key=key,
        data=data if claim.open else data | {"known": bool(expression)},
        unknown=("known",) if claim.open else (),
        location=Location(path=tree.display(path), line=claim.line),
    )
