"""``until_idle`` where two workers write: what a killed one held is not passed over because its lease still runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nodes.contract import Reply
from runtime.host import Host, recovery
from runtime.store.postgres import beating
from runtime.store.queries import holds
from tests.postgres_server import Server
from tests.runtime.host.bench import begin, flow, hosting, play, work


@pytest.fixture
def short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (holds, beating):
        monkeypatch.setattr(module, "LEASE", 0.6)
    monkeypatch.setattr(beating, "EVERY", 0.1)
    monkeypatch.setattr(recovery, "ROUND_EVERY", 0.2)


def beats_of(host: Host) -> Any:
    return host.store._engine._beating  # type: ignore[attr-defined]


def waits_for(event: asyncio.Event) -> Callable[..., Any]:
    async def pays(_given: Any, _context: Any) -> Reply:
        await event.wait()
        return Reply({})

    return pays


@pytest.mark.usefixtures("short_lease")
def test_runs_of_a_worker_that_was_killed_a_moment_ago_are_waited_for(tmp_path: Path, postgres: Server) -> None:
    url = postgres.database()
    stuck, fine = asyncio.Event(), asyncio.Event()
    fine.set()

    async def story() -> None:
        async with (
            hosting(tmp_path, {"pays": waits_for(fine)}, store_url=url) as lives,
            hosting(tmp_path, {"pays": waits_for(stuck)}, store_url=url) as dies,
        ):
            await lives.until_idle()  # it has looked for all that lost ones left
            run = await begin(dies, flow(work("pays", "pays")))
            beats_of(dies)._ended.set()  # as after kill -9: no beat any more, and no goodbye
            try:
                await lives.until_idle()
                row = await lives.run_row(run)
            finally:
                stuck.set()
            assert row is not None
            assert row.state == "completed"

    play(story())


@pytest.mark.usefixtures("short_lease")
def test_runs_of_a_worker_that_is_heard_are_its_own(tmp_path: Path, postgres: Server) -> None:
    url = postgres.database()
    works = asyncio.Event()

    async def story() -> None:
        async with (
            hosting(tmp_path, store_url=url) as rests,
            hosting(tmp_path, {"pays": waits_for(works)}, store_url=url) as busy,
        ):
            run = await begin(busy, flow(work("pays", "pays")))
            await rests.until_idle()
            await rests.until_idle([run])
            row = await rests.run_row(run)
            assert row is not None
            assert row.state == "running"
            works.set()

    play(story())
