"""Adds, renames and removes the environments that a project is meant for: their names alone.

Addresses, secrets and limits belong to the machine that runs (``environments/<name>.json`` in Baton's home), so no
command writes them, and none is ever packed.
"""

from __future__ import annotations

from designer.document.command import Command, CommandRefused
from runtime.model.names import id_fault
from runtime.model.project import Project


def add_environment(name: str) -> Command:
    """One more, behind the others."""

    def apply(project: Project) -> Project:
        _refuse(project, name)
        return _with(project, (*project.file.environments, name))

    return Command(f"Add environment “{name}”", apply)


def rename_environment(old: str, new: str) -> Command:
    """Under another name, in its place."""

    def apply(project: Project) -> Project:
        known = project.file.environments
        if old == new:
            return project
        _refuse_unknown(project, old)
        _refuse(project, new)
        return _with(project, tuple(new if name == old else name for name in known))

    return Command(f"Rename environment “{old}” to “{new}”", apply)


def remove_environment(name: str) -> Command:
    """One fewer. What a machine says of it stays on that machine."""

    def apply(project: Project) -> Project:
        _refuse_unknown(project, name)
        return _with(project, tuple(known for known in project.file.environments if known != name))

    return Command(f"Remove environment “{name}”", apply)


def _with(project: Project, names: tuple[str, ...]) -> Project:
    return project.model_copy(update={"file": project.file.model_copy(update={"environments": names})})


def _refuse(project: Project, name: str) -> None:
    fault = id_fault(name)
    if fault is not None:
        raise CommandRefused(f"The environment “{name}” {fault}.")
    if name in project.file.environments:
        raise CommandRefused(f"There is an environment “{name}” already. Choose another name.")


def _refuse_unknown(project: Project, name: str) -> None:
    if name not in project.file.environments:
        raise CommandRefused(f"The environment “{name}” is not in this project any more.")
