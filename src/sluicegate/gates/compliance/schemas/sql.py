"""Plain SQL: the statements that make and change tables, by sqlglot; all others are passed over unread."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sluicegate.gates.compliance.schemas.steps import Does, Script, Step, Trouble
from sluicegate.model import Outcome
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from sqlglot import exp

LONGEST = 1 << 18
"""Characters of the longest statement that is parsed."""

_PIECE = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|--[^\n]*|/\*.*?\*/|;|[^'"`$;/-]+|.""",
    re.DOTALL,
)
_OF_TABLES = re.compile(
    r"(?i)(create\s+(?:\w+\s+){0,3}?table|alter\s+table|drop\s+table|truncate|delete\s+from|rename\s+table)\b"
)
_CREATES = re.compile(r"(?i)create\b")
_TOUCHES = re.compile(
    r"(?i)\b(?:add|drop|rename|alter|modify|change)\s+(?!constraint|index|primary|foreign|unique|check|key|partition)"
)
_COPY = re.compile(r"(?is)\s*copy\s.*from\s+stdin")
_BACK = re.compile(r"(?im)^\s*--\s*(?:migrate:down|\+goose\s+down|\+migrate\s+down|!downs|\s*rollback\b)")
_MIGRATION = re.compile(
    r"(?i)(?:^|/)(?:db/)?(?:migrations?|migrate|flyway|versions|alembic|changelog)/|(?:^|/)[VU][0-9.]+__|\.up\.sql$"
)
_UNDO = re.compile(r"(?i)\.down\.sql$|(?:^|/)U[0-9._]+__[^/]*$")
_FALLBACKS = ("", "postgres", "mysql", "tsql", "oracle", "sqlite")
_WEIGHT = re.compile(r"[0-9]+")


def statements(text: str) -> Iterator[tuple[int, str]]:
    """Each statement with the offset at which it begins; rows between `COPY ... FROM stdin` and its end are none."""
    start = at = 0
    while match := _PIECE.match(text, at):
        at = match.end()
        if match[0] != ";":
            continue
        statement = text[start : match.start()]
        yield start, statement
        if _COPY.match(_bare(statement)):
            end = text.find("\n\\.", at)
            at = len(text) if end < 0 else end + 3
        start = at
    if text[start:].strip():
        yield start, text[start:]


def _bare(statement: str) -> str:
    """A statement without the comments that it begins with."""
    return re.sub(r"\A(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/)+", "", statement, flags=re.DOTALL)


def is_undo(path: str) -> bool:
    """Whether a script only takes another one back."""
    return _UNDO.search(path) is not None


def undo_of(path: str) -> tuple[str, ...]:
    """The names under which a script that takes this one back would lie."""
    folder, slash, name = path.rpartition("/")
    return (re.sub(r"(?i)\.up\.sql$", ".down.sql", path), folder + slash + re.sub(r"^V", "U", name))


def read(path: str, text: str, dialect: str, others: frozenset[str]) -> Script:
    """The script of a file; `others` are the files beside it, one of which may take it back."""
    back = _BACK.search(text)
    steps: list[Step] = []
    troubles: list[Trouble] = []
    for each in steps_of(text[: back.start()] if back else text, dialect):
        if isinstance(each, Step):
            steps.append(each)
        else:
            troubles.append(each)
    migration = back is not None or _MIGRATION.search(path) is not None
    undone = any(name != path and name in others for name in undo_of(path))
    folder = path.rpartition("/")[0]
    return Script(
        path=path,
        family=f"sql {folder}" if migration else path,
        steps=tuple(steps),
        order=_order(path),
        migration=migration,
        back=undone or (back is not None and bool(_bare(text[back.end() :].partition("\n")[2]).strip())),
        troubles=tuple(troubles),
    )


def _order(path: str) -> tuple[int, str]:
    """By the number in the name, as tools run them, and then by the name."""
    name = path.rpartition("/")[2]
    number = _WEIGHT.search(name)
    return (int(number[0]) if number else 0, name)


def steps_of(text: str, dialect: str, first: int = 1) -> Iterator[Step | Trouble]:
    """What the statements of a text do, the first of whose lines is `first`."""
    counted = line = 0
    for offset, statement in statements(text):
        line += text.count("\n", counted, offset)
        counted = offset
        bare = _bare(statement)
        if not _OF_TABLES.match(bare):
            continue
        at = first + line + statement.count("\n", 0, len(statement) - len(bare))
        yield from _steps(bare, dialect, at)


def _steps(statement: str, dialect: str, line: int) -> Iterator[Step | Trouble]:
    if len(statement) > LONGEST:
        yield Trouble(line=line, text=f"a statement of {len(statement):,} characters is not read")
        return
    tree, trouble = _parsed(statement, dialect)
    if tree is None:
        yield Trouble(line=line, text=trouble)
        return
    yield from _of_tree(tree, statement, line)


