"""Images that tests build themselves, byte by byte, and what the check says of them."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sluicegate.gates.security.images import BASE, REMOTE, ROOT, RULES
from sluicegate.gates.security.images.check import check
from sluicegate.gates.security.settings import Settings
from sluicegate.model import Context, Examination, Finding, Outcome, Rule
from sluicegate.revision import TreeSpec, open_tree

NOW = datetime(2026, 11, 20, tzinfo=UTC)
CONFIG = (ROOT, BASE, REMOTE)
"""The rules that ask the configuration alone."""

USER = {"config": {"User": "10001"}}


def said(
    root: Path,
    *paths: str,
    past: bool = False,
    touched: frozenset[str] | None = None,
    rules: Iterable[Rule] = RULES,
    **settings: Any,
) -> list[Any]:
    """All that the check says of the images at some paths."""
    tree = open_tree(TreeSpec(kind="folder", root=str(root)))
    context = Context(
        settings=Settings(images=paths, **settings), head=tree, reference=None,
        rules=frozenset(rule.id for rule in rules), now=NOW, past=past, touched=touched, folder=str(root),
    )  # fmt: skip
    return list(check(context))


def findings(root: Path, *paths: str, **asked: Any) -> list[Finding]:
    """The findings of all rules, or of those that are asked for."""
    return [one for one in said(root, *paths, **asked) if isinstance(one, Finding)]


def outcomes(told: list[Any]) -> dict[str, tuple[Outcome, str]]:
    """Why rules could not decide."""
    return {
        one.rule: (one.undecided.outcome, one.undecided.reason)
        for one in told
        if isinstance(one, Examination) and one.undecided
    }


def written(root: Path, files: Mapping[str, str | bytes], folder: str = "image") -> None:
    """Files in a folder."""
    for name, text in files.items():
        place = root / folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode() if isinstance(text, str) else text)


def tarred(files: dict[str, bytes]) -> bytes:
    """An archive of plain files."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def config_tarred(config: dict[str, Any], *, tags: list[str] | None = None) -> bytes:
    """What `docker save` wrote before it wrote an index too."""
    text = json.dumps(config).encode()
    name = f"{hashlib.sha256(text).hexdigest()}.json"
    listed = [{"Config": name, "RepoTags": tags, "Layers": []}]
    return tarred({name: text, "manifest.json": json.dumps(listed).encode()})


def encoded(files: dict[str, str]) -> dict[str, bytes]:
    """Texts as bytes."""
    return {name: text.encode() for name, text in files.items()}
