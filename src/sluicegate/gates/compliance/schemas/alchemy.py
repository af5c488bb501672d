"""SQLAlchemy's models and tables, and Alembic's migrations."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from sluicegate.gates.compliance.schemas import sql
from sluicegate.gates.compliance.schemas.steps import Does, Script, Step, Trouble
from sluicegate.gates.compliance.schemas.syntax import (
    argument,
    assigned,
    calls,
    does_something,
    dotted,
    function,
    last,
    text,
    value_of,
)
from sluicegate.model import Outcome

_COLUMNS = ("Column", "mapped_column")
_NO_COLUMNS = ("relationship", "synonym", "column_property", "composite", "association_proxy", "Relationship")


# -- models ------------------------------------------------------------------------------------------------------------


def models(module: ast.Module) -> Iterator[Step]:
    """The columns of the classes and tables that a module declares; a mixin's are those of its class."""
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            yield from _of_class(node)
        elif isinstance(node, ast.Call) and last(node) == "Table" and node.args and text(node.args[0]):
            table = text(node.args[0])
            yield Step(does=Does.CREATE, table=table, line=node.lineno)
            yield from _given(node, table)


def _of_class(node: ast.ClassDef) -> Iterator[Step]:
    is_table = any(each.arg == "table" and isinstance(each.value, ast.Constant) for each in node.keywords)
    found = list(_columns(node, whole=is_table))
    if not found:
        return
    named = value_of(node.body, "__tablename__")
    table = text(named) or (node.name.lower() if is_table else node.name)
    yield Step(does=Does.CREATE, table=table, model=node.name, line=node.lineno)
    for name, kind, line in found:
        yield Step(does=Does.ADD, table=table, column=name, type=kind, model=node.name, line=line)


def _columns(node: ast.ClassDef, *, whole: bool) -> Iterator[tuple[str, str, int]]:
    """The columns of a class with their types and lines; `whole`: every annotated name is one (SQLModel)."""
    for name, value, annotation, line in assigned(node.body):
        called = last(value) if isinstance(value, ast.Call) else ""
        if called in _NO_COLUMNS or name.startswith("__"):
            continue
        if called in _COLUMNS and isinstance(value, ast.Call):
            yield text(value.args[0] if value.args else None) or name, _type(value, annotation), line
        elif annotation is not None and (last(annotation) == "Mapped" or whole) and last(annotation) != "ClassVar":
            yield name, _annotated(annotation), line


def _given(call: ast.Call, table: str) -> Iterator[Step]:
    for one in call.args:
        if isinstance(one, ast.Call) and last(one) == "Column" and one.args and text(one.args[0]):
            yield Step(does=Does.ADD, table=table, column=text(one.args[0]), type=_type(one, None), line=one.lineno)


def _type(column: ast.Call, annotation: ast.expr | None) -> str:
    given = argument(column, "type_")
    rest = column.args[1:] if column.args and text(column.args[0]) else column.args
    said = last(given) or next((name for each in rest if (name := last(each)) and name != "ForeignKey"), "")
    return said or (_annotated(annotation) if annotation is not None else "")


def _annotated(annotation: ast.expr) -> str:
    """`str` of `Mapped[str | None]`."""
    inner = annotation.slice if isinstance(annotation, ast.Subscript) else annotation
    return ast.unparse(inner).split("|")[0].strip()


# -- Alembic -----------------------------------------------------------------------------------------------------------


def migration(path: str, module: ast.Module, dialect: str) -> Script:
    """What the upgrade of a migration does, and whether its downgrade does something."""
    upgrade = function(module, "upgrade")
    back = does_something(function(module, "downgrade"))
    steps: list[Step] = []
    troubles: list[Trouble] = []
    if upgrade is not None:
        batches = _batches(upgrade)
        for call in calls(upgrade):
            for each in _of_call(call, batches, dialect):
                if isinstance(each, Step):
                    steps.append(each)
                else:
                    troubles.append(each)
    before = value_of(module.body, "down_revision")
    named = before.elts if isinstance(before, (ast.Tuple, ast.List)) else [before]
    return Script(
        path=path,
        family=f"alembic {path.rpartition('/')[0]}",
        steps=tuple(steps),
        order=(0, path),
        migration=True,
        back=back,
        revision=text(value_of(module.body, "revision")),
        after=tuple(name for each in named if (name := text(each))),
        troubles=tuple(troubles),
    )


def _batches(upgrade: ast.FunctionDef) -> dict[str, str]:
    """The tables behind the names of `with op.batch_alter_table(...) as NAME`."""
    return {
        item.optional_vars.id: text(argument(item.context_expr, "table_name", 0))
        for node in ast.walk(upgrade)
        if isinstance(node, ast.With)
        for item in node.items
        if isinstance(item.optional_vars, ast.Name)
        and isinstance(item.context_expr, ast.Call)
        and last(item.context_expr) == "batch_alter_table"
    }


def _of_call(call: ast.Call, batches: dict[str, str], dialect: str) -> Iterator[Step | Trouble]:
    owner, _, does = dotted(call.func).rpartition(".")
    if owner != "op" and owner not in batches:
        return
    line = call.lineno
    if does == "execute":
        written = text(argument(call, "sqltext", 0))
        if written:
            yield from sql.steps_of(written, dialect, line)
        else:
            yield _unwritten(line, "the statement that is executed")
        return
    if does not in _CALLS:
        return
    known = batches.get(owner)
    at = 0 if known is not None else 1
    table = known if known is not None else text(argument(call, "table_name", 0) or argument(call, "old_table_name"))
    if not table:
        yield _unwritten(line, f"the table of {does}")
        return
    match does:
        case "create_table":
            yield Step(does=Does.CREATE, table=table, line=line)
            yield from _given(call, table)
        case "add_column":
            column = argument(call, "column", at)
            if isinstance(column, ast.Call) and column.args and text(column.args[0]):
                kind = _type(column, None)
                yield Step(does=Does.ADD, table=table, column=text(column.args[0]), type=kind, line=line)
            else:
                yield _unwritten(line, f"the column that is added to {table}")
        case "drop_table":
            yield Step(does=Does.DROP, table=table, line=line)
        case "rename_table":
            yield Step(does=Does.RENAME, table=table, to=text(argument(call, "new_table_name", 1)), line=line)
        case _:
            yield from _of_column(call, table, does, at)


def _of_column(call: ast.Call, table: str, does: str, at: int) -> Iterator[Step | Trouble]:
    column = text(argument(call, "column_name", at))
    if not column:
        yield _unwritten(call.lineno, f"the column of {table} in {does}")
        return
    if does == "drop_column":
        yield Step(does=Does.REMOVE, table=table, column=column, line=call.lineno)
        return
    if kind := last(argument(call, "type_")):
        yield Step(does=Does.CHANGE, table=table, column=column, type=kind, line=call.lineno)
    if name := text(argument(call, "new_column_name")):
        yield Step(does=Does.CALL, table=table, column=column, to=name, line=call.lineno)


_CALLS = frozenset(("create_table", "add_column", "drop_table", "drop_column", "rename_table", "alter_column"))


def _unwritten(line: int, what: str) -> Trouble:
    return Trouble(line=line, text=f"{what} is not written out", outcome=Outcome.INCONCLUSIVE)
