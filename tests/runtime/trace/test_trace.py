"""journal -> trace, played by the engine itself: what happened, why, and who; in any state, at any length."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from nodes import registry
from runtime.engine.events import Envelope
from runtime.engine.simulate import Advance, Broke, Crash, Replied, Simulation, simulate
from runtime.engine.stimuli import Answer, Cancel, Resolve, Start
from runtime.model.flow import Flow
from runtime.trace import (
    NO_DRAWING,
    Drawing,
    Trace,
    build_trace,
    draw,
    event_words,
    incident_words,
    run_words,
    span_words,
)
from runtime.trace.replay import difference, state_at

FLOW = Flow.model_validate(
    {
        "id": "dispute",
        "title": "Billing dispute",
        "input_schema": {"type": "object", "properties": {"pass_phrase": {"type": "string", "writeOnly": True}}},
        "outcomes": [
            {"id": "refunded", "title": "Refunded", "resolved": True},
            {"id": "refused", "title": "Refused", "resolved": False},
        ],
        "nodes": [
            {"id": "start", "type": "triggers/manual", "title": "Dispute"},
            {
                "id": "get_invoice",
                "type": "adapters/http_request",
                "title": "Get invoice",
                "config": {"connection": "billing", "method": "GET", "path": "/invoices/{input.invoice}"},
            },
            {
                "id": "check",
                "type": "decision/condition",
                "title": "Check amount",
                "config": {
                    "conditions": [
                        {"port": "small", "title": "Small", "when": {"feel": "input.amount <= 150"}},
                        {"port": "large", "title": "Large", "when": {"feel": "input.amount > 150"}},
                    ]
                },
            },
            {
                "id": "finance",
                "type": "approval",
                "title": "Finance check",
                "config": {
                    "role": "finance",
                    "title": "Refund {input.amount}?",
                    "choices": [
                        {"port": "approve", "title": "Approve", "needs": 2, "style": "positive"},
                        {"port": "reject", "title": "Reject", "style": "negative"},
                    ],
                    "timeout": "P3D",
                },
            },
            {"id": "paid", "type": "control/end", "title": "Paid", "config": {"outcome": "refunded"}},
            {"id": "no", "type": "control/end", "title": "Not paid", "config": {"outcome": "refused"}},
        ],
        "edges": [
            {"from": "start", "port": "started", "to": "get_invoice"},
            {"from": "get_invoice", "port": "done", "to": "check"},
            {"from": "check", "port": "small", "to": "paid"},
            {"from": "check", "port": "large", "to": "finance"},
            {"from": "check", "port": "default", "to": "no"},
            {"from": "finance", "port": "approve", "to": "paid"},
            {"from": "finance", "port": "reject", "to": "no"},
            {"from": "finance", "port": "timeout", "to": "no"},
        ],
    }
)
TYPES = registry.built_ins()
DRAWING = draw(FLOW, TYPES)


def play(*stimuli: Any, amount: str = "312.50", **more: Any) -> Simulation:
    start = Start(flow="dispute", input={"amount": Decimal(amount), "invoice": "4471-0812", **more})
    return simulate(FLOW, [start, *stimuli])


def traced(played: Simulation, drawing: Drawing = DRAWING) -> Trace:
    return build_trace(played.entries(), drawing)


def words_of(trace: Trace, step: str) -> str:
    span = trace.span(step)
    assert span is not None
    return span_words(span, DRAWING)


def approve(by: str, choice: str = "approve") -> Answer:
    return Answer(step="finance#1", choice=choice, by=by)


def test_a_run_to_its_end_tells_who_decided_and_why() -> None:
    played = play(Replied("get_invoice#1", {"total": Decimal(625)}), approve("petra"), approve("omar"))
    trace = traced(played)
    assert [span.step for span in trace.spans] == ["start#1", "get_invoice#1", "check#1", "finance#1", "paid#1"]
    assert [span.state for span in trace.spans] == ["completed"] * 5
    assert words_of(trace, "check#1") == (
        "Large, because input.amount > 150 is true. With input.amount = 312.50. "
        "It would have gone to Small if the amount were at most 150."
    )
    assert words_of(trace, "finance#1") == "petra and omar chose Approve (2 had to agree), at 2026-01-05 09:00:00 UTC."
    assert words_of(trace, "paid#1") == "Reached the outcome Refunded."
    assert run_words(trace, DRAWING) == "Completed: Refunded (the matter is settled)."
    assert (trace.state, trace.outcome, trace.resolved, trace.title) == (
        "completed",
        "refunded",
        True,
        "Billing dispute",
    )
    finance = trace.span("finance#1")
    assert finance is not None
    assert [(s.step, s.port) for s in finance.sources] == [("check#1", "large")]
    assert finance.input["title"] == "Refund 312.50?"


def test_attempts_are_listed_with_their_reasons() -> None:
    played = play(
        Broke("get_invoice#1", message="Billing is out of order.", status=503),
        Advance(10),
        Replied("get_invoice#1", {"total": Decimal(625)}),
        amount="100",
    )
    trace = traced(played)
    span = trace.span("get_invoice#1")
    assert span is not None
    assert [(a.number, a.state, a.reason) for a in span.attempts] == [(1, "failed", "first"), (2, "succeeded", "retry")]
    assert words_of(trace, "get_invoice#1") == (
        "The other side answered at attempt 2, after failures: Billing is out of order."
    )


def test_a_lost_worker_shows_as_a_takeover() -> None:
    trace = traced(play(Crash(), Replied("get_invoice#1", {}), amount="100"))
    span = trace.span("get_invoice#1")
    assert span is not None
    assert [(a.number, a.state, a.reason) for a in span.attempts] == [
        (1, "abandoned", "first"),
        (2, "succeeded", "takeover"),
    ]
    assert [remark.words for remark in trace.remarks] == ["Worker w2 took the run over from one that was lost"]


def test_an_incident_says_what_is_wrong_and_how_it_was_resolved() -> None:
    refused = Broke("get_invoice#1", code="http_404", message="There is no such invoice.", retryable=False, status=404)
    played = play(refused)
    open_trace = traced(played)
    assert run_words(open_trace, DRAWING) == "Needs a person at Get invoice."
    (incident,) = open_trace.spans[1].incidents
    assert (
        incident_words(incident) == "It failed for good: There is no such invoice. A person has to decide how to go on."
    )
    played.play(Resolve(incident=incident.id, how="by_hand", output={"total": Decimal(1)}, reason="Paper invoice."))
    span = traced(played).span("get_invoice#1")
    assert span is not None
    assert (span.by_hand, span.state, span.incidents[0].how) == (True, "completed", "by_hand")
    assert span_words(span, DRAWING) == "An operator gave the result by hand (done): Paper invoice."


def test_what_nobody_answered_left_by_its_timeout() -> None:
    trace = traced(play(Replied("get_invoice#1", {}), Advance(4 * 86_400)))
    assert words_of(trace, "finance#1") == "Nobody answered in time."
    assert run_words(trace, DRAWING) == "Completed: Refused (the matter is not settled)."


def test_a_cancelled_run_shows_where_it_stood() -> None:
    trace = traced(play(Replied("get_invoice#1", {}), Cancel(reason="Customer called back.")))
    assert (trace.state, [span.state for span in trace.spans][-1]) == ("cancelled", "cancelled")
    assert [r.words for r in trace.remarks] == ["Baton cancelled the run: Customer called back."]


def test_every_prefix_of_a_journal_is_a_trace_with_words() -> None:
    replied = Replied("get_invoice#1", {"total": 1})
    played = play(
        Broke("get_invoice#1"), Advance(5), Crash(), replied, approve("petra"), Advance(99), approve("omar", "reject")
    )
    entries = played.entries()
    for end in range(len(entries) + 1):
        for drawing in (DRAWING, NO_DRAWING):
            trace = build_trace(entries[:end], drawing)
            assert trace.last_seq == end
            for span in trace.spans:
                assert span_words(span, drawing)
            assert run_words(trace, drawing)


def test_events_about_nothing_known_become_remarks() -> None:
    entries = play(Replied("get_invoice#1", {}), approve("petra")).entries()
    headless = entries[2:]
    trace = build_trace(headless, DRAWING)
    assert trace.last_seq == entries[-1].seq
    assert all(event_words(entry, DRAWING) for entry in entries)


def test_a_window_counts_what_it_leaves_out() -> None:
    entries = play(Replied("get_invoice#1", {}), approve("petra"), approve("omar")).entries()
    trace = build_trace(entries, DRAWING, skip=1, limit=2)
    assert [span.step for span in trace.spans] == ["get_invoice#1", "check#1"]
    assert (trace.skipped, trace.beyond, trace.outcome) == (1, 2, "refunded")
    beyond = build_trace(entries, DRAWING, skip=50, limit=2)
    assert (beyond.spans, beyond.skipped, beyond.beyond) == ([], 5, 0)


def test_what_the_schema_marks_is_masked_everywhere() -> None:
    played = play(
        Broke("get_invoice#1", message="Refused: open-sesame-9 is no pass phrase.", retryable=False),
        pass_phrase="open-sesame-9",
    )
    trace = traced(played)
    assert trace.input["pass_phrase"] == "•••"
    assert trace.spans[0].output["pass_phrase"] == "•••"
    assert "open-sesame-9" not in repr(trace)
    assert incident_words(trace.spans[1].incidents[0]).startswith("It failed for good: Refused: ••• is no pass phrase.")


def test_times_of_a_step_are_those_of_its_events() -> None:
    trace = traced(play(Advance(2), Replied("get_invoice#1", {}), amount="1"))
    span = trace.span("get_invoice#1")
    assert span is not None
    assert span.seconds == 2.0
    assert trace.ended_at == trace.started_at + dt.timedelta(seconds=2)  # type: ignore[operator]


def test_replay_shows_the_state_at_each_event_and_what_changed() -> None:
    played = play(Replied("get_invoice#1", {"total": Decimal(625)}), approve("petra"), approve("omar"))
    plan, entries = played.plan(), played.entries()
    completed = _seq(entries, "StepCompleted", "get_invoice#1")
    before, after = state_at(plan, entries, completed - 1), state_at(plan, entries, completed)
    assert (before.steps["get_invoice#1"].state, after.steps["get_invoice#1"].state) == ("running", "completed")
    changed = {change.path: (change.before, change.after) for change in difference(before, after)}
    assert changed["steps.get_invoice#1.state"] == ("running", "completed")
    assert changed["steps.get_invoice#1.port"] == (None, "done")
    assert "state" not in changed
    assert difference(after, after) == ()
    assert state_at(plan, entries, 0).state == ""
    assert state_at(plan, entries, 10**6).outcome == "refunded"


def _seq(entries: list[Envelope], kind: str, step: str) -> int:
    return next(e.seq for e in entries if type(e.event).__name__ == kind and getattr(e.event, "step", "") == step)
