"""Adds a flow to the project, copies one, or takes one away, with its layout, samples and scenarios."""

from __future__ import annotations

from designer.document.command import Command, CommandRefused
from designer.document.edits import flow_of, with_flow
from runtime.model.flow import Flow
from runtime.model.project import Project


def add_flow(flow_id: str, title: str) -> Command:
    """An empty flow; the id must be free (``names.fresh``)."""

    def apply(project: Project) -> Project:
        if flow_id in project.flows:
            raise CommandRefused(f"There is a flow “{flow_id}” already. Choose another name.")
        return with_flow(project, Flow(format_version=1, id=flow_id, title=title))

    return Command(f"Add flow “{title or flow_id}”", apply, flow_id)


OWN = ("layouts", "samples", "scenarios")
"""what belongs to one flow alone"""


def duplicate_flow(flow_id: str, new: str, title: str) -> Command:
    """The flow once more, with all that belongs to it alone; what calls it goes on calling the first one."""

    def apply(project: Project) -> Project:
        flow = flow_of(project, flow_id)
        if new in project.flows:
            raise CommandRefused(f"There is a flow “{new}” already. Choose another name.")
        copied = with_flow(project, flow.model_copy(update={"id": new, "title": title}))
        update = {
            part: {**getattr(project, part), new: getattr(project, part)[flow_id]}
            for part in OWN
            if flow_id in getattr(project, part)
        }
        return copied.model_copy(update=update)

    return Command(f"Duplicate flow as “{title}”", apply, new)


def delete_flow(flow_id: str) -> Command:
    """The flow and what belongs to it alone. Steps that call it stay, and the check names them."""

    def apply(project: Project) -> Project:
        flow_of(project, flow_id)
        update = {
            part: {name: value for name, value in getattr(project, part).items() if name != flow_id}
            for part in ("flows", *OWN)
            if flow_id in getattr(project, part)
        }
        return project.model_copy(update=update)

    return Command("Delete flow", apply, flow_id)


def rename_flow(flow_id: str, title: str) -> Command:
    """Another title; the id stays, for other flows and runs name it."""

    def apply(project: Project) -> Project:
        flow = flow_of(project, flow_id)
        if flow.title == title:
            return project
        return with_flow(project, flow.model_copy(update={"title": title}))

    return Command(f"Rename flow to “{title}”", apply, flow_id)
