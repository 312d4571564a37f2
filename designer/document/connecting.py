"""Whether an edge is allowed, and why not: asked by the canvas while dragging, by quick add and by the outline.

Permission lives here and nowhere else; the commands only draw.
"""

from __future__ import annotations

from dataclasses import dataclass

from designer.document.facts import Facts
from designer.document.names import title_of
from nodes.contract import End, PortKind, Start
from runtime.model.flow import Flow, Node

EXCEPTIONS = frozenset({PortKind.ERROR, PortKind.TIMEOUT})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an edge can't be: what, why, and what to do instead, in sentences for people."""

    message: str


def refusal(flow: Flow, facts: Facts, source: str, port: str, target: str) -> Refusal | None:
    """None if an edge from this port to this node may be drawn."""
    giver, taker = flow.node(source), flow.node(target)
    if giver is None or taker is None:
        return Refusal("This step is not in the flow any more.")
    if isinstance(facts.of(taker).behaviour, Start):
        return Refusal(f"“{_name(taker)}” starts the flow, so nothing can lead into it.{_instead(flow, taker)}")
    if isinstance(facts.of(giver).behaviour, End):
        return Refusal(f"“{_name(giver)}” ends the flow, so nothing can follow it. Connect the step before it instead.")
    ports = facts.of(giver).ports
    if ports is not None and all(known.name != port for known in ports):
        return Refusal(f"“{_name(giver)}” has no outcome “{port}” any more. Connect one that it has.")
    if any(edge.key == (source, port, target) for edge in flow.edges):
        return Refusal(f"“{_name(giver)}” is connected to “{_name(taker)}” by this outcome already.")
    return None


def unfit_for_edge(facts: Facts, node: Node) -> Refusal | None:
    """None if a step may take an edge over: something leads into it, and it leads on to what followed."""
    behaviour, name = facts.of(node).behaviour, _name(node)
    if isinstance(behaviour, Start):
        return Refusal(f"“{name}” starts a flow, so nothing can lead into it.")
    if isinstance(behaviour, End):
        return Refusal(
            f"“{name}” ends the flow: what follows on this line would never be reached. "
            "Put it behind a way out that leads nowhere yet."
        )
    if leaving_port(facts, node) is None:
        return Refusal(f"“{name}” has no way on yet: what follows on this line would never be reached.")
    return None


def _name(node: Node) -> str:
    return title_of(node)


def _instead(flow: Flow, start: Node) -> str:
    first = next((flow.node(edge.target) for edge in flow.edges_from(start.id)), None)
    return f" To repeat the flow, connect to “{_name(first)}”." if first is not None else ""


def leaving_port(facts: Facts, node: Node) -> str | None:
    """The way out by which a step that takes an edge over goes on: its first that is no exception."""
    return next((port.name for port in facts.ways(node) if port.kind not in EXCEPTIONS), None)
