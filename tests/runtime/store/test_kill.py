"""kill -9 at any moment (F01): what was acknowledged is there, each stream without gaps, its chain whole."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runtime.store import open_store
from runtime.store.opening import is_shared, store_file
from tests.runtime.store.examples import run_row

if TYPE_CHECKING:
    from tests.conftest import Storm

WRITES = """
import asyncio, os, sys
from runtime.store import open_store
from tests.runtime.store.examples import appended, run_rows
async def main():
    store = open_store(sys.argv[1], worker="w")
    print("ready", flush=True)
    async def run(name):
        seq = await store.stream_head(name)
        while True:
            await store.append(appended(name, seq + 1, 3, run_rows(name, at_nodes=(str(seq + 3),))))
            seq += 3
            os.write(1, f"{name} {seq}\\n".encode())
    await asyncio.gather(*(run(f"run-{n}") for n in range(20)))
asyncio.run(main())
"""


def killed_after(url: str, seconds: float, *, writing: bool = False) -> dict[str, int]:
    """Number of the last row of each stream that the process had acknowledged when it died. ``writing``: so long after
    its first acknowledgement, and not after it had opened the store."""
    process = subprocess.Popen([sys.executable, "-c", WRITES, url], stdout=subprocess.PIPE, bufsize=0)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    first = process.stdout.readline() if writing else b""
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    said = first + process.communicate()[0]
    acknowledged: dict[str, int] = {}
    for line in said.decode().splitlines():
        if len(words := line.split()) == 2 and line.startswith("run-"):
            acknowledged[words[0]] = int(words[1])
    return acknowledged


async def assert_whole(url: str, acknowledged: dict[str, int]) -> None:
    async with open_store(url, worker="w") as store:
        heads = {head.stream: head.seq for head in await store.stream_heads()}
        for stream, seq in acknowledged.items():
            assert heads[stream] >= seq
        assert await store.verify() == []
        for stream, seq in heads.items():
            assert seq % 3 == 0  # each append was of three rows
            assert await store.run_row(stream) == run_row(stream, at_nodes=(str(seq),))
    if is_shared(url):
        return
    with closing(sqlite3.connect(store_file(url))) as other:
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL")
def test_kill_9_at_random_moments_on_one_growing_store(url: str) -> None:
    moments = random.Random(20261120)
    acknowledged: dict[str, int] = {}
    for number in range(4):
        acknowledged |= killed_after(url, moments.uniform(0.01, 0.4), writing=number > 0)
        asyncio.run(assert_whole(url, acknowledged))
    assert sum(acknowledged.values()) >= 3 * 3, "each of the last three had written"


@pytest.mark.storm
@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL")
def test_storm_of_kills(tmp_path: Path, storm: Storm) -> None:
    acknowledged: dict[str, int] = {}
    place = tmp_path / "0.db"
    while storm.going():
        if storm.random.random() < 0.2:
            place, acknowledged = tmp_path / f"{storm.random.random()}.db", {}
        acknowledged |= killed_after(str(place), storm.random.expovariate(4))
        asyncio.run(assert_whole(str(place), acknowledged))
        storm.count("kill -9 of a writing store")
