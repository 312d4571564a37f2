"""What reads a value that a step remembers goes along when the value gets another name."""

from __future__ import annotations

from collections.abc import Mapping

from designer.document.command import Command
from designer.document.edits import flow_of, with_flow
from designer.document.rereading import of_entry, rewritten
from runtime.model.project import Project

READ = of_entry("vars")
SET = "assignments"
"""the field of a step that remembers values by name"""


def carry_variable(flow_id: str, node_id: str, old: str, new: str) -> Command:
    """The value itself has its new name already. Where another step sets one of the old name, too, nobody can tell
    which of them is read, so nothing changes.
    """

    def apply(project: Project) -> Project:
        flow = flow_of(project, flow_id)
        given = (node.config.get(SET) for node in flow.nodes if node.id != node_id)
        if old == new or any(isinstance(values, Mapping) and old in values for values in given):
            return project
        nodes = tuple(
            node if (config := rewritten(node.config, {old: new}, READ)) is node.config
            else node.model_copy(update={"config": config})
            for node in flow.nodes
        )  # fmt: skip
        same = all(one is other for one, other in zip(nodes, flow.nodes, strict=True))
        return project if same else with_flow(project, flow.model_copy(update={"nodes": nodes}))

    return Command(f"Read “{new}” where “{old}” was read", apply, flow_id, step=node_id)
