"""Gives an outcome or a role another title. While nothing in the project mentions its id, the id may follow the title.

``follow`` is for those that were made since the last saving (``FreshNames``): whoever saw an id in a file or a report
finds it again.
"""

from __future__ import annotations

from designer.document.command import Command, CommandRefused
from designer.document.commands.set_part import set_role
from designer.document.edits import flow_of, with_flow
from designer.document.lookup import texts_of
from designer.document.names import fresh
from runtime.model.project import Project


def retitle_outcome(flow_id: str, place: int, title: str, *, follow: bool) -> Command:
    """The outcome at a place, from 0. Typing in a row is one step of the history."""

    def apply(project: Project) -> Project:
        flow = flow_of(project, flow_id)
        if not 0 <= place < len(flow.outcomes):
            raise CommandRefused("This outcome is not in the flow any more.")
        known = flow.outcomes[place]
        taken = [one.id for one in flow.outcomes if one is not known]
        name = _followed(project, known.id, title, taken) if follow else known.id
        if (known.id, known.title) == (name, title):
            return project
        changed = known.model_copy(update={"id": name, "title": title})
        outcomes = tuple(changed if one is known else one for one in flow.outcomes)
        return with_flow(project, flow.model_copy(update={"outcomes": outcomes}))

    return Command(f"Call the outcome “{title}”", apply, flow_id, merge=("retitle_outcome", flow_id, place))


def retitle_role(place: int, title: str, *, follow: bool) -> Command:
    """The role at a place, from 0."""

    def apply(project: Project) -> Project:
        roles = project.file.roles
        if not 0 <= place < len(roles):
            raise CommandRefused("This role is not in the project any more.")
        known = roles[place]
        taken = [one.id for one in roles if one is not known]
        name = _followed(project, known.id, title, taken) if follow else known.id
        if name == known.id:
            return set_role(known.id, title, known.members_at_least).apply(project)
        changed = known.model_copy(update={"id": name, "title": title})
        wanted = tuple(changed if one is known else one for one in roles)
        return project.model_copy(update={"file": project.file.model_copy(update={"roles": wanted})})

    return Command(f"Call the role “{title}”", apply, merge=("retitle_role", place))


def mentioned(project: Project, name: str) -> bool:
    """Whether any step, line, flow or drawing of the project holds this name, alone or quoted in an expression."""
    quoted = f'"{name}"'
    return any(
        flow.owner == name
        or any(edge.port == name for edge in flow.edges)
        or any(text == name or quoted in text for node in flow.nodes for _, text in texts_of(node))
        or f"'{name}'" in str(project.layouts.get(flow.id, ""))
        for flow in project.flows.values()
    )


def _followed(project: Project, name: str, title: str, taken: list[str]) -> str:
    if not title.strip() or mentioned(project, name):
        return name
    return fresh(title, taken)
