"""Says every second that this worker lives, from a thread and a connection of its own.

Law: a worker that others take for lost may still be alive (stopped, or cut off): the fence keeps it from writing into
what they took over. So the lease needs no agreement of clocks; too short a one costs takeovers, never correctness.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time

import psycopg
from sqlalchemy import Connection, delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from runtime.store.postgres.address import Address
from runtime.store.postgres.connecting import Raw, core, writer_connection
from runtime.store.problems import StoreProblem
from runtime.store.queries.holds import LEASE, clear_lost, database_now
from runtime.store.schema import workers

EVERY = 1.0
"""seconds between two beats"""


class Beating:
    """From construction to ``stop``. Raises ``psycopg.Error`` if the first beat does not come through."""

    def __init__(self, address: Address, worker: str) -> None:
        self._address = address
        self._worker = worker
        self._raw: Raw | None = None
        self._core: Connection | None = None
        self._ended = threading.Event()
        self._steady_since = time.monotonic()
        self._last = self._steady_since
        self._at: int | None = None
        """the last beat by the clock of the database, which may jump"""
        self._beat()
        self._thread = threading.Thread(target=self._run, name=f"beating for {worker}", daemon=True)
        self._thread.start()

    def may_judge(self) -> bool:
        """Whether our own beats came through for a whole lease: after a pause of the server, or of ourselves, others
        must have had the time to be heard before we take them for lost. Others are judged by our last beat, so it is
        that one which must lie a lease behind the first: else who fell silent just before would still pass."""
        return time.monotonic() - self._last < LEASE / 2 and self._last - self._steady_since >= LEASE

    def stop(self) -> None:
        """What this worker has left, if anything, is free from now on."""
        self._ended.set()
        self._thread.join()
        with contextlib.suppress(psycopg.Error, DBAPIError, StoreProblem):
            self._connected().execute(delete(workers).where(workers.c.worker == self._worker))
        self._disconnect()

    def _run(self) -> None:
        while not self._ended.wait(EVERY):
            try:
                self._beat()
            except (psycopg.Error, DBAPIError, StoreProblem):
                self._disconnect()  # whoever writes or reads says it to people

    def _beat(self) -> None:
        row = {"worker": self._worker, "host": socket.gethostname(), "pid": os.getpid(), "beat_at": database_now()}
        beat = insert(workers).values(row)
        renewed = beat.on_conflict_do_update(index_elements=["worker"], set_={"beat_at": database_now()})
        at: int = self._connected().execute(renewed.returning(workers.c.beat_at)).scalar_one()
        now = time.monotonic()
        jumped = self._at is not None and abs((at - self._at) / 1_000_000 - (now - self._last)) > LEASE / 2
        if jumped or now - self._last > LEASE / 2:
            self._steady_since = now
        self._last, self._at = now, at
        clear_lost(self._connected())

    def _connected(self) -> Connection:
        if self._core is None:
            self._raw = writer_connection(self._address)
            self._core = core(self._raw)
        return self._core

    def _disconnect(self) -> None:
        raw, self._raw, self._core = self._raw, None, None
        if raw is not None:
            raw.close()
