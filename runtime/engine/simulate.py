"""simulate(flow, stimuli): play a flow in memory, without clock, network or disk; the engine's face for tests.

It runs the very driver that the host runs; only store, clock and effects are played. A test gives stimuli in order and
looks at what came out: the journal, the open tasks and incidents, the effects asked for.

    played = simulate(flow, [Start(flow="dispute", input={...}), Replied("get_customer#1", {...}), Advance(3600)])
    played.journal(), played.tasks(), played.incidents(), played.effects, played.state().outcome
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, TypeVar

from nodes import registry
from nodes.contract import Value
from runtime.engine.commands import AbortAttempt, ChildCommand, Command, PerformAttempt
from runtime.engine.driver import Done, Driver, SignalAccepted
from runtime.engine.events import Envelope, Event
from runtime.engine.fold import fold
from runtime.engine.plan import Plan, TypeSource, compile_plan
from runtime.engine.projection import project
from runtime.engine.requests import (
    Append,
    CountTree,
    FindSignal,
    FindStart,
    FindWaits,
    PlanFor,
    ReadInbox,
    ReadRun,
    Request,
)
from runtime.engine.rows import IncidentRow, RunRows, TaskRow, WaitRow
from runtime.engine.state import State
from runtime.engine.stimuli import (
    AttemptBroke,
    AttemptReplied,
    ChildReported,
    Claim,
    Refusal,
    SendSignal,
    Start,
    Stimulus,
)
from runtime.model.decisions import NO_DECISIONS, Decisions
from runtime.model.flow import Flow

START_AT = dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC)
"""the instant at which a simulation begins unless told otherwise: a Monday morning"""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Replied:
    """The attempt of ``step`` that is in flight is answered with ``value``."""

    step: str
    value: Value = None


@dataclass(frozen=True, slots=True)
class Broke:
    """The attempt of ``step`` that is in flight fails."""

    step: str
    code: str = "http_503"
    message: str = "The other side is out of order."
    retryable: bool = True
    unclear: bool = False
    status: int | None = None
    retry_after: float | None = None
    draw: float = 0.0


@dataclass(frozen=True, slots=True)
class Advance:
    """The clock moves on by ``seconds``. ``wake`` False: the scheduler is late and fires nothing meanwhile (Z4)."""

    seconds: float
    wake: bool = True


@dataclass(frozen=True, slots=True)
class Crash:
    """The process dies. ``point``: ``idle`` (now), or ``before_append`` or ``after_append`` of the ``nth`` append that
    what follows makes; child runs append, too.

    What a new process does first is done at once: it claims every run that needs a worker (X7), and looks after the
    children of every run that has some.
    """

    point: str = "idle"
    nth: int = 1


@dataclass(frozen=True, slots=True)
class To:
    """A stimulus for another run than the one started last."""

    run: str
    stimulus: Stimulus | Replied | Broke


Played: TypeAlias = Start | SendSignal | Stimulus | Replied | Broke | Advance | Crash | To


class _Crashed(Exception):
    """The simulated process died."""


@dataclass
class _Memory:
    """A store that forgets nothing but the process: streams, keys and rows, as durable as a test needs."""

    streams: dict[str, list[Envelope]] = field(default_factory=dict)
    rows: dict[str, RunRows] = field(default_factory=dict)
    start_keys: dict[tuple[str, str, str], tuple[str, str]] = field(default_factory=dict)
    signal_keys: dict[str, tuple[str, str]] = field(default_factory=dict)
    crash_at: str = ""
    crash_in: int = 0
    """appends until it happens"""

    def append(self, it: Append) -> None:
        self.crash_in -= 1
        due = bool(self.crash_at) and self.crash_in <= 0
        if due and self.crash_at == "before_append":
            raise _Crashed
        for entry in it.entries:
            stream = self.streams.setdefault(entry.stream, [])
            if entry.seq != len(stream) + 1:
                raise AssertionError(f"{entry.stream} is at {len(stream)}, not at {entry.seq - 1}")
            stream.append(entry)
        for rows in it.rows:
            self.rows[rows.run.run] = rows
        if it.start_key is not None:
            key = it.start_key
            self.start_keys[key.environment, key.flow, key.key] = (key.run, key.body_hash)
        if it.signal_key is not None:
            self.signal_keys[it.signal_key.signal] = (it.signal_key.stream, it.signal_key.body_hash)
        if due:
            raise _Crashed

    def waits(self, name: str, key: str) -> list[WaitRow]:
        found = [w for rows in self.rows.values() for w in rows.waits if (w.name, w.key) == (name, key)]
        return sorted(found, key=lambda w: (w.opened_at, w.run, w.step))


class Simulation:
    """A played simulation; more stimuli can be given with ``play``."""

    def __init__(
        self,
        flows: Mapping[str, Flow],
        types: TypeSource,
        start_at: dt.datetime,
        new_id: Callable[[int], str],
        decisions: Decisions = NO_DECISIONS,
    ) -> None:
        self.now = start_at
        self.plans = {
            name: compile_plan(flow, types, release="simulated", flows=flows, decisions=decisions)
            for name, flow in flows.items()
        }
        self.effects: list[PerformAttempt] = []
        """every attempt that was asked for, in order"""
        self.refusals: list[Refusal] = []
        self.replies: list[Done | SignalAccepted | Refusal] = []
        """what each stimulus was answered with, clock moves and crashes left out"""
        self.run = ""
        """the run started last"""
        self._memory = _Memory()
        self._driver = Driver(worker="w1")
        self._asked: set[tuple[str, str]] = set()
        self._todo: deque[ChildCommand | tuple[str, ChildReported]] = deque()
        """what parents ask of children, and what ended children tell, in order"""
        self._runs = 0
        self._signals = 0
        self._lives = 1
        self._new_id = new_id

    # -- looking ----------------------------------------------------------------------------------------------------

    def journal(self, run: str = "") -> list[Event]:
        """The events of a run (the last started one unless named)."""
        return [entry.event for entry in self.entries(run)]

    def entries(self, run: str = "") -> list[Envelope]:
        """The journal with its envelopes."""
        return list(self._memory.streams.get(run or self.run, ()))

    def state(self, run: str = "") -> State:
        """The state of a run, folded anew from its journal."""
        name = run or self.run
        return fold(self._plan(name), self.entries(name), name)

    def rows(self, run: str = "") -> RunRows:
        """The projection rows of a run as they were stored."""
        return self._memory.rows[run or self.run]

    def tasks(self) -> list[TaskRow]:
        """All open tasks."""
        return [task for rows in self._memory.rows.values() for task in rows.tasks]

    def incidents(self) -> list[IncidentRow]:
        """All open incidents."""
        return [incident for rows in self._memory.rows.values() for incident in rows.incidents]

    def rebuilt(self, run: str = "") -> RunRows:
        """The projection rows computed from the journal alone (law 5)."""
        return project(self._plan(run or self.run), self.state(run))

    def _plan(self, run: str) -> Plan:
        first = self._memory.streams[run][0].event
        return self.plans[first.flow]  # type: ignore[union-attr]

    # -- playing ----------------------------------------------------------------------------------------------------

    def play(self, *stimuli: Played) -> Simulation:
        """Bring some more stimuli, in order."""
        for stimulus in stimuli:
            try:
                self._one(stimulus)
                self._serve_families()
            except _Crashed:
                self._restart()
        return self

    def _one(self, it: Played) -> None:
        if isinstance(it, Start):
            self._runs += 1
            run = self._new_id(self._runs)
            done = self._driver.start(run, "simulated", it, self.now)
            reply = self._serve(done)
            if isinstance(reply, Done):
                self.run = reply.run
            self._after(reply)
        elif isinstance(it, SendSignal):
            self._signals += 1
            accepted = self._serve(self._driver.receive_signal(it, self.now, it.id or f"s{self._signals}"))
            self.replies.append(accepted)
            if isinstance(accepted, Refusal):
                self.refusals.append(accepted)
            else:
                self._match(accepted.name, accepted.key)
        elif isinstance(it, Advance):
            self._advance(it)
        elif isinstance(it, Crash):
            if it.point == "idle":
                raise _Crashed
            self._memory.crash_at, self._memory.crash_in = it.point, it.nth
        elif isinstance(it, To):
            self._deliver(it.run, it.stimulus)
        else:
            self._deliver(self.run, it)

    def _deliver(self, run: str, it: Stimulus | Replied | Broke) -> None:
        reply = self._serve(self._driver.deliver(run, self._attempt(run, it), self.now))
        self._after(reply)
        if isinstance(reply, Refusal):
            self._look(run)

    def _look(self, run: str) -> None:
        """A refused stimulus may have let timers fire before it (Z4): what they asked for is outstanding now."""
        if run not in self._memory.streams:
            return
        found = self._serve(self._driver.look(run))
        if isinstance(found, Done):
            self._follow(found)
            for wait in found.rows.waits:
                self._match(wait.name, wait.key)

    def _attempt(self, run: str, it: Stimulus | Replied | Broke) -> Stimulus:
        if isinstance(it, Replied | Broke):
            held = self._driver.peek(run)
            step = (held[1] if held is not None else self.state(run)).steps.get(it.step)
            attempt = step.attempt if step is not None else 1
            if isinstance(it, Replied):
                return AttemptReplied(step=it.step, attempt=attempt, value=it.value)
            return AttemptBroke(
                step=it.step,
                attempt=attempt,
                code=it.code,
                message=it.message,
                retryable=it.retryable,
                unclear=it.unclear,
                status=it.status,
                retry_after=it.retry_after,
                draw=it.draw,
            )
        return it

    def _after(self, reply: Done | Refusal) -> None:
        self.replies.append(reply)
        if isinstance(reply, Refusal):
            self.refusals.append(reply)
            return
        self._follow(reply)

    def _follow(self, done: Done) -> None:
        """All that a durable call leads to."""
        self._ask(done.commands)
        if done.tells is not None:
            self._todo.append(done.tells)
        for name, key in done.opened_waits:
            self._match(name, key)

    def _serve_families(self) -> None:
        """Start, stop and hear children until nothing is left to do."""
        while self._todo:
            it = self._todo.popleft()
            if isinstance(it, tuple):
                reply: Done | Refusal | ChildReported = self._serve(self._driver.deliver(*it, self.now))
            else:
                reply = self._serve(self._driver.tend(it, self.now))
                if isinstance(reply, ChildReported):
                    self._todo.append((it.run, reply))
            if isinstance(reply, Done):
                self._follow(reply)
            elif isinstance(reply, Refusal) and reply.code != "RUN_UNKNOWN":
                self.refusals.append(reply)

    def _ask(self, commands: Iterable[Command]) -> None:
        for command in commands:
            key = (command.id, type(command).__name__)
            if key not in self._asked:
                self._asked.add(key)
                if isinstance(command, PerformAttempt):
                    self.effects.append(command)
                elif not isinstance(command, AbortAttempt):
                    self._todo.append(command)

    def _match(self, name: str, key: str) -> None:
        refused: set[tuple[str, str, str]] = set()
        while True:
            found = self._serve(self._driver.matches(name, key, self.now))
            fresh = [m for m in found if (m.signal, m.run, m.step) not in refused]
            if not fresh:
                return
            reply = self._serve(self._driver.deliver_match(fresh[0], self.now))
            if isinstance(reply, Refusal):
                refused.add((fresh[0].signal, fresh[0].run, fresh[0].step))
                self.refusals.append(reply)
            else:
                self._follow(replace(reply, opened_waits=tuple(w for w in reply.opened_waits if w != (name, key))))

    def _advance(self, it: Advance) -> None:
        target = self.now + dt.timedelta(seconds=it.seconds)
        while it.wake:
            waiting = [
                (rows.run.next_due, run) for run, rows in self._memory.rows.items() if rows.run.next_due is not None
            ]
            due = min((d for d, _ in waiting), default=None)
            if due is None or due > target:
                break
            self.now = max(self.now, due)
            for run in sorted(run for d, run in waiting if d <= self.now):
                reply = self._serve(self._driver.wake(run, self.now))
                if isinstance(reply, Done):
                    self._follow(reply)
            self._serve_families()
        self.now = target

    def _restart(self) -> None:
        self._memory.crash_at = ""
        self._lives += 1
        self._driver = Driver(worker=f"w{self._lives}")
        self._asked.clear()
        self._todo.clear()
        for run, rows in sorted(self._memory.rows.items()):
            if rows.run.needs_worker:
                reply = self._serve(self._driver.deliver(run, Claim(worker=f"w{self._lives}"), self.now))
            elif rows.run.ended_at is None:
                reply = self._serve(self._driver.look(run))
            else:
                continue
            if isinstance(reply, Done):
                self._follow(reply)
        for rows in list(self._memory.rows.values()):
            for wait in rows.waits:
                self._match(wait.name, wait.key)
        self._serve_families()

    def _serve(self, call: Generator[Request, Any, T]) -> T:
        try:
            request = next(call)
            while True:
                try:
                    answer = self._answer(request)
                except _Crashed as crash:
                    call.throw(crash)
                    raise
                request = call.send(answer)
        except StopIteration as stop:
            result: T = stop.value
            return result

    def _answer(self, request: Request) -> Any:
        memory = self._memory
        if isinstance(request, Append):
            return memory.append(request)
        if isinstance(request, ReadRun):
            return list(memory.streams.get(request.run, ()))
        if isinstance(request, PlanFor):
            return self.plans.get(request.flow)
        if isinstance(request, FindStart):
            return memory.start_keys.get((request.environment, request.flow, request.key))
        if isinstance(request, ReadInbox):
            return list(memory.streams.get(request.stream, ()))
        if isinstance(request, FindWaits):
            return memory.waits(request.name, request.key)
        if isinstance(request, CountTree):
            return sum(run == request.root or run.startswith(f"{request.root}:") for run in memory.rows)
        if isinstance(request, FindSignal):
            return memory.signal_keys.get(request.signal)
        raise TypeError(f"{type(request).__name__} is no request of the driver")


def simulate(
    flow: Flow | Mapping[str, Flow],
    stimuli: Iterable[Played] = (),
    *,
    types: TypeSource | None = None,
    start_at: dt.datetime = START_AT,
    new_id: Callable[[int], str] = lambda n: f"r{n}",
    decisions: Mapping[str, bytes] | None = None,
) -> Simulation:
    """Play ``stimuli`` on a flow (or several, by id). ``types``: node types, the built-in ones unless given.

    ``new_id`` makes the id of the n-th run. A ``Start`` without a flow id ("") means the only flow. ``decisions``: the
    project's decision files (DMN) by id.
    """
    flows = {flow.id: flow} if isinstance(flow, Flow) else dict(flow)
    only = next(iter(flows)) if len(flows) == 1 else ""
    known = types if types is not None else registry.built_ins()
    simulation = Simulation(flows, known, start_at, new_id, Decisions(decisions))
    return simulation.play(
        *(replace(it, flow=only) if isinstance(it, Start) and not it.flow and only else it for it in stimuli)
    )
