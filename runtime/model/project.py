"""A project: what stands in its folder, parsed and frozen. Opening it is inert: nothing is run, imported or fetched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from runtime.model.flow import Flow, Part, Whole


class Role(Part):
    """A group of people that the flows speak of; who is in it comes from the environment."""

    id: str
    title: str = ""
    members_at_least: Whole = Field(default=1, ge=1)


class ConnectionNeed(Part):
    """What a flow needs of the outside: a name, a kind, and hints. Never a secret, never a machine's own address."""

    kind: str
    title: str = ""
    help: str = ""
    suggested_url: str | None = None
    settings: Mapping[str, Any] = Field(default_factory=dict)
    """fields of the kind that belong to the project rather than to the machine"""


class ProjectFile(Part):
    """``project.json``."""

    format_version: Whole = 1
    id: str
    name: str = ""
    version: str = "0.1.0"
    owner: str | None = None
    description: str = ""
    roles: tuple[Role, ...] = ()
    environments: tuple[str, ...] = ()


class ConnectionsFile(Part):
    """``connections.json``."""

    format_version: Whole = 1
    connections: Mapping[str, ConnectionNeed] = Field(default_factory=dict)


class Project(Part):
    """All of a project that has a meaning: its flows by id, its connections, decisions, forms, samples and texts."""

    file: ProjectFile
    flows: Mapping[str, Flow] = Field(default_factory=dict)
    connections: Mapping[str, ConnectionNeed] = Field(default_factory=dict)
    decisions: Mapping[str, bytes] = Field(default_factory=dict)
    """DMN XML by id, as it stands in the file"""
    forms: Mapping[str, Any] = Field(default_factory=dict)
    samples: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    """flow id -> sample name -> input, from ``samples/<flow>/<name>.json``"""
    texts: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    layouts: Mapping[str, Any] = Field(default_factory=dict)
    """flow id -> layout; never a semantic change"""
    scenarios: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    """flow id -> scenario name -> test scenario, from ``scenarios/<flow>/<name>.json``"""
    decision_tests: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    """decision file -> test name -> saved test of a table, from ``decision_tests/<file>/<name>.json``"""
    connections_rest: Mapping[str, Any] | None = None
    """what else ``connections.json`` says (its format version, unknown keys); None if there is no such file"""

    @property
    def id(self) -> str:
        """The project's id."""
        return self.file.id

    @property
    def role_titles(self) -> dict[str, str]:
        """Role -> what people call it, of the roles that have a title."""
        return {role.id: role.title for role in self.file.roles if role.title}

    def role(self, role_id: str) -> Role | None:
        """The role with this id, or None."""
        return next((role for role in self.file.roles if role.id == role_id), None)
