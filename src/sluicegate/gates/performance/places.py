"""Where a benchmark is declared: the line of its function or of its name in the code; else the file of its results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sluicegate.errors import UnreadableError
from sluicegate.model import Location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.model import Context, Tree

_LARGEST = 2 << 20
_MOST = 500
_LIKELY = (
    "**/*bench*.py", "**/test_*.py", "**/*bench*/**/*.py", "**/*_test.go", "**/benches/**/*.rs", "**/*[bB]ench*.java",
    "**/*[bB]ench*.cs", "**/*bench*.cc", "**/*bench*.cpp", "**/*bench*.js", "**/*bench*.ts", "**/*.k6.js",
    "**/locustfile*.py",
)  # fmt: skip


def declared(context: Context, benchmark: str, name: str, file: str, line: int | None) -> Location:
    """The place of a benchmark by its full name: `tests/test_sort.py::test_sort[1000]`, `BenchmarkSort/1000`, `sort`.

    A name that stands at several places is taken to be at none of them.
    """
    found = _found(context, benchmark)
    if found:
        return Location(path=context.head.display(found[0]), line=found[1], logical=name)
    return Location(path=file, line=line, logical=name)


def _found(context: Context, benchmark: str) -> tuple[str, int] | None:
    path, _, rest = benchmark.partition("::")
    if rest and context.head.find(path):
        return next(iter(_lines(context.head, path, _last(rest))), None)
    word = _last(benchmark)
    if len(word) < 3:  # noqa: PLR2004 - it would stand anywhere
        return None
    known = context.memo.setdefault("performance places", {})
    if word not in known:
        places = [(one, line) for one in _sources(context) for line in _lines_in(context, one, word)]
        known[word] = places[0] if len(places) == 1 else None
    place: tuple[str, int] | None = known[word]
    return place


def _last(name: str) -> str:
    """The word by which the code calls a benchmark: its function, without parameters."""
    plain = name.partition("[")[0].partition("(")[0]
    parts = re.findall(r"[A-Za-z_][A-Za-z0-9_]*", plain.partition("/")[0] if plain.startswith("Benchmark") else plain)
    return parts[-1] if parts else ""


def _sources(context: Context) -> list[str]:
    key = "performance sources"
    if key not in context.memo:
        found = dict.fromkeys(path for pattern in _LIKELY for path in context.head.glob(pattern))
        context.memo[key] = list(found)[:_MOST]
    sources: list[str] = context.memo[key]
    return sources


def _lines_in(context: Context, path: str, word: str) -> Iterator[int]:
    for _, line in _lines(context.head, path, word):
        yield line


def _lines(tree: Tree, path: str, word: str) -> Iterator[tuple[str, int]]:
    """The lines of a file that declare a word: a function of that name, or the name in quotes."""
    try:
        text = tree.read(path, _LARGEST).decode("utf-8", "replace")
    except UnreadableError:
        return
    wanted = re.compile(
        rf"\b(?:def|func|fn|void|function)\s+{re.escape(word)}\b|[\"'`]{re.escape(word)}[\"'`]|\b{re.escape(word)}\s*\("
    )
    for number, line in enumerate(text.split("\n"), 1):
        if wanted.search(line):
            yield path, number
