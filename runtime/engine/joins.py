"""Joins (SEMANTICS, section J): rounds, fillings, who is cancelled with the rest, and which fillings are still alive.

Pure questions on plan and state; only ``transitions`` and ``decide`` act on the answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nodes.contract import Join, Value
from runtime.engine.plan import Plan
from runtime.engine.state import EdgeKey, State, Step, Token


def join_behaviour(plan: Plan, node: str) -> Join | None:
    """The join that a node is, or None."""
    found = plan.nodes.get(node)
    behaviour = None if found is None else found.behaviour
    return behaviour if isinstance(behaviour, Join) else None


def needed(plan: Plan, node: str, join: Join) -> int:
    """How many distinct edges must arrive (J1)."""
    if join.mode == "all":
        return len(plan.nodes[node].into)
    return 1 if join.mode == "any" else (join.n or 1)


def round_of(plan: Plan, state: State, node: str, seen: Mapping[str, int]) -> str:
    """The round of a token at a join: the later started of ``seen[opener]``, ``seen[join]`` (J2); "" is the start's."""
    best, best_seq = "", -1
    for name in (plan.opener(node), node):
        k = seen.get(name) if name is not None else None
        if k is not None:
            step = state.steps[f"{name}#{k}"]
            if step.started_seq > best_seq:
                best, best_seq = step.id, step.started_seq
    return best


def filling_for(state: State, node: str, round_: str, edge: EdgeKey) -> Step | None:
    """The filling that the next token on this edge belongs to, or None if it has to be opened (J3)."""
    opened = state.fillings.get((node, round_), ())
    index = state.arrivals.get((node, round_, edge), 0)
    return state.steps[opened[index]] if index < len(opened) else None


def has_fired(filling: Step) -> bool:
    """Whether it takes in no more tokens (J5). One that fired and leads nowhere is still live, for a person (T6)."""
    return not filling.live or (filling.incident is not None and filling.incident.kind == "dead_end")


def merged_seen(state: State, seens: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Per node the step that started last among the tokens consumed (T7)."""
    merged: dict[str, int] = {}
    for seen in seens:
        for node, k in seen.items():
            have = merged.get(node)
            if have is None or state.steps[f"{node}#{k}"].started_seq > state.steps[f"{node}#{have}"].started_seq:
                merged[node] = k
    return merged


def join_output(plan: Plan, step: Step) -> dict[str, Value]:
    """``{arrived, missing}`` (J4): the nodes that came, in the order in which they did, and the others in canonical
    order of the edges."""
    missing = [edge[0] for edge in plan.nodes[step.node].into if edge not in step.edges]
    return {"arrived": [edge[0] for edge in step.edges], "missing": missing}


def rest_of_round(plan: Plan, state: State, fired: Step) -> tuple[list[Token], list[Step]]:
    """Live tokens and steps of the same round from which the join can be reached without passing the opener (J6)."""
    node, opener = fired.node, plan.opener(fired.node)
    tokens = [
        token
        for token in state.ready
        if round_of(plan, state, node, token.seen) == fired.round and _reaches_join(plan, token.target, node, opener)
    ]
    steps = [
        step
        for step in state.live.values()
        if step.id != fired.id
        and _round_at(plan, state, node, step) == fired.round
        and _reaches_join(plan, step.node, node, opener)
    ]
    return tokens, steps


def _round_at(plan: Plan, state: State, join: str, step: Step) -> str:
    """The round that the tokens held in a step belong to at a join; its own fillings hold theirs in their round."""
    return step.round if step.node == join else round_of(plan, state, join, step.seen)


def _reaches_join(plan: Plan, start: str, join: str, opener: str | None) -> bool:
    return plan.graph.reaches(start, join, avoiding=opener)


def starved(plan: Plan, state: State) -> list[Step]:
    """Collecting fillings that are not alive any more (J8), in order of start. Least fixpoint over all joins."""
    collecting = [step for step in state.live.values() if step.state == "collecting"]
    if not collecting:
        return []
    alive = {step.id for step in collecting if "timeout" in step.timers}
    while True:
        grown = {step.id for step in collecting if step.id not in alive and _can_fill(plan, state, step, alive)}
        if not grown:
            return [step for step in collecting if step.id not in alive]
        alive |= grown


def _can_fill(plan: Plan, state: State, filling: Step, alive: set[str]) -> bool:
    """Whether arrived edges and those that can still be reached are enough (J8)."""
    join = join_behaviour(plan, filling.node)
    if join is None:
        return True
    node, need = filling.node, needed(plan, filling.node, join)
    edges = plan.edge_bits(node)
    reached = 0
    for edge in filling.edges:
        reached |= edges[edge]
    looked_at: set[str] = set()
    for token in state.ready:
        if round_of(plan, state, node, token.seen) == filling.round:
            reached |= edges[token.edge] if token.target == node else plan.reachable_edges(token.target, node)
    if reached.bit_count() >= need:
        return True
    for step in state.live.values():
        if step.node in looked_at or not _may_move(step, alive):
            continue
        if round_of(plan, state, node, step.seen) == filling.round:
            looked_at.add(step.node)
            reached |= plan.reachable_edges(step.node, node)
            if reached.bit_count() >= need:
                return True
    return False


def _may_move(step: Step, alive: set[str]) -> bool:
    """Whether the tokens in a step may still leave it by themselves or by a person's word (J8, J9)."""
    if step.state == "cancelling" or (step.state == "collecting" and step.id not in alive):
        return False
    # A filling that is stopped as starved is not alive either (J9).
    return step.incident is None or step.incident.kind != "join_starved"
