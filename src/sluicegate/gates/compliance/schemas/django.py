"""Django's models and migrations."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from sluicegate.gates.compliance.schemas import sql
from sluicegate.gates.compliance.schemas.steps import Does, Script, Step, Trouble
from sluicegate.gates.compliance.schemas.syntax import argument, assigned, dotted, last, text, value_of
from sluicegate.model import Outcome

_LINKS = ("ForeignKey", "OneToOneField")
_OTHER_FIELDS = ("ManyToManyField", "GenericForeignKey", "GenericRelation")
_NO_FIELDS = ("forms.", "serializers.", "filters.", "factory.")


def app_of(path: str) -> str:
    """The app that a file of models or migrations is of: the folder that holds them."""
    folders = path.split("/")[:-1]
    while folders and folders[-1] in ("models", "migrations"):
        folders.pop()
    return folders[-1] if folders else ""


# -- models ------------------------------------------------------------------------------------------------------------


def models(path: str, module: ast.Module) -> Iterator[Step]:
    """The columns of the models of a module; those of an abstract one are those of its class."""
    for node in ast.walk(module):
        if not isinstance(node, ast.ClassDef):
            continue
        found = [
            (name, value, line)
            for name, value, _, line in assigned(node.body)
            if isinstance(value, ast.Call) and _is_field(value)
        ]
        if found:
            meta = next((each for each in node.body if isinstance(each, ast.ClassDef) and each.name == "Meta"), None)
            named = text(value_of(meta.body, "db_table")) if meta else ""
            table = named or _table(app_of(path), node.name)
            yield Step(does=Does.CREATE, table=table, model=node.name, line=node.lineno)
            for name, value, line in found:
                yield _field(table, name, value, line, node.name)


def _is_field(call: ast.Call) -> bool:
    name = dotted(call.func)
    kind = name.rpartition(".")[2]
    if kind in _OTHER_FIELDS or name.startswith(_NO_FIELDS):
        return False
    return kind in _LINKS or kind.endswith("Field")


def _field(table: str, name: str, call: ast.Call, line: int, model: str) -> Step:
    column = text(argument(call, "db_column")) or (f"{name}_id" if last(call) in _LINKS else name)
    return Step(does=Does.ADD, table=table, column=column, type=last(call), model=model, line=line)


def _table(app: str, model: str) -> str:
    return f"{app}_{model.lower()}" if app else model.lower()


# -- migrations --------------------------------------------------------------------------------------------------------


def migration(path: str, module: ast.Module, dialect: str) -> Script:
    """What a migration does. Django undoes each of its own operations; SQL and code that it runs have to say how."""
    app = app_of(path)
    steps: list[Step] = []
    troubles: list[Trouble] = []
    for node in module.body:
        if isinstance(node, ast.ClassDef) and node.name == "Migration":
            operations = value_of(node.body, "operations")
            if operations is not None and not isinstance(operations, (ast.List, ast.Tuple)):
                troubles.append(_unwritten(operations.lineno, "what the migration does"))
            for each in _operations(operations, app, dialect):
                if isinstance(each, Step):
                    steps.append(each)
                else:
                    troubles.append(each)
    name = path.rpartition("/")[2]
    return Script(
        path=path,
        family=f"django {path.rpartition('/')[0]}",
        steps=tuple(steps),
        order=(0, name),
        migration=True,
        back=all(step.back is not False for step in steps),
        troubles=tuple(troubles),
    )


def _operations(listed: ast.expr | None, app: str, dialect: str) -> Iterator[Step | Trouble]:
    for one in listed.elts if isinstance(listed, (ast.List, ast.Tuple)) else ():
        if isinstance(one, ast.Call):
            yield from _operation(one, app, dialect)
        else:
            yield _unwritten(one.lineno, "an operation")


def _operation(call: ast.Call, app: str, dialect: str) -> Iterator[Step | Trouble]:
    line, does = call.lineno, last(call)
    if does in ("RunSQL", "RunPython"):
        yield from _ran(call, does, dialect)
        return
    if does == "SeparateDatabaseAndState":
        yield from _operations(argument(call, "database_operations", 0), app, dialect)
        return
    if does not in _OPERATIONS:
        return
    model = text(argument(call, _OPERATIONS[does], 0))
    if not model:
        yield _unwritten(line, f"the model of {does}")
        return
    table = _table(app, model)
    match does:
        case "CreateModel":
            yield from _created(call, table, model)
        case "DeleteModel":
            yield Step(does=Does.DROP, table=table, line=line)
        case "RenameModel":
            new = text(argument(call, "new_name", 1))
            yield Step(does=Does.RENAME, table=table, to=_table(app, new), line=line)
        case "AlterModelTable":
            yield Step(does=Does.RENAME, table=table, to=text(argument(call, "table", 1)), line=line)
        case _:
            yield from _of_field(call, does, table, model)


_OPERATIONS = {
    "CreateModel": "name", "DeleteModel": "name", "RenameModel": "old_name", "AlterModelTable": "name",
    "AddField": "model_name", "AlterField": "model_name", "RemoveField": "model_name", "RenameField": "model_name",
}  # fmt: skip


def _created(call: ast.Call, table: str, model: str) -> Iterator[Step]:
    options = argument(call, "options", 2)
    named = ""
    if isinstance(options, ast.Dict):
        named = next(
            (text(value) for key, value in zip(options.keys, options.values, strict=True) if text(key) == "db_table"),
            "",
        )
    yield Step(does=Does.CREATE, table=table, to=named, model=model, line=call.lineno)
    fields = argument(call, "fields", 1)
    for pair in fields.elts if isinstance(fields, (ast.List, ast.Tuple)) else ():
        match pair:
            case ast.Tuple(elts=[name, ast.Call() as value]) if text(name) and last(value) not in _OTHER_FIELDS:
                yield _field(table, text(name), value, pair.lineno, model)
            case _:
                pass


def _of_field(call: ast.Call, does: str, table: str, model: str) -> Iterator[Step | Trouble]:
    name = text(argument(call, "old_name" if does == "RenameField" else "name", 1))
    if not name:
        yield _unwritten(call.lineno, f"the field of {does}")
        return
    if does == "RemoveField":
        yield Step(does=Does.REMOVE, table=table, column=name, line=call.lineno)
        yield Step(does=Does.REMOVE, table=table, column=f"{name}_id", line=call.lineno)
    elif does == "RenameField":
        new = text(argument(call, "new_name", 2))
        yield Step(does=Does.CALL, table=table, column=name, to=new, line=call.lineno)
    else:
        value = argument(call, "field", 2)
        if isinstance(value, ast.Call) and last(value) not in _OTHER_FIELDS:
            yield _field(table, name, value, call.lineno, model)


def _ran(call: ast.Call, does: str, dialect: str) -> Iterator[Step | Trouble]:
    back = argument(call, "reverse_sql" if does == "RunSQL" else "reverse_code", 1) is not None
    yield Step(does=Does.RUN, table=does, line=call.lineno, back=back)
    if does == "RunSQL":
        given = argument(call, "sql", 0)
        for one in given.elts if isinstance(given, (ast.List, ast.Tuple)) else [given]:
            if written := text(one):
                yield from sql.steps_of(written, dialect, one.lineno if one else call.lineno)
            else:
                yield _unwritten(call.lineno, "the statement that is run")


def _unwritten(line: int, what: str) -> Trouble:
    return Trouble(line=line, text=f"{what} is not written out", outcome=Outcome.INCONCLUSIVE)
