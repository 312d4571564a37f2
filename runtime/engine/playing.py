"""What a simulation shows: the same whichever way it is played.

``simulate`` makes one; ``memory_player`` plays it in memory, ``runtime.host`` on a real store. Law: a player shows what
its journals say; nothing that a test looks at is kept beside them but what was asked of the world outside.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from msgspec import structs

from runtime.engine.commands import PerformAttempt
from runtime.engine.compiling import Pieces, compile_in_pieces
from runtime.engine.driver import Done, SignalAccepted
from runtime.engine.events import Envelope, Event, RunStarted
from runtime.engine.fold import fold
from runtime.engine.given import Broke, Played, Replied, check
from runtime.engine.plan import Plan, TypeSource
from runtime.engine.projection import project
from runtime.engine.rows import IncidentRow, RunRows, TaskRow
from runtime.engine.state import State
from runtime.engine.stimuli import AttemptBroke, AttemptReplied, Refusal, Start, Stimulus
from runtime.model.decisions import NO_DECISIONS, Decisions
from runtime.model.flow import Flow

START_AT = dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC)
"""the instant at which a simulation begins unless told otherwise: a Monday morning"""
MOST_OF_AN_ID = 100
NOBODY_HEARD = ("attempt_timeout", "withdrawn")
"""codes of attempts that a host gave up: what became of them is unclear (X3)"""
RELEASE = "simulated"
"""stands for the content hash of what is played"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is played, and how; made by ``simulate``."""

    flows: Mapping[str, Flow]
    types: TypeSource
    start_at: dt.datetime
    new_id: Callable[[int], str]
    seed: int | None = None
    decisions: Decisions = NO_DECISIONS
    plans: Plans = field(init=False)

    def __post_init__(self) -> None:
        """Raises ``TypeError`` or ``ValueError`` for what can't be played; it says what to give instead."""
        if not self.flows:
            raise ValueError("there is no flow to play")
        if getattr(self.start_at, "tzinfo", None) is None:
            raise TypeError(f"start_at is an instant with its zone, such as {START_AT!r}, and not {self.start_at!r}")
        if not callable(self.new_id):
            raise TypeError(f"new_id is a function that makes the id of the n-th run, and not {self.new_id!r}")
        if not callable(getattr(self.types, "get", None)):
            raise TypeError(f"types are node types by id and version (nodes.registry), and not {self.types!r}")
        if self.seed is not None and (isinstance(self.seed, bool) or not isinstance(self.seed, int)):
            raise TypeError(f"a seed is a whole number, and not {self.seed!r}")
        # Instants are UTC (Z1): in a zone of its own, the same clock would be moved by hours that do not exist.
        object.__setattr__(self, "start_at", self.start_at.astimezone(dt.UTC))
        object.__setattr__(self, "plans", Plans(self))


class Plans(Mapping[str, Plan]):
    """Flow -> plan, each compiled when it is first asked for: a project has many flows, and a rehearsal plays one."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._made: dict[str, Plan] = {}

    def __getitem__(self, flow: str) -> Plan:
        for _ in self.read(flow):
            pass
        return self._made[flow]

    def read(self, flow: str) -> Pieces[None]:
        """The plan of this flow is made as this is gone through. Raises ``KeyError`` if there is no such flow."""
        if flow not in self._made:
            told = self._setting
            made = yield from compile_in_pieces(
                told.flows[flow], told.types, release=RELEASE, flows=told.flows, decisions=told.decisions
            )
            self._made.setdefault(flow, made)  # another one may have asked for it meanwhile

    def __contains__(self, flow: object) -> bool:
        return flow in self._setting.flows  # told without making its plan

    def __iter__(self) -> Iterator[str]:
        return iter(self._setting.flows)

    def __len__(self) -> int:
        return len(self._setting.flows)


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
        self._new_id = setting.new_id
        self._ids_made = 0
        self._closed = False

    # -- playing ----------------------------------------------------------------------------------------------------

    def play(self, *stimuli: Played) -> Simulation:
        """Bring some more stimuli, in order. Raises ``TypeError`` or ``ValueError`` for what can't be played."""
        for stimulus in stimuli:
            for _ in self.play_in_pieces(stimulus):
                pass
        return self

    def play_in_pieces(self, stimulus: Played) -> Iterator[None]:
        """``play`` one that is brought bit by bit as this is gone through. Nothing else may be played before its end,
        and what is looked at meanwhile may stand anywhere between before and after."""
        if self._closed:
            raise ValueError("this simulation is closed; nothing more can be played")
        check(stimulus, self.now)
        yield from self._bring(stimulus)

    def _meant(self, it: Start) -> Start:
        """A start without a flow means the only one. Raises ``ValueError`` if there are several."""
        if not it.flow and len(self.plans) > 1:
            raise ValueError(f"there are several flows; say which one is started: {', '.join(self.plans)}")
        return replace(it, flow=next(iter(self.plans))) if not it.flow and len(self.plans) == 1 else it

    def _next_id(self) -> str:
        """The id of the run that is started now. Raises ``ValueError`` if ``new_id`` makes one that can't be."""
        self._ids_made += 1
        made = self._new_id(self._ids_made)
        if not usable_id(made):
            raise ValueError(
                f"new_id({self._ids_made}) gave {made!r}; a run's id is a text of 1 to {MOST_OF_AN_ID} characters "
                "without a colon, which stands between a run and its children"
            )
        if self.stream(made):
            raise ValueError(f"new_id({self._ids_made}) gave {made!r}, which is the id of an earlier run")
        return made

    def close(self) -> None:
        """Give back what the simulation holds. Nothing more can be played then, and a host has nothing left to show."""
        self._closed = True

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
        self.plan(run)
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
    def _bring(self, stimulus: Played) -> Iterator[None]: ...

    # -- for players ------------------------------------------------------------------------------------------------

    def _attempt(self, run: str, it: Stimulus | Replied | Broke) -> Stimulus:
        """``Replied`` and ``Broke`` are about the attempt in flight: as a worker would report it."""
        if isinstance(it, AttemptBroke) and it.code in NOBODY_HEARD:
            return structs.replace(it, unclear=True)
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
            retryable=it.worth_another_try(),
            unclear=it.unclear or it.code in NOBODY_HEARD,
            status=it.status,
            retry_after=it.retry_after,
            draw=it.draw,
        )

    def _answered(self, reply: Done | SignalAccepted | Refusal) -> None:
        self.replies.append(reply)
        if isinstance(reply, Refusal):
            self.refusals.append(reply)


def usable_id(made: object) -> bool:
    """Whether it can name a run."""
    return isinstance(made, str) and 0 < len(made) <= MOST_OF_AN_ID and ":" not in made


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
