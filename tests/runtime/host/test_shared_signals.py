"""Signals and waits that meet at two workers of one Postgres: each is taken, delivered once, and none is left lying.

Another system's two recoverers gave one caller the message and the other a NULL.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from nodes.contract import Value
from runtime.engine.driver import SignalAccepted
from runtime.engine.events import SignalConsumed, SignalDelivered, SignalReceived
from runtime.engine.inbox import inbox_stream
from runtime.engine.stimuli import SendSignal
from runtime.host import Host
from tests.postgres_server import Server
from tests.runtime.host.bench import begin, flow, hosting, play
from tests.runtime.host.test_host import WAITING
from tests.runtime.host.test_two_workers import all_over

KEYS = [f"i-{number}" for number in range(6)]
WAITS_EACH = 3
PAYLOAD: Mapping[str, Value] = {"amount": "1"}


async def delivered(host: Host, runs: list[str]) -> Counter[str]:
    """How often each signal went to a run."""
    journals = [await host.journal(run) for run in runs]
    return Counter(e.event.signal for journal in journals for e in journal if isinstance(e.event, SignalDelivered))


def test_the_same_signals_at_both_workers_at_once_are_taken_and_delivered_once(
    tmp_path: Path, postgres: Server
) -> None:
    url = postgres.database()

    async def story() -> None:
        async with hosting(tmp_path, store_url=url) as one, hosting(tmp_path, store_url=url) as two:
            hosts = (one, two)
            waits = [
                asyncio.create_task(begin(hosts[n % 2], flow(WAITING), input={"invoice": KEYS[n % len(KEYS)]}))
                for n in range(WAITS_EACH * len(KEYS))
            ]
            sent = [
                asyncio.create_task(
                    host.send_signal(SendSignal(name="paid", key=key, payload=PAYLOAD, id=f"{key}, {n}"))
                )
                for n in range(WAITS_EACH)
                for key in KEYS
                for host in hosts
            ]
            replies = await asyncio.gather(*sent)
            assert {type(reply) for reply in replies} == {SignalAccepted}, "both are told the same (W5)"
            runs = await asyncio.gather(*waits)
            await asyncio.wait_for(all_over(one, len(runs)), 15)
            assert set((await delivered(one, runs)).values()) == {1}
            for key in KEYS:
                inbox = [entry.event for entry in await one.store.read_stream(inbox_stream("paid", key))]
                assert len([e for e in inbox if isinstance(e, SignalReceived)]) == WAITS_EACH
                assert len([e for e in inbox if isinstance(e, SignalConsumed)]) == WAITS_EACH
            assert await one.store.verify() == []

    play(story())
