"""A run's trace as it crosses HTTP: its steps in order, under each what happened to it. Route ``/runs/{run}/trace``.

The fields are those of ``runtime.trace.spans``; sensitive values are masked, and every step says in words why it left
by its port; a decision has its card. ``skipped`` and ``beyond`` tell how many steps lie outside the page.
"""

from __future__ import annotations

from pydantic import Field

from runtime.wire.cards import DecisionCardView
from runtime.wire.events import ActorView
from runtime.wire.message import Moment, Tagged, View


class SourceView(View):
    """Step and port that a token came from."""

    step: str
    port: str


class AttemptView(View):
    """One try of an effect."""

    number: int
    started_at: Moment
    ended_at: Moment | None = None
    state: str
    """running, succeeded, failed, abandoned or settled"""
    reason: str
    """first, retry, takeover, resolved or resumed"""
    worker: str = ""
    error: Tagged = None
    unclear: bool = False
    retryable: bool = False
    retry_after: float | None = None
    """seconds"""
    late: Tagged = None
    notes: tuple[str, ...] = ()
    words: str = ""


class GivenView(View):
    """One person's answer."""

    at: Moment
    by: str
    on_behalf_of: str | None = None
    seat: str | None = None
    choice: str
    form: Tagged = None
    counts: bool = True
    words: str = ""


class TraceIncidentView(View):
    """A stop for a person, and how it ended."""

    id: str
    kind: str
    raised_at: Moment
    ended_at: Moment | None = None
    error: Tagged = None
    how: str = ""
    by: str = ""
    reason: str = ""
    input: Tagged = None
    output: Tagged = None
    port: str | None = None
    not_done: bool = False
    words: str = ""


class ChildView(View):
    """A run that the step called."""

    run: str
    index: int | None = None
    started_at: Moment
    ended_at: Moment | None = None
    state: str
    outcome: str | None = None
    resolved: bool = False
    input: Tagged = None
    output: Tagged = None


class RemarkView(View):
    """Something beside the path."""

    seq: int
    at: Moment
    what: str
    words: str
    by: str = ""


class SpanView(View):
    """One step, ``node#k``."""

    step: str
    node: str
    activation: int
    title: str
    type: str = ""
    category: str = ""
    kind: str = ""
    first_seq: int
    last_seq: int
    started_at: Moment
    ended_at: Moment | None = None
    state: str
    sources: tuple[SourceView, ...] = ()
    absorbed: tuple[SourceView, ...] = ()
    input: Tagged = None
    facts: Tagged = None
    output: Tagged = None
    port: str | None = None
    port_title: str = ""
    why: Tagged = None
    words: str = ""
    """why it left by this port, or what it waits for"""
    card: DecisionCardView | None = None
    """of a decision: the rules that fired and what would have changed it; null where that is not known or masked"""
    vars: Tagged = None
    outcome: str | None = None
    by_hand: bool = False
    undoes: str | None = None
    possibly_done: bool = False
    cancel_cause: str = ""
    due: dict[str, Moment] = Field(default_factory=dict)
    fired: str = ""
    attempts: tuple[AttemptView, ...] = ()
    answers: tuple[GivenView, ...] = ()
    revision: str = ""
    signal: str = ""
    payload: Tagged = None
    incidents: tuple[TraceIncidentView, ...] = ()
    children: tuple[ChildView, ...] = ()
    remarks: tuple[RemarkView, ...] = ()
    notes: tuple[str, ...] = ()


class TraceView(View):
    """One run and a page of its steps."""

    run: str
    project: str = ""
    flow: str = ""
    title: str = ""
    release: str = ""
    environment: str = ""
    trigger: str = ""
    requester: str | None = None
    parent: str | None = None
    started_by: ActorView | None = None
    started_at: Moment | None = None
    ended_at: Moment | None = None
    state: str = ""
    words: str = ""
    """how it ended or where it stands, in one sentence"""
    input: Tagged = None
    case: Tagged = None
    outcome: str | None = None
    outcome_title: str = ""
    resolved: bool = False
    output: Tagged = None
    reached: tuple[str, ...] = ()
    spans: tuple[SpanView, ...] = ()
    skipped: int = 0
    beyond: int = 0
    remarks: tuple[RemarkView, ...] = ()
    last_seq: int = 0
