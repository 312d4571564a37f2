"""Journal entries and projection rows for tests of the store, and the decorator that runs a test in an event loop."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
from collections.abc import Awaitable, Callable
from typing import Any

from runtime.engine.events import SYSTEM, Envelope, Event, RunStarted, StepCompleted, StepStarted
from runtime.engine.requests import Append
from runtime.engine.rows import IncidentRow, RunRow, RunRows, TaskRow, WaitRow

NOON = dt.datetime(2026, 3, 1, 12, 0, 0, 123456, dt.UTC)
RELEASE = "ab" * 32


def in_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """An ``async def`` test, with its fixtures."""

    @functools.wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        asyncio.run(test(*arguments, **named))

    return run


def later(seconds: float) -> dt.datetime:
    return NOON + dt.timedelta(seconds=seconds)


def started(flow: str = "dispute", **more: Any) -> RunStarted:
    return RunStarted(flow=flow, release=RELEASE, environment="local", trigger="begin", **more)


def entry(stream: str, seq: int, event: Event | None = None, at: dt.datetime = NOON) -> Envelope:
    """Number 1 is a start unless told otherwise, all others are steps."""
    if event is None:
        event = started() if seq == 1 else StepStarted(step=f"check#{seq}", input={"n": seq})
    return Envelope(stream, seq, at, SYSTEM, event)


def appended(stream: str, first: int, count: int = 1, rows: RunRows | None = None) -> Append:
    entries = tuple(entry(stream, seq) for seq in range(first, first + count))
    return Append(entries, rows=(rows,) if rows else ())


def completed(stream: str, seq: int, output: Any = None) -> Envelope:
    return entry(stream, seq, StepCompleted(step="check#1", port="done", output=output))


def run_row(run: str, **more: Any) -> RunRow:
    told: dict[str, Any] = {
        "flow": "dispute",
        "project": "billing",
        "release": RELEASE,
        "environment": "local",
        "state": "running",
        "outcome": None,
        "resolved": False,
        "case_key": None,
        "requester": "kim",
        "parent": None,
        "started_at": NOON,
        "ended_at": None,
        "next_due": None,
        "open_incidents": 0,
        "open_tasks": 0,
        "needs_worker": False,
        "at_nodes": ("check",),
    }
    return RunRow(run=run, **(told | more))


def task_row(run: str, step: str = "approve#1", **more: Any) -> TaskRow:
    told: dict[str, Any] = {
        "node": "approve",
        "flow": "dispute",
        "title": "Approve the refund",
        "role": "finance",
        "created_at": NOON,
        "due": None,
        "overdue": False,
        "revision": "r1",
        "claimed_by": None,
        "answers": 0,
    }
    return TaskRow(task=f"{run}:{step}", run=run, step=step, **(told | more))


def incident_row(run: str, seq: int = 7, **more: Any) -> IncidentRow:
    told: dict[str, Any] = {
        "step": "refund#1",
        "node": "refund",
        "flow": "dispute",
        "kind": "failed",
        "message": "Billing answered 500",
        "raised_at": NOON,
    }
    return IncidentRow(incident=f"{run}:{seq}", run=run, **(told | more))


def wait_row(run: str, step: str = "payment#1", **more: Any) -> WaitRow:
    told: dict[str, Any] = {"flow": "dispute", "name": "paid", "key": "4711", "opened_at": NOON}
    return WaitRow(run=run, step=step, **(told | more))


def run_rows(run: str, **more: Any) -> RunRows:
    return RunRows(run=run_row(run, **more))
