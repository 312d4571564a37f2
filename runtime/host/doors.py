"""The ways in: starts, signals, and what people and operators bring to runs. Each ends durable, refused or unavailable.

Called through ``Host``. Law: the directory says which roles a person has, the engine says what they may do with them;
every refusal of a known user is written down; nothing new is taken while the host closes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from nodes.contract import Value
from runtime.connections import Environment
from runtime.engine.driver import Done, Driver, SignalAccepted
from runtime.engine.events import Actor
from runtime.engine.requests import Fenced
from runtime.engine.stimuli import (
    Answer,
    Cancel,
    ClaimTask,
    DelegateTask,
    HandOverTask,
    Refusal,
    ReleaseTask,
    Resolve,
    Resume,
    ReviseTask,
    SendSignal,
    Start,
    Stimulus,
    Suspend,
)
from runtime.host.activity import Activity
from runtime.host.answers import Accepted, Started
from runtime.host.clock import Clock
from runtime.host.ids import Ids
from runtime.host.matching import Matching
from runtime.host.problems import HostClosing
from runtime.host.refusals import Refusals
from runtime.host.runner import Call, Runner

ID_TRIES = 3


def split_id(composed: str) -> tuple[str, str]:
    """``run:step`` or ``run:seq`` -> its two parts. A child's run id holds colons itself, so the last one divides."""
    run, _, rest = composed.rpartition(":")
    return run, rest


