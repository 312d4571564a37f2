"""Writes a project to its folder: only over what we know to stand there, all of it or nothing.

Called on a worker thread. Law: a file that somebody else changed meanwhile is never written over without being asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from designer.keeping.parts import contents, revision
from runtime.model.problems import ProjectProblem
from runtime.model.project import Project
from runtime.model.saving import save_project


def write(project: Project, folder: Path, known: Mapping[str, str], *, over_all: bool = False) -> dict[str, str]:
    """Gives the revisions that stand there now. ``known``: what stood there when we last looked; ``over_all``: whatever
    stands there. Raises ProjectProblem.
    """
    files = contents(project)
    gone = [path for path in known if path not in files]
    expected = None if over_all else {path: known.get(path, "") for path in (*files, *gone)}
    save_project(project, folder, revisions=expected, gone=gone)
    return {path: revision(content) for path, content in files.items()}


def was_changed_outside(problem: ProjectProblem) -> bool:
    """Whether the reason is that somebody else wrote there."""
    return any(finding.code == "FILE_CHANGED" for finding in problem.findings)
