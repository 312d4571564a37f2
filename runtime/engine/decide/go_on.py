"""A step goes on after its incident was resolved by ``retry`` or ``edit`` (R8). Called by ``settle`` alone."""

from __future__ import annotations

from nodes.contract import Child, Effect, Pure
from runtime.engine.decide.children import another_child
from runtime.engine.decide.enter import apply_pure, resume_reserved
from runtime.engine.decide.leave import leave
from runtime.engine.decide.reaction import Reaction
from runtime.engine.events import AttemptStarted, IncidentRaised
from runtime.engine.scope import ExpressionProblem, after_in_zone, live_scope
from runtime.engine.state import State, Step


def next_resolved(state: State) -> Step | None:
    """The first step with a resolution to act on; one that was never begun waits while a budget is open (L3)."""
    for name in state.pending:
        step = state.steps[name]
        if step.begun or not state.budget_open():
            return step
    return None


def go_on(r: Reaction, step: Step) -> None:
    """Act on the resolution; always emits an event that takes it off the list."""
    node = r.plan.nodes[step.node]
    if not step.begun:
        resume_reserved(r, step)
    elif isinstance(node.behaviour, Effect):
        limit = after_in_zone(r.plan, r.now, node.timeout)
        r.emit(AttemptStarted(step.id, step.attempt + 1, "resolved", r.worker, limit))
    elif isinstance(node.behaviour, Pure):
        scope = live_scope(r.plan, r.state, step)
        scope.now = r.now
        try:
            routed = apply_pure(node, node.behaviour, step.input if step.input is not None else {}, scope)
        except ExpressionProblem as problem:
            r.emit(IncidentRaised(step=step.id, kind="expression", error=problem.as_error()))
            return
        leave(r, step, routed.port, routed.output, why=routed.why)
    elif isinstance(node.behaviour, Child):
        another_child(r, step)
    else:
        raise AssertionError(f"{step.id} can't be tried again")
