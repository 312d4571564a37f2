"""Work beside the window holds nothing of it once it is done, however quickly it is."""

from __future__ import annotations

import gc
import weakref

from pytestqt.qtbot import QtBot

from designer.keeping.work import Worker


class Held:
    """What a window's work speaks of."""

    def take(self, _outcome: object) -> None:
        """It was done."""


def test_work_that_is_done_holds_nothing(qtbot: QtBot) -> None:
    """One of some hundred was over before Qt had taken it over, and stayed with all that it spoke of."""
    worker, told = Worker(), list[object]()
    alive: list[weakref.ref[Held]] = []
    for number in range(2_000):
        held = Held()
        alive.append(weakref.ref(held))
        worker.do(lambda held=held: str(held), held.take)
        del held
        if number % 100 == 99:
            worker.do(lambda: None, told.append)
            qtbot.waitUntil(lambda number=number: len(told) == (number + 1) // 100)
    worker.finish()
    gc.collect()
    assert not [one for one in alive if one() is not None]
