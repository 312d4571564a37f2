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


def test_who_was_taken_over_by_a_worker_that_he_takes_for_lost_performs_nothing_more(
    tmp_path: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of two took the other for lost; whoever was fenced kept the run, and both sent its next message."""
    url = postgres.database()
    sent: list[str] = []
    first_waits, second_waits = asyncio.Event(), asyncio.Event()

    def works(waits: asyncio.Event) -> dict[str, Any]:
        async def pays(_given: Any, _context: Any) -> Reply:
            await waits.wait()
            return Reply({})

        async def posts(_given: Any, context: Any) -> Reply:
            sent.append(context.idempotency_key)
            await asyncio.sleep(0.5)
            return Reply({})

        return {"pays": pays, "posts": posts}

    async def story() -> None:
        async with (
            hosting(tmp_path, works(first_waits), store_url=url) as one,
            hosting(tmp_path, works(second_waits), store_url=url) as two,
        ):
            run = await begin(one, flow(work("pays", "pays"), work("posts", "posts", "once")))
            await asyncio.sleep(0.2)
            await two._runner.claim(run, suspects=True)
            monkeypatch.setattr(holds, "living_holder", lambda *_args, **_more: None)
            second_waits.set()
            first_waits.set()
            await asyncio.wait_for(all_over(two, 1), 15)
            assert len(sent) == 1, [f"{e.actor.id} {e.event}" for e in await one.journal(run)]

    play(story(), 60)
