"""The scripts of a tree: which files are looked at, and as what each is read."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from sluicegate.errors import UnreadableError
from sluicegate.gates.compliance.items import Asking
from sluicegate.gates.compliance.schemas import alchemy, django, sql
from sluicegate.gates.compliance.schemas.steps import Script, Trouble

CONVENTIONAL = (
    "**/*.sql", "**/models.py", "**/models/*.py", "**/tables.py", "**/schema.py", "**/migrations/*.py",
    "**/versions/*.py",
)  # fmt: skip
"""Where schemas and migrations are looked for when none are named."""

LARGEST = 8 << 20
"""Bytes of a file that is read."""

_ALEMBIC = re.compile(rb"(?m)^(?:down_)?revision\b|\bop\.\w+\(")
_DJANGO_MIGRATION = re.compile(rb"\bMigration\s*\(\s*(?:\w+\.)?Migration\s*\)")
_DJANGO = re.compile(rb"(?m)^\s*(?:from|import)\s+django\b")
_ALCHEMY = re.compile(rb"__tablename__|\bColumn\s*\(|\bmapped_column\s*\(|\bMapped\s*\[|\bSQLModel\b")


def scripts(asking: Asking) -> list[Script]:
    """The scripts that the settings name, or that lie where they usually do; those of a tree are read once."""
    memo, key = asking.context.memo, ("compliance scripts", asking.context.past)
    if key not in memo:
        memo[key] = list(_read(asking))
    return list(memo[key])


def _read(asking: Asking) -> Iterator[Script]:
    tree, settings = asking.context.head, asking.settings
    named: dict[str, None] = {}
    for pattern in settings.schemas or CONVENTIONAL:
        matched = tree.glob(pattern)
        named.update(dict.fromkeys(matched or ([pattern] if settings.schemas else [])))
    others = frozenset(named)
    for path in sorted(named):
        if sql.is_undo(path):
            continue
        try:
            raw = tree.read(path, LARGEST)
            yield from _script(path, raw, settings.dialect, others)
        except UnreadableError as error:
            yield _broken(path, 1, error.message)


def _script(path: str, raw: bytes, dialect: str, others: frozenset[str]) -> Iterator[Script]:
    if not path.endswith(".py"):
        try:
            yield sql.read(path, raw.decode("utf-8-sig"), dialect, others)
        except UnicodeDecodeError:
            yield _broken(path, 1, "it is not UTF-8")
        return
    of_django = _DJANGO_MIGRATION.search(raw) is not None
    if not (of_django or _ALEMBIC.search(raw) or _DJANGO.search(raw) or _ALCHEMY.search(raw)):
        return
    try:
        with warnings.catch_warnings(action="ignore"):  # of the code that is read, and no concern of ours
            module = ast.parse(raw, path)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        yield _broken(path, line, f"it is no Python that can be read: {getattr(error, 'msg', None) or error}")
        return
    if of_django:
        yield django.migration(path, module, dialect)
    elif _ALEMBIC.search(raw):
        yield alchemy.migration(path, module, dialect)
    else:
        steps = django.models(path, module) if _DJANGO.search(raw) else alchemy.models(module)
        yield Script(path=path, family=path, steps=tuple(steps))


def _broken(path: str, line: int, text: str) -> Script:
    return Script(path=path, family=path, steps=(), troubles=(Trouble(line=line, text=text),))
