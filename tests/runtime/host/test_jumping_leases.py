"""F21: the clock of the database jumps; every lease looks old at once, and nobody takes a living worker for lost."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from nodes.contract import Reply
from runtime.store.postgres import beating
from runtime.store.queries import holds
from runtime.store.queries.holds import LEASE
from tests.postgres_server import Server
from tests.runtime.host.bench import begin, flow, hosting, play, work
from tests.runtime.host.test_two_workers import all_over, claims

JUMPS = 4


async def slow(_given: Any, _context: Any) -> Reply:
    await asyncio.sleep(3.0)
    return Reply({})


@pytest.mark.slow
def test_when_the_clock_of_the_database_jumps_nobody_loses_his_runs(
    tmp_path: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.database()
    ahead = [0]
    truly = holds.database_now
    for module in (holds, beating):
        monkeypatch.setattr(module, "database_now", lambda: truly() + ahead[0])

    async def story() -> None:
        async with (
            hosting(tmp_path, {"slow": slow}, store_url=url) as one,
            hosting(tmp_path, {"slow": slow}, store_url=url) as two,
        ):
            await asyncio.sleep(LEASE + 1)  # from now on each of them may judge the other
            for host in (one, two):
                for _ in range(5):
                    await begin(host, flow(work("posts", "slow", "once")))
            for _ in range(JUMPS):
                ahead[0] += 3_600_000_000
                for _ in range(12):  # before the first beat by the new time, between two beats, and after
                    assert [await host.store.runs_left() for host in (one, two)] == [[], []]
                    await asyncio.sleep(0.05)
            await asyncio.wait_for(all_over(one, 10), 15)
            assert await claims(one) == 0
            assert (await one.incidents()).rows == ()

    play(story(), 60)
