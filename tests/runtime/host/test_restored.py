"""A backup of yesterday is put back (FAULTS F41): what was due fires, what was in flight stays honest, and it shows."""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from nodes.contract import NodeContext, Reply
from runtime.engine.events import TimerFired
from runtime.host import VirtualClock
from runtime.store import open_store
from tests.runtime.host.bench import MONDAY, approval, begin, flow, hosting, node, play, work

KEYED = flow(work("pays", "pay"), id="keyed")
ONCE = flow(work("posts", "post", "once"), id="once")
WAITS = flow(node("rest", "control/wait", duration="PT1H"), id="waits")
ASKS = flow(approval(), id="asks")


def backed_up(store: Path, to: Path) -> None:
    """As somebody makes one beside a running server."""
    to.parent.mkdir()
    with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


def test_what_went_on_after_the_backup_is_done_again_by_its_key_or_asked_about_and_is_missed_in_the_journal(
    tmp_path: Path,
) -> None:
    sent: Counter[str] = Counter()
    both, released = asyncio.Event(), asyncio.Event()

    async def slowly(given: Mapping[str, Any], context: NodeContext) -> Reply:
        sent[f"{given['do']} {context.idempotency_key}"] += 1
        if len(sent) == 2:
            both.set()
        await released.wait()
        return Reply({})

    works = {"pay": slowly, "post": slowly}
    restored = tmp_path / "restored"

    async def story() -> None:
        async with hosting(tmp_path, works, clock=VirtualClock(MONDAY)) as host:
            keyed, once, waits, asks = [await begin(host, drawn) for drawn in (KEYED, ONCE, WAITS, ASKS)]
            await both.wait()
            backed_up(tmp_path / "store.db", restored / "store.db")
            released.set()
            await host.until_idle({keyed, once})
            await host.answer(f"{asks}:ask#1", choice="approve", by="petra")
            assert {(await host.run_row(run)).state for run in (keyed, once, asks)} == {"completed"}
            heads = await host.store.stream_heads()

        async with open_store(str(restored / "store.db"), worker="auditor", read_only=True) as store:
            gone = {(found.stream, found.kind) for found in await store.missing_heads(heads)}
            assert {(run, "truncated") for run in (keyed, once, asks)} <= gone, "heads kept elsewhere show it"
        a_day_later = VirtualClock(MONDAY + dt.timedelta(days=1))
        async with hosting(restored, works, clock=a_day_later) as host:
            await host.until_idle()
            rows = {run: await host.run_row(run) for run in (keyed, once, waits, asks)}
            assert (rows[keyed].state, rows[waits].state) == ("completed", "completed")
            fired = [entry.event for entry in await host.journal(waits) if isinstance(entry.event, TimerFired)]
            assert [timer.due for timer in fired] == [MONDAY + dt.timedelta(hours=1)]
            incidents = (await host.incidents()).rows
            assert [(incident.run, incident.kind) for incident in incidents] == [(once, "outcome_unknown")]
            assert (rows[asks].open_tasks, rows[asks].state) == (1, "running"), "asked again; nobody has decided here"
            assert await host.store.verify() == []

    play(story())
    assert sorted(sent.values()) == [1, 2], "the one without a key was never sent again"
    assert next(name for name, times in sent.items() if times == 2).startswith("pay ")
