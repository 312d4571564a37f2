"""What reads a field of the form that people fill in at a step goes along when the field gets another name."""

from __future__ import annotations

from designer.document.command import Command
from designer.document.edits import flow_of, with_flow
from designer.document.rereading import Places, flow_reading
from nodes.feel.tree import Filter, Name, Path, children
from nodes.feel.tree import Node as Tree
from runtime.model.project import Project

FORM = "form"
"""the entry of the step's output, and of each of its answers, in which the fields stand"""


def carry_answer(flow_id: str, node_id: str, old: str, new: str) -> Command:
    """The field itself has its new name already; nothing changes where nobody reads it."""
    places = _of_answer(node_id)

    def apply(project: Project) -> Project:
        flow = flow_of(project, flow_id)
        after = flow_reading(flow, {old: new}, places)
        return project if after is flow else with_flow(project, after)

    return Command(f"Read “{new}” where “{old}” was read", apply, flow_id, step=node_id)


def _of_answer(step: str) -> Places:
    """Where a field is read: behind ``step.form.``, and behind ``.form.`` of one of ``step.answers``."""

    def places(tree: Tree, name: str) -> list[int]:
        read = isinstance(tree, Path) and tree.name == name and _is_form(tree.target, step)
        found = [tree.span.end - len(name)] if read else []
        for child in children(tree):
            found += places(child, name)
        return found

    return places


def _is_form(tree: Tree, step: str) -> bool:
    if not isinstance(tree, Path) or tree.name != FORM:
        return False
    root = tree.target
    while isinstance(root, Path | Filter):
        root = root.target
    return isinstance(root, Name) and root.name == step
