"""Random flows and random histories for the laws: Hypothesis draws a drawing, then stimuli that could really come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from runtime.engine.decide.operators import HOWS
from runtime.engine.events import Actor
from runtime.engine.simulate import Advance, Broke, Crash, Replied, Simulation, To, simulate
from runtime.engine.stimuli import (
    Answer,
    AttemptReplied,
    Cancel,
    ChildReported,
    ClaimTask,
    DelegateTask,
    HandOverTask,
    ReleaseTask,
    Resolve,
    Resume,
    ReviseTask,
    SendSignal,
    Start,
    Suspend,
)
from runtime.model.flow import Flow
from tests.runtime.engine.drawing import USUAL_PORT, draw

KINDS = (
    "read",
    "keyed",
    "once",
    "note",
    "set n=if vars.n = null then 1 else vars.n + 1",
    "when a: vars.n > 2; b: input.x > 1",
    "join",
    "join mode=any",
    "join mode=any rest=cancel",
    "join n=2 timeout=PT30M",
    "join n=2 rest=cancel",
    "task",
    "task approved=2",
    "timed",
    "wait PT1H",
    "wait P1M",
    "signal paid",
    "unknown",
    "broken",
    "when a: input.nope > 1; b: vars.n > 1",
    "calls leaf ok no",
    "hurried",
    "each leaf 2",
    "stopping",
    "each quick 3",
)
SPECIAL: dict[str, Any] = {
    "timed": (
        "task approved=2",
        {
            "config": {
                "timeout": "PT2H",
                "due": "PT1H",
                "remind": "PT45M",
                "escalate_to": "head",
                "exclusive": True,
                "not_requester": True,
            }
        },
    ),
    "broken": ("read", {"config": {"path": "/{vars.n}"}}),
    "hurried": ("calls middle ok no", {"config": {"timeout": "PT1H"}}),
    "stopping": (
        "each leaf 2",
        {"config": {"stop_on": ["no", "cancelled"], "timeout": "PT2H", "inputs": {"n": {"feel": "vars.n"}}}},
    ),
}
PEOPLE = ("petra", "tom", "eve")
PORTS = {
    "read": ("done", "error"),
    "keyed": ("done", "error"),
    "once": ("done", "error"),
    "when": ("a", "b", "default"),
    "join": ("joined", "timeout"),
    "task": ("approved", "rejected"),
    "timed": ("approved", "rejected", "timeout"),
    "broken": ("done", "error"),
    "calls": ("ok", "no", "cancelled"),
    "hurried": ("ok", "no", "cancelled", "timeout"),
    "stopping": ("done", "stopped", "timeout"),
}


@st.composite
def flows(draw_: st.DrawFn) -> Flow:
    """A flow of up to nine nodes with splits, merges, joins and loops; some ports may lead nowhere."""
    names = [f"n{i}" for i in range(draw_(st.integers(1, 8)))]
    nodes: dict[str, Any] = {"begin": "start"}
    drawn = {"begin": "start"}
    for name in names:
        words = draw_(st.sampled_from(KINDS))
        fields: dict[str, Any] = {}
        if words.startswith(("read", "keyed", "once")) and draw_(st.booleans()):
            fields["timeout"] = "PT2M"
        if draw_(st.integers(0, 4)) == 0:
            fields["sla"] = "PT20M"
        special = SPECIAL.get(words)
        if special is not None:
            nodes[name] = (special[0], {**special[1], **fields})
        else:
            nodes[name] = (words, fields) if fields else words
        drawn[name] = words
    nodes |= {"yes": "end ok", "no": "end no", "stop": "end other terminate"}
    targets = [*names, "yes", "yes", "no", "stop"]
    edges = [f"begin -> {names[0]}"]
    for name in ("begin", *names):
        words = drawn[name]
        kind = words.split()[0]
        for port in PORTS.get(
            kind,
            (USUAL_PORT.get({"start": "triggers/manual", "signal": "control/wait_for_signal"}.get(kind, ""), "done"),),
        ):
            if port == "timeout" and "time" not in words and kind not in ("hurried", "stopping"):
                continue
            for _ in range(draw_(st.sampled_from((1, 1, 1, 2, 0)))):
                edge = f"{name}.{port} -> {draw_(st.sampled_from(targets))}"
                if edge not in edges and edge.replace(".started", "") not in edges:
                    edges.append(edge)
    return draw(
        nodes,
        *edges,
        budgets={"activations": draw_(st.sampled_from((12, 40))), "events": draw_(st.sampled_from((60, 500)))},
        sla=draw_(st.sampled_from((None, "PT3H"))),
    )


OTHER = draw(
    {"begin": "start", "w": "signal paid", "r": "read", "j": "join", "fin": "end ok"},
    "begin -> w -> j",
    "begin -> r -> j",
    "j -> fin",
).model_copy(update={"id": "other"})
"""another flow that needs the same signal"""


def _named(name: str, flow: Flow) -> Flow:
    return flow.model_copy(update={"id": name})


CALLED = {
    "leaf": _named(
        "leaf",
        draw(
            {
                "begin": "start",
                "r": "keyed",
                "o": "once",
                "t": "task",
                "w": "wait PT1H",
                "ok": "end ok",
                "no": "end no",
            },
            "begin -> r -> t.approved -> o -> ok",
            "r.error -> no",
            "t.rejected -> w -> no",
        ),
    ),
    "middle": _named(
        "middle",
        draw(
            {"begin": "start", "c": "calls leaf ok no", "ok": "end ok", "no": "end no"},
            "begin -> c.ok -> ok",
            "c.no -> no",
        ),
    ),
    "quick": _named("quick", draw({"begin": "start", "ok": "end ok"}, "begin -> ok")),
}
"""flows that the others call"""


def next_stimulus(draw_: st.DrawFn, played: Simulation, run: str) -> Any:
    """Something that could come next: mostly to the point, sometimes late, repeated or out of turn."""
    state = played.state(run)
    plan = played.plan(run)
    late = Advance(draw_(st.sampled_from((1, 61, 1800, 4000))), wake=draw_(st.integers(0, 3)) > 0)
    options: list[Any] = [
        late,
        Advance(-30),
        Crash(),
        Crash(draw_(st.sampled_from(("before_append", "after_append"))), draw_(st.integers(1, 4))),
    ]
    options.append(
        SendSignal(
            name="paid",
            key="k",
            id=draw_(st.sampled_from((None, "x", "s1"))),
            keep_for=draw_(st.sampled_from((60, 86_400))),
        )
    )
    ours: list[Any] = []
    for step in state.live.values():
        if step.in_flight:
            unclear, retryable = draw_(st.booleans()), draw_(st.booleans())
            ours += [
                Replied(step.id, {"status": 200, "x": 1}),
                Replied(step.id, {"x": 1.5}),
                Broke(
                    step.id, unclear=unclear, retryable=retryable, retry_after=draw_(st.sampled_from((None, 100, 9e9)))
                ),
            ]
        if step.task is not None:
            who, whom = draw_(st.sampled_from(PEOPLE)), draw_(st.sampled_from(PEOPLE))
            roles = draw_(st.sampled_from((None, frozenset({"finance"}), frozenset({"head"}), frozenset())))
            ours += [
                Answer(step=step.id, choice=c, by=who, roles=roles, on_behalf_of=draw_(st.sampled_from((None, whom))))
                for c in ("approved", "rejected")
            ]
            ours.append(
                draw_(
                    st.sampled_from(
                        (
                            DelegateTask(step=step.id, who=who, to=whom, roles=roles),
                            ClaimTask(step=step.id, who=who, roles=roles),
                            ReleaseTask(step=step.id, who=who),
                            HandOverTask(step=step.id, who=who, to="head"),
                            ReviseTask(step=step.id, input={"title": who}, actor=Actor("user", "op")),
                        )
                    )
                )
            )
        if step.incident is not None:
            how = draw_(st.sampled_from(HOWS.get(step.incident.kind, ("cancel",))))
            port = draw_(st.sampled_from(sorted(plan.nodes[step.node].out) or ["done"]))
            ours.append(
                Resolve(
                    incident=step.incident.id,
                    how=how,
                    port=port,
                    not_done=True,
                    input={"y": 1} if how == "edit" else None,
                    output=draw_(st.sampled_from((None, {"status": 200, "body": 1}))),
                    raise_by=9,
                )
            )
        for child in step.calls.open if step.calls is not None else ():
            ours.append(To(child, draw_(st.sampled_from((Cancel(), Suspend(), Resume())))))
            ours.append(ChildReported(step=step.id, child=draw_(st.sampled_from((child, "r1:99:0"))), state="running"))
    if state.steps and draw_(st.booleans()):
        old = draw_(st.sampled_from(sorted(state.steps)))
        ours.append(AttemptReplied(step=old, attempt=1, value={"late": True}))
    if draw_(st.integers(0, 9)) == 0:
        ours += [Cancel(), Suspend(), Resume(), Resume(shift=True)]
    elif state.gated:
        ours.append(Resume(shift=draw_(st.booleans())))
    if draw_(st.integers(0, 14)) == 0:
        options.append(
            Start(
                flow=draw_(st.sampled_from(("flow", "other"))), input={"x": 1}, key=draw_(st.sampled_from((None, "k")))
            )
        )
    return draw_(st.sampled_from([*options, *(it if isinstance(it, To) else To(run, it) for it in ours)]))


@dataclass(frozen=True)
class Script:
    """What can be played again, either way."""

    flows: dict[str, Flow]
    stimuli: list[Any]
    played: Simulation
    """as it went in memory, while it was made up"""


@st.composite
def histories(draw_: st.DrawFn) -> Simulation:
    """Random runs of a random flow and of another one, played for a while; ``run`` is one of them."""
    played: Simulation = draw_(scripts()).played
    played.run = draw_(st.sampled_from(sorted(played.runs())))
    return played


@st.composite
def scripts(draw_: st.DrawFn) -> Script:
    """Random flows, and stimuli that could really come."""
    first = Start(
        flow="flow",
        input={"x": draw_(st.integers(0, 3)), "items": draw_(st.sampled_from((None, [], ["a"], ["a", "b", "c"])))},
        key=draw_(st.sampled_from((None, "k"))),
        requester=draw_(st.sampled_from((None, "eve"))),
    )
    drawn = {"flow": draw_(flows()), "other": OTHER, **CALLED}
    stimuli: list[Any] = [first]
    played = simulate(drawn, [first])
    for _ in range(draw_(st.integers(0, 25))):
        runs = played.runs()
        live = [run for run in runs if not played.rows(run).run.state.startswith(("completed", "cancelled"))]
        if not live:
            break
        stimuli.append(next_stimulus(draw_, played, draw_(st.sampled_from(live))))
        played.play(stimuli[-1])
    return Script(drawn, stimuli, played)
