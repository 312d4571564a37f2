"""All that the tables hold of one run, and of whom they know: for those who compare it with the journal."""

from __future__ import annotations

from sqlalchemy import Connection, select

from runtime.engine.rows import IncidentRow, RunRow, RunRows, TaskRow, WaitRow
from runtime.store.schema import incidents, journal, runs, tasks, waits


def rows_of(connection: Connection, run: str) -> RunRows | None:
    """The projection rows of a run, each kind oldest first; None if there is no such run."""
    found = connection.execute(select(runs).where(runs.c.run == run)).mappings().one_or_none()
    if found is None:
        return None
    t, i, w = tasks.c, incidents.c, waits.c
    return RunRows(
        run=RunRow(**found),
        tasks=tuple(
            TaskRow(**row)
            for row in connection.execute(select(tasks).where(t.run == run).order_by(t.created_at, t.task)).mappings()
        ),
        incidents=tuple(
            IncidentRow(**row)
            for row in connection.execute(
                select(incidents).where(i.run == run).order_by(i.raised_at, i.incident)
            ).mappings()
        ),
        waits=tuple(
            WaitRow(**row)
            for row in connection.execute(select(waits).where(w.run == run).order_by(w.opened_at, w.step)).mappings()
        ),
    )


def streams_by_age(connection: Connection) -> list[str]:
    """Names of all streams, in the order in which they began."""
    return list(connection.scalars(select(journal.c.stream).where(journal.c.seq == 1).order_by(journal.c.id)))
