"""From the projection rows of a run to the fewest writes that bring its tables there. Pure; alike for every database.

A run's line changes at nearly every append, most of its columns never: only what differs from the rows that stand in
the store is written, so that indexes are touched only when their columns change. Unknown rows are written whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import compress
from operator import attrgetter, ne
from typing import Any, TypeAlias

from msgspec import Struct
from msgspec.structs import astuple
from sqlalchemy import Column, Table

from runtime.engine.rows import IncidentRow, RunRow, RunRows, TaskRow, WaitRow
from runtime.store.instants import to_micros
from runtime.store.schema import incidents, runs, tasks, waits
from runtime.store.schema.columns import Instant, Names, names_to_text

ChildRow: TypeAlias = TaskRow | IncidentRow | WaitRow


@dataclass(frozen=True, slots=True)
class Put:
    """Insert rows whole; a row that is there is replaced. Parameters: all columns, in order."""

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Set:
    """Change some columns of rows that are there. Parameters: the key's columns, then the changed ones."""

    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drop:
    """Delete the rows with these values of ``key``, if there are any."""

    table: str
    key: tuple[str, ...]


Statement: TypeAlias = Put | Set | Drop
Changes: TypeAlias = dict[Statement, list[tuple[Any, ...]]]
"""Parameters by statement, to be done in this order: all ``Drop``, all ``Put``, all ``Set``."""


def in_order(changes: Changes) -> Iterable[tuple[Statement, list[tuple[Any, ...]]]]:
    ranks: dict[type, int] = {Drop: 0, Put: 1, Set: 2}
    return sorted(changes.items(), key=lambda change: ranks[type(change[0])])


class TableWriter:
    """How rows of one projection table become parameters. The fields of ``kind`` are its columns, in their order."""

    def __init__(self, table: Table, kind: type[Struct]) -> None:
        columns: list[Column[Any]] = list(table.columns)
        self.names = tuple(column.name for column in columns)
        if self.names != kind.__struct_fields__:
            raise TypeError(f"the fields of {kind.__name__} are not the columns of {table.name}, in their order")
        self.key = tuple(column.name for column in table.primary_key)
        self.put = Put(table.name, self.names, self.key)
        self.drop = Drop(table.name, self.key)
        self.drop_of_run = Drop(table.name, ("run",))
        self._table = table.name
        self._key_of: Callable[[Any], Any] = attrgetter(*self.key)
        self._encoders = tuple(_encoder(column) for column in columns)
        self._places = range(len(columns))
        self._last: tuple[int, ...] = (len(columns) - 1,)
        self._sets: dict[tuple[int, ...], Set] = {}
        self._encoded = tuple((at, encode) for at, encode in enumerate(self._encoders) if encode)

    def key_of(self, row: Any) -> tuple[Any, ...]:
        key = self._key_of(row)
        return key if len(self.key) > 1 else (key,)

    def parameters(self, row: Any) -> tuple[Any, ...]:
        """The whole row."""
        values = list(astuple(row))
        for at, encode in self._encoded:
            if values[at] is not None:
                values[at] = encode(values[at])
        return tuple(values)

    def change(self, old: Any, new: Any) -> tuple[Set, tuple[Any, ...]] | None:
        """What differs between two rows of one key; None if nothing does."""
        before, after = astuple(old), astuple(new)
        if before[:-1] == after[:-1]:  # where a run stands is the last column, and mostly the only one that changes
            if before[-1] == after[-1]:
                return None
            changed = self._last
        else:
            changed = tuple(compress(self._places, map(ne, before, after)))
        values = list(self.key_of(new))
        for at in changed:
            encode, value = self._encoders[at], after[at]
            values.append(encode(value) if encode and value is not None else value)
        statement = self._sets.get(changed)
        if statement is None:  # each mix of columns that change together comes again and again
            columns = tuple(self.names[at] for at in changed)
            statement = self._sets[changed] = Set(self._table, self.key, columns)
        return statement, tuple(values)


def _encoder(column: Column[Any]) -> Callable[[Any], Any] | None:
    if isinstance(column.type, Instant):
        return to_micros
    return names_to_text if isinstance(column.type, Names) else None


RUNS = TableWriter(runs, RunRow)
TASKS = TableWriter(tasks, TaskRow)
INCIDENTS = TableWriter(incidents, IncidentRow)
WAITS = TableWriter(waits, WaitRow)


def changes_of(runs_now: Iterable[tuple[RunRows | None, RunRows]], *, fresh: Callable[[RunRow], bool]) -> Changes:
    """The writes that turn each run's rows from the first of its pair to the second.

    None as the first = what the store holds is not known; ``fresh`` says that such a run can have no rows yet.
    """
    changes: Changes = {}
    for old, new in runs_now:
        if old is None:
            _add(changes, RUNS.put, RUNS.parameters(new.run))
            new_run = fresh(new.run)
            for writer, rows in _children(new):
                if not new_run:
                    _add(changes, writer.drop_of_run, (new.run.run,))
                for row in rows:
                    _add(changes, writer.put, writer.parameters(row))
            continue
        if change := RUNS.change(old.run, new.run):
            _add(changes, *change)
        if old.tasks != new.tasks:
            _change_children(changes, TASKS, old.tasks, new.tasks)
        if old.incidents != new.incidents:
            _change_children(changes, INCIDENTS, old.incidents, new.incidents)
        if old.waits != new.waits:
            _change_children(changes, WAITS, old.waits, new.waits)
    return changes


def _change_children(
    changes: Changes, writer: TableWriter, before: tuple[ChildRow, ...], after: tuple[ChildRow, ...]
) -> None:
    left = {writer.key_of(row): row for row in before}
    for row in after:
        old = left.pop(writer.key_of(row), None)
        if old is None:
            _add(changes, writer.put, writer.parameters(row))
        elif change := writer.change(old, row):
            _add(changes, *change)
    for key in left:
        _add(changes, writer.drop, key)


def _children(rows: RunRows) -> tuple[tuple[TableWriter, tuple[ChildRow, ...]], ...]:
    return (TASKS, rows.tasks), (INCIDENTS, rows.incidents), (WAITS, rows.waits)


def _add(changes: Changes, statement: Statement, parameters: tuple[Any, ...]) -> None:
    rows = changes.get(statement)
    if rows is None:
        rows = changes[statement] = []
    rows.append(parameters)
