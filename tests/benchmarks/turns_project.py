"""The project under which turns of the designer are measured: the example, with a flow of a thousand steps, one of two
hundred that can be run, and a decision table of a thousand rules.
"""

from __future__ import annotations

import re
from pathlib import Path

from runtime.model.files import load_project
from runtime.model.flow import Edge, Flow, Node, Outcome
from runtime.model.project import Project

EXAMPLE = Path(__file__).parents[2] / "projects" / "billing_dispute"
LARGE, RUN, TABLE = "large", "two_hundred", "large_table"
STEPS, RUN_STEPS, RULES = 1_000, 200, 1_000


def turns_project() -> Project:
    """All of it; no step of the large flow has a mistake."""
    project = load_project(EXAMPLE)
    table = _table(project.decisions["dispute_route"])
    return project.model_copy(
        update={
            "flows": {**project.flows, LARGE: _flow(LARGE, STEPS, branches=True), RUN: _flow(RUN, RUN_STEPS)},
            "decisions": {**project.decisions, TABLE: table},
        }
    )


def renamed_steps(project: Project) -> Project:
    """The same with another title for each step of the large flow."""
    flow = project.flows[LARGE]
    nodes = tuple(node.model_copy(update={"title": f"{node.title}, renamed"}) for node in flow.nodes)
    return project.model_copy(update={"flows": {**project.flows, LARGE: flow.model_copy(update={"nodes": nodes})}})


def _flow(flow_id: str, count: int, *, branches: bool = False) -> Flow:
    """A line of steps; with ``branches``, every fifth step stands beside the line and leads back into it."""
    nodes, edges = [_node("start", "triggers/manual")], []
    leading = [("start", "started")]
    """what leads into the next step"""
    for number in range(count - 2):
        name = f"step_{number}"
        kind, config = (
            ("logging/note", {"text": f"Step {number} for {{input.case}}"})
            if branches and number % 3
            else ("control/set", {"assignments": {f"v{number}": {"feel": f"{number} + 1"}}})
        )
        nodes.append(_node(name, kind, config))
        edges += [Edge.model_validate({"from": step, "port": port, "to": name}) for step, port in leading]
        beside = branches and number % 5 == 4 and len(leading) == 1
        leading = [*leading, (name, "done")] if beside else [(name, "done")]
    nodes.append(_node("finished", "control/end", {"outcome": "finished"}))
    edges += [Edge.model_validate({"from": step, "port": port, "to": "finished"}) for step, port in leading]
    outcomes = (Outcome(id="finished", title="Finished"),)
    title = flow_id.replace("_", " ").capitalize()
    return Flow(format_version=1, id=flow_id, title=title, outcomes=outcomes, nodes=tuple(nodes), edges=tuple(edges))


def _node(name: str, kind: str, config: dict[str, object] | None = None) -> Node:
    return Node(id=name, type=kind, version=1, title=name.replace("_", " ").capitalize(), config=config or {})


def _table(source: bytes) -> bytes:
    text = source.decode()
    rules = re.findall(r"      <rule .*?</rule>\n", text, re.DOTALL)
    made = (
        rules[1].replace("standard_at_once", f"rule_{number}").replace("&lt;= 50.00", f"[{number}..{number + 1})")
        for number in range(RULES)
    )
    begun, ended = text.index(rules[0]), text.index(rules[-1]) + len(rules[-1])
    return f"{text[:begun]}{''.join(made)}{text[ended:]}".replace('id="dispute_route"', f'id="{TABLE}"').encode()
