"""The state of one run: what ``fold`` makes of its journal. Nothing else is ever written into it.

Mutable for speed, but only ``fold.py`` and ``transitions/`` write here; all else reads. Two engines that fold one
journal hold equal states (I3). Step and run states are the words of the tables in SEMANTICS. What is made with each
step is a ``Struct``: a dataclass takes four times as long to make.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec
from msgspec import Struct

from nodes.contract import Value
from runtime.engine.events import ChildEnded, Parent, Source

RUN_STATES = ("running", "suspended", "cancelling", "compensating", "completed", "cancelled")
TERMINAL_RUNS = frozenset({"completed", "cancelled"})
LIVE_STEPS = frozenset({"collecting", "running", "retrying", "waiting", "stopped", "cancelling"})

DEFAULT_BUDGETS = {"activations": 1_000, "events": 50_000, "depth": 16, "children": 1_000, "tree": 10_000}
"""SEMANTICS L2"""

POISON_CLAIMS = 3
"""claims of lost workers that find a step in flight, or no step newly completed, before something is poison (X7)"""

EdgeKey = tuple[str, str, str]
"""(source node, port, target node); ("", "", trigger) is the virtual edge of a start"""


class JournalMismatch(Exception):
    """An event that is impossible in this state: not a journal that this engine wrote (V2). State unchanged."""


class Token(Struct):
    """A position on an edge that can move (T1)."""

    edge: EdgeKey
    source: str
    """step that made it; empty for the start"""
    seen: dict[str, int]
    """node id -> k of the latest step of that node that this token descends from (T7)"""

    @property
    def target(self) -> str:
        """The node that it is about to enter."""
        return self.edge[2]


@dataclass(slots=True)
class Incident:
    """An open incident of a step. ``id`` = run:seq."""

    id: str
    kind: str
    error: Value
    raised_at: dt.datetime


@dataclass(slots=True)
class TaskAnswer:
    answer_id: str
    revision: str
    choice: str
    form: Value
    by: str
    on_behalf_of: str | None
    seat: str | None
    at: dt.datetime


@dataclass(slots=True)
class TaskState:
    """What a task is at besides its step: revision shown, answers, who holds it."""

    revision: str
    role: str
    answers: list[TaskAnswer] = field(default_factory=list)
    claimed_by: str | None = None
    claimed_until: dt.datetime | None = None
    delegations: dict[str, str] = field(default_factory=dict)
    """who answers -> for whom; the last delegation to a person counts"""
    delegated_until: dict[str, dt.datetime] = field(default_factory=dict)
    """who answers -> last instant of the delegation, where it has one"""
    overdue: bool = False
    was_due: dt.datetime | None = None
    """when it became overdue"""
    reminders: int = 0

    def holder(self, now: dt.datetime) -> str | None:
        """Who has claimed it and still holds it."""
        return None if self.claimed_until is not None and self.claimed_until < now else self.claimed_by

    def stands_for(self, who: str, now: dt.datetime) -> str | None:
        """For whom this person may answer now, by delegation."""
        until = self.delegated_until.get(who)
        return None if until is not None and until < now else self.delegations.get(who)

    def current(self) -> list[TaskAnswer]:
        """The answers that count: those given to what is shown now (A6)."""
        return [a for a in self.answers if a.revision == self.revision]


@dataclass(slots=True)
class OpenChild:
    """A child run that was started and has not ended for its parent."""

    id: str
    index: int
    """of the item in a loop, from 1; 0 for a subflow"""
    started_seq: int


@dataclass(slots=True)
class Calls:
    """What a step that calls other flows has going (sections B and F)."""

    open: dict[str, OpenChild] = field(default_factory=dict)
    """child run id -> what is known of it, in order of start"""
    ended: dict[str, int] = field(default_factory=dict)
    """child run id -> index"""
    results: dict[int, Value] = field(default_factory=dict)
    """index -> what the parent hands out of an ended child"""
    last: ChildEnded | None = None
    """the end that came last"""
    begun: int = 0
    """items of a loop that were started; they start in order"""
    leaving: str = ""
    """port by which the step leaves once its children are over: timeout or stopped; empty = as they end"""
    asked_seq: int = 0
    """seq of the event since which its children are asked to cancel"""
    undo: bool = False
    """whether they are to take back what they did"""
    allowed: dt.timedelta | None = None
    """its time limit, for another try"""


class Step(Struct):
    """One activation ``node#k``."""

    id: str
    node: str
    k: int
    state: str
    started_seq: int
    started_at: dt.datetime
    seen: dict[str, int]
    """ancestry of the tokens that it consumed, itself included"""
    sources: tuple[Source, ...]
    edges: list[EdgeKey]
    """edges over which its tokens came"""
    input: Value = None
    facts: Value = None
    output: Value = None
    port: str | None = None
    begun: bool = True
    """False while it is only reserved by an incident raised before its start"""
    attempt: int = 0
    in_flight: bool = False
    lost: bool = False
    """its attempt died with a worker, and no other has been begun"""
    failures: int = 0
    """attempts that count against the policy (R3)"""
    error: Value = None
    """of the last failed attempt: {code, message, status}"""
    unclear: bool = False
    """some attempt of it may have taken effect"""
    key_seq: int = 0
    """seq in the idempotency key (X1)"""
    command_seq: int = 0
    """seq of the event that caused the attempt in flight (I1)"""
    timers: dict[str, dt.datetime] = {}
    cancel_due: dt.datetime | None = None
    incident: Incident | None = None
    task: TaskState | None = None
    calls: Calls | None = None
    claims: int = 0
    """claims of lost workers that found it in flight (X7)"""
    possibly_done: bool = False
    round: str = ""
    """joins: the round that it collects for (J2)"""
    held: Value = None
    """what it would have handed out when it stopped at a dead end: {port, output}"""

    @property
    def live(self) -> bool:
        """Whether it can still do anything."""
        return self.state in LIVE_STEPS


