"""A worker stopped for longer than its lease (F24), with an effect that had not left it yet: nobody sends that twice.

The journal says that the effect may have begun, so the worker that takes the run over asks a person (X3). What that
person says is true only if the stopped one, once it goes on, does not send what still stood in its line.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.engine.rows import IncidentRow
from runtime.engine.stimuli import Resolve
from runtime.host import Host
from tests.postgres_server import Server
from tests.runtime.host.bench import hosting, play
from tests.runtime.host.test_recovery import ROOT
from tests.runtime.host.victim import effects, ledger

STOPPED = """
import asyncio, sys
from pathlib import Path
from runtime.connections import Environment
from runtime.connections.environment_file import RunLimits
from tests.runtime.host.bench import begin, flow, hosting, work
from tests.runtime.host.victim import effects

async def main():
    folder = Path(sys.argv[1])
    one_slot = Environment("local", folder, limits=RunLimits(attempts_at_once=1))
    async with hosting(folder, effects(folder), store_url=sys.argv[2], environment=one_slot) as host:
        before = await begin(host, flow(work("l", "linger")))
        behind = await begin(host, flow(work("o", "post", "once")))
        print(behind, flush=True)
        await asyncio.to_thread(sys.stdin.readline)

asyncio.run(main())
"""


async def asked(host: Host) -> IncidentRow:
    while True:
        if incidents := (await host.incidents()).rows:
            return incidents[0]
        await asyncio.sleep(0.1)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this platform can't stop a process")
def test_what_stood_in_line_when_its_worker_was_stopped_is_not_sent_after_another_took_it_over(
    tmp_path: Path, postgres: Server
) -> None:
    url = postgres.database()
    words = [sys.executable, "-c", STOPPED, str(tmp_path), url]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "BATON_FAULT": ""}

    async def story(other: subprocess.Popen[str], run: str) -> None:
        async with hosting(tmp_path, effects(tmp_path), store_url=url) as host:
            incident = await asyncio.wait_for(asked(host), 20)
            assert (incident.run, incident.kind) == (run, "outcome_unknown")
            assert [kind for kind, *_ in ledger(tmp_path) if kind == "once"] == [], "the person looks: it is not there"
            await host.resolve(Resolve(incident=incident.incident, how="retry", not_done=True))
            assert (await host.until_done(run)).outcome == "over"
            other.send_signal(signal.SIGCONT)
            other.communicate("end\n", timeout=30)  # it drains, so all that it was to do is done then
            assert other.returncode == 0
            assert await host.store.verify() == []

    with subprocess.Popen(words, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        try:
            assert other.stdout is not None
            run = other.stdout.readline().strip()
            other.send_signal(signal.SIGSTOP)
            play(story(other, run), 60)
        finally:
            other.kill()
    assert [kind for kind, *_ in ledger(tmp_path) if kind == "once"] == ["once"]
