"""The worker alone: what is told of an attempt that is withdrawn while the host closes."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from runtime.host.activity import Activity
from runtime.host.worker import Worker
from tests.runtime.host.bench import play


def test_a_host_that_closes_still_tells_that_nothing_was_sent() -> None:
    """Were it cut off there, the next worker could only say that it does not know."""

    async def story() -> None:
        told: list[Any] = []

        async def report(_run: str, result: Any) -> None:
            await asyncio.sleep(0.01)  # the append
            told.append(result)

        performer: Any = SimpleNamespace(broke=lambda _command, code, *_words, **_more: code)
        worker = Worker(performer, SimpleNamespace(slot=lambda _name: None), Activity(), report, at_once=0)  # type: ignore[arg-type]
        command: Any = SimpleNamespace(id="c", run="r", effect="keyed", connection=None)
        worker._launch(command, "", False)
        await asyncio.sleep(0)  # it waits for a slot
        worker._withdraw(worker._flights["c"])
        await asyncio.sleep(0.002)
        worker.drain()
        await asyncio.wait_for(worker.settled("r"), 2)
        assert told == ["withdrawn"]

    play(story(), 5)