@dataclass(slots=True)
class Reached:
    """An end with an outcome that was reached."""

    outcome: str
    output: Value
    terminate: bool


class State(Struct):
    """One run."""

    run: str
    seq: int = 0
    run_time: dt.datetime | None = None
    """highest ``at`` so far (Z2)"""
    state: str = ""
    remembered: str = ""
    """where a suspended run was"""
    suspended_at: dt.datetime | None = None
    suspended_seq: int = 0
    """seq of the last suspension, kept when it is over: what went down to the children names it"""
    holding: set[str] = set()
    """who holds it now: suspensions of its parent, and empty for operators"""
    suspensions: set[str] = set()
    """suspensions of its parent that held it once: who lets it go on by itself is not overruled by a repetition (C3)"""
    shifted: bool = False
    """whether the last suspension moved the timers when it ended"""
    flow: str = ""
    project: str = ""
    release: str = ""
    environment: str = ""
    input: Value = None
    case: Value = None
    requester: str | None = None
    requesters: tuple[str, ...] = ()
    parent: Parent | None = None
    depth: int = 1
    place: int = 1
    """which run of its tree it is"""
    started_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    budgets: dict[str, int] = {}
    vars: dict[str, Value] = {}
    ready: deque[Token] = msgspec.field(default_factory=deque)
    steps: dict[str, Step] = {}
    live: dict[str, Step] = {}
    """the live ones of ``steps``, in order of start"""
    calling: dict[str, Step] = {}
    """the live ones that call other flows"""
    counts: dict[str, int] = {}
    """node id -> activations so far, reserved ones too"""
    activations: int = 0
    completed: int = 0
    fillings: dict[tuple[str, str], list[str]] = {}
    """(join, round) -> its fillings' steps in order (J3)"""
    arrivals: dict[tuple[str, str, EdgeKey], int] = {}
    """(join, round, edge) -> tokens that came so far"""
    incidents: dict[str, str] = {}
    """incident id -> step id; open ones only"""
    closed_incidents: dict[str, str] = {}
    """incident id -> how it ended"""
    pending: dict[str, str] = {}
    """step -> retry or edit: resolutions not yet acted on, since the run is suspended or an open budget holds it"""
    reached: list[Reached] = []
    outcome: str | None = None
    resolved: bool = False
    output: Value = None
    undo_wanted: bool = False
    sla_due: dt.datetime | None = None
    epoch: int = 0
    worker: str = ""
    idle_claims: int = 0
    """claims of lost workers in a row that found no newly completed step (X7)"""
    completed_at_claim: int = 0

    @property
    def terminal(self) -> bool:
        """Whether nothing can ever happen to this run any more."""
        return self.state in TERMINAL_RUNS

    @property
    def gated(self) -> bool:
        """Whether commands and timers are held back (C3)."""
        return self.state == "suspended"

    @property
    def suspect(self) -> bool:
        """Whether it died with its worker twice without getting on, so that it has to be performed alone (X7)."""
        stuck = self.idle_claims >= 2 and self.completed == self.completed_at_claim
        return stuck or any(step.claims >= 2 and step.in_flight for step in self.live.values())

    @property
    def died_before(self) -> bool:
        """Whether a claim of a lost worker found it where it stands now: one more would be its second or third (X7)."""
        return self.idle_claims > 0 or any(step.in_flight and step.claims > 0 for step in self.live.values())

    def limit(self, budget: str) -> int:
        """How much of a budget the run has (L2)."""
        return self.budgets.get(budget, DEFAULT_BUDGETS[budget])

    def holder(self, cause: str) -> str:
        """Who suspends it for this cause: a suspension of its parent, or empty for operators, all of them together."""
        parent, _, seq = cause.rpartition(":")
        return cause if self.parent is not None and parent == self.parent.run and seq.isdigit() else ""

    def latest(self, at: dt.datetime) -> dt.datetime:
        """Run time at an event stamped ``at``: the highest instant so far (Z2)."""
        return at if self.run_time is None or at > self.run_time else self.run_time

    def budget_open(self) -> bool:
        """Whether an open incident ``budget`` keeps the run from starting steps (L3)."""
        return any(
            self.steps[step].incident is not None and self.steps[step].incident.kind == "budget"  # type: ignore[union-attr]
            for step in self.incidents.values()
        )


@lru_cache(maxsize=4096)
def split_step(step: str) -> tuple[str, int]:
    """``node#k`` -> (node, k). Raises JournalMismatch if it isn't one."""
    node, mark, k = step.rpartition("#")
    if not mark or not (k.isascii() and k.isdigit()):  # `²` is a digit, and no number
        raise JournalMismatch(f"{step!r} is not a step id (node#k)")
    return node, int(k)
