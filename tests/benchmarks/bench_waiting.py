"""10,000 runs that wait: how soon a new process is ready for them, what it takes, and what it costs to do nothing.

Half of them wait for a time, half for a signal. The process is one of its own with nothing but a host in it, as a
server has; its memory is what it holds when it is ready, beyond what the same process holds on an empty store. A run
of 10,000 events is resumed by a host that has just opened the store: read, decoded and folded. Judged by the CPU that
it takes, since nothing in it waits; how long it takes beside whatever else the machine does stands in a row of its
own.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from runtime.engine.stimuli import Start
from runtime.host import Host, Started
from runtime.model.flow import Flow
from tests.benchmarks.report import AtMost, Report
from tests.benchmarks.runs_in_flight import keep_in_flight
from tests.runtime.host.bench import flow, hosting, node, package

WAITING = 10_000
IDLE_SECONDS = 10.0
EVENTS = 10_000
RESTS = flow(node("rests", "control/wait", duration="P1D"))
HEARS = flow(node("hears", "control/wait_for_signal", name="paid", key={"feel": "input.case"}, payload_schema={}))


def run(report: Report) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        empty = _life(folder / "empty")
        (folder / "full").mkdir()
        asyncio.run(_fill(folder / "full"))
        full = _life(folder / "full")
        report.row(f"restart to ready with {WAITING:,} waiting runs", full["ready"], "s", reach=AtMost(10))
        report.row("memory for them", (full["memory"] - empty["memory"]) / 1e6, "MB", reach=AtMost(200))
        report.row("CPU while nothing is due", 100 * full["idle"], "% of a core", reach=AtMost(1))
        cpu, seconds = asyncio.run(_resumed(folder / "long"))
        report.row(f"resume of a run of {EVENTS:,} events", cpu, "s CPU", reach=AtMost(1))
        report.row("the same, by the clock", seconds, "s")


async def _fill(folder: Path) -> None:
    async with hosting(folder) as host:
        numbers = iter(range(WAITING))
        releases = [(await host.put_release(package(drawn))) for drawn in (RESTS, HEARS)]

        async def begin() -> None:
            number = next(numbers)
            started = await host.start(releases[number % 2], Start(flow="f", input={"case": f"C-{number}"}))
            if not isinstance(started, Started):
                raise RuntimeError(f"the run was refused: {started}")

        await keep_in_flight(begin, 200, WAITING)
        await host.until_idle()


def _life(folder: Path) -> dict[str, float]:
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "tests.benchmarks.bench_waiting", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        raise RuntimeError(f"the process that restarts failed: {done.stderr[-2000:]}")
    told: dict[str, float] = json.loads(done.stdout)
    return told


async def _live(folder: Path) -> dict[str, float]:
    begun = time.perf_counter()
    async with hosting(folder) as host:
        await host.until_idle()
        ready, memory = time.perf_counter() - begun, _resident()
        used = time.process_time()
        await asyncio.sleep(IDLE_SECONDS)
        return {"ready": ready, "memory": memory, "idle": (time.process_time() - used) / IDLE_SECONDS}


def _resident() -> float:
    """Bytes that this process holds in memory."""
    import psutil

    return float(psutil.Process().memory_info().rss)


def _looping(rounds: int) -> Flow:
    count = {"n": {"feel": "if vars.n = null then 1 else vars.n + 1"}}
    go_on = [{"port": "more", "title": "More", "when": {"feel": f"vars.n < {rounds}"}}]
    return flow(
        node("counts", "control/set", assignments=count),
        node("more", "decision/condition", conditions=go_on),
        node("rests", "control/wait", duration="P1D"),
        edges=["start.started>counts", "counts.done>more", "more.more>counts", "more.default>rests", "rests.done>end"],
    )


async def _resumed(folder: Path) -> tuple[float, float]:
    """A run that has come round 2,500 times and waits now, written before -> (CPU, seconds), best of three."""
    drawn = _looping(EVENTS // 4)
    async with hosting(folder) as host:
        release = await host.put_release(package(drawn))
        budgets = {"activations": 100_000}
        started = await host.start(release, Start(flow="f", budgets=budgets))
        if not isinstance(started, Started):
            raise RuntimeError(f"the run was refused: {started}")
        await host.until_idle()
    taken = []
    for _ in range(3):
        async with hosting(folder) as host:
            await host.until_idle()
            taken.append(await _resume(host, started.run))
    return min(taken)


async def _resume(host: Host, run: str) -> tuple[float, float]:
    begun, used = time.perf_counter(), time.process_time()
    found = await host.fold(run)
    taken = time.process_time() - used, time.perf_counter() - begun
    if found is None or found[1].seq < EVENTS:
        raise RuntimeError(f"the run has {found and found[1].seq} events instead of {EVENTS}")
    return taken


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_live(Path(sys.argv[1])))))
