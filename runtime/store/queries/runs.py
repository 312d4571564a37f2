"""Reads of the list of runs: pages for people, wake-ups and recovery for the host."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, true

from runtime.engine.rows import RunRow
from runtime.store.pages import Page, read_page
from runtime.store.schema import runs


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFilter:
    """Which runs to list; what is None or empty doesn't matter. ``since``: started at or after; ``until``: before."""

    states: Collection[str] = ()
    flow: str | None = None
    case: str | None = None
    environment: str | None = None
    parent: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


def list_runs(connection: Connection, wanted: RunFilter, cursor: str | None, limit: int) -> Page[RunRow]:
    """Newest first. Raises ``BadCursor``."""
    c = runs.c
    query = select(runs)
    if wanted.states:
        query = query.where(c.state.in_(sorted(wanted.states)))
    for column, value in (
        (c.flow, wanted.flow),
        (c.case_key, wanted.case),
        (c.parent, wanted.parent),
        (c.environment, wanted.environment),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.since is not None:
        query = query.where(c.started_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(c.started_at < wanted.until)
    return read_page(connection, query, RunRow, by=(c.started_at, c.run), falling=True, cursor=cursor, limit=limit)


def run_row(connection: Connection, run: str) -> RunRow | None:
    row = connection.execute(select(runs).where(runs.c.run == run)).mappings().one_or_none()
    return None if row is None else RunRow(**row)


def count_tree(connection: Connection, root: str) -> int:
    """The run ``root`` and all whose ids begin with its id and a colon: its children, theirs, and so on."""
    within = runs.c.run.between(f"{root}:", f"{root}:~")  # the rest of an id is digits and colons
    return connection.scalar(select(func.count()).where((runs.c.run == root) | within)) or 0


def runs_needing_worker(connection: Connection, after: str, limit: int) -> list[str]:
    """Runs that somebody must go on with after a crash, by id, those beyond ``after``."""
    query = select(runs.c.run).where(runs.c.needs_worker == true(), runs.c.run > after)
    return list(connection.scalars(query.order_by(runs.c.run).limit(limit)))


def due_runs(connection: Connection, until: dt.datetime, limit: int) -> list[tuple[str, dt.datetime]]:
    """(run, its earliest timer) for timers due at ``until`` or before, earliest first."""
    query = select(runs.c.run, runs.c.next_due).where(runs.c.next_due <= until)
    found = connection.execute(query.order_by(runs.c.next_due, runs.c.run).limit(limit))
    return [(row.run, row.next_due) for row in found]


def next_due(connection: Connection) -> dt.datetime | None:
    """The earliest timer of all runs."""
    query = select(runs.c.next_due).where(runs.c.next_due.is_not(None)).order_by(runs.c.next_due).limit(1)
    return connection.scalar(query)


def count_runs(connection: Connection) -> dict[str, int]:
    """How many runs there are in each state."""
    found = connection.execute(select(runs.c.state, func.count()).group_by(runs.c.state))
    return {row[0]: row[1] for row in found}
