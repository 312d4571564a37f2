"""What reads a value that a step remembers goes along when the value gets another name."""

from __future__ import annotations

from collections.abc import Mapping

from designer.document.command import Command
from designer.document.edits import flow_of, with_flow
from designer.document.rereading import flow_reading, of_entry
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
        after = flow_reading(flow, {old: new}, READ)
        return project if after is flow else with_flow(project, after)

    return Command(f"Read “{new}” where “{old}” was read", apply, flow_id, step=node_id)
