"""What a Run was made with: the digest of its policy and the digest of the tool."""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import msgspec

import sluicegate
from sluicegate.config import Loaded
from sluicegate.model import Level
from sluicegate.worker.work import cleaned

_PACKAGE = "sluicegate"


def policy_digest(loaded: Loaded, fail_on: Level | None = None) -> str:
    """The SHA-256 of the effective settings, defaults included, in a canonical form (64 hexadecimal digits).

    Where a value came from does not matter, nor do comments and layout. A secret counts by its place, not its value.
    """
    settings = msgspec.to_builtins(loaded.settings, enc_hook=str)
    if fail_on is not None:
        settings["fail-on"] = fail_on.value
    sections = {gate: msgspec.to_builtins(section, enc_hook=str) for gate, section in loaded.sections.items()}
    return digest(_struck({"settings": settings, "gates": sections}, loaded.secrets))


@functools.cache
def tool_digest() -> str:
    """The SHA-256 over the paths and SHA-256 of this package's files: equal wherever the same files are installed.

    The hashes are those of the installation's RECORD; an installation that holds none of the package's files in it (an
    editable one) has its files read. It names the code; only a signature can prove that this code was what ran.
    """
    known = dict(_recorded()) or dict(_present())
    return hashlib.sha256("\n".join(f"{path}\0{known[path]}" for path in sorted(known)).encode()).hexdigest()


def digest(value: Any) -> str:
    """The SHA-256 of a value of builtin types in one spelling: sorted keys, no white space."""
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()


def _struck(value: Any, secrets: tuple[str, ...]) -> Any:
    """The same builtin values without the secrets."""
    if not secrets:
        return value
    if isinstance(value, str):
        return cleaned(value, secrets)
    if isinstance(value, dict):
        return {_struck(name, secrets): _struck(item, secrets) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_struck(item, secrets) for item in value]
    return value


def _recorded() -> Iterator[tuple[str, str]]:
    """The files of the package that RECORD lists, each with its hash as it stands there (PEP 376, PEP 427)."""
    try:
        listed = metadata.distribution(_PACKAGE).files or []
    except metadata.PackageNotFoundError:
        return
    for file in listed:
        if file.parts[0] == _PACKAGE and file.hash and file.hash.mode == "sha256" and file.suffix != ".pyc":
            yield file.as_posix(), file.hash.value


def _present() -> Iterator[tuple[str, str]]:
    """The same from the files themselves."""
    package = Path(sluicegate.__file__).parent
    for file in package.rglob("*"):
        if file.suffix != ".pyc" and file.is_file():
            value = base64.urlsafe_b64encode(hashlib.sha256(file.read_bytes()).digest()).rstrip(b"=").decode()
            yield f"{_PACKAGE}/{file.relative_to(package).as_posix()}", value
