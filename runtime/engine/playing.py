"""What a simulation is given, and what it shows: the same whichever way it is played.

``simulate`` makes one; ``memory_player`` plays it in memory, ``runtime.host`` on a real store. Law: a player shows what
its journals say; nothing that a test looks at is kept beside them but what was asked of the world outside.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias, get_args

from nodes.contract import Value
from runtime.engine.commands import PerformAttempt
from runtime.engine.driver import Done, SignalAccepted
from runtime.engine.events import Envelope, Event, RunStarted
from runtime.engine.fold import fold
from runtime.engine.plan import Plan, TypeSource, compile_plan
from runtime.engine.projection import project
from runtime.engine.rows import IncidentRow, RunRows, TaskRow
from runtime.engine.state import State
from runtime.engine.stimuli import AttemptBroke, AttemptReplied, Refusal, SendSignal, Start, Stimulus
from runtime.model.decisions import NO_DECISIONS, Decisions
from runtime.model.flow import Flow

START_AT = dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC)
"""the instant at which a simulation begins unless told otherwise: a Monday morning"""
RELEASE = "simulated"
"""stands for the content hash of what is played"""


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


@dataclass(frozen=True, slots=True)
class Together:
    """Brought at the same moment. Without a seed that is one after the other; a host that has one lets all of them and
    what they lead to come in each other's way. ``Advance(0)`` among them fires what is due.
    """

    stimuli: tuple[Single, ...]


Single: TypeAlias = Start | SendSignal | Stimulus | Replied | Broke | Advance | To
Played: TypeAlias = Single | Crash | Together

CRASH_POINTS = ("idle", "before_append", "after_append")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is played, and how; made by ``simulate``."""

    flows: Mapping[str, Flow]
    types: TypeSource
    start_at: dt.datetime
    new_id: Callable[[int], str]
    seed: int | None = None
    decisions: Decisions = NO_DECISIONS
    plans: Mapping[str, Plan] = field(default_factory=dict)

    def compiled(self) -> Setting:
        """The same with the plans of its flows."""
        plans = {
            name: compile_plan(flow, self.types, release=RELEASE, flows=self.flows, decisions=self.decisions)
            for name, flow in self.flows.items()
        }
        return replace(self, plans=plans)


