"""The sentences: every behaviour says why it left, and every event has a phrase of its own."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from nodes import registry
from nodes.contract import Document, Sealed, Value
from runtime.engine import events as ev
from runtime.engine.events import EVENT_TYPES, SYSTEM, Actor, Envelope, Event, Source
from runtime.engine.simulate import Advance, Simulation, simulate
from runtime.engine.stimuli import Answer, SendSignal, Start
from runtime.trace import answer_words, build_trace, draw, event_words, incident_words, span_words, value_words
from tests.runtime.engine.drawing import draw as drawn

AT = dt.datetime(2026, 11, 20, 14, 2, tzinfo=dt.UTC)


def journal(*events: Event) -> list[Envelope]:
    return [Envelope("r", seq, AT + dt.timedelta(seconds=seq), SYSTEM, event) for seq, event in enumerate(events, 1)]


def words_of(nodes: dict[str, Any], edges: list[str], step: str, *stimuli: Any) -> str:
    flow = drawn(nodes, *edges)
    played: Simulation = simulate(flow, [Start(flow="flow", input={"amount": 1}), *stimuli])
    drawing = draw(flow, registry.built_ins())
    span = build_trace(played.entries(), drawing).span(step)
    assert span is not None
    return span_words(span, drawing)


def test_a_wait_says_until_when() -> None:
    flow = ({"a": "start", "b": "wait PT1H", "c": "end ok"}, ["a -> b -> c"], "b#1")
    assert words_of(*flow) == "Waits until 2026-01-05 10:00:00 UTC."
    assert words_of(*flow, Advance(7200)) == "The wait was over at 2026-01-05 10:00:00 UTC."


@pytest.fixture
def one_hour_east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "WEST-1")  # a rule, so that no list of zones is needed
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="Windows takes its zone from the system only")
@pytest.mark.usefixtures("one_hour_east")
def test_whoever_reads_on_this_machine_reads_its_own_time() -> None:
    nodes = {"a": "start", "b": "wait PT1H", "t": "task", "c": "end ok"}
    flow = drawn(nodes, "a -> b -> t", "t.approved -> c", "t.rejected -> c")
    stimuli = [Start(flow="flow", input={"amount": 1}), Advance(7200), Answer(step="t#1", choice="approved", by="ann")]
    entries = simulate(flow, stimuli).entries()
    for local_times, zone, hour in ((False, " UTC", 10), (True, "", 11)):
        drawing = draw(flow, registry.built_ins(), local_times=local_times)
        trace = build_trace(entries, drawing)
        wait, task = trace.span("b#1"), trace.span("t#1")
        assert wait is not None
        assert task is not None
        assert span_words(wait, drawing) == f"The wait was over at 2026-01-05 {hour}:00:00{zone}."
        assert answer_words(task.answers[0], drawing).endswith(f" at 2026-01-05 {hour + 1}:00:00{zone}.")
        assert f", at 2026-01-05 {hour + 1}:00:00{zone}." in span_words(task, drawing)


def test_a_signal_says_its_name_and_key() -> None:
    flow = ({"a": "start", "b": "signal paid", "c": "end ok"}, ["a -> b -> c"], "b#1")
    assert words_of(*flow) == 'Waits for a signal paid with the key "k".'
    assert words_of(*flow, SendSignal(name="paid", key="k", id="bank-7")) == (
        'Signal paid with the key "k" arrived (id bank-7).'
    )


def test_a_join_says_who_came() -> None:
    nodes = {"a": "start", "b": "note x", "c": "note y", "j": "join", "d": "end ok"}
    assert words_of(nodes, ["a -> b -> j -> d", "a -> c -> j"], "j#1") == "b, c had arrived."
    waiting = {**nodes, "c": "wait PT1H"}
    assert words_of(waiting, ["a -> b -> j -> d", "a -> c -> j"], "j#1") == "Waits for further branches; 1 arrived."


def test_a_choice_that_none_made_and_variables_that_were_set() -> None:
    nodes = {"a": "start", "w": "when big: input.amount > 9", "s": "set x = 1", "d": "end", "e": "end ok"}
    edges = ["a -> w -> s -> d", "w.big -> e"]
    assert words_of(nodes, edges, "w#1") == (
        "Otherwise, because none of the conditions is true. With input.amount = 1. "
        "It would have gone to big if the amount were above 9."
    )
    assert words_of(nodes, edges, "s#1") == "Set x."
    assert words_of(nodes, edges, "d#1") == "Ends this branch."


def test_children_say_how_they_ended() -> None:
    started = ev.StepStarted(step="c#1")
    one = ev.ChildStarted(step="c#1", child="r:5:0", index=1, input={"a": 1})
    ended = ev.ChildEnded(step="c#1", child="r:5:0", state="completed", outcome="ok", resolved=True, output={"b": 2})
    span = build_trace(journal(started, one, ended)).spans[0]
    child = span.children[0]
    assert (child.run, child.index, child.input, child.state) == ("r:5:0", 1, {"a": 1}, "completed")
    assert (child.outcome, child.resolved, child.output) == ("ok", True, {"b": 2})
    orphan = build_trace(journal(started, ended)).spans[0].children[0]
    assert (orphan.run, orphan.outcome) == ("r:5:0", "ok")


def test_an_incident_that_its_step_took_along_says_so() -> None:
    raised = ev.IncidentRaised(
        step="c#1", kind="expression", error={"message": "No amount."}, sources=(Source("a#1", "done"),)
    )
    closed = ev.IncidentClosed("r:1", "cancelled")
    span = build_trace(journal(raised, closed, ev.StepCancelled(step="c#1", cause="run cancelled"))).spans[0]
    assert [(source.step, source.port) for source in span.sources] == [("a#1", "done")]
    assert incident_words(span.incidents[0]).startswith(
        "It could not be computed: No amount. It was withdrawn with its step"
    )
    assert span_words(span) == "Cancelled: run cancelled."


def test_a_late_result_an_absorbed_token_and_a_revised_task_are_kept() -> None:
    trace = build_trace(
        journal(
            ev.StepStarted(step="e#1"),
            ev.AttemptAbandoned("e#1", 1, "timeout"),
            ev.AttemptReportedLate(step="e#1", attempt=1, result={"ok": True}),
            ev.StepStarted(step="j#1", sources=(Source("a#1", "done"),)),
            ev.TokenJoined("j#1", ("b", "done", "j"), "b#1"),
            ev.TokenAbsorbed("j#1", ("b", "done", "j"), "b#2"),
            ev.StepStarted(step="t#1", input={"title": "Old"}),
            ev.TaskAnswered(step="t#1", revision="1", answer_id="x", choice="yes", by="petra"),
            ev.TaskRevised(step="t#1", revision="2", input={"title": "New"}),
        )
    )
    effect, join, task = trace.spans
    assert (effect.attempts[0].state, effect.attempts[0].late) == ("abandoned", {"ok": True})
    assert ([s.step for s in join.sources], [s.step for s in join.absorbed]) == (["a#1", "b#1"], ["b#2"])
    assert (task.input, task.revision, task.answers[0].counts) == ({"title": "New"}, "2", False)


def test_who_suspended_resumed_cancelled_and_resolved_is_named() -> None:
    def told(actor: Actor, event: Event) -> str:
        return event_words(Envelope("r", 1, AT, actor, event))

    zorro = Actor("user", "zorro")
    assert told(zorro, ev.RunSuspended("audit")) == "zorro suspended the run: audit"
    assert told(zorro, ev.RunResumed()) == "zorro resumed the run"
    assert told(zorro, ev.RunCancelRequested(undo=False)) == "zorro cancelled the run, without taking anything back"
    assert told(zorro, ev.IncidentResolved(incident="r:1", how="retry")) == "zorro tried again"
    assert told(Actor("user", "Nobody"), ev.IncidentResolved(incident="r:1", how="retry")) == '"Nobody" tried again'
    assert told(Actor("client", "api"), ev.RunResumed()) == "An operator resumed the run"
    assert told(SYSTEM, ev.RunSuspended("budget")) == "Baton suspended the run: budget"


@pytest.mark.parametrize(
    ("actor", "who"),
    [
        (Actor("user", "zorro"), "zorro"),
        (Actor("user", "nobody"), '"nobody"'),
        (Actor("user", "the boss"), '"the boss"'),
        (Actor("client", "api"), "An operator"),
    ],
)
def test_who_settled_an_incident_is_no_word_of_the_sentence(actor: Actor, who: str) -> None:
    raised = ev.IncidentRaised(step="c#1", kind="failed", error={"message": "No amount"})
    entries = journal(raised, ev.IncidentResolved(incident="r:1", how="retry"))
    entries[-1] = msgspec.structs.replace(entries[-1], actor=actor)
    incident = build_trace(entries).spans[0].incidents[0]
    assert f"No amount. {who} tried again, at" in incident_words(incident)


def test_an_unclear_effect_is_said_to_be_unclear_once() -> None:
    message = 'Nobody can tell whether "Pay" took effect: division by zero. Look in the other system.'
    raised = ev.IncidentRaised(step="c#1", kind="outcome_unknown", error={"message": message})
    (entry,) = journal(raised)
    words = incident_words(build_trace([entry]).spans[0].incidents[0])
    assert words == f"{message} A person has to decide how to go on."
    assert "may or may not" not in event_words(entry)


def test_a_retry_timer_is_told_by_its_attempt_alone_and_other_timers_stay() -> None:
    entries = journal(ev.TimerFired("c#1", "retry", AT), ev.TimerFired("c#1", "remind", AT))
    (span,) = build_trace(entries).spans
    assert [remark.words for remark in span.remarks] == ["c: a reminder was due"]


def test_suspension_and_compensation_show_in_the_state() -> None:
    events = [
        ev.RunStarted(flow="f", release="h", environment="local", trigger="a"),
        ev.RunSuspended("audit"), ev.RunResumed(), ev.RunCancelRequested(undo=True), ev.CompensationStarted(("e#1",)),
        ev.CompensationFinished(), ev.RunCancelled(),
    ]  # fmt: skip
    states = [build_trace(journal(*events[:end])).state for end in range(1, len(events) + 1)]
    assert states == ["running", "suspended", "running", "cancelling", "compensating", "compensating", "cancelled"]


@pytest.mark.parametrize(
    "kind", [name for name in EVENT_TYPES if not name.startswith(("Signal", "Release", "Refused", "HeadsRecorded"))]
)
def test_every_event_of_a_run_has_a_phrase(kind: str) -> None:
    """Its type's name would be no sentence for people."""
    made = _some(EVENT_TYPES[kind])
    words = event_words(Envelope("r", 1, AT, SYSTEM, made))
    assert words != kind
    assert " " in words


