"""The schema through time: numbered steps, driven by one loop, forward only.

Each step and its new version number are one transaction: a kill leaves the store at the old step or at the new one, and
the next start goes on from there. A step is history: it holds its own frozen picture of the tables that it makes or
changes and is never edited after a release; ``runtime.store.schema`` is today's picture.
To add one: write ``step_0005_<what>.py`` with ``upgrade(connection)``, put it at the end of ``STEPS``, keep a store of
the version before as a test file.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import Connection, inspect, select, update

from runtime.store.migrations import (
    step_0001_first_tables,
    step_0002_workers,
    step_0003_room_for_lines,
    step_0004_no_replace,
)
from runtime.store.problems import StoreProblem
from runtime.store.schema import meta

STEPS: tuple[Callable[[Connection], None], ...] = (
    step_0001_first_tables.upgrade,
    step_0002_workers.upgrade,
    step_0003_room_for_lines.upgrade,
    step_0004_no_replace.upgrade,
)
NEWEST = len(STEPS)
VERSION = "schema_version"
"""name of the row of ``meta`` that holds the number of steps taken"""


def schema_version(connection: Connection, place: str, newest: int) -> int:
    """How many steps this store has taken; 0 = it is empty.

    Raises ``StoreProblem`` if it is no store of Baton, or one of a newer Baton.
    """
    tables = inspect(connection).get_table_names()
    if not tables:
        return 0
    found = None
    if meta.name in tables and {"name", "value"} <= {c["name"] for c in inspect(connection).get_columns(meta.name)}:
        found = connection.scalar(select(meta.c.value).where(meta.c.name == VERSION))
    if found is None or not found.isdecimal():
        raise StoreProblem(f"{place} is a database of another program, not a Baton store; name another one")
    if int(found) > newest:
        raise StoreProblem(
            f"the store {place} was written by a newer Baton (its schema is {found}, this one knows up to {newest}); "
            "use that version or newer"
        )
    return int(found)


def migrate(
    connection: Connection,
    place: str,
    transaction: Callable[[], AbstractContextManager[None]],
    steps: tuple[Callable[[Connection], None], ...] = STEPS,
) -> int:
    """Take the steps that the store has not taken yet; returns how many. ``transaction`` opens a write transaction."""
    taken = 0
    while (version := schema_version(connection, place, len(steps))) < len(steps):
        with transaction():
            if schema_version(connection, place, len(steps)) != version:
                continue  # somebody else took this step while we waited
            steps[version](connection)
            connection.execute(update(meta).where(meta.c.name == VERSION).values(value=str(version + 1)))
        taken += 1
    return taken
