"""Before a merge: a step has one id on all sides, and two steps have two.

Pure. Called by ``merging``, which tells steps apart by their ids: one that a side renamed would be one taken away and
one added, and of two new ones with one id each would be a change of the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.document.command import CommandRefused
from designer.document.commands.rename_node import rename_node
from designer.document.names import fresh
from runtime.model.flow import Flow
from runtime.model.project import Project

Sides = tuple[Project, Project, Project]
"""what both started from, mine, theirs"""


def with_one_name_each(base: Project, mine: Project, theirs: Project) -> Sides:
    """A step that a side renamed is called so on all sides; as I call it where both did."""
    for name, flow in base.flows.items():
        ours, others = mine.flows.get(name), theirs.flows.get(name)
        if ours is None or others is None or ours is flow is others:
            continue
        own, their = dict(_renamed(flow, ours)), dict(_renamed(flow, others))
        for old, new in {**their, **own}.items():
            try:
                renamed = (
                    _called(base, name, old, new),
                    _called(mine, name, own.get(old, old), new),
                    _called(theirs, name, their.get(old, old), new),
                )
            except CommandRefused:
                continue  # the name means something else on another side: they stay two
            base, mine, theirs = renamed
    return base, mine, _told_apart(base, mine, theirs)


def _renamed(before: Flow, after: Flow) -> Iterator[tuple[str, str]]:
    """Steps that have another id since: of the same kind and title, with a line that is drawn as it was."""
    if before is after:
        return
    old, new = ({node.id: node for node in flow.nodes} for flow in (before, after))
    fresh_ones = [node for node in after.nodes if node.id not in old]
    lines = {edge.key for edge in after.edges}
    for node in before.nodes:
        like = [one for one in fresh_ones if (one.type, one.title) == (node.type, node.title)]
        if node.id in new or len(like) != 1:
            continue
        now = {node.id: like[0].id}
        drawn = [edge.key for edge in before.edges if node.id in (edge.source, edge.target)]
        if any((now.get(source, source), port, now.get(target, target)) in lines for source, port, target in drawn):
            yield node.id, like[0].id


def _called(project: Project, flow: str, old: str, new: str) -> Project:
    """Nothing is done where the step is gone, or called so already."""
    there = project.flows[flow].node(old)
    return project if there is None or old == new else rename_node(flow, old, new).apply(project)


def _told_apart(base: Project, mine: Project, theirs: Project) -> Project:
    """Theirs, where a new step of theirs that has the id of another new one of mine has one of its own: both stay."""
    for name, flow in theirs.flows.items():
        ours, before = mine.flows.get(name), base.flows.get(name)
        if ours is None or ours is flow:
            continue
        old = {node.id for node in before.nodes} if before is not None else set()
        new = {node.id: (node.type, node.title) for node in ours.nodes if node.id not in old}
        taken = {*old, *new, *(node.id for node in flow.nodes)}
        for node in flow.nodes:
            if new.get(node.id, (node.type, node.title)) != (node.type, node.title):
                own = fresh(node.id, taken)
                taken.add(own)
                theirs = rename_node(name, node.id, own).apply(theirs)
    return theirs
