"""A process that hosts runs and may be killed: ``python -m tests.runtime.host.victim FOLDER [RUNS [STORE_URL]]``.

It starts RUNS runs of the flow that the test left in ``FOLDER/flow.json`` (none: it only goes on with what is there),
prints ``started <run>`` for each acknowledged start and ``idle`` when nothing is left to do. What its steps do outside
stands in ``FOLDER/ledger.txt``, one line ``kind key`` an effect, written by the kernel before the step goes on.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nodes.contract import NodeContext, Reply
from runtime.host import Ids
from runtime.model.flow import Flow
from tests.runtime.host.bench import begin, hosting

FOLDER = Path(sys.argv[1]) if len(sys.argv) > 1 else Path()


TOGETHER = "together"
"""a file of this name: the flows are one release, of which the first is started"""


def effects(folder: Path) -> dict[str, Any]:
    """The steps' work, judged by the ledger in ``folder``."""

    def enter(kind: str, context: NodeContext) -> None:
        with (folder / "ledger.txt").open("a", encoding="utf-8") as ledger:
            ledger.write(f"{kind} {context.idempotency_key} {context.attempt}\n")
            ledger.flush()
            os.fsync(ledger.fileno())

    async def pay(_given: Mapping[str, Any], context: NodeContext) -> Reply:
        enter("keyed", context)
        return Reply({"paid": True})

    async def post(_given: Mapping[str, Any], context: NodeContext) -> Reply:
        enter("once", context)
        return Reply({"posted": True})

    async def look(_given: Mapping[str, Any], context: NodeContext) -> Reply:
        enter("read", context)
        return Reply({"seen": True})

    async def linger(_given: Mapping[str, Any], context: NodeContext) -> Reply:
        enter("linger", context)
        await asyncio.sleep(0.4)
        return Reply({})

    async def kill(_given: Mapping[str, Any], context: NodeContext) -> Reply:
        enter("kill", context)
        await asyncio.sleep(0.2)
        os._exit(9)

    return {"pay": pay, "post": post, "look": look, "linger": linger, "kill": kill}


def ledger(folder: Path) -> list[list[str]]:
    """[kind, key, attempt] of every effect so far."""
    path = folder / "ledger.txt"
    return [line.split() for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def drawn_in(folder: Path) -> list[Flow]:
    """The flows that the test left, by name."""
    files = sorted(folder.glob("*.flow.json"))
    return [Flow.model_validate_json(file.read_text(encoding="utf-8")) for file in files]


def _five_bits_each(number: int, length: int) -> bytes:
    return bytes(number >> 5 * place & 31 for place in reversed(range(length)))


async def main(folder: Path, runs: int) -> None:
    """See above."""
    # Ids in the order of the starts, so that recovery meets the runs in an order that the test has chosen. A letter of
    # an id is five bits; the process stands before the number, since two of them may begin in one second on one store.
    numbers = itertools.count(os.getpid() << 20)
    ids = Ids(lambda n: _five_bits_each(next(numbers), n))
    store = {"store_url": sys.argv[3]} if len(sys.argv) > 3 else {}
    async with hosting(folder, effects(folder), ids=ids, **store) as host:
        drawn = drawn_in(folder)
        together = (folder / TOGETHER).exists()
        for one in drawn[:1] if together else drawn:
            for _ in range(runs):
                print("started", await begin(host, one, *(drawn[1:] if together else ())), flush=True)
        await host.until_idle()
        print("idle", flush=True)


if __name__ == "__main__":
    asyncio.run(asyncio.wait_for(main(FOLDER, int(sys.argv[2]) if len(sys.argv) > 2 else 0), 60))
