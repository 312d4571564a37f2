"""DBOS as a peer: workflows of ten trivial steps on SQLite, so many in flight, as the library comes.

Run as a program of its own (``python -m tests.benchmarks.dbos_peer FOLDER IN_FLIGHT WORKFLOWS``), since DBOS keeps one
instance for a process. It prints steps a second. Nothing of it is tuned: the file is new, no setting is given but where
it lies, and steps and workflows are coroutines, which is how DBOS documents concurrent work in one process.
"""

from __future__ import annotations

import asyncio
import importlib.util
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STEPS = 10
WARM_UP = 5
WORKFLOWS = 60
PACKAGE = "dbos"


def steps_per_second(in_flight: int, workflows: int = WORKFLOWS) -> float:
    """Measures it. RuntimeError where the extra ``bench`` is not installed."""
    if importlib.util.find_spec(PACKAGE) is None:
        raise RuntimeError("the peer DBOS is not installed: pip install -e '.[bench]', or run it by dev.py bench")
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.benchmarks.dbos_peer", folder, str(in_flight), str(workflows)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        raise RuntimeError(f"the peer DBOS failed: {done.stderr[-2000:]}")
    return float(done.stdout.splitlines()[-1])


def _main(folder: str, in_flight: int, workflows: int) -> None:
    from dbos import DBOS, DBOSConfig

    config = DBOSConfig(name="peer", system_database_url=f"sqlite:///{Path(folder) / 'dbos.sqlite'}", log_level="ERROR")
    DBOS(config=config)

    @DBOS.step()
    async def step(number: int) -> int:
        return number

    @DBOS.workflow()
    async def ten_steps() -> int:
        for number in range(STEPS):
            await step(number)
        return STEPS

    DBOS.launch()

    async def keep_going(left: int) -> None:
        for _ in range(left):
            handle = await DBOS.start_workflow_async(ten_steps)
            if await handle.get_result() != STEPS:
                raise RuntimeError("a workflow did not end well")

    async def measured() -> float:
        await keep_going(WARM_UP)
        shares = [workflows // in_flight + (number < workflows % in_flight) for number in range(in_flight)]
        begun = time.perf_counter()
        await asyncio.gather(*(keep_going(share) for share in shares))
        return time.perf_counter() - begun

    seconds = asyncio.run(measured())
    print(workflows * STEPS / seconds)
    DBOS.destroy()


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
