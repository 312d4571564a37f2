"""journal -> trace, one event at a time, in any state of the run.

Total: an event that fits nothing known is kept as a remark, so a journal that needs a person can always be shown.
A run may have 50,000 events: feed pages of the journal to ``TraceBuilder`` and ask for a window of its steps; what lies
outside the window is counted and dropped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from runtime.engine import events as ev
from runtime.engine.events import Envelope, Source
from runtime.trace.drawing import NO_DRAWING, Drawing
from runtime.trace.masking import mask_trace
from runtime.trace.phrases import remark_words
from runtime.trace.spans import Answer, Attempt, Child, Incident, Span, Trace

_WAITING_KINDS = {"wait", "await_signal", "human_task", "child", "children"}


def build_trace(
    journal: Iterable[Envelope], drawing: Drawing = NO_DRAWING, *, skip: int = 0, limit: int | None = None
) -> Trace:
    """The trace of one run's journal, masked. ``skip`` and ``limit`` choose a window of its steps, as they began."""
    builder = TraceBuilder(drawing, skip=skip, limit=limit)
    for envelope in journal:
        builder.add(envelope)
    return builder.finish()


class TraceBuilder:
    """Folds a journal into a ``Trace``. ``add`` each envelope in order, then ``finish``."""

    def __init__(self, drawing: Drawing = NO_DRAWING, *, skip: int = 0, limit: int | None = None) -> None:
        self._drawing = drawing
        self._skip = skip
        self._limit = limit
        self._trace = Trace(run="")
        self._spans: dict[str, Span] = {}
        self._counted: set[str] = set()
        self._incident_steps: dict[str, str] = {}
        self._remembered = ""
        self.touched: dict[str, Span] = {}
        """the steps that were told of since somebody emptied it, as they stand, unmasked"""

    def add(self, envelope: Envelope) -> None:
        """Takes the next event of the journal."""
        self._trace.last_seq = envelope.seq
        if not self._trace.run:
            self._trace.run = envelope.stream
        event = envelope.event
        take = self._TAKERS.get(type(event))
        if take is not None:
            take(self, envelope, event)
            return
        step = getattr(event, "step", "")
        span = self._span(step, envelope) if step else None
        (span.remarks if span else self._trace.remarks).append(remark_words(envelope, self._drawing))

    def finish(self) -> Trace:
        """The trace so far, with sensitive values masked."""
        return mask_trace(self.unmasked(), self._drawing)

    def unmasked(self) -> Trace:
        """The trace so far with all its values, for one that masks it itself. It goes on to grow."""
        self._trace.spans = list(self._spans.values())
        self._trace.skipped = min(self._skip, len(self._counted))
        self._trace.beyond = len(self._counted) - self._trace.skipped - len(self._spans)
        return self._trace

    # --- the run ---

    def _run_started(self, envelope: Envelope, event: ev.RunStarted) -> None:
        trace = self._trace
        trace.flow, trace.project, trace.release = event.flow, event.project, event.release
        trace.title = self._drawing.title or event.flow
        trace.environment, trace.trigger = event.environment, event.trigger
        trace.input, trace.case, trace.requester = event.input, event.case, event.requester
        trace.parent = event.parent.run if event.parent else None
        trace.started_at, trace.started_by, trace.state = envelope.at, envelope.actor, "running"

    def _run_suspended(self, envelope: Envelope, _: ev.RunSuspended) -> None:
        if self._trace.state != "suspended":  # else it is held for a second cause
            self._remembered, self._trace.state = self._trace.state, "suspended"
        self._trace.remarks.append(remark_words(envelope, self._drawing))

    def _run_resumed(self, envelope: Envelope, _: ev.RunResumed) -> None:
        self._trace.state = self._remembered or "running"
        self._trace.remarks.append(remark_words(envelope, self._drawing))

    def _run_cancel_requested(self, envelope: Envelope, _: ev.RunCancelRequested) -> None:
        self._trace.state = "cancelling"
        self._trace.remarks.append(remark_words(envelope, self._drawing))

    def _run_cancelled(self, envelope: Envelope, _: ev.RunCancelled) -> None:
        self._trace.state, self._trace.ended_at = "cancelled", envelope.at

    def _run_completed(self, envelope: Envelope, event: ev.RunCompleted) -> None:
        trace = self._trace
        trace.state, trace.ended_at = "completed", envelope.at
        trace.outcome, trace.resolved, trace.output, trace.reached = (
            event.outcome, event.resolved, event.output, event.reached,
        )  # fmt: skip

    def _compensation_started(self, envelope: Envelope, _: ev.CompensationStarted) -> None:
        self._trace.state = "compensating"
        self._trace.remarks.append(remark_words(envelope, self._drawing))

    # --- steps ---

    def _step_started(self, envelope: Envelope, event: ev.StepStarted) -> None:
        span = self._span(event.step, envelope, opens=True)
        if span is None:
            return
        if event.sources:
            span.sources = list(event.sources)
        span.input, span.facts, span.undoes = event.input, event.facts, event.undoes
        span.due = dict(event.due)
        span.state = "waiting" if span.kind in _WAITING_KINDS else "collecting" if span.kind == "join" else "running"
        if span.kind == "effect":
            span.attempts.append(Attempt(number=1, started_at=envelope.at))

    def _attempt_started(self, envelope: Envelope, event: ev.AttemptStarted) -> None:
        span = self._span(event.step, envelope)
        if span is None:
            return
        for earlier in span.attempts:
            if earlier.state == "running":
                earlier.state, earlier.ended_at = "abandoned", envelope.at
        span.attempts.append(
            Attempt(number=event.attempt, started_at=envelope.at, reason=event.reason, worker=event.worker)
        )
        span.state = "running"

    def _attempt_failed(self, envelope: Envelope, event: ev.AttemptFailed) -> None:
        span = self._span(event.step, envelope)
        if span is None:
            return
        attempt = _attempt(span, event.attempt, envelope.at)
        attempt.state, attempt.ended_at, attempt.error = "failed", envelope.at, event.error
        attempt.unclear, attempt.retryable, attempt.retry_after = event.unclear, event.retryable, event.retry_after
        attempt.notes += event.notes
        span.state = "retrying"

    def _attempt_abandoned(self, envelope: Envelope, event: ev.AttemptAbandoned) -> None:
        span = self._span(event.step, envelope)
        if span is None:
            return
        attempt = _attempt(span, event.attempt, envelope.at)
        attempt.state, attempt.ended_at = "abandoned", envelope.at
        attempt.notes += (f"abandoned: {event.reason}",)

    def _attempt_reported_late(self, envelope: Envelope, event: ev.AttemptReportedLate) -> None:
        span = self._span(event.step, envelope)
        if span is not None:
            _attempt(span, event.attempt, envelope.at).late = event.result

    def _step_completed(self, envelope: Envelope, event: ev.StepCompleted) -> None:
        span = self._span(event.step, envelope)
        if span is None:
            return
        span.state, span.ended_at = "completed", envelope.at
        span.port, span.output, span.why, span.vars = event.port, event.output, event.why, event.vars
        span.outcome, span.by_hand, span.notes = event.outcome, event.by_hand, event.notes
        for attempt in span.attempts:
            if attempt.state == "running":
                attempt.state = "settled" if event.by_hand or event.port in {"error", "timeout"} else "succeeded"
                attempt.ended_at = envelope.at

    def _step_cancelled(self, envelope: Envelope, event: ev.StepCancelled) -> None:
        span = self._span(event.step, envelope) if event.step else None
        if span is None:
            self._trace.remarks.append(remark_words(envelope, self._drawing))
            return
        span.state, span.ended_at = "cancelled", envelope.at
        span.possibly_done, span.cancel_cause = event.possibly_done, event.cause
        for attempt in span.attempts:
            if attempt.state == "running":
                attempt.state, attempt.ended_at = "abandoned", envelope.at

    def _token_joined(self, envelope: Envelope, event: ev.TokenJoined) -> None:
        span = self._span(event.step, envelope)
        if span is not None:
            span.sources.append(Source(event.source, event.edge[1]))

    def _token_absorbed(self, envelope: Envelope, event: ev.TokenAbsorbed) -> None:
        span = self._span(event.step, envelope)
        if span is not None:
            span.absorbed.append(Source(event.source, event.edge[1]))

    def _timer_fired(self, envelope: Envelope, event: ev.TimerFired) -> None:
        span = self._span(event.step, envelope) if event.step else None
        if span is None:
            self._trace.remarks.append(remark_words(envelope, self._drawing))
            return
        span.fired = event.purpose
        if event.purpose == "retry":
            return  # the next attempt tells it
        span.remarks.append(remark_words(envelope, self._drawing))

    # --- people, signals, children ---

    def _task_answered(self, envelope: Envelope, event: ev.TaskAnswered) -> None:
        span = self._span(event.step, envelope)
        if span is not None:
            span.answers.append(
                Answer(
                    at=envelope.at,
                    by=event.by,
                    choice=event.choice,
                    form=event.form,
                    on_behalf_of=event.on_behalf_of,
                    seat=event.seat,
                )
            )

    def _task_revised(self, envelope: Envelope, event: ev.TaskRevised) -> None:
        span = self._span(event.step, envelope)
        if span is None:
            return
        span.input, span.revision = event.input, event.revision
        for answer in span.answers:
            answer.counts = False
        span.remarks.append(remark_words(envelope, self._drawing))

    def _signal_delivered(self, envelope: Envelope, event: ev.SignalDelivered) -> None:
        span = self._span(event.step, envelope)
        if span is not None:
            span.signal, span.payload = event.signal, event.payload

    def _child_started(self, envelope: Envelope, event: ev.ChildStarted) -> None:
        span = self._span(event.step, envelope)
        if span is not None:
            span.children.append(Child(run=event.child, started_at=envelope.at, index=event.index, input=event.input))

    def _child_ended(self, envelope: Envelope, event: ev.ChildEnded) -> None:
        span = self._span(event.step, envelope)
        if span is None:
            return
        child = next((c for c in span.children if c.run == event.child), None)
        if child is None:
            child = Child(run=event.child, started_at=envelope.at)
            span.children.append(child)
        child.ended_at, child.state, child.outcome = envelope.at, event.state, event.outcome
        child.resolved, child.output = event.resolved, event.output

    # --- incidents ---

    def _incident_raised(self, envelope: Envelope, event: ev.IncidentRaised) -> None:
        incident = Incident(
            id=f"{envelope.stream}:{envelope.seq}", kind=event.kind, raised_at=envelope.at, error=event.error
        )
        self._incident_steps[incident.id] = event.step
        span = self._span(event.step, envelope, opens=True)
        if span is None:
            return
        span.incidents.append(incident)
        span.state = "stopped"
        if event.sources and not span.sources:
            span.sources = list(event.sources)
        for attempt in span.attempts:
            if attempt.state == "running":
                attempt.state, attempt.ended_at = "abandoned", envelope.at

    def _incident_resolved(self, envelope: Envelope, event: ev.IncidentResolved) -> None:
        incident = self._incident(event.incident, envelope)
        if incident is None:
            return
        incident.ended_at, incident.how = envelope.at, event.how
        incident.by = envelope.actor.id if envelope.actor.kind == "user" else ""
        incident.reason, incident.input, incident.output = event.reason, event.input, event.output
        incident.port, incident.not_done = event.port, event.not_done

    def _incident_closed(self, envelope: Envelope, event: ev.IncidentClosed) -> None:
        incident = self._incident(event.incident, envelope)
        if incident is not None:
            incident.ended_at, incident.how, incident.reason = envelope.at, "closed", event.reason

    def _incident(self, incident_id: str, envelope: Envelope) -> Incident | None:
        step = self._incident_steps.get(incident_id, "")
        span = self._span(step, envelope) if step else None
        if span is None:
            return None
        if span.state == "stopped":
            # What a resolution sets going shows by its own events; until then the step is on its way again.
            span.state = "waiting" if span.kind in _WAITING_KINDS else "running"
        return next((incident for incident in span.incidents if incident.id == incident_id), None)

    # --- windows ---

    def _span(self, step: str, envelope: Envelope, *, opens: bool = False) -> Span | None:
        """The span of a step, a new one where the step is seen first. None if it lies outside the window."""
        span = self._spans.get(step)
        if span is not None:
            span.last_seq = envelope.seq
            self.touched[step] = span
            return span
        if step in self._counted:
            return None
        place = len(self._counted)
        self._counted.add(step)
        if place < self._skip or (self._limit is not None and place >= self._skip + self._limit):
            return None
        node_id, _, k = step.rpartition("#")
        drawn = self._drawing.node(node_id or step)
        span = Span(
            step=step, node=node_id or step, activation=int(k) if k.isdecimal() else 1, title=drawn.title,
            type=drawn.type, category=drawn.category, kind=drawn.kind, first_seq=envelope.seq, last_seq=envelope.seq,
            started_at=envelope.at, state="running" if opens else "waiting",
        )  # fmt: skip
        self._spans[step] = self.touched[step] = span
        return span

    _TAKERS: ClassVar[dict[type[Any], Callable[[Any, Envelope, Any], None]]] = {
        ev.RunStarted: _run_started,
        ev.RunSuspended: _run_suspended,
        ev.RunResumed: _run_resumed,
        ev.RunCancelRequested: _run_cancel_requested,
        ev.RunCancelled: _run_cancelled,
        ev.RunCompleted: _run_completed,
        ev.CompensationStarted: _compensation_started,
        ev.StepStarted: _step_started,
        ev.AttemptStarted: _attempt_started,
        ev.AttemptFailed: _attempt_failed,
        ev.AttemptAbandoned: _attempt_abandoned,
        ev.AttemptReportedLate: _attempt_reported_late,
        ev.StepCompleted: _step_completed,
        ev.StepCancelled: _step_cancelled,
        ev.TokenJoined: _token_joined,
        ev.TokenAbsorbed: _token_absorbed,
        ev.TimerFired: _timer_fired,
        ev.TaskAnswered: _task_answered,
        ev.TaskRevised: _task_revised,
        ev.SignalDelivered: _signal_delivered,
        ev.ChildStarted: _child_started,
        ev.ChildEnded: _child_ended,
        ev.IncidentRaised: _incident_raised,
        ev.IncidentResolved: _incident_resolved,
        ev.IncidentClosed: _incident_closed,
    }
    """Event type -> what it adds. Types that are absent become remarks."""


def _attempt(span: Span, number: int, at: dt.datetime) -> Attempt:
    """The attempt with this number; a journal read without its drawing doesn't say that attempt 1 was begun."""
    found = next((attempt for attempt in reversed(span.attempts) if attempt.number == number), None)
    if found is None:
        found = Attempt(number=number, started_at=span.started_at if number == 1 else at)
        span.attempts.append(found)
    return found
