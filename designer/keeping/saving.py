"""Writes a project to its folder: only over what we know to stand there, all of it or nothing.

Called on a worker thread. Law: a file that somebody else changed meanwhile is never written over without being asked,
and one that we could not read is left as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from designer.keeping.parts import contents, revision
from runtime.model.problems import FileFinding, ProjectProblem
from runtime.model.project import Project
from runtime.model.saving import save_project
from runtime.model.together import Progress


def write(
    project: Project,
    folder: Path,
    known: Mapping[str, str],
    *,
    stored: Project | None = None,
    over_all: bool = False,
    progress: Progress = lambda _done, _count: None,
) -> dict[str, str]:
    """Gives the revisions that stand there now. ``known``: what stood there when we last looked; ``stored``: what of it
    we could read, so that a part which is no longer in the project is removed; ``over_all``: whatever stands there.
    ``progress`` may stop it by raising. Raises ProjectProblem.
    """
    files = contents(project)
    ours = set() if stored is None else set(contents(stored))
    gone = [path for path in known if path in ours and path not in files]
    left = {path: known[path] for path in known if path not in ours and path not in files}
    expected = None if over_all else {path: known.get(path, "") for path in (*files, *gone)}
    save_project(project, folder, revisions=expected, gone=gone, progress=progress)
    return {**left, **{path: revision(content) for path, content in files.items()}}


def now_unreadable(stored: Project | None, findings: Iterable[FileFinding]) -> tuple[FileFinding, ...]:
    """Those files of ours that stand on the disk and can't be read any more: half written, or with marks of a merge."""
    ours = set() if stored is None else set(contents(stored))
    return tuple(finding for finding in findings if finding.file in ours)


def was_changed_outside(problem: ProjectProblem) -> bool:
    """Whether the reason is that somebody else wrote there."""
    return any(finding.code == "FILE_CHANGED" for finding in problem.findings)
