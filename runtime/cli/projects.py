"""A project as a verb takes it: a folder, or a packed ``.baton`` file."""

from __future__ import annotations

import difflib
from dataclasses import replace
from pathlib import Path

from nodes.registry import Registry
from runtime.model.files import load_project
from runtime.model.flow import Flow
from runtime.model.on_disk import DECISION
from runtime.model.package import read_package
from runtime.model.problems import Problem as Finding
from runtime.model.problems import Severity
from runtime.model.project import Project, ProjectFile
from runtime.model.rules import check_folder, check_project, found_rules
from runtime.wire import Problem

_OF_DECISIONS = frozenset(
    {
        "DECISION_UNREADABLE",
        "DECISION_MISTAKE",
        "TABLE_GAP",
        "TABLE_OVERLAP",
        "TABLE_DEAD_RULE",
        "TABLE_CELL",
        "TABLE_COLUMN",
    }
)
"""Rules that say something about a decision file on its own."""


def open_project(named: str) -> Project:
    """The project; opening it runs nothing and imports nothing."""
    path = Path(named)
    if not path.exists():
        raise Problem(
            404, "PROJECT_MISSING", f"There is no project {path}.", todo="Name its folder or its .baton file."
        )
    return read_package(path) if path.is_file() else load_project(path)


def findings_of(named: str, registry: Registry) -> list[Finding]:
    """All problems of a project, unreadable files among them."""
    path = Path(named)
    if not path.exists():
        raise Problem(
            404, "PROJECT_MISSING", f"There is no project {path}.", todo="Name its folder or its .baton file."
        )
    if path.suffix == ".dmn" and path.is_file():
        return _findings_of_decision(path, registry)
    return check_project(read_package(path), registry) if path.is_file() else check_folder(path, registry)


def _findings_of_decision(path: Path, registry: Registry) -> list[Finding]:
    """All problems of a decision file and its tables, with the others of its folder for what it imports."""
    files = {other.stem: other.read_bytes() for other in sorted(path.parent.glob("*.dmn"))}
    alone = Project(file=ProjectFile(id="decisions"), decisions=files)
    rules = [found for found in found_rules() if found.rule.code in _OF_DECISIONS]
    own = DECISION.path(path.stem)
    return [
        replace(found, where=replace(found.where, file=str(path)))
        for found in check_project(alone, registry, rules=rules)
        if found.where.file == own
    ]


def refuse_errors(project: Project, registry: Registry, named: str) -> None:
    """Raises ``Problem`` FINDINGS with all errors, if there are any. Warnings only ask."""
    errors = [found for found in check_project(project, registry) if found.severity is Severity.ERROR]
    if errors:
        listed = "\n".join(f"  {found.code}  {found.where}: {found.message}" for found in errors)
        many = "an error" if len(errors) == 1 else f"{len(errors)} errors"
        raise Problem(
            422, "FINDINGS", f"The project {project.id} has {many}:\n{listed}\n", todo=f"See: baton check {named}"
        )


def find_flow(project: Project, flow_id: str) -> Flow:
    """One flow of a project, by its id."""
    flow = project.flows.get(flow_id)
    if flow is not None:
        return flow
    near = difflib.get_close_matches(flow_id, project.flows, n=1)
    meant = f" Did you mean {near[0]!r}?" if near else ""
    known = ", ".join(sorted(project.flows)) or "it has none"
    raise Problem(
        404, "UNKNOWN_FLOW", f"The project {project.id} has no flow {flow_id!r}.{meant}", todo=f"Its flows: {known}."
    )
