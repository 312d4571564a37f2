"""Bringing the tables from one set of rows to another: with the fewest writes, and always to the very rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.engine.rows import RunRows
from runtime.store.migrations import migrate
from runtime.store.projecting import Drop, Put, Set, changes_of, in_order
from runtime.store.queries import keys, runs, worklists
from runtime.store.queries.runs import RunFilter
from runtime.store.schema import metadata
from runtime.store.sqlite.bulk import JOURNAL, _sql, write_rows
from runtime.store.sqlite.connecting import core, write_transaction
from tests.runtime.store.examples import incident_row, later, run_row, task_row, wait_row


@pytest.fixture
def raw() -> Iterator[sqlite3.Connection]:
    connection = empty_store()
    yield connection
    connection.close()


def empty_store() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(core(connection), "memory", lambda: write_transaction(connection))
    return connection


def test_only_columns_that_differ_are_written() -> None:
    old = RunRows(run=run_row("r"), tasks=(task_row("r"), task_row("r", "approve#2")))
    new = RunRows(run=run_row("r", at_nodes=("pay", "größe"), next_due=later(1)), tasks=(old.tasks[0],))
    changes = changes_of([(old, new)], fresh=lambda _: False)
    assert changes == {
        Set("runs", ("run",), ("next_due", "at_nodes")): [("r", 1772366401123456, '["pay","größe"]')],
        Drop("tasks", ("task",)): [("r:approve#2",)],
    }
    assert changes_of([(new, new)], fresh=lambda _: False) == {}


def test_a_new_run_costs_no_deletes_and_an_unknown_one_does() -> None:
    rows = RunRows(run=run_row("r"), waits=(wait_row("r"),))
    assert [type(one) for one in changes_of([(None, rows)], fresh=lambda _: True)] == [Put, Put]
    unknown = changes_of([(None, rows)], fresh=lambda _: False)
    assert [one.table for one in unknown if isinstance(one, Drop)] == ["tasks", "incidents", "waits"]


def test_deletes_come_before_inserts() -> None:
    rows = RunRows(run=run_row("r"), waits=(wait_row("r"),))
    ranks = [type(statement) for statement, _ in in_order(changes_of([(None, rows)], fresh=lambda _: False))]
    assert ranks == [Drop, Drop, Drop, Put, Put]


instants = st.one_of(st.none(), st.integers(0, 3).map(later))
flags = st.booleans()
few = st.integers(0, 2)
tasks = st.builds(
    lambda n, due, overdue, who, answers: task_row(
        "r", f"approve#{n}", due=due, overdue=overdue, claimed_by=who, answers=answers
    ),
    few, instants, flags, st.sampled_from([None, "kim"]), few,
)  # fmt: skip
incidents = st.builds(lambda n, message: incident_row("r", n, message=message), few, st.sampled_from(["a", "b"]))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=2)
waits = st.builds(lambda n, key, at: wait_row("r", f"pay#{n}", key=key, opened_at=later(at)), few, texts, few)
histories = st.lists(
    st.builds(
        lambda due, busy, nodes, t, i, w: RunRows(
            run=run_row("r", next_due=due, needs_worker=busy, at_nodes=tuple(nodes)),
            tasks=tuple({row.task: row for row in t}.values()),
            incidents=tuple({row.incident: row for row in i}.values()),
            waits=tuple({row.step: row for row in w}.values()),
        ),
        instants,
        flags,
        st.lists(st.sampled_from(["a", "b"]), max_size=2),
        st.lists(tasks, max_size=3),
        st.lists(incidents, max_size=2),
        st.lists(waits, max_size=3),
    ),
    min_size=1,
    max_size=6,
)


@given(histories, st.lists(flags, min_size=6, max_size=6))
def test_any_history_ends_at_its_last_rows(history: list[RunRows], forgotten: list[bool]) -> None:
    connection = empty_store()
    before = None
    for at, rows in enumerate(history):
        changes = changes_of([(None if forgotten[at] else before, rows)], fresh=lambda _, first=at == 0: first)
        for statement, parameters in in_order(changes):
            write_rows(connection, statement, parameters)
        before = rows
    sa = core(connection)
    last = history[-1]
    assert runs.list_runs(sa, RunFilter(), None, 9).rows == (last.run,)
    assert set(worklists.open_tasks(sa, None, None, None, None, 9).rows) == set(last.tasks)
    assert set(worklists.open_incidents(sa, None, None, None, None, 9).rows) == set(last.incidents)
    assert {row for wait in last.waits for row in keys.find_waits(sa, wait.name, wait.key, None)} == set(last.waits)
    connection.close()


@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 63, 64, 255, 256, 257, 1000])
def test_bulk_writes_each_row_once_whatever_their_number(raw: sqlite3.Connection, count: int) -> None:
    rows = [(f"s{n}", 1, n, "{}", "T", 1, b"d", b"h") for n in range(count)]
    write_rows(raw, JOURNAL, rows)
    read = raw.execute("SELECT stream, seq, at, actor, type, version, data, hash FROM journal ORDER BY id").fetchall()
    assert read == rows
    write_rows(raw, Set("journal_copy", ("stream",), ("at",)), [])


def test_a_bulk_change_finds_its_rows_by_key(raw: sqlite3.Connection) -> None:
    """A scan of the table would make each commit slower with every run that ever was."""
    of_run, of_wait = Set("runs", ("run",), ("at_nodes",)), Set("waits", ("run", "step"), ("key",))
    for statement in (of_run, of_wait, Drop("tasks", ("run",))):
        text = _sql(statement, 64)
        plan = [row[3] for row in raw.execute("EXPLAIN QUERY PLAN " + text, [""] * text.count("?"))]
        assert any(line.startswith(f"SEARCH {statement.table} USING") for line in plan), plan
        assert f"SCAN {statement.table}" not in plan


def test_columns_of_the_projections_are_the_fields_of_the_rows() -> None:
    rows = {"runs": run_row("r"), "tasks": task_row("r"), "incidents": incident_row("r"), "waits": wait_row("r")}
    for table, row in rows.items():
        assert {column.name for column in metadata.tables[table].columns} == set(type(row).__struct_fields__)
