"""F12: another program keeps the store's file locked for 20 s while `baton serve` has work and callers."""

from __future__ import annotations

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from nodes.contract import to_wire
from runtime.client.http import HttpDoor
from runtime.wire import HealthView, Problem, StartRequest
from tests.faults.callers import Told
from tests.faults.invariants import invariants
from tests.faults.lives import Lives
from tests.faults.stories import PACKAGE, RELEASE

HELD: Final = 20.0
"""seconds"""
CALLERS: Final = 8


def hold(store: Path, held: threading.Event) -> None:
    """Another program in the middle of a long write."""
    with closing(sqlite3.connect(store, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        held.set()
        time.sleep(HELD)
        other.execute("ROLLBACK")


def begun(door: HttpDoor, flow: str, key: str) -> str:
    return door.start(StartRequest(release=RELEASE, flow=flow, input=to_wire({"case": key}), key=key)).run


def health_of(door: HttpDoor) -> HealthView | Problem:
    try:
        return door.health()
    except Problem as problem:
        return problem


@pytest.mark.slow
def test_who_asks_while_another_program_holds_the_store_waits_and_is_served(home: Path, tmp_path: Path) -> None:
    with Lives(tmp_path / "life", home) as lives:
        lives.begin()
        door = lives.door
        assert door is not None
        door.put_release(RELEASE, PACKAGE)
        told = Told(runs={begun(door, "rests", "before")}, possible_starts=1 + CALLERS)
        held = threading.Event()
        holder = threading.Thread(target=hold, args=(lives.store, held))
        holder.start()
        held.wait()
        since = time.monotonic()
        with ThreadPoolExecutor(CALLERS) as callers:
            starts = [callers.submit(begun, door, "rests", f"start {number}") for number in range(CALLERS)]
            while time.monotonic() - since < HELD - 5:
                time.sleep(0.5)
                assert door.run(next(iter(told.runs))).run, "what is there can be looked at"
            said = health_of(door)
            told.runs |= {start.result() for start in starts}
        assert isinstance(said, HealthView), said
        assert said.status == "degraded"
        assert "waiting for" in said.reasons[0], f"nobody would know: {said}"
        assert time.monotonic() - since > HELD - 1
        holder.join()
        deadline = time.monotonic() + 30
        while not all(door.run(run).ended for run in told.runs):
            assert time.monotonic() < deadline, door.health()
            time.sleep(0.1)
        assert (door.health().status, door.health().reasons) == ("ok", ())
        assert lives.end() == 0
    words = lives.stderr.read_text(encoding="utf-8")
    assert "locked" not in words
    assert "Traceback" not in words
    assert invariants(lives.store, told, [], written=[lives.folder]) == []
