"""The nouns of schemas: what a script does to tables, in steps, and the columns that are there after all of them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from sluicegate.model import Outcome


class Does(StrEnum):
    """What a step does."""

    CREATE = "create table"
    DROP = "drop table"
    RENAME = "rename table"
    CLEAR = "delete rows"
    ADD = "add column"
    REMOVE = "drop column"
    CALL = "rename column"
    CHANGE = "change column"
    RUN = "run code"


DESTRUCTIVE = frozenset((Does.DROP, Does.REMOVE, Does.CLEAR))
"""After these, data is gone."""


class Step(Struct, frozen=True, kw_only=True):
    """One step. `to` is the new name of what is renamed, `model` what the code calls the table.

    `back` says whether the same script can undo it; what it says nothing of is None.
    """

    does: Does
    table: str
    column: str = ""
    type: str = ""
    to: str = ""
    model: str = ""
    line: int = 1
    back: bool | None = None

    @property
    def subject(self) -> str:
        """`users.email`, or the table alone."""
        return f"{self.table}.{self.column}" if self.column else self.table


class Trouble(Struct, frozen=True, kw_only=True):
    """What of a script could not be read: where, what, and whether it is nobody's mistake (inconclusive)."""

    line: int
    text: str
    outcome: Outcome = Outcome.ERRORED


class Script(Struct, frozen=True, kw_only=True):
    """A file that makes or changes a schema.

    `family` is what belongs together and is done one after the other, in the order of `order`; what stands alone, such
    as the dump of a schema, has its own path. `migration`: it is one step on a way. `back`: it can be undone.
    """

    path: str
    family: str
    steps: tuple[Step, ...]
    order: tuple[int, str] = (0, "")
    migration: bool = False
    back: bool = False
    revision: str = ""
    after: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = ()


class Column(Struct, frozen=True, kw_only=True):
    """A column that is there in the end, and where the step stands that made it."""

    table: str
    name: str
    type: str
    model: str
    path: str
    line: int


def columns(scripts: Iterable[Script]) -> list[Column]:
    """The columns after all steps: families are told apart, and what several of them have counts once."""
    families: dict[str, list[Script]] = {}
    for script in scripts:
        families.setdefault(script.family, []).append(script)
    found: dict[tuple[str, str], Column] = {}
    for members in sorted(families.values(), key=lambda each: each[0].migration):  # what is whole tells the place
        for column in _after(_in_order(members)):
            found.setdefault((_plain(column.table), column.name.lower()), column)
    return sorted(found.values(), key=lambda each: (each.table.lower(), each.name.lower()))


def _plain(table: str) -> str:
    """The name of a table without that of its schema, in small letters."""
    return table.rpartition(".")[2].lower()


def _in_order(scripts: list[Script]) -> list[Script]:
    """Scripts as they follow one another: by what each says it comes after, and else by name."""
    waiting = sorted(scripts, key=lambda each: each.order)
    known = {each.revision for each in waiting if each.revision}
    done: dict[str, None] = {}
    ordered: list[Script] = []
    while waiting:
        ready = [each for each in waiting if all(one in done or one not in known for one in each.after)]
        for each in ready or waiting[:1]:  # a circle is no order: it is broken where it comes first
            ordered.append(each)
            waiting.remove(each)
            done[each.revision] = None
    return ordered


def _after(scripts: list[Script]) -> Iterable[Column]:
    tables: dict[str, dict[str, Column]] = {}
    called: dict[str, str] = {}
    for script in scripts:
        for step in script.steps:
            _apply(step, script.path, tables, called)
    return [column for table in tables.values() for column in table.values()]


def _apply(step: Step, path: str, tables: dict[str, dict[str, Column]], called: dict[str, str]) -> None:
    name = called.get(_plain(step.table), step.table)
    table = tables.setdefault(_plain(name), {})
    key = step.column.lower()
    match step.does:
        case Does.CREATE if step.to:  # known under another name than the table has
            called[_plain(step.table)] = step.to
        case Does.ADD | Does.CHANGE if step.does is Does.ADD or step.type:
            before = table.get(key)
            table[key] = Column(
                table=name,
                name=step.column,
                type=step.type,
                model=step.model or (before.model if before else ""),
                path=path,
                line=step.line,
            )
        case Does.REMOVE:
            table.pop(key, None)
        case Does.DROP:
            tables.pop(_plain(name), None)
        case Does.CALL if key in table:
            old = table.pop(key)
            table[step.to.lower()] = Column(
                table=name, name=step.to, type=old.type, model=old.model, path=path, line=step.line
            )
        case Does.RENAME:
            moved = tables.pop(_plain(name), {})
            tables[_plain(step.to)] = {
                key: Column(table=step.to, name=each.name, type=each.type, model=each.model, path=each.path,
                            line=each.line)
                for key, each in moved.items()
            }  # fmt: skip
        case _:
            pass
