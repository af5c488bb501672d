"""What a place in Python code is called, so that it is the same one after the code around it has moved."""

from __future__ import annotations

import ast
import re
import warnings

from msgspec import Struct

_TEXT = re.compile(r"""("{3}|'{3}|["'])(?:\\.|(?!\1).)*(?:\1|$)""")
_LONGEST = 500


class Source(Struct, frozen=True):
    """A file's lines, and the functions and classes in it with their first and last lines, outer ones first."""

    lines: tuple[str, ...]
    scopes: tuple[tuple[int, int, str], ...]

    def scope(self, line: int) -> str:
        """The qualified name of the function or class that holds a line; "" at the top of the module."""
        return next((name for first, last, name in reversed(self.scopes) if first <= line <= last), "")

    def line(self, number: int, *, masked: bool = False) -> str:
        """A line with one space where there is white space; `masked`: without its texts, which hold a secret."""
        text = self.lines[number - 1] if 0 < number <= len(self.lines) else ""
        text = " ".join(text.split())
        return (_TEXT.sub('"…"', text) if masked else text)[:_LONGEST]


def source(text: str) -> Source:
    """Read a file. Where Python cannot read it, it has lines and no names."""
    lines = tuple(text.split("\n"))
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(text)
        return Source(lines, tuple(sorted(_scopes(tree), key=lambda scope: (scope[0], -scope[1]))))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Source(lines, ())


def _scopes(tree: ast.Module) -> list[tuple[int, int, str]]:
    found = []
    left: list[tuple[ast.AST, str]] = [(tree, "")]
    while left:
        node, above = left.pop()
        for child in ast.iter_child_nodes(node):
            name = above
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{above}.{child.name}".lstrip(".")
                first = min([child.lineno, *(each.lineno for each in child.decorator_list)])
                found.append((first, child.end_lineno or child.lineno, name))
            left.append((child, name))
    return found
