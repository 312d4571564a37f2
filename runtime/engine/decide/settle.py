"""settle: serve ready tokens first in, first out (T5), then look for joins that starve (J8), then for the end (E2)."""

from __future__ import annotations

from nodes.contract import Join, Value
from runtime.engine.decide.children import next_item, start_item
from runtime.engine.decide.enter import enter
from runtime.engine.decide.go_on import go_on, next_resolved
from runtime.engine.decide.reaction import Reaction
from runtime.engine.events import IncidentRaised, RunCancelled, RunCompleted, Source
from runtime.engine.joins import join_behaviour, join_output, needed, starved
from runtime.engine.state import POISON_CLAIMS, State, Token

WHOLE = -1
"""``most`` that is never reached"""


def settle(r: Reaction, most: int = WHOLE) -> bool:
    """Go on until the run has to wait for something from outside. False: ``most`` rounds were made, and nothing else
    may come before the next ones."""
    state = r.state
    while state.state == "running":
        if most == 0:
            return False
        most -= 1
        resolved = next_resolved(state) if state.pending else None
        if resolved is not None:
            go_on(r, resolved)
        elif state.ready and not (state.incidents and state.budget_open()):
            if state.idle_claims < POISON_CLAIMS or not _poisoned(r, state.ready[0]):
                enter(r, state.ready[0])
        elif state.calling and (loop := next_item(r)) is not None:
            start_item(r, loop)
        else:
            break
    if state.state in ("running", "suspended"):
        _raise_starved(r)  # at once (J8), in suspension, too: that holds back what is begun, not what is known (C3)
    _finish(r)
    return True


def _poisoned(r: Reaction, token: Token) -> bool:
    """Three claims in a row found no newly completed step: what comes first now is not tried again by itself (X7).

    Pure steps leave no row of their own before they are done, so the guilty one is known by being first. A join does
    nothing that could kill a worker.
    """
    node = r.plan.nodes[token.target]
    if isinstance(node.behaviour, Join):
        return False
    message = (
        f'The runtime died {r.state.idle_claims} times in a row when "{node.title}" was next. '
        "It is not tried again by itself."
    )
    sources = (Source(token.source, token.edge[1]),) if token.source else ()
    step_id = f"{node.id}#{r.state.counts.get(node.id, 0) + 1}"
    r.emit(IncidentRaised(step=step_id, kind="poison", error={"code": "poison", "message": message}, sources=sources))
    return True


def _raise_starved(r: Reaction) -> None:
    for step in starved(r.plan, r.state):
        join = join_behaviour(r.plan, step.node)
        if join is None:
            continue
        came = join_output(r.plan, step)
        title = r.plan.nodes[step.node].title
        message = (
            f'"{title}" waits for {needed(r.plan, step.node, join)} branches, but only {len(step.edges)} came '
            f"and no other can still come."
        )
        r.emit(
            IncidentRaised(
                step=step.id, kind="join_starved", error={"code": "join_starved", "message": message, **came}
            )
        )


def _finish(r: Reaction) -> None:
    state = r.state
    if state.live or state.ready:
        return
    if state.state == "cancelling":
        r.emit(RunCancelled())
    elif state.state == "running":
        outcome, output = _outcome(r, state)
        ranked = sorted({reached.outcome for reached in state.reached}, key=lambda o: (r.plan.outcome_rank(o), o))
        r.emit(RunCompleted(outcome=outcome, resolved=r.plan.resolved(outcome), output=output, reached=tuple(ranked)))


def _outcome(r: Reaction, state: State) -> tuple[str | None, Value]:
    """The outcome and output that count: the terminating end's (E4), else the first in the declared list (E3)."""
    if not state.reached:
        return None, None
    ending = [reached for reached in state.reached if reached.terminate]
    best = ending[0] if ending else min(state.reached, key=lambda reached: r.plan.outcome_rank(reached.outcome))
    first = next(reached for reached in state.reached if reached.outcome == best.outcome)
    return best.outcome, (best if ending else first).output
