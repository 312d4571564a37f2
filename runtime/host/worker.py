"""Keeps the attempts of all runs in flight: starts what is outstanding, aborts what is withdrawn, reports what comes.

Called with each ``Done``. Law: an attempt is begun once per command id in this process; it waits for its connection's
slot first and for one of all slots second, so that a slow system holds up nobody else; it counts as in flight until its
report is durable.

One task makes one attempt after the other: the first that a report leads to is begun by the task that brought the
report, once that is durable. So a step costs no task of its own and hardly a turn of the event loop.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from runtime.connections import ConnectionBook
from runtime.engine.commands import AbortAttempt, PerformAttempt
from runtime.engine.driver import Done
from runtime.engine.stimuli import AttemptBroke, AttemptReplied
from runtime.host.activity import Activity
from runtime.host.alarms import Alarms
from runtime.host.fence import Fence
from runtime.host.gate import Gate
from runtime.host.perform import Performer

ATTEMPTS_AT_ONCE = 64
GRACE = 5.0
"""seconds that a withdrawn or overdue attempt has to end (C1)"""

DEAF = 1.0
"""seconds after which a withdrawn attempt that was told to end is left behind"""

Result = AttemptReplied | AttemptBroke
Report = Callable[[str, Result], Awaitable[object]]

_log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class Flight:
    """One attempt in this process."""

    command: PerformAttempt
    release: str
    alone: bool
    pilot: Pilot
    seq: int
    """the event of its run behind which it was taken on"""
    since: dt.datetime | None
    """when that was; None where no other worker can take its run over"""
    taken_on: float
    """the same by the event loop, which no clock on the wall moves"""
    begun: bool = False
    """whether anything may have been sent"""
    at_work: bool = False
    """the node is at work now"""
    withdrawn: bool = False
    overdue: bool = False
    stops: int = 0
    """how often its node was told to end by cancelling the task"""
    left_behind: bool = False
    """its node did not end when told to, or has cancelled the task itself; another task reports it"""
    held: list[Callable[[], None]] = field(default_factory=list)
    """what to give back when the node is no longer waited for"""


@dataclass(eq=False, slots=True)
class Pilot:
    """A task that makes attempts of one run, one after the other."""

    now: Flight | None = None
    following: Flight | None = None
    """what the report of ``now`` has led to"""
    task: asyncio.Task[None] | None = None


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
        fence: Fence | None = None,
    ) -> None:
        """``fence``: on a store that other workers write to as well."""
        self.gate = Gate()
        self._performer = performer
        self._book = book
        self._activity = activity
        self._report = report
        self._slots = asyncio.Semaphore(at_once)
        self._flights: dict[str, Flight] = {}
        self._by_run: Counter[str] = Counter()
        self._reporting: dict[asyncio.Task[object], Pilot] = {}
        """the tasks that bring a report at this moment"""
        self._deadlines: Alarms[Flight] = Alarms(self._too_late)
        self._given_up: set[str] = set()
        """attempts that are being reported as lost: said once, however often it is asked for meanwhile"""
        self._draining = False
        self._fence = fence

    @property
    def in_flight(self) -> int:
        """Attempts that were begun or wait for a slot."""
        return len(self._flights)

    def line(self) -> tuple[int, float]:
        """(attempts that wait for their turn, seconds for which the first of them has)."""
        since = [flight.taken_on for flight in self._flights.values() if not (flight.begun or flight.withdrawn)]
        return len(since), asyncio.get_running_loop().time() - min(since) if since else 0.0

    def busy_with(self, run: str) -> bool:
        """Whether an attempt of this run is in flight."""
        return run in self._by_run

    def reconcile(self, done: Done, release: str) -> None:
        """Brings what is in flight in line with what is outstanding."""
        for command in done.commands:
            flight = self._flights.get(command.id)
            if isinstance(command, PerformAttempt):
                if flight is None and not self._left_for_the_next(command):
                    self._launch(command, release, done)
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
            if flight.begun or flight.withdrawn or not self._left_for_the_next(flight.command):
                continue  # what was withdrawn is being told: that nothing was sent is worth knowing
            if flight.pilot.task is not None:
                flight.pilot.task.cancel()

    def _left_for_the_next(self, command: PerformAttempt) -> bool:
        # A `once` effect whose start is durable must be sent now: the next worker could not know that it was not, and
        # would have to ask a person. The others carry a key or change nothing.
        return self._draining and command.effect != "once"

    # -- one attempt after the other ----------------------------------------------------------------------------------

    def _launch(self, command: PerformAttempt, release: str, done: Done) -> None:
        here = asyncio.current_task()
        pilot = self._reporting.get(here) if here is not None else None
        if pilot is not None and pilot.following is None:
            pilot.following = self._taken_on(pilot, command, release, done)
            return
        pilot = Pilot()
        pilot.following = self._taken_on(pilot, command, release, done)
        self._send_off(pilot, None)

    def _taken_on(self, pilot: Pilot, command: PerformAttempt, release: str, done: Done) -> Flight:
        since = self._fence.now() if self._fence is not None else None
        at = asyncio.get_running_loop().time()
        flight = self._flights[command.id] = Flight(command, release, done.alone, pilot, done.seq, since, at)
        self._by_run[command.run] += 1
        return flight

    def _send_off(self, pilot: Pilot, result: Result | None) -> None:
        first = pilot.now or pilot.following
        assert first is not None
        run = first.command.run
        pilot.task = self._activity.background(
            self._fly(pilot, result), run=run, name=f"attempts of {run}", then=lambda: self._ended(pilot)
        )

    async def _fly(self, pilot: Pilot, known: Result | None) -> None:
        """``known``: what came of the attempt that it has already."""
        if known is not None:
            await self._bring(pilot, known)
            self._landed(pilot)
        while (flight := pilot.following) is not None:
            pilot.now, pilot.following = flight, None
            result = self._never_sent(flight) if flight.withdrawn else await self._result_of(flight)
            if flight.left_behind:
                return
            if result is not None:
                await self._bring(pilot, result)
            self._landed(pilot)

    async def _bring(self, pilot: Pilot, result: Result) -> None:
        assert pilot.now is not None
        assert pilot.task is not None
        self._reporting[pilot.task] = pilot
        try:
            await self._report(pilot.now.command.run, result)
        finally:
            del self._reporting[pilot.task]

    def _landed(self, pilot: Pilot) -> None:
        """The report of its present attempt is durable, or will never be brought by this process."""
        flight, pilot.now = pilot.now, None
        assert flight is not None
        self._dismiss(flight)
        run = flight.command.run
        del self._flights[flight.command.id]
        self._by_run[run] -= 1
        if not self._by_run[run]:
            del self._by_run[run]
            self._activity.notify()

    def _ended(self, pilot: Pilot) -> None:
        """Its task is over, cut short perhaps, or before it began."""
        if pilot.now is not None:
            self._landed(pilot)
        if pilot.following is not None:
            pilot.now, pilot.following = pilot.following, None
            self._landed(pilot)

    # -- one attempt --------------------------------------------------------------------------------------------------

    async def _result_of(self, flight: Flight) -> Result | None:
        """What came of it, once there was room for it; None if that was reported already, or is another's to make."""
        try:
            await self._admitted(flight)
            if await self._is_taken(flight):
                return None
            result = await self._perform(flight)
            if flight.alone and result is not None:
                await self._bring(flight.pilot, result)  # nobody else passes before this is durable
                return None
            return result
        except asyncio.CancelledError:
            if flight.begun or not flight.withdrawn or flight.pilot.task is None:
                raise
            flight.pilot.task.uncancel()
            return self._never_sent(flight)
        finally:
            if not flight.left_behind:
                self._dismiss(flight)

    async def _admitted(self, flight: Flight) -> None:
        command, gate, held = flight.command, self.gate, flight.held
        if flight.alone and not gate.is_alone(command.run):
            await gate.enter_alone(command.run)
            held.append(gate.leave_alone)
        await gate.enter(command.run)
        held.append(gate.leave)
        if command.connection is not None:
            slot = self._book.slot(command.connection)
            if slot is not None:
                await slot.acquire()
                held.append(slot.release)
        await self._slots.acquire()
        held.append(self._slots.release)

    async def _is_taken(self, flight: Flight) -> bool:
        if self._fence is None or flight.since is None:
            return False
        return await self._fence.is_taken(flight.command.run, flight.seq, flight.since)

    @staticmethod
    def _dismiss(flight: Flight) -> None:
        """What it holds is free for others. May be said twice."""
        while flight.held:
            flight.held.pop()()

    async def _perform(self, flight: Flight) -> Result | None:
        """Its result; None where it came too late to be of use."""
        command, task = flight.command, flight.pilot.task
        assert task is not None
        flight.begun = flight.at_work = True
        self._deadlines.set(flight, command.timeout)
        result: Result | None = None
        try:
            result = await self._performer.attempt(command, flight.release)
        except asyncio.CancelledError:
            if self._activity.cut_short:  # the host goes away; the journal says that this attempt is in flight
                raise
        finally:
            flight.at_work = False
            self._deadlines.clear(flight, command.timeout)
        for _ in range(flight.stops):
            task.uncancel()
        if flight.left_behind:
            return None
        if self._activity.cut_short and task.cancelling():  # by the host, and the node has swallowed it
            raise asyncio.CancelledError
        if result is None:  # what came in the last moment counts: what is known is worth more than a time-out
            result = self._stopped(flight) if flight.stops else self._gave_up(flight)
        if task.cancelling():  # by the node: this task can't be trusted to wait for anything any more
            self._hand_over(flight, result)
            return None
        return result

    def _never_sent(self, flight: Flight) -> AttemptBroke:
        return self._performer.broke(flight.command, "withdrawn", "It was withdrawn before anything was sent.")

    def _gave_up(self, flight: Flight) -> AttemptBroke:
        return self._performer.broke(
            flight.command, "node_cancelled", "The step's own code gave up its work.", unclear=True
        )

    def _stopped(self, flight: Flight) -> AttemptBroke:
        """It had to be stopped: what is said of it."""
        command = flight.command
        if flight.withdrawn and not flight.overdue:
            return self._performer.broke(command, "withdrawn", "It was withdrawn while under way.", unclear=True)
        words = f"There was no answer within {command.timeout:g} s."
        return self._performer.broke(command, "attempt_timeout", words, retryable=True, unclear=True)

    # -- stopping -----------------------------------------------------------------------------------------------------

    def _withdraw(self, flight: Flight) -> None:
        if flight.withdrawn:
            return
        flight.withdrawn = True
        if not flight.begun:
            if flight.pilot.now is flight and flight.pilot.task is not None:  # else its turn has not come yet
                flight.pilot.task.cancel()
        elif flight.command.effect == "read":
            self._stop_for_good(flight)
        else:
            # Something may be changing outside at this moment: let it end, so that it is known what happened (C1).
            asyncio.get_running_loop().call_later(GRACE, self._stop_for_good, flight)

    def _too_late(self, flight: Flight) -> None:
        flight.overdue = True
        self._stop(flight)
        asyncio.get_running_loop().call_later(GRACE, self._leave_behind, flight)

    def _stop_for_good(self, flight: Flight) -> None:
        """Its run is being cancelled: who does not hear of it must not keep the run from ending (C1)."""
        self._stop(flight)
        asyncio.get_running_loop().call_later(DEAF, self._leave_behind, flight)

    def _stop(self, flight: Flight) -> None:
        if flight.at_work and flight.pilot.task is not None:
            flight.stops += 1
            flight.pilot.task.cancel()

    def _leave_behind(self, flight: Flight) -> None:
        """Its code does not end although it was told to. The run goes on without it, in another task."""
        if not flight.at_work:
            return
        command, pilot = flight.command, flight.pilot
        assert pilot.task is not None
        _log.error(
            "The code of %s for %s does not end although it was told to; it is left behind.", command.type, command.run
        )
        flight.at_work = False
        self._activity.disown(pilot.task, command.run)
        self._hand_over(flight, self._stopped(flight))

    def _hand_over(self, flight: Flight, result: Result) -> None:
        """Another task reports it and goes on from there."""
        flight.left_behind = True
        if not flight.alone:
            self._dismiss(flight)
        flight.pilot.now = None
        follower = flight.pilot = Pilot(now=flight)
        self._send_off(follower, result)

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
