"""Keeps the attempts of all runs in flight: starts what is outstanding, aborts what is withdrawn, reports what comes.

Called with each ``Done``. Law: an attempt is begun once per command id in this process; it waits for its connection's
slot first and for one of all slots second, so that a slow system holds up nobody else; it counts as in flight until its
report is durable.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from runtime.connections import ConnectionBook
from runtime.engine.commands import AbortAttempt, PerformAttempt
from runtime.engine.driver import Done
from runtime.engine.stimuli import AttemptBroke, AttemptReplied
from runtime.host.activity import Activity
from runtime.host.gate import Gate
from runtime.host.perform import Performer

ATTEMPTS_AT_ONCE = 64
GRACE = 5.0
"""seconds that a withdrawn or overdue attempt has to end (C1)"""

Report = Callable[[str, AttemptReplied | AttemptBroke], Awaitable[object]]

_log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class Flight:
    """One attempt in this process."""

    command: PerformAttempt
    release: str
    alone: bool
    inner: asyncio.Task[AttemptReplied | AttemptBroke] | None = None
    """the node at work; None until it began"""
    withdrawn: bool = False
    outer: asyncio.Task[None] | None = None
    """the whole of it, waiting for its turn and reporting included"""


class Worker:
    """``report(run, stimulus)`` returns once the report is durable."""

    def __init__(
        self,
        performer: Performer,
        book: ConnectionBook,
        activity: Activity,
        report: Report,
        *,
        at_once: int = ATTEMPTS_AT_ONCE,
    ) -> None:
        self.gate = Gate()
        self._performer = performer
        self._book = book
        self._activity = activity
        self._report = report
        self._slots = asyncio.Semaphore(at_once)
        self._flights: dict[str, Flight] = {}
        self._by_run: Counter[str] = Counter()
        self._given_up: set[str] = set()
        """attempts that are being reported as lost: said once, however often it is asked for meanwhile"""
        self._draining = False

    @property
    def in_flight(self) -> int:
        """Attempts that were begun or wait for a slot."""
        return len(self._flights)

    def busy_with(self, run: str) -> bool:
        """Whether an attempt of this run is in flight."""
        return self._by_run[run] > 0

    def reconcile(self, done: Done, release: str) -> None:
        """Brings what is in flight in line with what is outstanding."""
        for command in done.commands:
            flight = self._flights.get(command.id)
            if isinstance(command, PerformAttempt):
                if flight is None and not self._left_for_the_next(command):
                    self._launch(Flight(command, release, done.alone))
            elif isinstance(command, AbortAttempt):  # the others are about child runs (``child_runs``)
                if flight is not None:
                    self._withdraw(flight)
                elif command.id not in self._given_up:
                    self._given_up.add(command.id)
                    self._activity.background(self._report_unknown(command), run=command.run, name="aborting")

    async def settled(self, run: str) -> None:
        """Returns when nothing of this run is in flight here."""
        await self._activity.wait_for(lambda: not self.busy_with(run))

    def drain(self) -> None:
        """Begin no attempt that the next worker can make as well; withdraw those that have not begun."""
        self._draining = True
        for flight in list(self._flights.values()):
            if flight.inner is None and self._left_for_the_next(flight.command) and flight.outer is not None:
                flight.outer.cancel()

    def _left_for_the_next(self, command: PerformAttempt) -> bool:
        # A `once` effect whose start is durable must be sent now: the next worker could not know that it was not, and
        # would have to ask a person. The others carry a key or change nothing.
        return self._draining and command.effect != "once"

    # -- one attempt --------------------------------------------------------------------------------------------------

    def _launch(self, flight: Flight) -> None:
        command = flight.command
        self._flights[command.id] = flight
        self._by_run[command.run] += 1
        name = f"attempt {command.attempt} of {command.step} in {command.run}"
        flight.outer = self._activity.background(
            self._fly(flight), run=command.run, name=name, then=lambda: self._landed(flight)
        )

    def _landed(self, flight: Flight) -> None:
        del self._flights[flight.command.id]
        self._by_run[flight.command.run] -= 1
        if not self._by_run[flight.command.run]:
            del self._by_run[flight.command.run]

    async def _fly(self, flight: Flight) -> None:
        command = flight.command
        try:
            result = await self._in_turn(flight)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not flight.withdrawn or flight.inner is not None or task is None:
                raise
            task.uncancel()
            words = "It was withdrawn before anything was sent."
            result = self._performer.broke(command, "withdrawn", words)
        if result is not None:
            await self._report(command.run, result)

    async def _in_turn(self, flight: Flight) -> AttemptReplied | AttemptBroke | None:
        """The result, once there is room for the attempt; None if it was reported already."""
        run = flight.command.run
        if flight.alone and not self.gate.is_alone(run):
            async with self.gate.alone(run):
                return await self._inside_gate(flight)
        return await self._inside_gate(flight)

    async def _inside_gate(self, flight: Flight) -> AttemptReplied | AttemptBroke | None:
        command = flight.command
        async with self.gate.passing(command.run):
            if command.connection is None:
                return await self._in_slot(flight)
            async with self._book.slot(command.connection):
                return await self._in_slot(flight)

    async def _in_slot(self, flight: Flight) -> AttemptReplied | AttemptBroke | None:
        async with self._slots:
            result = await self._perform(flight)
            if not flight.alone:
                return result
            await self._report(flight.command.run, result)  # nobody else passes before this is durable
            return None

    async def _perform(self, flight: Flight) -> AttemptReplied | AttemptBroke:
        command = flight.command
        name = f"{command.type} for {command.run}"
        inner = flight.inner = asyncio.create_task(self._performer.attempt(command, flight.release), name=name)
        try:
            await _end_of(inner, command.timeout)
            overdue = not inner.done()
            if overdue:
                inner.cancel()
                await _end_of(inner, GRACE)
        except asyncio.CancelledError:  # the host goes away; the journal says that this attempt is in flight
            inner.cancel()
            raise
        if inner.done() and not inner.cancelled():
            return inner.result()  # also what came in the last moment: what is known is worth more than a time-out
        if not inner.done():
            _log.error("The code of %s does not end although it was told to; it is left behind.", name)
        if flight.withdrawn and not overdue:
            return self._performer.broke(command, "withdrawn", "It was withdrawn while under way.", unclear=True)
        words = f"There was no answer within {command.timeout:g} s."
        return self._performer.broke(command, "attempt_timeout", words, retryable=True, unclear=True)

    # -- withdrawing --------------------------------------------------------------------------------------------------

    def _withdraw(self, flight: Flight) -> None:
        if flight.withdrawn:
            return
        flight.withdrawn = True
        if flight.inner is None:
            if flight.outer is not None:
                flight.outer.cancel()
            return
        if flight.command.effect == "read":
            flight.inner.cancel()
            return
        # Something may be changing outside at this moment: let it end, so that it is known what happened (C1).
        asyncio.get_running_loop().call_later(GRACE, flight.inner.cancel)

    async def _report_unknown(self, command: AbortAttempt) -> None:
        """The attempt to abort is not in flight in this process: nobody will ever report it."""
        lost = AttemptBroke(
            step=command.step,
            attempt=command.attempt,
            code="withdrawn",
            message="It was withdrawn; the worker that had it is gone.",
            unclear=True,
        )
        try:
            await self._report(command.run, lost)
        finally:
            self._given_up.discard(command.id)


async def _end_of(task: asyncio.Task[AttemptReplied | AttemptBroke], seconds: float) -> None:
    """Returns when it is over, or after so many seconds. What becomes of whoever waits does not touch the task."""
    loop = asyncio.get_running_loop()
    over: asyncio.Future[None] = loop.create_future()

    def wake(_task: object = None) -> None:
        if not over.done():
            over.set_result(None)

    late = loop.call_later(seconds, wake)
    task.add_done_callback(wake)
    try:
        await over
    finally:
        late.cancel()
        task.remove_done_callback(wake)
