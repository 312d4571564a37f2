"""The shape of a trace: one run, its steps in the order in which they began, and all that happened to each of them.

Who reads it: the server and CLI (through ``runtime.wire``) and the designer's replay. Plain data; ``build.py`` makes it
from a journal, ``explain.py`` puts it into words, ``masking.py`` hides what is sensitive. Times are UTC.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from nodes.contract import Value
from runtime.engine.events import Actor, Source


@dataclass(slots=True, kw_only=True)
class Attempt:
    """One try of an effect."""

    number: int
    started_at: dt.datetime
    reason: str = "first"
    """first, retry, takeover, resolved or resumed"""
    worker: str = ""
    ended_at: dt.datetime | None = None
    state: str = "running"
    """running, succeeded, failed, abandoned or settled (the step was decided by other means)"""
    error: Value = None
    unclear: bool = False
    retryable: bool = False
    retry_after: float | None = None
    """seconds that the other side asked for"""
    late: Value = None
    """a result that came after the step had gone on"""
    notes: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Answer:
    """One person's answer to a task."""

    at: dt.datetime
    by: str
    choice: str
    form: Value = None
    on_behalf_of: str | None = None
    seat: str | None = None
    counts: bool = True
    """False once the task was revised after it (A6)"""


@dataclass(slots=True, kw_only=True)
class Incident:
    """A stop for a person, and how it ended."""

    id: str
    kind: str
    raised_at: dt.datetime
    error: Value = None
    ended_at: dt.datetime | None = None
    how: str = ""
    """retry, edit, by_hand, other_port, cancel, discard, happened, not_done, or closed (its step was cancelled)"""
    by: str = ""
    """the person's id; empty where a program or nobody by name did it"""
    reason: str = ""
    input: Value = None
    output: Value = None
    port: str | None = None
    not_done: bool = False


@dataclass(slots=True, kw_only=True)
class Child:
    """A run that this step called."""

    run: str
    started_at: dt.datetime
    index: int | None = None
    input: Value = None
    ended_at: dt.datetime | None = None
    state: str = "running"
    outcome: str | None = None
    resolved: bool = False
    output: Value = None


@dataclass(slots=True, kw_only=True)
class Remark:
    """Something that happened beside the path: a timer, a claim, a hand-over, a reminder, a takeover, a suspension."""

    seq: int
    at: dt.datetime
    what: str
    """the event's type"""
    words: str
    by: str = ""


@dataclass(slots=True, kw_only=True)
class Span:
    """One step, ``node#k``."""

    step: str
    node: str
    activation: int
    """k: counts this node's activations in the run"""
    title: str
    type: str = ""
    category: str = ""
    kind: str = ""
    """its behaviour: start, pure, effect, assign, join, wait, await_signal, human_task, child, children or end"""
    first_seq: int
    last_seq: int
    started_at: dt.datetime
    ended_at: dt.datetime | None = None
    state: str = "running"
    """collecting, running, retrying, waiting, stopped, cancelling, completed or cancelled"""
    sources: list[Source] = field(default_factory=list)
    """steps and ports that its tokens came from: its parents in the tree"""
    absorbed: list[Source] = field(default_factory=list)
    """tokens that came to a join after it had fired"""
    input: Value = None
    facts: Value = None
    output: Value = None
    port: str | None = None
    why: Value = None
    vars: Value = None
    outcome: str | None = None
    by_hand: bool = False
    undoes: str | None = None
    possibly_done: bool = False
    cancel_cause: str = ""
    due: dict[str, dt.datetime] = field(default_factory=dict)
    """purpose -> instant: wait, timeout, remind, due, sla"""
    fired: str = ""
    """purpose of the timer that moved it on, if one did"""
    attempts: list[Attempt] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    revision: str = ""
    """of the task, once it was revised"""
    signal: str = ""
    """id of the signal that came"""
    payload: Value = None
    incidents: list[Incident] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    notes: tuple[str, ...] = ()

    @property
    def live(self) -> bool:
        """Whether something can still happen to it."""
        return self.state not in {"completed", "cancelled"}

    @property
    def seconds(self) -> float | None:
        """How long it took, None while it is live."""
        return None if self.ended_at is None else (self.ended_at - self.started_at).total_seconds()


@dataclass(slots=True, kw_only=True)
class Trace:
    """One run. ``spans`` is a window of its steps: ``skipped`` came before it, ``beyond`` after it."""

    run: str
    flow: str = ""
    title: str = ""
    project: str = ""
    release: str = ""
    environment: str = ""
    trigger: str = ""
    requester: str | None = None
    parent: str | None = None
    started_by: Actor | None = None
    started_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    state: str = ""
    input: Value = None
    case: Value = None
    outcome: str | None = None
    resolved: bool = False
    output: Value = None
    reached: tuple[str, ...] = ()
    spans: list[Span] = field(default_factory=list)
    skipped: int = 0
    beyond: int = 0
    remarks: list[Remark] = field(default_factory=list)
    """what happened to the run as a whole"""
    last_seq: int = 0

    def span(self, step: str) -> Span | None:
        """The span of a step within the window, or None."""
        return next((span for span in self.spans if span.step == step), None)
