"""A worker on a shared store with a caller of its own: it starts a run every moment, whatever the database does.

Run as ``python -m tests.faults.busy_worker <folder> <url> <name>``. Laws, as in ``callers.py``: each start has a key
that is written down (``<folder>/asked``) before it is sent, and the run once that is acknowledged (``<folder>/told``);
each effect enters ``<folder>/ledger`` before anybody in Baton knows that it took place. It ends when its input closes.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from nodes.contract import NodeContext, Reply
from runtime.engine.stimuli import Start
from runtime.host import Host, Started
from runtime.store import StoreUnavailable
from tests.runtime.host.bench import flow, hosting, node, package, work

PAUSE: Final = 0.15
"""seconds between two starts"""
FLOW: Final = flow(
    work("pays", "keyed"),
    work("posts", "once", "once"),
    node("rests", "control/wait", duration="PT2S"),
    work("books", "keyed"),
    work("tells", "once", "once"),
)
PACKAGE: Final = package(FLOW)
EFFECTS: Final = {"keyed": ("pays", "books"), "once": ("posts", "tells")}
"""kind -> the steps of each run that have it"""


def note(file: Path, *words: object) -> None:
    """One whole line, durable: several processes write to one file."""
    with file.open("ab", buffering=0) as lines:
        lines.write((" ".join(map(str, words)) + "\n").encode())
        os.fsync(lines.fileno())


def noted(file: Path) -> list[list[str]]:
    """The words of each line."""
    return [line.split() for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def effects(folder: Path) -> dict[str, Any]:
    """What the steps do to the world, of which ``ledger`` is the only witness."""

    def make(kind: str) -> Any:
        async def perform(_given: Mapping[str, Any], context: NodeContext) -> Reply:
            await asyncio.sleep(0.05)
            note(folder / "ledger", kind, context.run, context.step.partition("#")[0], context.idempotency_key)
            await asyncio.sleep(0.1)
            return Reply({"done": kind})

        return perform

    return {kind: make(kind) for kind in EFFECTS}


async def begin(host: Host, folder: Path, key: str) -> None:
    """Asked for until it is acknowledged."""
    while True:
        try:
            release = await host.put_release(PACKAGE)
            started = await host.start(release, Start(flow=FLOW.id, key=key))
        except StoreUnavailable:
            await asyncio.sleep(0.2)
            continue
        assert isinstance(started, Started), started
        note(folder / "told", key, started.run)
        return


async def main(folder: Path, url: str, name: str) -> None:
    """See above."""
    closed = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    number = 0
    while not closed.done():
        try:
            async with hosting(folder, effects(folder), store_url=url, drain_seconds=3.0) as host:
                while not closed.done():
                    number += 1
                    key = f"{name}-{number}"
                    note(folder / "asked", key)
                    await begin(host, folder, key)
                    await asyncio.wait((closed,), timeout=PAUSE)
        except StoreUnavailable:  # it can't even be opened
            await asyncio.sleep(0.3)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
