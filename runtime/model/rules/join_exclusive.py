"""A join must not wait for branches of which a choice lets only one run (SEMANTICS J9)."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import Join
from runtime.model.drawing import Checked, Drawing, needed
from runtime.model.flow import Edge
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("JOIN_EXCLUSIVE", Severity.ERROR, "No join waits for branches that exclude one another")

_SEARCHED = 14
"""Branches of a join that are searched for a group that can arrive together; beyond, pairs alone are looked at."""
_MOST_WORK = 10_000_000
"""Branches times nodes that are looked at in one flow, some seconds of work; SEMANTICS J8 is the safety net beyond."""


def check(context: Checked) -> Iterable[Problem]:
    """Joins that need several edges of which no so large group can arrive in one round."""
    for drawing in context.drawings:
        graph = drawing.graph
        left = _MOST_WORK
        for node, join in drawing.behaving(Join):
            edges = [edge for edge in graph.into(node.id) if edge.source in graph.reachable]
            need = needed(join, len(graph.into(node.id)))
            left -= len(edges) * len(drawing.nodes)
            if need < 2 or need > len(edges) or left < 0:
                continue
            meets = graph.meeting_edges(node.id)
            if not _enough_can_meet(edges, meets, need):
                one, other = _apart(edges, meets)
                chooser = _chooser(drawing, one, other)
                why = f", for {chooser} chooses between them" if chooser else ""
                message = (
                    f"{node.label} waits for {drawing.label(one.source)} and {drawing.label(other.source)}, but a run "
                    f"takes only one of these ways{why}. It would wait for ever. Lead both into one step before the "
                    "join, or let it go on with the first that arrives."
                )
                edit = {"do": "set", "flow": drawing.flow.id, "node": node.id, "field": "config.mode", "value": "any"}
                yield RULE.problem(drawing.where(node), message, Fix("Go on with the first", edit))


def _enough_can_meet(edges: list[Edge], meets: dict[Edge, frozenset[Edge]], need: int) -> bool:
    if need == len(edges):
        return all(meets[edge] >= set(edges) - {edge} for edge in edges)
    candidates = [edge for edge in edges if len(meets[edge]) >= need - 1]
    if len(candidates) > _SEARCHED:
        return len(candidates) >= need
    return _group_exists(candidates, meets, need)


def _group_exists(candidates: list[Edge], meets: dict[Edge, frozenset[Edge]], need: int) -> bool:
    """Whether ``need`` of the candidates can all meet one another; at most ``_SEARCHED`` deep."""
    if need == 0:
        return True
    return any(
        _group_exists([later for later in candidates[n + 1 :] if later in meets[edge]], meets, need - 1)
        for n, edge in enumerate(candidates)
    )


def _apart(edges: list[Edge], meets: dict[Edge, frozenset[Edge]]) -> tuple[Edge, Edge]:
    return next((a, b) for n, a in enumerate(edges) for b in edges[n + 1 :] if b not in meets[a])


def _chooser(drawing: Drawing, one: Edge, other: Edge) -> str | None:
    """The nearest step before both that leaves by one of several ports."""
    graph = drawing.graph
    before_one = (one.source, *graph.dominators(one.source))
    before_other = {other.source, *graph.dominators(other.source)}
    for node_id in before_one:
        if node_id in before_other and len({edge.port for edge in graph.out(node_id)}) > 1:
            return drawing.label(node_id)
    return None
