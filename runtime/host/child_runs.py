"""Brings to child runs what their parents ask, and to parents the end of their children (SEMANTICS B, C3, F).

Called with each ``Done``. Law: what a parent asks of one child is brought in the order in which it was asked, one thing
at a time; each thing once in this process, and again by the next one, for which it is no news. The end of a child is
told until its parent's journal has it; a process that dies before is followed by one that looks (``recovery``).
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from runtime.engine.commands import AbortAttempt, ChildCommand, PerformAttempt, StartChild
from runtime.engine.driver import Done
from runtime.engine.families import root_of
from runtime.engine.stimuli import ChildReported, Refusal
from runtime.host.activity import Activity
from runtime.host.fault_points import reach
from runtime.host.locks import NamedLocks
from runtime.host.problems import RunSetAside

Tend = Callable[[ChildCommand], Awaitable[Done | Refusal | ChildReported]]
Tell = Callable[[str, ChildReported], Awaitable[object]]
PutAside = Callable[[str, str], object]

_log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class _Care:
    """One child in the care of this process."""

    asked: tuple[ChildCommand, ...]
    """what its parent asks now"""
    brought: tuple[ChildCommand, ...] = ()
    busy: bool = False


class ChildRuns:
    """``tend`` and ``tell`` return once what they bring is durable; they wait for a store that is away."""

    def __init__(self, activity: Activity, tend: Tend, tell: Tell, put_aside: PutAside) -> None:
        self._activity = activity
        self._tend = tend
        self._tell = tell
        self._put_aside = put_aside
        self._cares: dict[str, dict[str, _Care]] = {}
        """parent -> child -> care"""
        self.trees = NamedLocks()
        self._draining = False

    def drain(self) -> None:
        """Begin nothing new: all that is asked stands in journals, for the next process."""
        self._draining = True

    def reconcile(self, done: Done) -> None:
        """A call on the run is durable: look what it asks of its children now."""
        asked: dict[str, list[ChildCommand]] = {}
        for command in done.commands:
            if not isinstance(command, PerformAttempt | AbortAttempt):
                asked.setdefault(command.child, []).append(command)
        cares = self._cares.get(done.run, {})
        for child in [known for known in cares if known not in asked]:
            cares.pop(child).asked = ()
        if not asked:
            self._cares.pop(done.run, None)
            return
        self._cares[done.run] = cares
        for child, commands in asked.items():
            care = cares.setdefault(child, _Care(()))
            care.asked = tuple(commands)
            if not care.busy and care.asked != care.brought and not self._draining:
                care.busy = True
                self._activity.background(self._bring(child, care), run=child, name=f"looking after {child}")

    def again(self, parent: str) -> None:
        """Bring anew whatever it asks: a child that was found at another worker may have ended there, untold."""
        for care in self._cares.get(parent, {}).values():
            care.brought = ()

    def tell(self, parent: str, told: ChildReported) -> None:
        """A child is over; its parent hears of it."""
        self._activity.background(self._report(parent, told), run=told.child, name=f"telling {parent} of {told.child}")

    async def _bring(self, child: str, care: _Care) -> None:
        try:
            while care.asked != care.brought and not self._draining:
                now = care.asked
                for command in now:
                    if command not in care.brought and care.asked is now:
                        await self._one(command)
                care.brought = now if care.asked is now else ()
        except RunSetAside as problem:
            _log.warning("What is asked of %s can't be brought: %s", child, problem)
        finally:
            care.busy = False

    async def _one(self, command: ChildCommand) -> None:
        reach("child.before")
        if isinstance(command, StartChild):
            async with self.trees.hold(root_of(command.run)):  # no two count the runs of a tree at the same time
                reply = await self._tend(command)
        else:
            reply = await self._tend(command)
        reach("child.after")
        if isinstance(reply, ChildReported):
            await self._report(command.run, reply)
        elif isinstance(reply, Refusal) and reply.code != "RUN_UNKNOWN":
            self._put_aside(command.run, f"What it calls can't be started: {reply.message}")

    async def _report(self, parent: str, told: ChildReported) -> None:
        try:
            reply = await self._tell(parent, told)
        except RunSetAside as problem:
            _log.warning("The end of %s waits: %s", told.child, problem)
            return
        if isinstance(reply, Refusal):
            _log.error("%s does not take the end of %s: %s", parent, told.child, reply.message)
