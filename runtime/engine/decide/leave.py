"""A step leaves its node: by a port with edges, or it stops at a dead end (T3, T6). What that cancels goes with it."""

from __future__ import annotations

from nodes.contract import End, Join, Value
from runtime.engine.decide.cancel import cancel_steps, cancel_tokens
from runtime.engine.decide.reaction import Reaction
from runtime.engine.events import SYSTEM, Actor, IncidentRaised, StepCompleted
from runtime.engine.joins import rest_of_round
from runtime.engine.state import Step, Token


def leave(
    r: Reaction,
    step: Step,
    port: str | None,
    output: Value,
    *,
    why: Value = None,
    written: Value = None,
    by_hand: bool = False,
    notes: tuple[str, ...] = (),
    actor: Actor = SYSTEM,
) -> None:
    """Complete ``step`` by ``port`` (None: an end), or raise Incident ``dead_end`` where the port leads nowhere."""
    planned = r.plan.nodes[step.node]
    if port is not None and not planned.out.get(port):
        r.emit(
            IncidentRaised(
                step=step.id,
                kind="dead_end",
                error={
                    "code": "dead_end",
                    "message": f'"{planned.title}": {port} leads nowhere, so the run stopped here. '
                    "Connect it, or choose another way on.",
                    "port": port,
                    "output": output,
                },
            )
        )
        return
    behaviour = planned.behaviour
    tokens: list[Token] = []
    steps: list[Step] = []
    if isinstance(behaviour, Join) and behaviour.rest == "cancel":
        tokens, steps = rest_of_round(r.plan, r.state, step)
    outcome = behaviour.outcome if isinstance(behaviour, End) else None
    r.emit(
        StepCompleted(
            step=step.id, port=port, output=output, why=why, vars=written, outcome=outcome, by_hand=by_hand, notes=notes
        ),
        actor,
    )
    if isinstance(behaviour, End) and behaviour.terminate:
        tokens, steps = list(r.state.ready), list(r.state.live.values())
    if tokens or steps:
        cancel_tokens(r, tokens, step.id)
        cancel_steps(r, steps, step.id)