def _some(kind: type[Any]) -> Any:
    """An event of this kind with something in every field that it needs."""
    samples: dict[str, Any] = {
        "attempt": 2,
        "n": 1,
        "epoch": 1,
        "steps": ("e#1",),
        "edge": ("a", "done", "b"),
        "due": AT,
    }
    if kind is ev.TimersShifted:
        samples["by"] = 5.0
    needed = [field.name for field in msgspec.structs.fields(kind) if field.required]
    return kind(**{name: samples.get(name, "x#1") for name in needed})


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "null"), (True, "true"), ("a", '"a"'), ([1, "b"], '[1, "b"]'), ("x" * 200, '"' + "x" * 79 + '…"'),
        (dt.date(2026, 5, 1), '"2026-05-01"'), (Sealed("k", "c"), '"(sealed)"'),
    ],
)  # fmt: skip
def test_values_fit_on_a_line(value: Any, words: str) -> None:
    assert value_words(value) == words
    assert "a.pdf" in value_words(Document("a.pdf", "application/pdf", 3, "0" * 64))


@pytest.mark.parametrize("longest", [1, 2, 5, 20, 33, 80])
def test_a_long_value_is_cut_where_its_words_are(longest: int) -> None:
    values: list[Value] = [
        "x" * 100,
        ["x" * 30, "y" * 30, "z"],
        {"a": {"b": [Decimal("1.50"), None, True, {"c": 'quoted " text'}]}, "d": "e" * 50},
        [[[[]]], {}, "", [dt.date(2026, 5, 1)] * 9],
    ]
    for value in values:
        whole = value_words(value, 10_000)
        inner = whole[1:-1] if isinstance(value, str) else whole
        cut = inner if len(inner) <= longest else inner[: longest - 1] + "…"
        assert value_words(value, longest) == (f'"{cut}"' if isinstance(value, str) else cut)


def test_of_a_huge_value_only_the_beginning_is_read() -> None:
    read = []

    class Told(list[Value]):
        def __iter__(self) -> Iterator[Value]:
            for item in super().__iter__():
                read.append(item)
                yield item

    assert value_words(Told(["x"] * 100_000), 20) == '["x", "x", "x", "x"…'
    assert len(read) < 100
