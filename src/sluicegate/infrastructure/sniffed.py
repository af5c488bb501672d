"""Which YAML and JSON files are manifests or templates: each is looked into once, and quickly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sluicegate.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sluicegate.model import Tree

PATTERNS = tuple(f"{way}*.{end}" for end in ("yaml", "yml", "json", "template") for way in ("", "**/"))
_LARGEST = 32 << 20
"""A file of more bytes is not even looked into."""
_KIND = re.compile(rb"kind[\"']?[ \t]*:[ \t]*[\"']?[A-Z{]")


class Sniffed(Struct, frozen=True, kw_only=True):
    """The paths by what the files say they are, sorted; `unseen` are those into which nobody could look."""

    manifests: list[str] = field(default_factory=list)
    templates: list[str] = field(default_factory=list)
    unseen: dict[str, UnreadableError] = field(default_factory=dict)


def sniffed(tree: Tree, paths: Iterable[str], cancelled: Callable[[], bool]) -> Sniffed:
    """What the files of some paths are, up to where somebody cancels."""
    found = Sniffed()
    for path in paths:
        if cancelled():
            break
        try:
            raw = tree.read(path, _LARGEST)
        except UnreadableError as error:
            found.unseen[path] = error
            continue
        if is_manifest(raw):
            found.manifests.append(path)
        if is_template(raw):
            found.templates.append(path)
    return found


def is_manifest(raw: bytes) -> bool:
    """Whether a file, or a document of one, says that it is an object of Kubernetes."""
    if b"apiVersion" not in raw:
        return False
    return any(not raw[at - 1 : at].isalnum() for at in (one.start() for one in _KIND.finditer(raw)))


def is_template(raw: bytes) -> bool:
    """Whether a file is a template of CloudFormation, by the words that each has."""
    return b"Resources" in raw and (b"AWSTemplateFormatVersion" in raw or b"AWS::" in raw)
