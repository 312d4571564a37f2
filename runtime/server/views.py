"""Rows, events and traces of the runtime -> views of the wire. Pure; called by the desk only."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from nodes.contract import HumanTask, to_wire
from nodes.registry import Registry
from runtime.engine.decide.operators import HOWS
from runtime.engine.events import VALUES, Envelope
from runtime.engine.rows import IncidentRow, RunRow, TaskRow
from runtime.store import Finding
from runtime.trace import (
    Drawing,
    Span,
    Trace,
    answer_words,
    attempt_words,
    card_of,
    event_words,
    incident_words,
    mask_envelope,
    run_words,
    span_words,
)
from runtime.wire import (
    ActorView,
    AnswerView,
    AttemptView,
    ChildView,
    ChoiceView,
    EventView,
    FindingView,
    GivenView,
    HistoryView,
    IncidentView,
    NodeTypeList,
    NodeTypeView,
    RemarkView,
    RunView,
    SourceView,
    SpanView,
    TaskSummary,
    TaskView,
    TraceIncidentView,
    TraceView,
    card_view,
)

BUSY_WITHIN = dt.timedelta(seconds=60)
"""A run whose next timer is that near (a retry, a short wait) counts as busy: it will go on without anybody."""

HISTORY = 12
"""Steps before a task that its page lists."""

_VALUES = frozenset({"input", "case", "output", "facts", "why", "vars", "payload", "error", "late", "form"})

_TODO = {
    "failed": "Mend the cause and retry, give the result by hand, or send it on by another port.",
    "outcome_unknown": "Look in the other system whether it happened. "
    "If it did: --how by_hand --output '{...}' with its result. If it did not: --how retry --not-done.",
    "expression": "Correct the input and retry, give the result by hand, or mend the flow for later runs.",
    "dead_end": "Choose a connected port by which it goes on, or cancel the run.",
    "join_starved": "Let it go on with what came, discard that, or cancel the run.",
    "budget": "See whether it runs in circles; then retry with a higher limit, or cancel the run.",
    "poison": "Find out why it brings its worker down before you retry it.",
    "unreadable": "Install what its node type needs, then retry.",
}


def run_view(
    row: RunRow, title: str, now: dt.datetime, *, busy: bool = False, last_seq: int = 0, output: Any = None
) -> RunView:
    """One run. ``busy``: something of it is in progress in this process."""
    # Where a person is needed, a near timer is most likely an SLA; a retry beside it is known to the host (``busy``).
    for_people = row.open_incidents or row.open_tasks
    near = row.next_due is not None and row.next_due <= now + BUSY_WITHIN and not for_people
    live = row.state not in {"completed", "cancelled", "suspended"}
    return RunView(
        run=row.run,
        project=row.project,
        flow=row.flow,
        title=title,
        release=row.release,
        environment=row.environment,
        state=row.state,
        busy=live and (busy or row.needs_worker or near),
        outcome=row.outcome,
        resolved=row.resolved,
        output=output,
        case_key=row.case_key,
        requester=row.requester,
        parent=row.parent,
        started_at=row.started_at,
        ended_at=row.ended_at,
        next_due=row.next_due,
        open_tasks=row.open_tasks,
        open_incidents=row.open_incidents,
        at_nodes=row.at_nodes,
        last_seq=last_seq,
    )


def event_view(envelope: Envelope, drawing: Drawing) -> EventView:
    """One event, masked."""
    shown = mask_envelope(envelope, drawing)
    values = VALUES.get(type(shown.event), ())
    fields = msgspec.structs.asdict(shown.event)
    data = {
        name: to_wire(value) if name in values else msgspec.to_builtins(value)
        for name, value in fields.items()
        if value not in (None, (), {}, "")
    }
    return EventView(
        seq=shown.seq,
        at=shown.at,
        actor=ActorView(kind=shown.actor.kind, id=shown.actor.id, seat=shown.actor.seat),
        type=type(shown.event).__name__,
        data=data,
        words=event_words(shown, drawing),
    )


def task_summary(row: TaskRow, drawing: Drawing, case_key: str | None) -> TaskSummary:
    """One line of the list of tasks."""
    role = drawing.roles.get(row.role, "")
    return TaskSummary(**_summary(row), role_title=role, flow_title=drawing.title or row.flow, case_key=case_key)


def _summary(row: TaskRow) -> dict[str, Any]:
    return msgspec.structs.asdict(row)


def task_view(
    task: str,
    row: TaskRow | None,
    trace: Trace,
    span: Span,
    behaviour: HumanTask,
    drawing: Drawing,
    case_key: str | None,
) -> TaskView:
    """One task with all that a person needs. ``row`` is None once it is closed."""
    shown = span.input if isinstance(span.input, Mapping) else {}
    role = row.role if row else behaviour.role
    return TaskView(
        task=task,
        run=trace.run,
        step=span.step,
        node=span.node,
        flow=trace.flow,
        flow_title=drawing.title or trace.flow,
        title=str(shown.get("title") or span.title),
        step_title=span.title,
        role=role,
        role_title=drawing.roles.get(role, ""),
        created_at=span.started_at,
        due=row.due if row else None,
        overdue=bool(row and row.overdue),
        revision=row.revision if row else span.revision,
        claimed_by=row.claimed_by if row else None,
        answers=sum(1 for answer in span.answers if answer.counts),
        case_key=case_key,
        state=_task_state(span),
        instructions=str(shown.get("instructions") or ""),
        why=str(shown.get("why") or ""),
        show=to_wire(shown.get("show")),
        form=to_wire(behaviour.form),
        choices=tuple(
            ChoiceView(port=c.port, title=c.title, needs=c.needs, comment_required=c.comment_required, style=c.style)
            for c in behaviour.choices
        ),
        given=tuple(
            AnswerView(
                by=a.by, on_behalf_of=a.on_behalf_of, choice=a.choice, form=to_wire(a.form), at=a.at, counts=a.counts
            )
            for a in span.answers
        ),
        history=_history(trace, span, drawing),
        decided=_decided(span, behaviour),
        not_requester=behaviour.not_requester,
        exclusive=behaviour.exclusive,
        escalate_to=behaviour.escalate_to,
        escalate_title=drawing.roles.get(behaviour.escalate_to or "", ""),
    )


def _task_state(span: Span) -> str:
    if span.state == "completed":
        return "timed_out" if span.port == "timeout" else "answered"
    return {"waiting": "open", "cancelled": "withdrawn"}.get(span.state, "stopped")


def _decided(span: Span, behaviour: HumanTask) -> str:
    """What became of a closed task: ``Petra approved this at 14:02. Nothing is left to do.``"""
    state = _task_state(span)
    if state == "timed_out":
        return "Nobody decided in time, so the flow went on without an answer. Nothing is left to do."
    if state == "withdrawn":
        return "This was withdrawn, because its run was stopped or went another way. Nothing is left to do."
    if state == "stopped":
        return "This stands still, because an operator has to look at it first."
    if state == "open":
        return ""
    given = [answer for answer in span.answers if answer.counts and answer.choice == span.port]
    choice = next((choice for choice in behaviour.choices if choice.port == span.port), None)
    title = choice.title if choice else span.port or ""
    if not given:
        return f"This went on by “{title}”. Nothing is left to do."
    people = " and ".join(dict.fromkeys(answer.by for answer in given))
    did = _PAST.get(title.lower(), f"chose “{title}” for")
    return f"{people} {did} this at {given[-1].at.astimezone():%H:%M}. Nothing is left to do."


_PAST = {
    "approve": "approved", "accept": "accepted", "confirm": "confirmed", "reject": "rejected", "decline": "declined",
    "deny": "denied", "refuse": "refused", "grant": "granted", "release": "released", "close": "closed",
}  # fmt: skip
"""what stands on common buttons -> what somebody did who pressed them"""


def _history(trace: Trace, task: Span, drawing: Drawing) -> tuple[HistoryView, ...]:
    before = [span for span in trace.spans if span.first_seq < task.first_seq and span.state == "completed"]
    return tuple(_history_line(span, drawing) for span in before[-HISTORY:])


def _history_line(span: Span, drawing: Drawing) -> HistoryView:
    card = card_of(span, drawing.node(span.node))
    return HistoryView(
        at=span.ended_at or span.started_at,
        words=_history_words(span, drawing),
        category=span.category or "control",
        card=None if card is None else card_view(card),
    )


def _history_words(span: Span, drawing: Drawing) -> str:
    """``Finance check: Approve``, ``Paid already? Yes``; the port is worth a word only where the step had a choice."""
    ports = drawing.node(span.node).ports
    chosen = span.port if span.port not in {None, "done", "joined", "received"} and len(ports) > 1 else None
    title = ports.get(chosen, chosen) if chosen else ""
    between = " " if span.title.rstrip().endswith("?") else ": "
    return f"{span.title}{between}{title}" if title else span.title


def findings(found: Sequence[Finding]) -> tuple[FindingView, ...]:
    """What an audit has found."""
    return tuple(FindingView(stream=it.stream, seq=it.seq, kind=it.kind, message=it.message) for it in found)


def incident_view(row: IncidentRow) -> IncidentView:
    """One open incident, with what can be done about it."""
    return IncidentView(
        **msgspec.structs.asdict(row),
        todo=_TODO.get(row.kind, "Look at the run's trace, then decide how it goes on."),
        ways=HOWS.get(row.kind, ("retry", "by_hand", "other_port", "cancel")),
    )


def trace_view(trace: Trace, drawing: Drawing) -> TraceView:
    """A page of a trace; the sentences are made here, once for all who read them."""
    flat = _fields(trace, leave_out={"spans", "remarks", "started_by"})
    by = trace.started_by
    return TraceView(
        **flat,
        words=run_words(trace, drawing),
        outcome_title=drawing.outcomes.get(trace.outcome, trace.outcome) if trace.outcome else "",
        started_by=ActorView(kind=by.kind, id=by.id, seat=by.seat) if by else None,
        spans=tuple(span_view(span, drawing) for span in trace.spans),
        remarks=tuple(RemarkView(**_fields(remark)) for remark in trace.remarks),
    )


def span_view(span: Span, drawing: Drawing) -> SpanView:
    """One step."""
    parts = {"sources", "absorbed", "attempts", "answers", "incidents", "children", "remarks"}
    card = card_of(span, drawing.node(span.node))
    return SpanView(
        **_fields(span, leave_out=parts),
        port_title=drawing.node(span.node).ports.get(span.port, span.port) if span.port else "",
        words=span_words(span, drawing, card),
        card=None if card is None else card_view(card),
        sources=tuple(SourceView(step=source.step, port=source.port) for source in span.sources),
        absorbed=tuple(SourceView(step=source.step, port=source.port) for source in span.absorbed),
        attempts=tuple(AttemptView(**_fields(a), words=attempt_words(a)) for a in span.attempts),
        answers=tuple(GivenView(**_fields(a), words=answer_words(a, drawing, span.node)) for a in span.answers),
        incidents=tuple(TraceIncidentView(**_fields(i), words=incident_words(i, drawing)) for i in span.incidents),
        children=tuple(ChildView(**_fields(child)) for child in span.children),
        remarks=tuple(RemarkView(**_fields(remark)) for remark in span.remarks),
    )


def _fields(part: Any, leave_out: set[str] | frozenset[str] = frozenset()) -> dict[str, Any]:
    return {
        field.name: to_wire(getattr(part, field.name)) if field.name in _VALUES else getattr(part, field.name)
        for field in dataclasses.fields(part)
        if field.name not in leave_out
    }


def node_type_list(registry: Registry) -> NodeTypeList:
    """What a registry holds, broken types too."""
    usable = [
        NodeTypeView(
            id=found.id,
            version=found.version,
            title=found.title,
            help=found.help,
            category=str(found.category),
            icon=found.icon,
            config_schema=found.Config.model_json_schema(),
        )
        for found in registry.types
    ]
    broken = [NodeTypeView(id=found.id, version=found.version, broken=found.reason) for found in registry.broken]
    return NodeTypeList(node_types=tuple(sorted((*usable, *broken), key=lambda view: (view.id, view.version))))
