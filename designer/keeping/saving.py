"""Writes a project to its folder: only over what we know to stand there, each file whole or not at all.

Called on a worker thread. Law: a file that somebody else changed meanwhile is never written over without being asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from designer.keeping.parts import contents, revision
from runtime.model.problems import FileFinding, ProjectProblem
from runtime.model.project import Project
from runtime.model.saving import file_revision, remove_files, save_project


def write(project: Project, folder: Path, known: Mapping[str, str], *, over_all: bool = False) -> dict[str, str]:
    """Gives the revisions that stand there now. ``known``: what stood there when we last looked; ``over_all``: whatever
    stands there. Raises ProjectProblem.
    """
    files = contents(project)
    gone = [path for path in known if path not in files]
    if not over_all:
        changed = [path for path in gone if file_revision(folder, path) not in ("", known[path])]
        if changed:
            raise ProjectProblem([_changed(path) for path in changed])
    expected = None if over_all else {path: known.get(path, "") for path in files}
    save_project(project, folder, revisions=expected)
    remove_files(gone, folder)
    return {path: revision(content) for path, content in files.items()}


def was_changed_outside(problem: ProjectProblem) -> bool:
    """Whether the reason is that somebody else wrote there."""
    return any(finding.code == "FILE_CHANGED" for finding in problem.findings)


def _changed(path: str) -> FileFinding:
    return FileFinding("FILE_CHANGED", path, "It was changed on disk since it was opened.")
