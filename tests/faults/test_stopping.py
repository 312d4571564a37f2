"""F44: told to stop (SIGTERM) under load it takes nothing new, ends what is under way, and the next does the rest."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from nodes.contract import to_wire
from projects.example_systems.judge import effects
from projects.example_systems.launch import Systems
from runtime.client.http import HttpDoor
from runtime.wire import Problem, StartRequest
from tests.faults.callers import AWAY, PATIENCE, Told
from tests.faults.invariants import invariants
from tests.faults.lives import Lives
from tests.faults.stories import PACKAGE, RELEASE

RUNS = 30
FLOWS = ("sends_once", "sends_keyed")


def start(door: HttpDoor, told: Told, number: int) -> str:
    """Start number so and so, by a caller who repeats it with its key until it is acknowledged."""
    flow = FLOWS[number % 2]
    request = StartRequest(release=RELEASE, flow=flow, input=to_wire({"case": f"C-{number}"}), key=f"start {number}")
    run = door.start(request).run
    told.runs.add(run)
    return run


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals to one process")
def test_told_to_stop_under_load_nothing_is_lost_doubled_or_asked_about(
    systems: Systems, home: Path, tmp_path: Path
) -> None:
    for system, operation in (("notifications", "send_message"), ("ticketing", "create_ticket")):
        systems.faults.set(system, "slow", operation=operation, seconds=0.3, times=RUNS)
    told = Told(possible_starts=RUNS)
    with Lives(tmp_path / "life", home) as lives:
        lives.begin()
        assert lives.door is not None
        lives.door.put_release(RELEASE, PACKAGE)
        refused = []
        for number in range(RUNS):
            if number == RUNS // 2:
                os.kill(lives.pid, signal.SIGTERM)
            try:
                start(lives.door, told, number)
            except Problem as refusal:
                if refusal.code not in AWAY:
                    raise
                refused.append(number)
        assert refused, "it took starts to the end"
        assert lives.dead() == 0
        lives.begin()
        for number in refused:
            start(lives.door, told, number)
        deadline = time.monotonic() + PATIENCE
        while not all(lives.door.run(run).ended for run in told.runs):
            assert time.monotonic() < deadline, "I7"
            time.sleep(0.05)
        assert lives.end() == 0
    assert "Traceback" not in lives.stderr.read_text(encoding="utf-8")
    ledger = systems.ledger()
    assert invariants(lives.store, told, ledger, secrets=systems.keys.values(), written=[lives.folder]) == []
    took_place = Counter(entry.operation for entry in effects(ledger))
    assert took_place == Counter(send_message=RUNS // 2, create_ticket=RUNS // 2)
    assert len({entry.case for entry in effects(ledger)}) == RUNS
