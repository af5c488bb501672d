"""What a place in Python code is called, so that it is the same one after the code around it has moved."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from msgspec import Struct

_TEXT = re.compile(r"""("{3}|'{3}|["'])(?:\\.|(?!\1).)*(?:\1|$)""")
_LONGEST = 500


class Source(Struct, frozen=True):
    """A file's lines, and for each the qualified name of the function or class that holds it."""

    lines: list[str]
    owners: list[str]

    def scope(self, line: int) -> str:
        """The qualified name of the function or class that holds a line; "" at the top of the module."""
        return self.owners[line - 1] if 0 < line <= len(self.owners) else ""

    def line(self, number: int, *, masked: bool = False) -> str:
        """A line with one space where there is white space; `masked`: without its texts, which hold a secret."""
        text = self.lines[number - 1] if 0 < number <= len(self.lines) else ""
        text = " ".join(text.split())
        return (_TEXT.sub('"…"', text) if masked else text)[:_LONGEST]


def source(text: str) -> Source:
    """Read a file. Where Python cannot read it, it has lines and no names."""
    lines = text.split("\n")
    owners = [""] * len(lines)
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Source(lines, owners)
    for first, last, name in sorted(_scopes(tree), key=lambda scope: (scope[0], -scope[1])):
        owners[first - 1 : last] = [name] * (last - first + 1)  # what lies within comes later, and takes its part
    return Source(lines, owners)


def _scopes(tree: ast.Module) -> list[tuple[int, int, str]]:
    """First line, last line and qualified name; only statements are walked, since no expression holds a definition."""
    found = []
    left: list[tuple[ast.stmt, str]] = [(statement, "") for statement in tree.body]
    while left:
        node, above = left.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            above = f"{above}.{node.name}".lstrip(".")
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            found.append((first, node.end_lineno or node.lineno, above))
        left += [(statement, above) for statement in _inside(node)]
    return found


def _inside(node: ast.AST) -> Iterator[ast.stmt]:
    for name in ("body", "orelse", "finalbody"):
        yield from getattr(node, name, ())
    for name in ("handlers", "cases"):
        for branch in getattr(node, name, ()):
            yield from branch.body
