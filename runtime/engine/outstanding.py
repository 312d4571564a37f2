"""Open commands as a function of state: decided minus answered minus gated (law 3)."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import Effect
from runtime.engine.commands import AbortAttempt, Command, PerformAttempt, StartChild
from runtime.engine.families import child_commands, holds
from runtime.engine.plan import Plan
from runtime.engine.state import State, Step


def outstanding(plan: Plan, state: State, before: Iterable[Command] = ()) -> tuple[Command, ...]:
    """What the host has to do for this run now, in order of the steps' start. While it is suspended, nothing
    but to hold its children back, too (C3).

    ``before``: what was outstanding the last time; what still is, is not made anew (a run may have 1,000 live steps).
    """
    if state.terminal or not state.live:
        return ()
    if state.gated:
        return tuple(holds(state)) if state.calling else ()
    commands: list[Command] = []
    attempts = {(it.step, it.attempt): it for it in before if isinstance(it, PerformAttempt)}
    started = {it.id: it for it in before if isinstance(it, StartChild)} if state.calling else {}
    for step in state.live.values():
        if step.calls is not None:
            commands.extend(child_commands(plan, state, step, started))
        if not step.in_flight or step.lost:
            continue
        if step.state == "running":
            commands.append(attempts.get((step.id, step.attempt)) or _attempt(plan, state, step))
        elif step.state == "cancelling":
            commands.append(AbortAttempt(id=command_id(state, step), run=state.run, step=step.id, attempt=step.attempt))
    return tuple(commands)


def command_id(state: State, step: Step) -> str:
    """``run:seq:index`` of the event that caused the attempt in flight (I1)."""
    return f"{state.run}:{step.command_seq}:0"


def effect_key(state: State, step: Step) -> str:
    """The idempotency key of a step: the same for every attempt, takeover and plain retry (X1)."""
    return f"{state.run}:{step.key_seq}:0"


def _attempt(plan: Plan, state: State, step: Step) -> PerformAttempt:
    planned = plan.nodes[step.node]
    behaviour, policy = planned.behaviour, planned.policy
    assert isinstance(behaviour, Effect), step.id
    assert policy is not None, step.id
    return PerformAttempt(
        id=command_id(state, step),
        run=state.run,
        step=step.id,
        attempt=step.attempt,
        node=step.node,
        type=planned.node.type,
        version=planned.node.version,
        effect=str(behaviour.effect),
        connection=behaviour.connection,
        input=step.input,
        key=effect_key(state, step),
        timeout=policy.attempt_timeout,
    )
