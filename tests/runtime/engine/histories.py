"""Random flows and random histories for the laws: Hypothesis draws a drawing, then stimuli that could really come."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from runtime.engine.decide.operators import HOWS
from runtime.engine.simulate import Advance, Broke, Crash, Replied, Simulation, simulate
from runtime.engine.stimuli import Answer, AttemptReplied, Cancel, Resolve, Resume, SendSignal, Start, Suspend
from runtime.model.flow import Flow
from tests.runtime.engine.drawing import USUAL_PORT, draw

KINDS = (
    "read", "keyed", "once", "note", "set n=if vars.n = null then 1 else vars.n + 1", "when a: vars.n > 2; b: input.x > 1",
    "join", "join mode=any", "join mode=any rest=cancel", "join n=2 timeout=PT30M", "task", "task approved=2", "wait PT1H",
    "signal paid",
)  # fmt: skip
PORTS = {"read": ("done", "error"), "keyed": ("done", "error"), "once": ("done", "error"), "when": ("a", "b", "default"),
         "join": ("joined", "timeout"), "task": ("approved", "rejected")}  # fmt: skip


@st.composite
def flows(draw_: st.DrawFn) -> Flow:
    """A flow of up to nine nodes with splits, merges, joins and loops; some ports may lead nowhere."""
    names = [f"n{i}" for i in range(draw_(st.integers(1, 8)))]
    nodes: dict[str, Any] = {"begin": "start"}
    for name in names:
        words = draw_(st.sampled_from(KINDS))
        fields: dict[str, Any] = {}
        if words.startswith(("read", "keyed", "once")) and draw_(st.booleans()):
            fields["timeout"] = "PT2M"
        nodes[name] = (words, fields) if fields else words
    nodes |= {"yes": "end ok", "no": "end no", "stop": "end other terminate"}
    targets = [*names, "yes", "yes", "no", "stop"]
    edges = [f"begin -> {names[0]}"]
    for name in ("begin", *names):
        words = nodes[name][0] if isinstance(nodes[name], tuple) else nodes[name]
        kind = words.split()[0]
        for port in PORTS.get(kind, (USUAL_PORT.get({"start": "triggers/manual", "signal": "control/wait_for_signal"}.get(kind, ""), "done"),)):
            if port == "timeout" and "timeout" not in words:
                continue
            for _ in range(draw_(st.sampled_from((1, 1, 1, 2, 0)))):
                edge = f"{name}.{port} -> {draw_(st.sampled_from(targets))}"
                if edge not in edges and edge.replace(".started", "") not in edges:
                    edges.append(edge)
    return draw(nodes, *edges, budgets={"activations": draw_(st.sampled_from((12, 40)))})


def next_stimulus(draw_: st.DrawFn, played: Simulation) -> Any:
    """Something that could come next: mostly to the point, sometimes late, repeated or out of turn."""
    state = played.state()
    options: list[Any] = [Advance(draw_(st.sampled_from((1, 61, 1800, 4000)))), Crash()]
    options.append(Crash(draw_(st.sampled_from(("before_append", "after_append")))))
    options.append(SendSignal(name="paid", key="k"))
    for step in state.live.values():
        if step.in_flight:
            unclear, retryable = draw_(st.booleans()), draw_(st.booleans())
            options += [Replied(step.id, {"x": 1}), Replied(step.id, {"x": 2}), Broke(step.id, unclear=unclear, retryable=retryable)]
        if step.task is not None:
            who = draw_(st.sampled_from(("petra", "tom")))
            options += [Answer(step=step.id, choice=c, by=who) for c in ("approved", "rejected")]
        if step.incident is not None:
            how = draw_(st.sampled_from(HOWS.get(step.incident.kind, ("cancel",))))
            port = draw_(st.sampled_from(sorted(played.plans["flow"].nodes[step.node].out) or ["done"]))
            options.append(
                Resolve(incident=step.incident.id, how=how, port=port, not_done=True, input={"y": 1} if how == "edit" else None, raise_by=9)
            )
    if state.steps and draw_(st.booleans()):
        old = draw_(st.sampled_from(sorted(state.steps)))
        options.append(AttemptReplied(step=old, attempt=1, value={"late": True}))
    if draw_(st.integers(0, 9)) == 0:
        options += [Cancel(), Suspend(), Resume(), Resume(shift=True)]
    elif state.gated:
        options.append(Resume())
    return draw_(st.sampled_from(options))


@st.composite
def histories(draw_: st.DrawFn) -> Simulation:
    """A random flow, started and played for a while."""
    played = simulate(draw_(flows()), [Start(flow="flow", input={"x": draw_(st.integers(0, 3))})])
    for _ in range(draw_(st.integers(0, 25))):
        if not played.run or played.state().terminal:
            break
        played.play(next_stimulus(draw_, played))
    return played
