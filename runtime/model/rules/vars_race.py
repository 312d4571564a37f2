"""Parallel branches should not write one variable: timing would choose its value (SEMANTICS N6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from nodes.contract import Join
from runtime.model.drawing import Checked, Drawing, needed
from runtime.model.plain_words import one_of
from runtime.model.problems import Problem, Rule, Severity

RULE = Rule("VARS_RACE", Severity.WARNING, "No variable is written by branches that run side by side")


def check(context: Checked) -> Iterable[Problem]:
    """Variables with writers in two branches of one split, before a join of all makes them one again."""
    for drawing in context.drawings:
        shared = {name: set(writers) for name, writers in drawing.writers.items() if _worth_a_look(drawing, writers)}
        if not shared:
            continue
        named: set[tuple[str, str, str]] = set()
        for one, other, split in _pairs(drawing, set().union(*shared.values())):
            for name, writers in shared.items():
                first, second = sorted((one, other), key=list(drawing.nodes).index)
                if not {one, other} <= writers or (name, first, second) in named:
                    continue
                named.add((name, first, second))
                labels = [drawing.label(first), drawing.label(second)] if first != second else [drawing.label(first)]
                twice = "both set" if first != second else "is passed by both and sets"
                message = (
                    f"After {drawing.label(split)} the branches run side by side, and {one_of(labels, 'and')} {twice} "
                    f"vars.{name}; the later one wins, which depends on timing. Use two names, or join them first."
                )
                yield RULE.problem(drawing.where(drawing.nodes[second], f"config.assignments.{name}"), message)


def _worth_a_look(drawing: Drawing, writers: tuple[str, ...]) -> bool:
    return any(len(drawing.graph.into(writer)) > 1 for writer in writers) or len(writers) > 1


def _pairs(drawing: Drawing, writers: set[str]) -> Iterator[tuple[str, str, str]]:
    """(writer, writer, the split after which both may run at once)."""
    graph = drawing.graph
    whole = [n.id for n, join in drawing.behaving(Join) if needed(join, len(graph.into(n.id))) == len(graph.into(n.id))]
    for split in graph.nodes:
        for port in graph.split_ports(split):
            ways = [edge.target for edge in graph.out(split, port)]
            for one, other in combinations(ways, 2):
                # What lies behind a join that waits for both branches is one branch again.
                closing = {j for j in whole if graph.reaches(one, j, split) and graph.reaches(other, j, split)}
                barred = (*closing, split)
                first = [w for w in writers if graph.reaches(one, w, barred)]
                second = [w for w in writers if graph.reaches(other, w, barred)]
                yield from ((a, b, split) for a in first for b in second)
