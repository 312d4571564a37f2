"""F09 and F11 on Postgres: its disk is full, or it takes no writes; callers are told, and all goes on by itself."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from nodes.contract import Reply
from runtime.host import Host, VirtualClock
from runtime.store import Store, StoreUnavailable
from tests.faults.small_disk import SmallDisk, why_not
from tests.postgres_server import Server, running
from tests.runtime.host.bench import MONDAY, begin, flow, hosting, node, play, work

RESTS = flow(node("rests", "control/wait", duration="PT1S"), work("after"))
WORKS = flow(work("one", "slow"), work("two", "slow", "once"), work("three", "slow"))


async def slow(_given: Any, _context: Any) -> Reply:
    await asyncio.sleep(0.3)
    return Reply({})


async def until_refused(host: Host, runs: list[str]) -> StoreUnavailable:
    """Starts runs until one is refused. There may be some room left in the pages of a table."""
    for number in range(5_000):
        try:
            runs.append(await begin(host, RESTS, input={"number": number, "filler": "x" * 1_000}))
        except StoreUnavailable as refusal:
            return refusal
    raise AssertionError("it was always written")


async def all_ended(host: Host, runs: list[str], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        for run in runs:
            assert (await host.until_done(run)).outcome == "over"


def story_of(
    folder: Path, url: str, trouble: str, words: str, spoil: Callable[[], object], mend: Callable[[], object]
) -> Awaitable[None]:
    """Runs are under way when the database takes no more; nothing of them is lost, refused twice or done twice."""
    performed: list[str] = []

    async def counted(given: Any, context: Any) -> Reply:
        performed.append(context.idempotency_key)
        return await slow(given, context)

    async def story() -> None:
        async with hosting(folder, {"slow": counted}, store_url=url) as host:
            runs = [await begin(host, WORKS) for _ in range(5)]
            await asyncio.to_thread(spoil)
            refusal = await until_refused(host, runs)
            assert (refusal.trouble, refusal.outcome_unknown) == (trouble, False), refusal
            assert words in str(refusal)
            assert "hint" not in str(refusal).lower()
            assert host.health().store.state == "unavailable"
            assert await host.run_row(runs[0]) is not None, "what is there can be looked at"
            await asyncio.sleep(2.0)  # timers become due and effects end, and there is no room to say so
            paused = await host.store.count_runs()
            assert paused.get("running", 0) > 0, f"nothing was paused: {paused}"
            await asyncio.to_thread(mend)
            await all_ended(host, runs, 30)
            await all_ended(host, [await begin(host, RESTS)], 10)
            assert host.health().store.state == "ok"
            assert (await host.incidents()).rows == ()
            assert await host.store.count_runs() == {"completed": len(runs) + 1}
            assert await host.store.verify() == []
        assert sorted(performed) == sorted(set(performed)), "an effect went out twice"
        assert len(performed) == 15

    return story()


@contextmanager
def on_a_small_disk(at: Path) -> Iterator[tuple[Server, SmallDisk, str]]:
    """A server that keeps one database on a disk that can be filled; what it needs itself is elsewhere."""
    with SmallDisk(at, "40m") as disk, running(disk.enter_as_nobody()) as server:
        (disk.outside / "tables").mkdir()
        yield server, disk, server.database(disk.inside / "tables")


@pytest.mark.slow
@pytest.mark.skipif(bool(why_not()), reason=why_not() or "there can be a small disk")
def test_on_a_full_disk_of_the_database_runs_pause_and_go_on_by_themselves(tmp_path: Path, postgres: Server) -> None:
    del postgres  # asked for where there is none to be had
    with on_a_small_disk(tmp_path / "disk") as (_, disk, url):
        play(story_of(tmp_path, url, "full", "is full; free some", disk.fill, disk.free), 100)


@pytest.mark.slow
def test_a_database_that_takes_no_writes_is_waited_for(tmp_path: Path, postgres: Server) -> None:
    url = postgres.database()
    name = url.rpartition("/")[2].partition("?")[0]

    def cut() -> None:
        postgres.admin(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    def spoil() -> None:
        postgres.admin(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        cut()

    def mend() -> None:
        postgres.admin(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        cut()

    play(story_of(tmp_path, url, "read_only", "can't be written", spoil, mend), 100)


def test_a_timer_that_is_due_while_the_database_is_away_fires_when_it_is_back(
    tmp_path: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Of a run of another worker, which has to be looked at first: that look was said to be a failure of the run."""
    url = postgres.database()
    clock = VirtualClock(MONDAY)

    async def before() -> str:
        async with hosting(tmp_path, store_url=url, clock=clock) as host:
            run = await begin(host, flow(node("rests", "control/wait", duration="PT1H")))
            await host.until_idle()
            return run

    async def after(run: str) -> None:
        read, away = Store.read_stream, [1, 1]

        async def falls(self: Store, stream: str, *more: Any) -> Any:
            if stream == run and away:
                away.pop()
                raise StoreUnavailable("postgresql:///store doesn't answer", "gone")
            return await read(self, stream, *more)

        async with hosting(tmp_path, store_url=url, clock=clock) as host:
            await host.until_idle()
            monkeypatch.setattr(Store, "read_stream", falls)
            clock.advance(dt.timedelta(hours=1))
            assert (await asyncio.wait_for(host.until_done(run), 10)).outcome == "over"
            assert away == []

    run = play(before())
    with caplog.at_level(logging.WARNING):
        play(after(run))
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []
