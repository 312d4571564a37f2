"""What can't be written never comes in (N3, N8, A4, W6, X6, R8), and strangers' code stops its own step alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from nodes.contract import Expr, Routed
from runtime.engine.codec import encode_event
from runtime.engine.compiling import compile_plan
from runtime.engine.events import Actor
from runtime.engine.simulate import Advance, Broke, Replied, Simulation
from runtime.engine.stimuli import (
    Answer,
    AttemptBroke,
    AttemptReplied,
    Cancel,
    DelegateTask,
    Resolve,
    Resume,
    ReviseTask,
    SendSignal,
    Start,
)
from runtime.model.flow import Flow
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.strangers import Types, made, pure, routed
from tests.runtime.engine.ways import simulate


def _deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def _round() -> Any:
    value: list[Any] = []
    value.append(value)
    return value


FORBIDDEN: list[Any] = [
    1.5,
    float("nan"),
    Decimal("NaN"),
    Decimal("Infinity"),
    object(),
    {1: 2},
    _deep(100),
    _round(),
    "half \ud800",
    {"\udfff": 1},
    b"bytes",
    {1, 2},
    10**5000,
    "x" * 2_100_000,
    [None] * 100_001,
    Decimal("1" * 2_100_000),
]
WORDS = [f"{type(v).__name__}-{n}" for n, v in enumerate(FORBIDDEN)]

TASK = draw(
    {"begin": "start", "t": ("task", {"config": {"form": {"type": "object"}}}), "ok": "end ok"},
    "begin -> t.approved -> ok",
    "t.rejected -> ok",
)
ACT = ("begin -> act -> ok", "act.error -> no")


def _act(kind: str, *more: Any) -> Simulation:
    flow = draw({"begin": "start", "act": kind, "ok": "end ok", "no": "end no"}, *ACT)
    return simulate(flow, [Start(flow="flow"), *more])


def _written(played: Simulation) -> None:
    for entry in played.entries():
        encode_event(entry.event)


@pytest.mark.parametrize("bad", FORBIDDEN, ids=WORDS)
@pytest.mark.parametrize("where", ["input", "case"])
@pytest.mark.parametrize("key", [None, "k"])
def test_n8_a_start_with_what_cannot_be_written_is_refused_before_any_event(
    bad: Any, where: str, key: str | None
) -> None:
    flow = draw({"begin": "start", "ok": "end ok"}, "begin -> ok")
    played = simulate(flow, [Start(flow="flow", key=key, **{where: {"v": bad}})])
    assert [r.status for r in played.refusals] == [422]
    assert played.streams() == []


@pytest.mark.parametrize("bad", FORBIDDEN, ids=WORDS)
def test_n8_a4_w6_answers_revisions_and_signals_are_refused_before_any_event(bad: Any) -> None:
    played = simulate(TASK, [Start(flow="flow")])
    before = told(played)
    played.play(
        Answer(step="t#1", choice="approved", by="petra", form={"v": bad}),
        ReviseTask(step="t#1", input={"v": bad}, actor=Actor("user", "op")),
        SendSignal(name="paid", key="k", payload=bad),
    )
    assert [r.status for r in played.refusals] == [422, 422, 422]
    assert told(played) == before
    assert played.streams() == ["r1"]


@pytest.mark.parametrize("bad", FORBIDDEN, ids=WORDS)
def test_n8_r8_resolutions_are_refused_before_any_event(bad: Any) -> None:
    played = simulate(
        draw({"begin": "start", "act": "read", "ok": "end ok"}, "begin -> act -> ok"),
        [Start(flow="flow"), Broke("act#1", retryable=False)],
    )
    before, incident = told(played), played.incidents()[0].incident
    played.play(
        Resolve(incident=incident, how="edit", input={"v": bad}),
        Resolve(incident=incident, how="by_hand", output={"v": bad}),
    )
    assert [r.status for r in played.refusals] == [422, 422]
    assert told(played) == before


@pytest.mark.parametrize("bad", FORBIDDEN[:12], ids=WORDS[:12])
@pytest.mark.parametrize("kind", ["read", "keyed", "once"])
def test_x6_a_reply_that_cannot_be_written_is_a_failure_of_a_read_and_unknown_otherwise(kind: str, bad: Any) -> None:
    played = _act(kind, Replied("act#1", {"status": 200, "body": bad}))
    if kind == "read":
        assert played.state().outcome == "no"
    else:
        assert [i.kind for i in played.incidents()] == ["outcome_unknown"]
    _written(played)


def test_x6_a_failure_told_with_what_cannot_be_written_is_taken_as_far_as_it_can_be() -> None:
    played = _act("read").play(
        AttemptBroke(
            step="act#1",
            attempt=1,
            code="\ud800",
            message="x\udfff" * 9_000,
            detail=object(),
            retryable=True,
            retry_after=float("nan"),
            draw=float("nan"),
            notes=("\ud800",),
        ),
    )
    event = played.journal()[-1]
    assert (event.error["code"], len(event.error["message"]), event.retry_after, event.draw) == ("?", 10_000, None, 0.0)
    assert event.notes[0] == "?"
    assert "ignored" in event.notes[1]
    assert played.state().steps["act#1"].state == "retrying"
    _written(played)


def test_r4_a_pause_that_is_no_length_of_time_is_ignored_with_a_note() -> None:
    for pause in (-5.0, float("inf")):
        played = _act("read", Broke("act#1", retry_after=pause))
        assert (played.state().steps["act#1"].timers["retry"] - played.now).total_seconds() == 1
        assert len(played.journal()[-1].notes) == 1


@pytest.mark.parametrize("pause", [-5.0, float("inf"), float("nan"), "soon"])
@pytest.mark.parametrize("chance", [float("nan"), -1, 1, "much", None])
def test_r4_what_a_report_wishes_never_breaks_the_journal(pause: Any, chance: Any) -> None:
    judged = {"success": {"feel": "reply.status = 200"}}
    flow = draw({"begin": "start", "act": ("read", {"config": judged}), "ok": "end ok"}, "begin -> act -> ok")
    wishes = {"step": "act#1", "attempt": 1, "retry_after": pause, "draw": chance}
    for report in (
        AttemptReplied(value={"status": 503}, **wishes),
        AttemptBroke(code="x", message="m", retryable="yes", unclear=0, **wishes),  # type: ignore[arg-type]
    ):
        played = simulate(flow, [Start(flow="flow"), report])
        event = played.journal()[-1]
        assert (event.retryable, event.unclear, event.retry_after, event.draw) == (True, False, None, 0.0)
        assert len(event.notes) == 1
        _written(played)


@pytest.mark.parametrize(
    "stimulus",
    [
        Cancel(reason="half \ud800"),
        Answer(step="t#1", choice="approved", by="p\udc80"),
        Cancel(actor=Actor("user", "\ud800")),
        DelegateTask(step="t#1", who="petra", to="t\udc80"),
        Cancel(reason="x" * 10_001),
    ],
)
def test_texts_that_cannot_be_written_are_refused(stimulus: Any) -> None:
    played = simulate(TASK, [Start(flow="flow"), stimulus])
    assert [(r.status, r.code) for r in played.refusals] == [(422, "TEXT")]
    assert played.state().state == "running"


def test_values_come_in_as_the_journal_gives_them_back() -> None:
    given = {"n": 1, "list": (1, 2)}
    played = simulate(TASK, [Start(flow="flow", input=given)])
    held = played.journal()[0].input
    assert held == {"n": Decimal(1), "list": [Decimal(1), Decimal(2)]}
    assert type(held["n"]) is Decimal
    given["n"] = 2
    assert held["n"] == 1


# -- strangers' code


STRANGE = draw({"begin": "start", "x": "strange", "ok": "end ok"}, "begin -> x -> ok")


def _raise(problem: Exception) -> Any:
    raise problem


@pytest.mark.parametrize(
    "apply",
    [
        lambda i, e: _raise(KeyError("customer")),
        lambda i, e: _raise(RecursionError()),
        lambda i, e: None,
        lambda i, e: 5,
        lambda i, e: routed(port=7),
        lambda i, e: routed(port="\ud800"),
        lambda i, e: routed(1.5),
        lambda i, e: routed({"a": object()}),
        lambda i, e: routed("\ud800"),
        lambda i, e: routed(why={"a": float("inf")}),
        lambda i, e: routed(_deep(70)),
        lambda i, e: routed(why=3),
        lambda i, e: _raise(ValueError("\ud800")),
    ],
)
def test_a_strangers_function_stops_its_own_step_whatever_it_does(apply: Any) -> None:
    played = simulate(STRANGE, [Start(flow="flow")], types=Types(pure(apply)))
    assert [(i.kind, i.step) for i in played.incidents()] == [("expression", "x#1")]
    _written(played)
    assert played.state() == played.held("r1")


def test_a_strangers_function_that_changes_what_it_was_given_changes_nothing_else() -> None:
    kept: list[Any] = []

    def apply(inputs: Any, evaluate: Any) -> Routed:
        inputs["seen"]["amount"] = 0
        inputs["seen"]["list"].append(9)
        answer = {"mine": [1]}
        kept.append(answer)
        return Routed("done", answer)

    types = Types(pure(apply, {"seen": Expr(source="input", expects="context")}))
    played = simulate(STRANGE, [Start(flow="flow", input={"amount": 5, "list": []})], types=types)
    kept[0]["mine"].append(2)
    state = played.held("r1") or played.state()  # a host forgets a run that is over
    assert state.input == {"amount": 5, "list": []}
    assert state.steps["x#1"].input == {"seen": {"amount": 5, "list": []}}
    assert state.steps["x#1"].output == {"mine": [1]}
    assert played.state().steps["x#1"].output == {"mine": [1]}


@pytest.mark.parametrize(
    "strange",
    [
        made(lambda config: _raise(KeyError("x"))),
        made(lambda config: None),
        made(lambda config: "Pure"),
        made(lambda config: None, ports=lambda config: _raise(ValueError("x"))),
    ],
)
def test_v2_a_strangers_type_that_breaks_is_an_incident_of_its_step(strange: Any) -> None:
    played = simulate(STRANGE, [Start(flow="flow")], types=Types(strange))
    assert [(i.kind, i.step) for i in played.incidents()] == [("unreadable", "x#1")]


def test_an_exception_on_the_way_to_an_append_leaves_no_state_ahead_of_the_journal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from runtime.engine import driver

    played = simulate(TASK, [Start(flow="flow")])

    def broken(r: Any, stimulus: Any) -> Any:
        r.emit(played.journal()[1])
        raise AssertionError("not reached: the event is impossible")

    monkeypatch.setattr(driver, "react", broken)
    with pytest.raises(Exception, match="begin"):
        played.play(Cancel())
    assert played.held("r1") is None


# -- hostile drawings


def _flow(**fields: Any) -> Flow:
    return Flow.model_validate({"id": "flow", **fields})


def _plays(flow: Flow) -> Simulation:
    played = simulate(flow, [Start(flow="flow")])
    if played.run:
        _written(played)
    return played


def test_a_plan_of_very_many_nodes_compiles_and_runs_into_its_budget() -> None:
    many = 20_000
    nodes = [{"id": "begin", "type": "triggers/manual"}]
    nodes += [
        {"id": f"n{n}", "type": "control/join" if n % 2 else "logging/note", "config": {} if n % 2 else {"text": "x"}}
        for n in range(20)
    ]
    nodes += [{"id": f"u{n}", "type": "adapters/unknown"} for n in range(many)]
    edges = [{"from": "begin", "port": "started", "to": f"u{n}"} for n in range(many)]
    played = _plays(_flow(nodes=nodes, edges=edges))
    assert {i.kind for i in played.incidents()} == {"unreadable", "budget"}


def test_l3_a_loop_without_a_wait_runs_into_its_budget() -> None:
    flow = draw({"begin": "start", "a": "note", "b": "note"}, "begin -> a -> b -> a", "b -> b")
    assert [i.kind for i in _plays(flow).incidents()] == ["budget"]


def test_dangling_edges_double_ids_and_odd_names_never_raise() -> None:
    flow = _flow(
        nodes=[
            {"id": "begin", "type": "triggers/manual"},
            {"id": "begin", "type": "control/end"},
            {"id": "a#1", "type": "logging/note", "config": {"text": "x"}},
            {"id": "", "type": "logging/note", "config": {"text": "x"}},
            {"id": "r:1", "type": "control/end"},
            {"id": "t\0", "type": "control/join"},
        ],
        edges=[
            {"from": "begin", "port": "started", "to": "a#1"},
            {"from": "begin", "port": "started", "to": "a#1"},
            {"from": "begin", "port": "started", "to": "nowhere"},
            {"from": "ghost", "port": "done", "to": "a#1"},
            {"from": "a#1", "port": "done", "to": ""},
            {"from": "", "port": "done", "to": "t\0"},
            {"from": "t\0", "port": "joined", "to": "r:1"},
        ],
    )
    played = _plays(flow)
    assert told(played)[-1] == "RunCompleted None"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"nodes": []}, "TRIGGER"),
        ({"nodes": [{"id": "a", "type": "triggers/manual"}, {"id": "b", "type": "triggers/manual"}]}, "TRIGGER"),
        ({"nodes": [{"id": "a", "type": "triggers/manual"}], "zone": "Mars/Base"}, "FLOW_BROKEN"),
        ({"nodes": [{"id": "a", "type": "triggers/manual"}], "sla": "soon"}, "FLOW_BROKEN"),
        ({"nodes": [{"id": "a\ud800", "type": "triggers/manual"}]}, "FLOW_BROKEN"),
    ],
)
def test_a_flow_that_cannot_be_started_is_refused_in_words(fields: dict[str, Any], code: str) -> None:
    played = simulate(_unchecked(fields), [Start(flow="flow")])
    assert [(r.status, r.code) for r in played.refusals] == [(422, code)]
    assert played.streams() == []


def _unchecked(fields: dict[str, Any]) -> Flow:
    from runtime.model.flow import Node

    nodes = tuple(Node.model_construct(config={}, version=1, title="", **node) for node in fields["nodes"])
    rest = {key: value for key, value in fields.items() if key != "nodes"}
    return Flow.model_construct(**{"id": "flow", "nodes": nodes, "edges": (), **rest})


def test_r5_a_time_limit_that_is_no_length_of_time_stops_the_step_instead_of_counting_as_none() -> None:
    flow = draw({"begin": "start", "a": ("read", {"timeout": "an hour"}), "ok": "end ok"}, "begin -> a -> ok")
    played = simulate(flow, [Start(flow="flow")])
    assert [i.kind for i in played.incidents()] == ["unreadable"]
    assert "PT4H" in played.incidents()[0].message


@pytest.mark.parametrize("length", ["P99999999999D", "P99999999Y", "-P99999999Y", "-P99999999999D"])
def test_w1_lengths_beyond_the_calendar_are_its_ends(length: str) -> None:
    flow = draw(
        {
            "begin": "start",
            "w": ("wait PT1H", {"config": {"duration": {"feel": f'duration("{length}")'}}}),
            "t": ("task", {"config": {"timeout": {"feel": f'duration("{length}")'}}}),
            "ok": "end ok",
        },
        "begin -> w -> ok",
        "begin -> t.approved -> ok",
        "t.rejected -> ok",
        "t.timeout -> ok",
        sla="P9000Y",
    )
    played = simulate(flow, [Start(flow="flow"), Advance(1)])
    assert (played.state().steps["w#1"].state == "completed") is length.startswith("-")
    assert compile_plan(flow, Types(None)).problem is None


# -- fields of a wrong kind, as a caller without our types may bring them


@pytest.mark.parametrize(
    ("stimulus", "code", "words"),
    [
        (Start(flow="flow", requester=5), "TYPE", "'requester' is a int; it should be a text or nothing"),  # type: ignore[arg-type]
        (Start(flow="flow", key=""), "EMPTY", "'key' is empty"),
        (Start(flow="flow", depth="2"), "TYPE", "'depth' is a str; it should be a whole number"),  # type: ignore[arg-type]
        (Start(flow="flow", actor=Actor("user", None)), "TYPE", "'actor' is a NoneType"),  # type: ignore[arg-type]
        (Start(flow="flow", budgets={"events": 0}), "BUDGETS", "'events' can't be limited to 0"),
        (Start(flow="flow", budgets={"events": "9"}), "BUDGETS", "'events' can't be limited to '9'"),  # type: ignore[dict-item]
        (Start(flow="flow", budgets={"evnts": 9}), "BUDGETS", "for any of: activations, events"),
        (SendSignal(name="paid", key=5), "TYPE", "'key' is a int; it should be a text"),  # type: ignore[arg-type]
        (SendSignal(name="paid", key="k", id=""), "EMPTY", "'id' is empty"),
        (SendSignal(name="paid", key="k", keep_for="1"), "TYPE", "'keep_for' is a str; it should be a number"),  # type: ignore[arg-type]
        (Answer(step="t#1", choice="approved", by=""), "EMPTY", "'by' is empty"),
        (Answer(step="t#1", choice="approved", by=None), "TYPE", "'by' is a NoneType"),  # type: ignore[arg-type]
        (Resume(shift="yes"), "TYPE", "'shift' is a str; it should be true or false"),  # type: ignore[arg-type]
        (Resolve(incident="r1:9", how="retry", raise_by=True), "TYPE", "'raise_by' is a bool"),
    ],
)
def test_what_is_of_no_kind_that_a_journal_reads_again_is_refused_at_the_door(
    stimulus: Any, code: str, words: str
) -> None:
    played = simulate(TASK, [Start(flow="flow")])
    before = {name: played.stream(name) for name in played.streams()}
    played.play(stimulus)
    [refused] = played.refusals
    assert (refused.status, refused.code) == (422, code)
    assert words in refused.message
    assert {name: played.stream(name) for name in played.streams()} == before


@pytest.mark.parametrize("key", ["", "0"])
def test_w4_the_key_of_a_signal_may_be_an_empty_text(key: str) -> None:
    assert simulate(TASK, [SendSignal(name="paid", key=key)]).refusals == []


@pytest.mark.parametrize("stimulus", ["bogus", None, Advance(float("nan")), Advance(1e300), Advance("1")])  # type: ignore[arg-type]
def test_what_is_no_stimulus_is_said_at_once(stimulus: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"is no stimulus|the clock can't move by"):
        simulate(TASK, [stimulus])
