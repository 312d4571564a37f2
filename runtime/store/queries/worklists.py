"""Reads of what waits for people: open tasks and open incidents, oldest first."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, or_, select

from runtime.engine.rows import IncidentRow, TaskRow
from runtime.store.pages import Page, read_page
from runtime.store.schema import incidents, tasks


def open_tasks(
    connection: Connection,
    roles: Collection[str] | None,
    user: str | None,
    run: str | None,
    cursor: str | None,
    limit: int,
) -> Page[TaskRow]:
    """``roles``: tasks of any of these; ``user``: those this person has claimed; both: either. Raises ``BadCursor``."""
    query = select(tasks)
    whose: list[ColumnElement[bool]] = []
    if roles is not None:
        whose.append(tasks.c.role.in_(sorted(roles)))
    if user is not None:
        whose.append(tasks.c.claimed_by == user)
    if whose:
        query = query.where(or_(*whose))
    if run is not None:
        query = query.where(tasks.c.run == run)
    by = (tasks.c.created_at, tasks.c.task)
    return read_page(connection, query, TaskRow, by=by, cursor=cursor, limit=limit)


def task(connection: Connection, task_id: str) -> TaskRow | None:
    row = connection.execute(select(tasks).where(tasks.c.task == task_id)).mappings().one_or_none()
    return None if row is None else TaskRow(**row)


def open_incidents(
    connection: Connection, run: str | None, flow: str | None, kind: str | None, cursor: str | None, limit: int
) -> Page[IncidentRow]:
    """Those of a run with those of all runs that it has called: they count up to the root. Raises ``BadCursor``."""
    query = select(incidents)
    if run is not None:
        called = incidents.c.run.between(f"{run}:", f"{run}:~")  # the rest of a child's id is digits and colons
        query = query.where((incidents.c.run == run) | called)
    for column, value in ((incidents.c.flow, flow), (incidents.c.kind, kind)):
        if value is not None:
            query = query.where(column == value)
    by = (incidents.c.raised_at, incidents.c.incident)
    return read_page(connection, query, IncidentRow, by=by, cursor=cursor, limit=limit)


def incident(connection: Connection, incident_id: str) -> IncidentRow | None:
    row = connection.execute(select(incidents).where(incidents.c.incident == incident_id)).mappings().one_or_none()
    return None if row is None else IncidentRow(**row)
