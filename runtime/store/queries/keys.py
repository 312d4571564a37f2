"""Looking up what was remembered: start keys, ids of signals, open waits by name and key."""

from __future__ import annotations

from sqlalchemy import Connection, select

from runtime.engine.rows import WaitRow
from runtime.store.schema import signal_keys, start_keys, waits


def find_start(connection: Connection, environment: str, flow: str, key: str) -> tuple[str, str] | None:
    """(run, body hash) of the start that used this key."""
    c = start_keys.c
    query = select(c.run, c.body_hash).where(c.environment == environment, c.flow == flow, c.key == key)
    row = connection.execute(query).one_or_none()
    return None if row is None else (row.run, row.body_hash)


def find_signal(connection: Connection, signal: str) -> tuple[str, str] | None:
    """(inbox stream, body hash) of the signal with this id."""
    query = select(signal_keys.c.stream, signal_keys.c.body_hash).where(signal_keys.c.signal == signal)
    row = connection.execute(query).one_or_none()
    return None if row is None else (row.stream, row.body_hash)


def find_waits(connection: Connection, name: str, key: str, limit: int | None) -> list[WaitRow]:
    """Open waits, oldest first: by instant, run and step."""
    query = select(waits).where(waits.c.name == name, waits.c.key == key)
    found = connection.execute(query.order_by(waits.c.opened_at, waits.c.run, waits.c.step).limit(limit))
    return [WaitRow(**row) for row in found.mappings()]
