"""Files of a folder on disk, which belong to no revision, by names and patterns of the settings."""

from __future__ import annotations

from pathlib import Path

from sluicegate.errors import GateError
from sluicegate.revision.globs import is_pattern
from sluicegate.text import one_line, shorten

_SHOWN = 120


def fitting(root: Path, pattern: str) -> list[Path]:
    """The files of a folder that a pattern names, in the order of their names. Raises GateError: it cannot name any."""
    told = one_line(shorten(pattern, _SHOWN))
    if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
        raise GateError(f"{told} lies outside of the folder of the settings", "name a file in it")
    try:
        found = sorted(root.glob(pattern)) if is_pattern(pattern) else [root / pattern]
        return [each for each in found if each.is_file()]
    except (ValueError, NotImplementedError) as error:
        raise GateError(f"{told} is no pattern of files: {error}", "`**` stands between slashes") from None
    except OSError as error:
        raise GateError(f"{told} cannot be looked for: {error.strerror}", "correct it, or look at rights") from None
