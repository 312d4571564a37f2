"""Steps: started, completed, cancelled. Tokens are consumed and made here and nowhere else (T1 to T3)."""

from __future__ import annotations

from typing import Any

from nodes.contract import Assign, AwaitSignal, Child, Children, Effect, End, HumanTask, Join, Wait
from runtime.engine.events import Envelope, Source, StepCancelled, StepCompleted, StepStarted
from runtime.engine.joins import rest_of_round
from runtime.engine.plan import Plan
from runtime.engine.state import Calls, EdgeKey, JournalMismatch, Reached, State, Step, TaskState, Token, split_step
from runtime.engine.tasks import revision_of
from runtime.engine.transitions.joins import enter_filling
from runtime.engine.transitions.proofs import known_step, live_step, run_in, settle
from runtime.engine.transitions.runs import begin_cancelling


def find_token(state: State, node: str, source: Source | None) -> Token:
    """The ready token that this source sent to this node."""
    for token in state.ready:
        if token.edge[2] != node:
            continue
        if source is None:
            if token.source == "":
                return token
        elif token.source == source.step and token.edge[1] == source.port:
            return token
    raise JournalMismatch(f"no token of {state.run} stands before {node}")


def take_token(state: State, node: str, sources: tuple[Source, ...]) -> Token:
    """Remove the ready token that a new step consumes: as a rule the first of all (T5)."""
    source = sources[0] if sources else None
    ready = state.ready
    if ready:
        first = ready[0]
        edge = first.edge
        if edge[2] == node and source is not None and first.source == source.step and edge[1] == source.port:
            return ready.popleft()
    token = find_token(state, node, source)
    ready.remove(token)
    return token


def activate(plan: Plan, state: State, entry: Envelope, step_id: str, sources: tuple[Source, ...], status: str) -> Step:
    """A new activation takes its token: ``node#k`` with the next k (T2)."""
    node, k = split_step(step_id)
    if node not in plan.nodes:
        raise JournalMismatch(f"{node!r} is no node of {plan.flow.id}")
    if k != state.counts.get(node, 0) + 1:
        raise JournalMismatch(f"{step_id} is not the next activation of {node} in {state.run}")
    token = take_token(state, node, sources)
    state.counts[node] = k
    state.activations += 1
    step = Step(
        id=step_id,
        node=node,
        k=k,
        state=status,
        started_seq=entry.seq,
        started_at=entry.at,
        seen={**token.seen, node: k},
        sources=sources,
        edges=[token.edge],
    )
    state.steps[step_id] = step
    state.live[step_id] = step
    if isinstance(plan.nodes[node].behaviour, Join):
        enter_filling(plan, state, step)
    return step


_STATE_AT_START: dict[type[Any], str] = {
    **dict.fromkeys((Wait, AwaitSignal, HumanTask, Child, Children), "waiting"),
    Join: "collecting",
}
"""behaviour -> state of a step that has just started; all others run"""


def step_started(plan: Plan, state: State, entry: Envelope, event: StepStarted) -> None:
    run_in(state, "running", "cancelling", "compensating")
    node, _ = split_step(event.step)
    planned = plan.nodes.get(node)
    behaviour = None if planned is None else planned.behaviour
    if planned is None:
        raise JournalMismatch(f"{event.step} of {state.run} stands at a node that {state.flow} does not have")
    if behaviour is None:
        raise JournalMismatch(f"what {event.step} of {state.run} does is not known here: {planned.problem}")
    reserved = state.steps.get(event.step)
    if reserved is not None:
        if reserved.begun or not reserved.live:
            raise JournalMismatch(f"{event.step} of {state.run} has started before")
        step = reserved
        step.begun = True
        state.pending.pop(step.id, None)
        step.started_seq, step.started_at = entry.seq, entry.at
    else:
        step = activate(plan, state, entry, event.step, event.sources, "running")
    step.input, step.facts = event.input, event.facts
    step.timers = dict(event.due)
    kind = type(behaviour)
    step.state = _STATE_AT_START.get(kind, "running")
    if kind is Effect:
        step.attempt, step.in_flight = 1, True
        step.key_seq = step.command_seq = entry.seq
    elif isinstance(behaviour, HumanTask):
        step.task = TaskState(revision=revision_of(event.input), role=behaviour.role)
    elif kind is Child or kind is Children:
        step.key_seq = entry.seq
        limit = step.timers.get("timeout")
        step.calls = Calls(allowed=None if limit is None else limit - state.latest(entry.at))
        state.calling[step.id] = step


def step_completed(plan: Plan, state: State, entry: Envelope, event: StepCompleted) -> None:
    step = live_step(state, event.step)
    planned = plan.nodes[step.node]
    going_on = step.state != "cancelling" and event.port is not None
    edges: tuple[EdgeKey, ...] = planned.out.get(event.port or "", ()) if going_on else ()
    if going_on and not edges:
        raise JournalMismatch(f"{event.step} of {state.run} can't leave by {event.port!r}: no edge")
    behaviour = planned.behaviour
    kind = type(behaviour)
    if isinstance(behaviour, Join) and behaviour.rest == "cancel":
        for other in rest_of_round(plan, state, step)[1]:
            begin_cancelling(other, entry.seq, state.latest(entry.at))
    settle(state, step, "completed")
    step.output, step.port = event.output, event.port
    step.held = None
    state.completed += 1
    if kind is Assign and event.vars is not None:
        state.vars = {**state.vars, **event.vars}
    elif isinstance(behaviour, End):
        if event.outcome is not None:
            state.reached.append(Reached(event.outcome, event.output, behaviour.terminate))
        if behaviour.terminate:
            for other in list(state.live.values()):
                begin_cancelling(other, entry.seq, state.latest(entry.at))
    for edge in edges:
        state.ready.append(Token(edge, step.id, step.seen))


def step_cancelled(plan: Plan, state: State, entry: Envelope, event: StepCancelled) -> None:
    if not event.step:
        if event.edge is None:
            raise JournalMismatch(f"a cancel in {state.run} names neither step nor edge")
        for token in state.ready:
            if token.edge == event.edge and token.source == event.source:
                state.ready.remove(token)
                return
        raise JournalMismatch(f"no token of {state.run} stands on {event.edge}")
    known_step(state, event.step)
    step = live_step(state, event.step)
    step.possibly_done = event.possibly_done
    settle(state, step, "cancelled")


TRANSITIONS: dict[type[Any], Any] = {
    StepStarted: step_started,
    StepCompleted: step_completed,
    StepCancelled: step_cancelled,
}
