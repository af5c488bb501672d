"""Everything that can change what a gate finds in a tree, beside the tree: as one digest."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import platform
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from sluicegate import __version__
from sluicegate.model import FINGERPRINTS, RUN_VERSION, CacheKey
from sluicegate.registry import load
from sluicegate.worker.job import Job

_SUFFIXES = (".py", ".md", ".json", ".yaml", ".toml", ".so", ".pyd")


def cache_key(job: Job) -> str | None:
    """The SHA-256 of what a job's answer hangs on beside the files it reads; None where the gate cannot say.

    Those are the gate and its settings, the files of Sluicegate and of the plugin, every installed distribution, what
    the gate itself names (tools, advisories), Python, the platform and the day: a rule may know dates. Of the
    trees it is where paths count from.
    """
    own: Iterable[str] = ()
    settings = msgspec.convert(job.settings, load(job.settings_type))
    if job.cache_key:
        named: CacheKey = load(job.cache_key)
        told = named(settings, job.head.folder)
        if told is None:
            return None
        own = told
    sides = [(spec.prefix, spec.aliases, spec.shown) for spec in (job.base, job.reference) if spec is not None]
    said = [
        "1", __version__, str(RUN_VERSION), str(FINGERPRINTS), job.gate, job.check, job.settings_type,
        _text(job.settings), _text(job.settings_before), _text(sorted(job.rules)), _text(job.parts),
        _text(sorted(job.change_rules)), _text(sides),
        str(job.reference == job.base), str(job.chosen), job.no_reference, _text(sorted(job.secrets)),
        job.now.date().isoformat(), sys.version, sys.platform, platform.machine(),
        _files_digest("sluicegate"), _files_digest(re.split("[.:]", job.check)[0]), _distributions(), *own,
    ]  # fmt: skip
    return hashlib.sha256("\0".join(said).encode("utf-8", "surrogatepass")).hexdigest()


def _text(value: Any) -> str:
    return repr(value) if not isinstance(value, dict) else repr(sorted(value.items(), key=str))


@cache
def _files_digest(package: str) -> str:
    """The SHA-256 over the files of a package, as they are: a version number does not change with each edit."""
    spec = importlib.util.find_spec(package)
    if spec is None:
        return ""
    places = list(spec.submodule_search_locations or ([] if spec.origin is None else [spec.origin]))
    whole = hashlib.sha256()
    for place in places:
        for name, path in sorted(_files(place, "")):
            content = Path(path).read_bytes()
            whole.update(f"{name}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
            whole.update(content)
    return whole.hexdigest()


def _files(place: str, below: str) -> Iterator[tuple[str, str]]:
    if not Path(place).is_dir():
        yield Path(place).name, place
        return
    with os.scandir(place) as entries:
        for entry in entries:
            name = f"{below}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    yield from _files(entry.path, name)
            elif entry.name.endswith(_SUFFIXES):
                yield name, entry.path


@cache
def _distributions() -> str:
    """What is installed here: the names of the folders that say so hold name and version of each distribution."""
    found: set[str] = set()
    for place in sys.path:
        with contextlib.suppress(OSError), os.scandir(place or ".") as entries:
            found.update(entry.name for entry in entries if entry.name.endswith((".dist-info", ".egg-info")))
    return hashlib.sha256("\0".join(sorted(found)).encode("utf-8", "surrogateescape")).hexdigest()
