"""``GET /health`` in every state that the runtime can be in: ready, ready with a but, not ready; and back again."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from nodes.contract import Reply
from runtime.connections import Environment
from runtime.connections.environment_file import RunLimits
from runtime.host import Host
from runtime.store import StoreUnavailable
from runtime.store.sqlite import committing
from tests.runtime.host.bench import begin, flow, hosting, work
from tests.runtime.host.bench import play as run_limited
from tests.runtime.server.standing import PACKAGE, RELEASE, Standing, stand


@pytest.fixture(autouse=True)
def _asks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each question tries the store, and a write is slow soon."""
    monkeypatch.setattr("runtime.host.service.QUIET", 0.0)
    monkeypatch.setattr("runtime.store.store.SLOW_AFTER", 0.3)


@contextmanager
def locked(place: Path) -> Iterator[None]:
    """Another program in the middle of a write."""
    with closing(sqlite3.connect(place, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def says(server: Standing, path: str = "/health") -> tuple[int, str, list[str]]:
    answer = await server.ask("GET", path)
    said = answer.json()
    return answer.status_code, said["status"], said["reasons"]


async def becomes(server: Standing, status: str) -> tuple[int, list[str]]:
    """(code, reasons) as soon as it says so."""
    async with asyncio.timeout(20):
        while True:
            code, found, reasons = await says(server)
            if found == status:
                return code, reasons
            await asyncio.sleep(0.05)


def test_all_is_well(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        await server.started(amount=1)
        assert await says(server) == (200, "ok", [])

    stand(tmp_path, play)


def test_a_store_that_another_program_keeps_locked_is_degraded_and_still_200(tmp_path: Path) -> None:
    """F12. Nobody has to write anything for it to be known."""

    async def play(server: Standing) -> None:
        with locked(tmp_path / "store.db"):
            code, [reason] = await becomes(server, "degraded")
            assert code == 200
            assert reason.startswith("A write to ")
            assert "has been waiting for" in reason
            assert reason.endswith(".")
        assert await becomes(server, "ok") == (200, [])

    stand(tmp_path, play)


def test_a_store_that_can_not_be_written_is_not_ready_and_ready_again_without_anybody_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A caller that is kept away by a 503 never writes, so the question itself has to find out that it is over."""
    append, work_of = committing.Committer.append, committing.Committer.work

    def full(*_: Any, **__: Any) -> Any:
        raise StoreUnavailable("the disk of /data is full; free some and it goes on", "full")

    async def play(server: Standing) -> None:
        monkeypatch.setattr(committing.Committer, "append", full)
        monkeypatch.setattr(committing.Committer, "work", full)
        headers = {"Content-Type": "application/octet-stream"}
        refused = await server.ask("PUT", f"/releases/{RELEASE}", content=PACKAGE, headers=headers)
        assert refused.status_code == 507
        reasons = ["The disk of /data is full; free some and it goes on."]
        assert await becomes(server, "unavailable") == (503, reasons)
        monkeypatch.setattr(committing.Committer, "append", append)
        monkeypatch.setattr(committing.Committer, "work", work_of)
        assert await becomes(server, "ok") == (200, [])

    stand(tmp_path, play)


def test_who_shuts_down_is_not_ready_but_alive(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        server.host.closing = True
        assert await says(server) == (503, "unavailable", ["Baton is shutting down."])
        assert await says(server, "/health/live") == (200, "ok", [])
        server.host.closing = False

    stand(tmp_path, play)


def test_whether_it_lives_is_answered_whatever_the_store_does(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        with locked(tmp_path / "store.db"):
            await becomes(server, "degraded")
            assert await says(server, "/health/live") == (200, "ok", [])

    stand(tmp_path, play)


def test_runs_that_stand_aside_are_told(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        server.host._runner.put_aside("run-1", "written by a newer Baton")
        code, status, [reason] = await says(server)
        assert (code, status) == (200, "degraded")
        assert reason.startswith("1 run can't be read and stands aside")

    stand(tmp_path, play)


def test_attempts_that_stand_in_line_for_long_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.host.health.WAITS_LONG", 0.2)
    free = asyncio.Event()

    async def slow(_given: Any, _context: Any) -> Any:
        await free.wait()
        return Reply({})

    async def story(host: Host) -> None:
        runs = [await begin(host, flow(work("posts", "slow"))) for _ in range(3)]
        await asyncio.sleep(0.5)
        health = host.health()
        assert (health.status, health.in_flight, health.waiting) == ("degraded", 3, 2)
        [reason] = health.reasons
        assert "2 attempts wait for their turn, the first of them for " in reason
        free.set()
        for run in runs:
            await host.until_done(run)
        assert (host.health().status, host.health().reasons) == ("ok", ())

    limits = RunLimits(attempts_at_once=1)

    async def whole() -> None:
        async with hosting(tmp_path, {"slow": slow}, environment=Environment("local", tmp_path, limits=limits)) as host:
            await story(host)

    run_limited(whole())
