"""Every question to a runtime is answered or fails, also where the runtime ends before it was asked."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from designer.session.calls import Calls

AT_ONCE = 4
"""questions that are asked side by side; the others wait"""


def test_what_was_not_asked_before_the_runtime_ended_fails_behind_what_was_answered(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was dropped: a start that waited its turn was still being handed over for good, and no other run began."""
    calls, asked, go_on = Calls(None), threading.Semaphore(0), threading.Event()  # type: ignore[arg-type]
    told: list[Any] = []

    def slow(_door: object) -> str:
        asked.release()
        go_on.wait()
        return "answered"

    for _ in range(AT_ONCE):
        calls.ask(slow, told.append, told.append)
    for _ in range(AT_ONCE):
        assert asked.acquire(timeout=10)
    calls.ask(lambda _door: told.append("asked all the same"), told.append, lambda problem: told.append(problem.title))
    wait = calls._pool.waitForDone
    monkeypatch.setattr(calls._pool, "waitForDone", lambda _ms: (go_on.set(), wait()))
    calls.close()
    calls.deleteLater()  # as what owns it does at once
    qtbot.waitUntil(lambda: len(told) == AT_ONCE + 1)
    assert told == ["answered"] * AT_ONCE + ["The runtime ended before it had answered."]


def test_a_question_that_a_slow_runtime_still_works_at_fails_once(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls, asked, go_on = Calls(None), threading.Event(), threading.Event()  # type: ignore[arg-type]
    told: list[str] = []
    monkeypatch.setattr(calls._pool, "waitForDone", lambda _ms: False)

    def slow(_door: object) -> str:
        asked.set()
        go_on.wait()
        return "answered"

    calls.ask(slow, told.append, lambda problem: told.append(problem.code))
    assert asked.wait(10)
    calls.close()
    qtbot.waitUntil(lambda: bool(told))
    go_on.set()
    monkeypatch.undo()
    calls._pool.waitForDone()
    qtbot.wait(0)
    assert told == ["RUNTIME"]