class Doors:
    """One half of ``Host``: all that changes a run."""

    def __init__(
        self,
        runner: Runner,
        driver: Driver,
        matching: Matching,
        refusals: Refusals,
        environment: Environment,
        clock: Clock,
        ids: Ids,
        activity: Activity,
    ) -> None:
        self.closing = False
        self._runner = runner
        self._driver = driver
        self._matching = matching
        self._refusals = refusals
        self._environment = environment
        self._directory = environment.directory
        self._clock = clock
        self._ids = ids
        self._activity = activity

    async def start(self, release: str, stimulus: Start) -> Started | Refusal:
        """Begin a run of a release that the store holds."""
        self._check_open()
        environment = self._environment
        stimulus = replace(stimulus, environment=environment.name, budgets={**environment.budgets, **stimulus.budgets})
        result = await self._start_once(release, stimulus)
        if isinstance(result, Refusal):
            await self._refusals.note("start", result, stimulus.actor)
            return result
        return Started(run=result.run, state=result.state, repeated=result.repeated)

    async def _start_once(self, release: str, stimulus: Start) -> Done | Refusal:
        """Starts with the same key wait for one another (I2)."""
        if stimulus.key is None:
            return await self._start(release, stimulus)
        async with self._runner.locks.hold(("start", stimulus.flow, stimulus.key)):
            return await self._start(release, stimulus)

    async def _start(self, release: str, stimulus: Start) -> Done | Refusal:
        tries = ID_TRIES
        while True:
            tries -= 1
            run = self._ids.run(self._clock.now())

            def make(at: dt.datetime, run: str = run) -> Call:
                return self._driver.start(run, release, stimulus, at)

            try:
                return await self._runner.start(run, make)
            except Fenced:  # the id is taken, or another process was first with this start key
                if not tries:
                    raise

    async def send_signal(self, stimulus: SendSignal) -> SignalAccepted | Refusal:
        """Put a signal into its inbox; waits that it fits get it right after."""
        self._check_open()
        result = self._stranger(stimulus.actor) or await self._matching.receive(stimulus)
        if isinstance(result, Refusal):
            await self._refusals.note("signal", result, stimulus.actor)
        else:
            self._activity.background(self._matching.match(result.name, result.key), name="matching a signal")
        return result

    # -- people -------------------------------------------------------------------------------------------------------

    async def answer(
        self,
        task: str,
        *,
        choice: str,
        by: str,
        form: Value = None,
        on_behalf_of: str | None = None,
        seat: str | None = None,
        revision: str | None = None,
        answer_id: str = "",
    ) -> Accepted | Refusal:
        """Answer a task (section A)."""
        run, step = split_id(task)
        stimulus = Answer(
            step=step,
            choice=choice,
            by=by,
            form=form,
            on_behalf_of=on_behalf_of,
            roles=self._directory.roles_of(by),
            seat=seat,
            revision=revision,
            answer_id=answer_id,
        )
        return await self._person("answer", run, stimulus, by)

    async def claim_task(self, task: str, *, who: str, until: dt.datetime | None = None) -> Accepted | Refusal:
        """Take a task on (A8)."""
        run, step = split_id(task)
        roles = self._directory.roles_of(who)
        return await self._person("claim", run, ClaimTask(step=step, who=who, roles=roles, until=until), who)

    async def release_task(self, task: str, *, who: str) -> Accepted | Refusal:
        """Give a claimed task back."""
        run, step = split_id(task)
        return await self._person("release", run, ReleaseTask(step=step, who=who), who)

    async def delegate(self, task: str, *, who: str, to: str, until: dt.datetime | None = None) -> Accepted | Refusal:
        """Let another person answer in one's stead."""
        run, step = split_id(task)
        stimulus = DelegateTask(step=step, who=who, to=to, roles=self._directory.roles_of(who), until=until)
        return await self._person("delegate", run, stimulus, who)

    async def hand_over(self, task: str, *, who: str, to: str, seat: str | None = None) -> Accepted | Refusal:
        """Move a task to another role or seat."""
        run, step = split_id(task)
        return await self._person("hand_over", run, HandOverTask(step=step, who=who, to=to, seat=seat), who)

    async def revise_task(self, task: str, *, shown: Value, actor: Actor) -> Accepted | Refusal:
        """Change what an open task shows; answers so far no longer count (A6)."""
        run, step = split_id(task)
        return await self._bring("revise", run, ReviseTask(step=step, input=shown, actor=actor), actor, step)

    # -- operators ----------------------------------------------------------------------------------------------------

    async def resolve(self, stimulus: Resolve) -> Accepted | Refusal:
        """Settle an incident (R8)."""
        run, _ = split_id(stimulus.incident)
        return await self._bring("resolve", run, stimulus, stimulus.actor)

    async def cancel(self, run: str, stimulus: Cancel) -> Accepted | Refusal:
        """Cancel a run (C2)."""
        return await self._bring("cancel", run, stimulus, stimulus.actor)

    async def suspend(self, run: str, stimulus: Suspend) -> Accepted | Refusal:
        """Hold a run's commands and timers back (C3)."""
        return await self._bring("suspend", run, stimulus, stimulus.actor)

    async def resume(self, run: str, stimulus: Resume) -> Accepted | Refusal:
        """Let a suspended run go on (C4)."""
        return await self._bring("resume", run, stimulus, stimulus.actor)

    # -- inside -------------------------------------------------------------------------------------------------------

    async def _person(self, what: str, run: str, stimulus: Stimulus, who: str) -> Accepted | Refusal:
        return await self._bring(what, run, stimulus, Actor("user", who), getattr(stimulus, "step", ""))

    async def _bring(self, what: str, run: str, stimulus: Stimulus, actor: Actor, step: str = "") -> Accepted | Refusal:
        if (stranger := self._stranger(actor)) is not None:
            await self._refusals.note(what, stranger, actor, run=run, step=step)
            return stranger
        self._check_open()

        def make(at: dt.datetime) -> Call:
            return self._driver.deliver(run, stimulus, at)

        result = await self._runner.call(run, make)
        if isinstance(result, Refusal):
            await self._refusals.note(what, result, actor, run=run, step=step)
            return result
        return Accepted(run=result.run, state=result.state, reply=result.reply, repeated=result.repeated)

    def _stranger(self, actor: Actor) -> Refusal | None:
        """The refusal of a person whom the directory does not hold; None for everybody else, and for programs."""
        if actor.kind != "user" or self._directory.knows(actor.id):
            return None
        words = f"Nobody here is known as {actor.id}. Check the name, or add them to people.json."
        return Refusal(403, "USER_UNKNOWN", words)

    def _check_open(self) -> None:
        if self.closing:
            raise HostClosing