def _parsed(statement: str, dialect: str) -> tuple[exp.Expr | None, str]:
    """The tree of a statement; without a dialect that is named, the first counts that understands it.

    What follows the columns of a table, such as how it is stored, is left away where it is not understood.
    """
    import logging

    import sqlglot
    from sqlglot.errors import SqlglotError

    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of what it keeps as text, which is told below
    creates = _CREATES.match(statement) is not None
    known = _TOUCHES.search(statement, len("ALTER")) is None
    trouble = ""
    for words in dict.fromkeys((statement, _without_options(statement) if creates else statement)):
        for name in (dialect,) if dialect else _FALLBACKS:
            try:
                tree = sqlglot.parse_one(words, dialect=name or None)
            except SqlglotError as error:
                trouble = trouble or _plainly(error)
            except RecursionError:
                trouble = "it is too deep"
            else:
                if not isinstance(tree, sqlglot.exp.Command) or (known and not creates):
                    return tree, ""
                trouble = trouble or "sqlglot does not know it"
    return None, f"a statement cannot be read: {trouble}"


def _plainly(error: Any) -> str:
    """What is wrong, without any part of the statement, which may hold somebody's data."""
    first: dict[str, Any] = next(iter(getattr(error, "errors", ())), {})
    words = str(first.get("description") or "it has no end").partition(" but got")[0]
    return shorten(one_line(words), 80)


def _without_options(statement: str) -> str:
    """A table that is created, up to the end of its columns."""
    depth = 0
    for piece in _PIECE.finditer(statement):
        text = piece[0]
        if text[0] in "'\"`$" or text.startswith(("--", "/*")):
            continue
        for at, sign in enumerate(text):
            depth += (sign == "(") - (sign == ")")
            if sign == ")" and depth == 0:
                return statement[: piece.start() + at + 1]
    return statement


def _of_tree(tree: Any, statement: str, line: int) -> Iterator[Step | Trouble]:
    from sqlglot import exp

    match tree:
        case exp.Create() if str(tree.args.get("kind")).upper() == "TABLE":
            table = _named(tree.find(exp.Table))
            yield Step(does=Does.CREATE, table=table, line=line)
            schema = tree.this
            defined = schema.expressions if isinstance(schema, exp.Schema) else []
            if not defined and tree.expression is not None:
                text = f"the columns of {table} are those of a query, which is not read"
                yield Trouble(line=line, text=text, outcome=Outcome.INCONCLUSIVE)
            for column in defined:
                if isinstance(column, exp.ColumnDef):
                    yield _column(Does.ADD, table, column, line)
                elif isinstance(column, exp.Identifier):  # without a type, as SQLite allows
                    yield Step(does=Does.ADD, table=table, column=column.name, line=line)
                elif isinstance(column, exp.LikeProperty):
                    text = f"{table} has the columns of another table, which are not repeated for it"
                    yield Trouble(line=line, text=text, outcome=Outcome.INCONCLUSIVE)
        case exp.Alter():
            for action in tree.args.get("actions") or ():
                yield from _altered(_named(tree.this), action, statement, line)
        case exp.Drop() if str(tree.args.get("kind")).upper() == "TABLE":
            for one in tree.args.get("tables") or [tree.this]:
                yield Step(does=Does.DROP, table=_named(one), line=line)
        case exp.TruncateTable():
            for one in tree.expressions:
                yield Step(does=Does.CLEAR, table=_named(one), line=line)
        case exp.Delete():
            yield Step(does=Does.CLEAR, table=_named(tree.this), line=line)
        case _:
            return


def _altered(table: str, action: Any, statement: str, line: int) -> Iterator[Step | Trouble]:
    from sqlglot import exp

    match action:
        case exp.ColumnDef():
            yield _column(Does.ADD, table, action, line)
        case exp.Schema():
            for column in action.find_all(exp.ColumnDef):
                yield _column(Does.ADD, table, column, line)
        case exp.Drop() if str(action.args.get("kind")).upper() == "COLUMN":
            for one in action.args.get("tables") or [action.this]:
                yield Step(does=Does.REMOVE, table=table, column=one.name, line=line + _line_of(one.name, statement))
        case exp.RenameColumn():
            yield Step(does=Does.CALL, table=table, column=action.this.name, to=action.args["to"].name, line=line)
        case exp.AlterRename():
            yield Step(does=Does.RENAME, table=table, to=_named(action.this), line=line)
        case exp.AlterColumn() if action.args.get("dtype") is not None:
            kind = action.args["dtype"].sql()
            yield Step(does=Does.CHANGE, table=table, column=action.this.name, type=kind, line=line)
        case exp.ModifyColumn() if action.args.get("rename_from") is not None:
            old = action.args["rename_from"].name
            yield Step(does=Does.CALL, table=table, column=old, to=action.this.name, line=line)
            yield _column(Does.CHANGE, table, action.this, line)
        case exp.ModifyColumn():
            yield _column(Does.CHANGE, table, action.this, line)
        case _:
            return


def _column(does: Does, table: str, column: Any, line: int) -> Step:
    kind = column.args.get("kind")
    below = int(column.this.meta.get("line", 1)) - 1
    return Step(does=does, table=table, column=column.name, type=kind.sql() if kind else "", line=line + below)


def _named(table: Any) -> str:
    """`app.users`."""
    return ".".join(part.name for part in table.parts) if hasattr(table, "parts") else table.name


def _line_of(name: str, statement: str) -> int:
    found = re.search(rf"\b{re.escape(name)}\b", statement)
    return statement.count("\n", 0, found.start()) if found else 0
