"""Tokens that arrive at joins: joined to a filling that collects, or absorbed by one that has fired (J3, J5)."""

from __future__ import annotations

from typing import Any

from runtime.engine.events import Envelope, TokenAbsorbed, TokenJoined
from runtime.engine.joins import filling_for, has_fired, merged_seen, round_of
from runtime.engine.plan import Plan
from runtime.engine.state import EdgeKey, JournalMismatch, State, Step, Token
from runtime.engine.transitions.proofs import known_step, live_step


def enter_filling(plan: Plan, state: State, step: Step) -> None:
    """A new filling: its round is that of the token which opened it, its place the next of that round."""
    seen = {node: k for node, k in step.seen.items() if node != step.node}
    previous = _previous_pass(state, step)
    if previous is not None:
        seen[step.node] = previous
    step.round = round_of(plan, state, step.node, seen)
    state.fillings.setdefault((step.node, step.round), []).append(step.id)
    _count(state, step.node, step.round, step.edges[0])


def _previous_pass(state: State, step: Step) -> int | None:
    """``seen[J]`` of the token that opened the filling, which its own activation has overwritten."""
    source = step.sources[0].step if step.sources else ""
    return state.steps[source].seen.get(step.node) if source else None


def _count(state: State, node: str, round_: str, edge: EdgeKey) -> None:
    key = (node, round_, edge)
    state.arrivals[key] = state.arrivals.get(key, 0) + 1


def _arriving(state: State, edge: EdgeKey, source: str) -> Token:
    for token in state.ready:
        if token.edge == edge and token.source == source:
            return token
    raise JournalMismatch(f"no token of {state.run} stands on {edge}")


def token_joined(plan: Plan, state: State, entry: Envelope, event: TokenJoined) -> None:
    step = live_step(state, event.step, "collecting", "stopped")
    token = _arriving(state, event.edge, event.source)
    if filling_for(state, step.node, step.round, token.edge) is not step:
        raise JournalMismatch(f"{event.step} of {state.run} is not the filling of this token")
    state.ready.remove(token)
    _count(state, step.node, step.round, token.edge)
    step.edges.append(token.edge)
    step.seen = {**merged_seen(state, (step.seen, token.seen)), step.node: step.k}


def token_absorbed(plan: Plan, state: State, entry: Envelope, event: TokenAbsorbed) -> None:
    step = known_step(state, event.step)
    token = _arriving(state, event.edge, event.source)
    if not has_fired(step):
        raise JournalMismatch(f"{event.step} of {state.run} still collects")
    state.ready.remove(token)
    _count(state, step.node, step.round, token.edge)


TRANSITIONS: dict[type[Any], Any] = {TokenJoined: token_joined, TokenAbsorbed: token_absorbed}
