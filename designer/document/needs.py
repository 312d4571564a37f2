"""``Needs``: what steps need of their project: roles, connections, decision files. They travel with the steps.

Called by the clipboard. Law: what a project has already under a name stays as it is; only what is missing is added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from designer.document.facts import Facts
from designer.document.names import as_read, listed, title_of
from nodes.contract import Effect, HumanTask, Pure
from runtime.model.flow import Node
from runtime.model.names import id_fault
from runtime.model.project import ConnectionNeed, Project, Role

MOST = 200
"""of each kind"""
LARGEST = 2_000_000
"""bytes of one decision file"""


@dataclass(frozen=True, slots=True)
class Needs:
    """By the names by which the steps ask for them."""

    roles: tuple[Role, ...] = ()
    connections: Mapping[str, ConnectionNeed] = field(default_factory=dict)
    decisions: Mapping[str, bytes] = field(default_factory=dict)

    def missing_in(self, project: Project) -> Needs:
        """What the project does not have."""
        known = {role.id for role in project.file.roles}
        return Needs(
            tuple(role for role in self.roles if role.id not in known),
            {name: need for name, need in self.connections.items() if name not in project.connections},
            {name: content for name, content in self.decisions.items() if name not in project.decisions},
        )

    def added_to(self, project: Project) -> Project:
        """The project with what it lacked; itself if it lacks nothing."""
        lacked = self.missing_in(project)
        update: dict[str, Any] = {}
        if lacked.roles:
            update["file"] = project.file.model_copy(update={"roles": (*project.file.roles, *lacked.roles)})
        if lacked.connections:
            update["connections"] = {**project.connections, **lacked.connections}
        if lacked.decisions:
            update["decisions"] = {**project.decisions, **lacked.decisions}
        return project.model_copy(update=update) if update else project

    def words(self) -> str:
        """Such as "the role Finance, the connection Ticketing and the decision file Dispute route"; empty for none."""
        said = [f"the role {title_of(role)}" for role in self.roles]
        said += [f"the connection {need.title or as_read(name)}" for name, need in self.connections.items()]
        said += [f"the decision file {as_read(name)}" for name in self.decisions]
        return listed(said)


def needs_of(nodes: Iterable[Node], project: Project, facts: Facts) -> Needs:
    """What these steps of a project need, as far as the project has it."""
    roles: dict[str, None] = {}
    connections: dict[str, None] = {}
    files: dict[str, None] = {}
    for node in nodes:
        does = facts.of(node).behaviour
        named = [node.owner]
        if isinstance(does, HumanTask):
            named += [does.role, does.escalate_to]
        roles.update((name, None) for name in named if name)
        if isinstance(does, Effect) and does.connection:
            connections[does.connection] = None
        if isinstance(does, Pure):
            files.update((use.file, None) for use in does.decisions)
    return Needs(
        tuple(role for role in project.file.roles if role.id in roles),
        {name: project.connections[name] for name in connections if name in project.connections},
        {name: project.decisions[name] for name in files if name in project.decisions},
    )


def written(needs: Needs) -> dict[str, Any]:
    """As plain JSON. A decision file that is no text stays behind."""
    decisions = {}
    for name, content in needs.decisions.items():
        try:
            decisions[name] = content.decode()
        except UnicodeDecodeError:
            continue
    return {
        "roles": [role.model_dump(by_alias=True, exclude_unset=True) for role in needs.roles],
        "connections": {k: need.model_dump(by_alias=True, exclude_unset=True) for k, need in needs.connections.items()},
        "decisions": decisions,
    }


def read(plain: Any) -> Needs:
    """What ``written`` gave, from a stranger: raises ``ValueError`` for anything that a project file would not hold."""
    if plain is None:
        return Needs()
    roles, connections, decisions = (plain.get(part, kind()) for part, kind in _PARTS)
    if not all(isinstance(plain.get(part, kind()), kind) for part, kind in _PARTS):
        raise ValueError("not the parts of a project")
    if max(len(roles), len(connections), len(decisions)) > MOST:
        raise ValueError("more than steps would need")
    found = Needs(
        tuple(Role.model_validate(each) for each in roles),
        {str(name): ConnectionNeed.model_validate(need) for name, need in connections.items()},
        {str(name): content.encode() for name, content in decisions.items()},
    )
    names = [*(role.id for role in found.roles), *found.connections, *found.decisions]
    if any(id_fault(name) is not None for name in names) or any(map(_too_large, found.decisions.values())):
        raise ValueError("no names or files of a project")
    return found


_PARTS = (("roles", list), ("connections", dict), ("decisions", dict))


def _too_large(content: bytes) -> bool:
    return len(content) > LARGEST
