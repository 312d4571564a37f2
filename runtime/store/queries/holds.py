"""Which runs of a shared store are left by a lost worker. By the clock of the database, whoever asks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, cast, delete, func, select, true

from runtime.store.schema import holds, runs, workers

LEASE = 5.0
"""seconds without a beat after which a worker is taken for lost"""
FORGOTTEN = 60.0
"""seconds without a beat after which a worker that holds nothing is forgotten"""


def database_now() -> ColumnElement[int]:
    """Microseconds since 1970 UTC; Postgres' own words."""
    return cast(func.extract("epoch", func.clock_timestamp()) * 1_000_000, BigInteger)


def living_holder(connection: Connection, run: str, *, judging: bool) -> str | None:
    """The worker that goes on with the run; None = it has none, or he is lost. Without ``judging`` whoever has not said
    goodbye counts as living."""
    found: str | None = connection.scalar(_living(judging).where(holds.c.run == run))
    return found


def runs_left(connection: Connection, after: str, limit: int, *, judging: bool) -> list[str]:
    """Runs that need a worker and have none that lives, by id, those beyond ``after``."""
    held = _living(judging).where(holds.c.run == runs.c.run).exists()
    query = select(runs.c.run).where(runs.c.needs_worker == true(), runs.c.run > after, ~held)
    return list(connection.scalars(query.order_by(runs.c.run).limit(limit)))


def living_workers(connection: Connection, *, judging: bool) -> set[str]:
    """Workers that were heard within a lease. Without ``judging`` whoever has not said goodbye counts as living."""
    query = select(workers.c.worker)
    return set(connection.scalars(query.where(workers.c.beat_at > _heard_since(LEASE)) if judging else query))


def is_alone(connection: Connection, worker: str) -> bool:
    """Whether all others have said goodbye."""
    return connection.scalar(select(workers.c.worker).where(workers.c.worker != worker).limit(1)) is None


def clear_lost(connection: Connection) -> None:
    """Forget workers that were lost long ago and hold nothing any more."""
    holding = select(holds.c.worker).where(holds.c.worker == workers.c.worker).exists()
    connection.execute(delete(workers).where(workers.c.beat_at < _heard_since(FORGOTTEN), ~holding))


def _living(judging: bool) -> Select[Any]:
    found = select(holds.c.worker).join(workers, workers.c.worker == holds.c.worker)
    return found.where(workers.c.beat_at > _heard_since(LEASE)) if judging else found


def _heard_since(seconds: float) -> ColumnElement[int]:
    return database_now() - int(seconds * 1_000_000)
