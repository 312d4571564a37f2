"""An event loop in which nothing happens by itself: whoever wants the store waits for a turn, and time stands still.

Turns are given one at a time, when no other code can run any more: to the oldest work first, or drawn from a seed. So
one seed always plays one interleaving, and whatever goes wrong in it goes wrong again. Law: one thread at a time, no
socket, no clock; between two turns all code runs until it waits.
"""

from __future__ import annotations

import asyncio
import random
import selectors
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from runtime.host.locks import Hold, NamedLocks

T = TypeVar("T")


class ProcessDied(Exception):
    """Raised by the work of a turn: the process that is played is gone at this very point."""


@dataclass(eq=False, slots=True)
class Turn:
    """One wish to do something at the store."""

    age: int
    """number of the task that wants it: the older the work, the sooner"""
    number: int
    work: Callable[[], Any]
    future: asyncio.Future[Any]


class _AgedTask(asyncio.Task[Any]):
    age = 0


class _Idle(selectors.SelectSelector):
    """Tells when no code can run any more: then the event loop would wait for the world outside."""

    def __init__(self) -> None:
        super().__init__()
        self.on_idle: Callable[[], None] = lambda: None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout > 0:
            self.on_idle()
        return []


class TurnLoop(asyncio.SelectorEventLoop):
    """``rng`` None: oldest work first."""

    def __init__(self, rng: random.Random | None) -> None:
        idle = _Idle()
        super().__init__(idle)
        idle.on_idle = self._next
        self.rng = rng
        self.died = False
        """whether the process that is played died in the last turn"""
        self._waiting: list[Turn] = []
        self._tasks = 0
        self._turns = 0
        self.set_task_factory(self._made)

    def time(self) -> float:
        """Stands still: nothing is ever late by the machine's clock."""
        return 0.0

    def turn(self, work: Callable[[], T]) -> Turn:
        """Do ``work`` when it is one's turn; its ``future`` has what came of it."""
        self._turns += 1
        task = asyncio.current_task(self)
        turn = Turn(task.age if isinstance(task, _AgedTask) else 0, self._turns, work, self.create_future())
        if self.died:
            turn.future.cancel()
        else:
            self._waiting.append(turn)
        return turn

    def drop(self, turn: Turn) -> None:
        """Somebody else did it along with his own."""
        self._waiting.remove(turn)

    def waiting(self) -> list[Turn]:
        """All that wait, oldest first."""
        return sorted(self._waiting, key=lambda turn: (turn.age, turn.number))

    def live(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Run ``work``, and all that it leads to, until nothing is left to do. None if the process died meanwhile."""
        task = self.create_task(work)
        self._until_idle()
        if self.died:
            return None
        if not task.done():
            task.cancel()
            raise RuntimeError(f"the host stands still before it was done with {task.get_name()}")
        return task.result()

    def kill(self) -> None:
        """End all that runs, without giving it any turn."""
        self.died = True
        self._waiting.clear()
        for _ in range(100):
            tasks = asyncio.all_tasks(self)
            if not tasks:
                break
            for task in tasks:
                task.cancel()
            self._until_idle()
        self.died = False

    def _until_idle(self) -> None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            self.run_forever()
            return
        # Whoever plays does so from within an event loop (a notebook does); a thread may run only one.
        aside = threading.Thread(target=self.run_forever, name="a host that is played")
        aside.start()
        aside.join()

    def _made(self, loop: asyncio.AbstractEventLoop, work: Any, **more: Any) -> asyncio.Task[Any]:
        task = _AgedTask(work, loop=loop, **more)
        self._tasks += 1
        task.age = self._tasks
        return task

    def _next(self) -> None:
        self._waiting = [turn for turn in self._waiting if not turn.future.done()]
        if self.died or not self._waiting:
            self.stop()
            return
        turn = self.rng.choice(self.waiting()) if self.rng else min(self._waiting, key=lambda it: (it.age, it.number))
        self._waiting.remove(turn)
        try:
            result = turn.work()
        except ProcessDied:
            self.died = True
            self.stop()
        except Exception as problem:  # noqa: BLE001  whatever it is, it is for whoever wanted the turn
            turn.future.set_exception(problem)
        else:
            turn.future.set_result(result)


class TurnLocks(NamedLocks):
    """Locks that nobody takes before it is his turn. Whoever has a lock keeps older work from it; so where no seed is
    drawn from, a host does one thing at a time, as a memory does."""

    def __init__(self, loop: TurnLoop) -> None:
        super().__init__()
        self._loop = loop

    def hold(self, name: object) -> Hold:
        """See ``NamedLocks``."""
        return _TurnHold(self._loop, super().hold(name))


class _TurnHold(Hold):
    __slots__ = ("_hold", "_loop")

    def __init__(self, loop: TurnLoop, hold: Hold) -> None:
        self._loop = loop
        self._hold = hold

    async def __aenter__(self) -> None:
        await self._loop.turn(lambda: None).future
        await self._hold.__aenter__()

    async def __aexit__(self, *left: Any) -> None:
        await self._hold.__aexit__(*left)
