"""The edges of a host that is played: what attempts bring, what plans are made of, which ids come next.

A played attempt kills nobody, so suspects need no gate for themselves (X7): all runs stand side by side, as in memory.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from runtime.engine.commands import PerformAttempt
from runtime.engine.plan import Plan
from runtime.engine.stimuli import AttemptBroke, AttemptReplied
from runtime.host.gate import Gate
from runtime.host.ids import Ids
from runtime.host.perform import Performer
from runtime.host.releases import Releases
from runtime.host.worker import Worker
from runtime.model.project import Project

Flight = tuple[str, str, int]
"""run, step, attempt"""

NEXT_RUN: ContextVar[str] = ContextVar("the id of the run that is started next")
NEXT_SIGNAL: ContextVar[str] = ContextVar("the id of the signal that is brought next")


class GivenAnswers(Performer):
    """Each attempt waits until the test says what came of it, also one that was told to stop."""

    def __init__(self, effects: list[PerformAttempt]) -> None:
        self._effects = effects
        self._waiting: dict[Flight, asyncio.Future[AttemptReplied | AttemptBroke]] = {}
        self._gone = False

    async def attempt(self, command: PerformAttempt, release: str) -> AttemptReplied | AttemptBroke:
        """See ``Performer``."""
        self._effects.append(command)
        given: asyncio.Future[AttemptReplied | AttemptBroke] = asyncio.get_running_loop().create_future()
        self._waiting[command.run, command.step, command.attempt] = given
        while True:
            try:
                return await asyncio.shield(given)
            except asyncio.CancelledError:
                if self._gone:
                    raise

    def answer(self, flight: Flight, stimulus: AttemptReplied | AttemptBroke) -> bool:
        """Whether this attempt waited for it."""
        given = self._waiting.pop(flight, None)
        if given is not None:
            given.set_result(stimulus)
        return given is not None

    def die(self) -> None:
        """From now on attempts end when they are told to."""
        self._gone = True


class _OpenGate(Gate):
    def is_alone(self, run: str) -> bool:
        return True

    async def enter(self, run: str) -> None:
        pass

    def leave(self) -> None:
        pass

    async def enter_alone(self, run: str) -> None:
        pass

    def leave_alone(self) -> None:
        pass


class SideBySide(Worker):
    """As many attempts at once as are asked for; runs that died with their worker are gone on with one after the other,
    without waiting for what they do."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **{**more, "at_once": sys.maxsize})
        self.gate = _OpenGate()

    async def settled(self, run: str) -> None:
        """See ``Worker``."""


class GivenPlans(Releases):
    """One release: the flows of the simulation."""

    def __init__(self, plans: Mapping[str, Plan]) -> None:
        self._given = plans

    async def plan(self, release: str, flow: str) -> Plan | None:
        """See ``Releases``."""
        return self._given.get(flow)

    async def project(self, release: str) -> Project | None:
        """A simulation has flows, and no project around them."""
        return None


class GivenIds(Ids):
    """What whoever starts a run or brings a signal has said before, in the same task."""

    def run(self, at: dt.datetime) -> str:
        """See ``Ids``."""
        return NEXT_RUN.get()

    def signal(self, at: dt.datetime) -> str:
        """See ``Ids``."""
        return NEXT_SIGNAL.get()
