"""Writes what stands beside the flows: samples, forms, connections, roles. Renaming, deleting: ``change_parts``."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from designer.document.command import Command, CommandRefused
from designer.document.commands.set_field import same
from designer.document.names import as_read
from runtime.model.names import id_fault
from runtime.model.project import ConnectionNeed, Project, Role


def set_sample(flow_id: str, name: str, value: Any, inside: Hashable = ()) -> Command:
    """What a sample gives the flow: plain JSON; made if there is none of this name. ``inside``: the place that is typed
    in, so that typing elsewhere is another step of the history.
    """

    def apply(project: Project) -> Project:
        _refuse_id("sample", name)
        of_flow = project.samples.get(flow_id, {})
        if name in of_flow and same(of_flow[name], value):
            return project
        return project.model_copy(update={"samples": {**project.samples, flow_id: {**of_flow, name: value}}})

    return Command(f"Change sample “{as_read(name)}”", apply, flow_id, merge=("set_sample", flow_id, name, inside))


def set_form(name: str, value: Any, inside: Hashable = ()) -> Command:
    """A form of the project: a JSON Schema of what people fill in. ``inside`` as with ``set_sample``."""

    def apply(project: Project) -> Project:
        _refuse_id("form", name)
        if name in project.forms and same(project.forms[name], value):
            return project
        return project.model_copy(update={"forms": {**project.forms, name: value}})

    return Command(f"Change form “{as_read(name)}”", apply, merge=("set_form", name, inside))


def set_connection(name: str, need: Mapping[str, Any], inside: Hashable = ()) -> Command:
    """What the project needs of another system: kind, title, help, suggested address, settings. Never a secret.
    ``inside`` as with ``set_sample``.
    """

    def apply(project: Project) -> Project:
        _refuse_id("connection", name)
        made = ConnectionNeed.model_validate(dict(need))
        known = project.connections.get(name)
        if known is not None and same(_raw(known), _raw(made)):
            return project
        return project.model_copy(update={"connections": {**project.connections, name: made}})

    return Command(
        f"Change connection “{need.get('title') or as_read(name)}”", apply, merge=("set_connection", name, inside)
    )


def set_role(role_id: str, title: str, members_at_least: int = 1) -> Command:
    """A group of people that the flows speak of; made if there is none of this id."""

    def apply(project: Project) -> Project:
        _refuse_id("role", role_id)
        known = project.role(role_id)
        raw = {"id": role_id} if known is None else _raw(known)
        wanted = Role.model_validate({**raw, "title": title, "members_at_least": members_at_least})
        if known is not None and same(_raw(known), _raw(wanted)):
            return project
        roles = project.file.roles
        roles = (*roles, wanted) if known is None else tuple(wanted if role is known else role for role in roles)
        return project.model_copy(update={"file": project.file.model_copy(update={"roles": roles})})

    return Command(f"Change role “{title or role_id}”", apply, merge=("set_role", role_id))


def remove_role(role_id: str) -> Command:
    """A role fewer. Steps that name it stay, and the check names them."""

    def apply(project: Project) -> Project:
        left = tuple(role for role in project.file.roles if role.id != role_id)
        if len(left) == len(project.file.roles):
            return project
        return project.model_copy(update={"file": project.file.model_copy(update={"roles": left})})

    return Command(f"Remove role “{role_id}”", apply)


def _raw(part: Any) -> Any:
    return part.model_dump(by_alias=True, exclude_unset=True)


def _refuse_id(kind: str, name: str) -> None:
    fault = id_fault(name)
    if fault is not None:
        raise CommandRefused(f"The {kind} “{name}” {fault}.")
