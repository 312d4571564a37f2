"""``PlayedHost``: the host itself, with played edges, one life of a process long.

What a test brings goes in behind the doors: there is no directory here, a stimulus itself says who has which role.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from pathlib import Path
from typing import TYPE_CHECKING

from nodes import registry
from runtime.connections import Environment
from runtime.engine.driver import Done, SignalAccepted
from runtime.engine.inbox import Match
from runtime.engine.playing import RELEASE
from runtime.engine.stimuli import AttemptBroke, AttemptReplied, ChildReported, Refusal, SendSignal, Start, Stimulus
from runtime.host.clock import VirtualClock
from runtime.host.played.engine import TurnEngine
from runtime.host.played.turns import TurnLocks, TurnLoop
from runtime.host.played.work import NEXT_RUN, NEXT_SIGNAL, Flight, GivenAnswers, GivenIds, GivenPlans, SideBySide
from runtime.host.runner import Call
from runtime.host.service import Host
from runtime.secrets import Redactor
from runtime.store.store import Store

if TYPE_CHECKING:
    from runtime.engine.playing import Simulation


class PlayedHost(Host):
    """``told`` is where refusals that no caller sees are noted."""

    def __init__(self, path: Path, loop: TurnLoop, clock: VirtualClock, life: int, told: Simulation) -> None:
        self.engine = TurnEngine(path, loop)
        self.given_answers = GivenAnswers(told.effects)
        super().__init__(
            store=Store(self.engine, worker=f"w{life}"),
            registry=registry.built_ins(),
            environment=Environment(name="local", home=path.parent),
            clock=clock,
            ids=GivenIds(),
            rng=random.Random(0),  # noqa: S311  draws of attempts come from the test
            redactor=Redactor(),
            drain_seconds=0.0,
            releases=GivenPlans(told.plans),
            performer=self.given_answers,
            worker_kind=SideBySide,
        )
        if loop.rng is None:
            self._runner.locks, self._child_runs.trees = TurnLocks(loop), TurnLocks(loop)
        self._refused = told.refusals
        self._reports: dict[Flight, asyncio.Future[Done | Refusal | None]] = {}

    def die(self) -> None:
        """Its process is gone: whatever is told to end from here on ends, and reports nothing."""
        self.given_answers.die()
        self._activity.cut_short = True

    async def recover(self) -> None:
        """What a new process does first."""
        await self._recovery.run()

    async def play_start(self, run: str, stimulus: Start) -> Done | Refusal:
        """A start, of the run with this id unless its key is known."""
        NEXT_RUN.set(run)
        return await self._start_once(RELEASE, stimulus)

    async def play_signal(self, signal: str, stimulus: SendSignal) -> SignalAccepted | Refusal:
        """A signal, under this id if its sender gave none."""
        NEXT_SIGNAL.set(signal)
        result = await self._matching.receive(stimulus)
        if not isinstance(result, Refusal):
            self._activity.background(self._matching.match(result.name, result.key), name="matching a signal")
        return result

    async def play(self, run: str, stimulus: Stimulus) -> Done | Refusal:
        """Anything else. What an attempt brings comes from that attempt, if it is in flight."""
        if isinstance(stimulus, AttemptReplied | AttemptBroke):
            flight = (run, stimulus.step, stimulus.attempt)
            if self.given_answers.answer(flight, stimulus):
                report: asyncio.Future[Done | Refusal | None] = asyncio.get_running_loop().create_future()
                self._reports[flight] = report
                reply = await report
                if reply is None:
                    raise RuntimeError(f"the run {run} was set aside: {self._runner.set_aside.get(run)}")
                return reply

        def make(at: dt.datetime) -> Call:
            return self._driver.deliver(run, stimulus, at)

        return await self._runner.call(run, make)

    async def fire_timers(self, until: dt.datetime, clock: VirtualClock) -> bool:
        """Go on to the next timer at or before ``until`` and fire what is due then; False if there is none."""
        due = await self.store.next_due()
        if due is None or due > until:
            return False
        clock.move_to(max(clock.now(), due))
        return await self._timers.fire()

    async def fire_due(self) -> None:
        """Fire what is due now."""
        await self._timers.fire()

    # -- what a host does, and nobody sees ----------------------------------------------------------------------------

    async def _report(self, run: str, stimulus: AttemptReplied | AttemptBroke) -> Done | Refusal | None:
        reply = await super()._report(run, stimulus)
        report = self._reports.pop((run, stimulus.step, stimulus.attempt), None)
        if report is not None and not report.done():
            report.set_result(reply)
        return reply

    async def _tell(self, parent: str, told: ChildReported) -> Done | Refusal:
        reply = await super()._tell(parent, told)
        if isinstance(reply, Refusal):
            self._refused.append(reply)
        return reply

    async def _signal_refused(self, found: Match, refusal: Refusal) -> None:
        self._refused.append(refusal)
        await super()._signal_refused(found, refusal)
