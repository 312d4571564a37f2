"""Which runs of a shared store are left by a lost worker. By the clock of the database, whoever asks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, cast, delete, func, or_, select, true

from runtime.store.schema import holds, runs, workers

LEASE = 5.0
"""seconds without a beat after which a worker is taken for lost"""
FORGOTTEN = 60.0
"""seconds without a beat after which a worker that holds nothing is forgotten"""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one look found of the runs that need a worker; those that the one who asks holds himself are left out."""

    left: tuple[str, ...]
    """nobody who lives holds them, by id"""
    beats: dict[str, int]
    """another worker who holds some, and is not known to be lost -> his last beat. He lives for certain only once he is
    heard again; he may be dead until his lease is over"""


def database_now() -> ColumnElement[int]:
    """Microseconds since 1970 UTC; Postgres' own words."""
    return cast(func.extract("epoch", func.clock_timestamp()) * 1_000_000, BigInteger)


def living_holder(connection: Connection, run: str, *, judge: str | None) -> str | None:
    """The worker that goes on with the run; None = it has none, or he is lost.

    ``judge``: the worker who asks; None = one who may not judge: everybody lives that has not said goodbye.
    """
    found: str | None = connection.scalar(_living(judge).where(holds.c.run == run))
    return found


def holder(connection: Connection, run: str) -> str | None:
    """The worker that took the run last, whether he lives or not; None = it needs none."""
    return connection.scalar(select(holds.c.worker).where(holds.c.run == run))


def runs_left(connection: Connection, after: str, limit: int, *, judge: str | None) -> list[str]:
    """Runs that need a worker and have none that lives, by id, those beyond ``after``. ``judge`` as above."""
    held = _living(judge).where(holds.c.run == runs.c.run).exists()
    query = select(runs.c.run).where(runs.c.needs_worker == true(), runs.c.run > after, ~held)
    return list(connection.scalars(query.order_by(runs.c.run).limit(limit)))


def judgement(connection: Connection, worker: str, chosen: Collection[str] | None, *, judge: str | None) -> Judgement:
    """What ``worker`` sees: of all runs, or of these and those that they have called. ``judge`` as above."""
    living = _living(judge).add_columns(workers.c.beat_at, holds.c.run).subquery()
    query = (
        select(runs.c.run, living.c.worker, living.c.beat_at)
        .select_from(runs.outerjoin(living, living.c.run == runs.c.run))
        .where(runs.c.needs_worker == true(), func.coalesce(living.c.worker, "") != worker)
    )
    if chosen is not None:
        query = query.where(
            or_(runs.c.run.in_(chosen), *(runs.c.run.startswith(f"{run}:", autoescape=True) for run in chosen))
        )
    rows = connection.execute(query.order_by(runs.c.run)).all()
    left = tuple(run for run, holder, _ in rows if holder is None)
    return Judgement(left, {holder: beat for _, holder, beat in rows if holder is not None})


def living_workers(connection: Connection, *, judge: str | None) -> set[str]:
    """Who lives. ``judge`` as above."""
    query = select(workers.c.worker)
    return set(connection.scalars(query if judge is None else query.where(workers.c.beat_at > _leases_of(judge))))


def is_alone(connection: Connection, worker: str) -> bool:
    """Whether all others have said goodbye."""
    return connection.scalar(select(workers.c.worker).where(workers.c.worker != worker).limit(1)) is None


def clear_lost(connection: Connection) -> None:
    """Forget workers that were lost long ago and hold nothing any more."""
    holding = select(holds.c.worker).where(holds.c.worker == workers.c.worker).exists()
    connection.execute(delete(workers).where(workers.c.beat_at < _heard_since(FORGOTTEN), ~holding))


def _living(judge: str | None) -> Select[Any]:
    found = select(holds.c.worker).join(workers, workers.c.worker == holds.c.worker)
    return found if judge is None else found.where(workers.c.beat_at > _leases_of(judge))


def _leases_of(judge: str) -> ColumnElement[int]:
    """Beats older than this are lost in the eyes of this worker, who goes by its own last beat: where the clock of the
    database jumps, all look old at once, and so does this one."""
    own = workers.alias("own")
    last = select(own.c.beat_at).where(own.c.worker == judge).scalar_subquery()
    return func.coalesce(last, 0) - int(LEASE * 1_000_000)


def _heard_since(seconds: float) -> ColumnElement[int]:
    return database_now() - int(seconds * 1_000_000)
