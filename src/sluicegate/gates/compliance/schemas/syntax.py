"""Python as text: what calls and classes of a module say, without importing it or running a line of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def dotted(node: ast.AST | None) -> str:
    """`op.create_table` of a name or of the function of a call; "" of anything else."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            before = dotted(node.value)
            return f"{before}.{node.attr}" if before else node.attr
        case ast.Call():
            return dotted(node.func)
        case ast.Subscript():
            return dotted(node.value)
        case _:
            return ""


def last(node: ast.AST | None) -> str:
    """The last part of a dotted name."""
    return dotted(node).rpartition(".")[2]


def text(node: ast.AST | None) -> str:
    """The text that is written there; "" where it is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Call) and last(node) in ("quoted_name", "text", "f") and node.args:
        return text(node.args[0])
    return ""


def argument(call: ast.Call, name: str, place: int | None = None) -> ast.expr | None:
    """What a call is given under a name, or at a place; None for nothing and for `None`."""
    given = next((each.value for each in call.keywords if each.arg == name), None)
    if given is None and place is not None and place < len(call.args):
        given = call.args[place]
    return None if isinstance(given, ast.Constant) and given.value is None else given


def calls(node: ast.AST) -> Iterator[ast.Call]:
    """The calls of a piece of code, in the order in which they are written."""
    found = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
    return iter(sorted(found, key=lambda each: (each.lineno, each.col_offset)))


def assigned(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr | None, ast.expr | None, int]]:
    """The names that a body gives values: with the value, the annotation, and the line."""
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value, None, statement.lineno
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name, statement.value, statement.annotation, statement.lineno
            case _:
                pass


def value_of(body: list[ast.stmt], name: str) -> ast.expr | None:
    """What a name is given in a body."""
    return next((value for each, value, _, _ in assigned(body) if each == name), None)


def function(module: ast.Module, name: str) -> ast.FunctionDef | None:
    """The function of that name at the top of a module."""
    return next((each for each in module.body if isinstance(each, ast.FunctionDef) and each.name == name), None)


def does_something(code: ast.FunctionDef | None) -> bool:
    """Whether a function has a body beside its docstring, `pass`, `...` and what it raises."""
    return code is not None and not all(
        isinstance(each, (ast.Pass, ast.Raise)) or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
        for each in code.body
    )
