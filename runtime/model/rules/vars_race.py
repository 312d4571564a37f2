"""Parallel branches should not write one variable: timing would choose its value (SEMANTICS N6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from nodes.contract import Join
from nodes.pacing import checkpoint
from runtime.model.drawing import Checked, Drawing, needed
from runtime.model.problems import Problem, Rule, Severity

RULE = Rule("VARS_RACE", Severity.WARNING, "No variable is written by branches that run side by side")

_MOST_LOOKED_AT = 1_000_000
"""Nodes looked at in one flow, about a second of work; only a tangle without joins has more than that."""


def check(context: Checked) -> Iterable[Problem]:
    """Variables with writers in two branches of one split, before a join of all makes them one again."""
    for drawing in context.drawings:
        place = {node_id: n for n, node_id in enumerate(drawing.nodes)}
        written: dict[str, list[str]] = {}
        for name, ids in drawing.writers.items():
            for node_id in ids:
                written.setdefault(node_id, []).append(name)
        named: set[tuple[str, str, str]] = set()
        for split, regions in _splits(drawing) if written else ():
            in_order = [sorted(region & written.keys(), key=place.__getitem__) for region in regions]
            by_way = [_writers_in(nodes, written) for nodes in in_order]
            for one, other in combinations(by_way, 2):
                for name in one.keys() & other.keys():
                    first = one[name][0]
                    second = next((node_id for node_id in other[name] if node_id != first), first)
                    first, second = sorted((first, second), key=place.__getitem__)
                    if (name, first, second) not in named:
                        named.add((name, first, second))
                        yield _problem(drawing, split, name, first, second)


def _writers_in(nodes: Iterable[str], written: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Variable -> those of the nodes that write it."""
    found: dict[str, list[str]] = {}
    for node_id in nodes:
        for name in written[node_id]:
            found.setdefault(name, []).append(node_id)
    return found


def _splits(drawing: Drawing) -> Iterator[tuple[str, Sequence[frozenset[str]]]]:
    """Each split, and what lies on each of its ways until a join that waits for all makes one branch of them again."""
    graph = drawing.graph
    openers: dict[str, str | None] = {}
    for node, join in drawing.behaving(Join):
        edges = len(graph.into(node.id))
        if needed(join, edges) == edges:
            openers[node.id] = graph.opener(node.id)
    looked_at = 0
    for split in graph.nodes:
        for port in graph.split_ports(split):
            if looked_at > _MOST_LOOKED_AT:
                return
            checkpoint()
            above = {split, None, *graph.dominators(split)}
            closing = {join for join, opener in openers.items() if opener in above}
            regions = _regions(drawing, split, [edge.target for edge in graph.out(split, port)], closing)
            looked_at += sum(map(len, regions))
            yield split, regions


def _regions(drawing: Drawing, split: str, ways: Sequence[str], closing: set[str]) -> list[frozenset[str]]:
    """What each way enters before a closing join. One that a single way reaches closes nothing: it is passed."""
    passed: list[set[str]] = [set() for _ in ways]
    while True:
        regions = [
            drawing.graph.reached_from(way, (*(closing - own), split)) for way, own in zip(ways, passed, strict=True)
        ]
        again = False
        for n, region in enumerate(regions):
            others = frozenset().union(*(other for m, other in enumerate(regions) if m != n))
            alone = (region & closing) - others - passed[n]
            passed[n] |= alone
            again = again or bool(alone)
        if not again:
            return regions


def _problem(drawing: Drawing, split: str, name: str, first: str, second: str) -> Problem:
    if first == second:
        who = f"{drawing.label(first)} is passed by each of them and sets"
    else:
        who = f"{drawing.label(first)} and {drawing.label(second)} both set"
    message = (
        f"After {drawing.label(split)} the branches run side by side, and {who} vars.{name}; the later one wins, "
        "which depends on timing. Use two names, or join the branches first."
    )
    return RULE.problem(drawing.where(drawing.nodes[second], f"config.assignments.{name}"), message)