class Simulation(ABC):
    """A played simulation; more stimuli can be given with ``play``. ``with`` gives back early what it holds."""

    through: str
    """memory or host"""

    def __init__(self, setting: Setting) -> None:
        self.seed = setting.seed
        self.plans = setting.plans
        self.now = setting.start_at
        self.run = ""
        """the run started last"""
        self.effects: list[PerformAttempt] = []
        """every attempt that was asked for, in order"""
        self.refusals: list[Refusal] = []
        self.replies: list[Done | SignalAccepted | Refusal] = []
        """what each stimulus was answered with, clock moves and crashes left out"""

    # -- playing ----------------------------------------------------------------------------------------------------

    def play(self, *stimuli: Played) -> Simulation:
        """Bring some more stimuli, in order."""
        for stimulus in stimuli:
            self._check(stimulus)
            self._bring(stimulus)
        return self

    def _check(self, it: Played) -> None:
        if not isinstance(it, get_args(Played)):
            raise TypeError(f"{it!r} is no stimulus; what is one stands in the README of runtime/engine")
        if isinstance(it, Advance):
            try:
                self.now + dt.timedelta(seconds=it.seconds)
            except (ValueError, OverflowError, TypeError):
                raise ValueError(f"the clock can't move by {it.seconds!r} s from {self.now:%Y-%m-%d}") from None
        if isinstance(it, Crash) and it.point not in CRASH_POINTS:
            raise ValueError(f"{it.point!r} is no point to crash at; there are {', '.join(CRASH_POINTS)}")
        several: tuple[Played, ...] = it.stimuli if isinstance(it, Together) else ()
        for each in several:
            if isinstance(each, Crash | Together) or (isinstance(each, Advance) and each.seconds):
                raise ValueError(f"{each!r} can't happen together with others; bring it before or after them")

    def _meant(self, it: Start) -> Start:
        """A start without a flow means the only one. Raises ``ValueError`` if there are several."""
        if not it.flow and len(self.plans) > 1:
            raise ValueError(f"there are several flows; say which one is started: {', '.join(self.plans)}")
        return replace(it, flow=next(iter(self.plans))) if not it.flow and len(self.plans) == 1 else it

    def close(self) -> None:
        """Give back what the simulation holds; a memory holds nothing."""
        return

    def __enter__(self) -> Simulation:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- looking ----------------------------------------------------------------------------------------------------

    def journal(self, run: str = "") -> list[Event]:
        """The events of a run (the last started one unless named)."""
        return [entry.event for entry in self.entries(run)]

    def entries(self, run: str = "") -> list[Envelope]:
        """The journal with its envelopes."""
        return self.stream(run or self.run)

    def state(self, run: str = "") -> State:
        """The state of a run, folded anew from its journal."""
        name = run or self.run
        return fold(self.plan(name), self.entries(name), name)

    def plan(self, run: str = "") -> Plan:
        """The compiled flow of a run."""
        entries = self.entries(run)
        if not entries or not isinstance(entries[0].event, RunStarted):
            raise LookupError(f"there is no run {run or self.run!r} in this simulation")
        return self.plans[entries[0].event.flow]

    def rows(self, run: str = "") -> RunRows:
        """The projection rows of a run as they were stored, in order of age and id."""
        return in_order(self._stored(run or self.run))

    def rebuilt(self, run: str = "") -> RunRows:
        """The projection rows computed from the journal alone (law 3)."""
        return in_order(project(self.plan(run), self.state(run)))

    def tasks(self) -> list[TaskRow]:
        """All open tasks, oldest first."""
        return sorted((task for run in self.runs() for task in self._stored(run).tasks), key=_age_of_task)

    def incidents(self) -> list[IncidentRow]:
        """All open incidents, oldest first."""
        return sorted((it for run in self.runs() for it in self._stored(run).incidents), key=_age_of_incident)

    @abstractmethod
    def runs(self) -> list[str]:
        """Ids of all runs, in order of their start; children too."""

    @abstractmethod
    def streams(self) -> list[str]:
        """Names of all journals in order: those of runs, and of inboxes (``inbox/...``)."""

    @abstractmethod
    def stream(self, name: str) -> list[Envelope]:
        """One journal; empty if there is none of that name."""

    @abstractmethod
    def held(self, run: str = "") -> State | None:
        """The state as the process has it in memory, to read only; None if it holds none."""

    @abstractmethod
    def _stored(self, run: str) -> RunRows: ...

    @abstractmethod
    def _bring(self, stimulus: Played) -> None: ...

    # -- for players ------------------------------------------------------------------------------------------------

    def _attempt(self, run: str, it: Stimulus | Replied | Broke) -> Stimulus:
        """``Replied`` and ``Broke`` are about the attempt in flight: as a worker would report it."""
        if not isinstance(it, Replied | Broke):
            return it
        state = self.held(run) or (self.state(run) if self.stream(run) else None)
        step = state.steps.get(it.step) if state is not None else None
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

    def _answered(self, reply: Done | SignalAccepted | Refusal) -> None:
        self.replies.append(reply)
        if isinstance(reply, Refusal):
            self.refusals.append(reply)


def in_order(rows: RunRows) -> RunRows:
    """The rows of a run in the order in which a store lists them."""
    return RunRows(
        run=rows.run,
        tasks=tuple(sorted(rows.tasks, key=_age_of_task)),
        incidents=tuple(sorted(rows.incidents, key=_age_of_incident)),
        waits=tuple(sorted(rows.waits, key=lambda wait: (wait.opened_at, wait.run, wait.step))),
    )


def _age_of_task(row: TaskRow) -> tuple[dt.datetime, str]:
    return row.created_at, row.task


def _age_of_incident(row: IncidentRow) -> tuple[dt.datetime, str]:
    return row.raised_at, row.incident
