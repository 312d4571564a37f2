"""What crashes left in the journals: found, and made a project again. Touches the disk, so workers call it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLockFile

from designer.keeping import crash_journal
from designer.keeping.crash_journal import Found
from designer.keeping.merging import merge
from designer.keeping.parts import changed_files, contents, with_files
from runtime.model.files import parse_files
from runtime.model.project import Project


def kept_for(home: Path, name: str, project: Project) -> Found | None:
    """What a crash left for this project; a journal that says no more than the project itself is removed."""
    for found in crash_journal.kept(home, name):
        back = restored(project, found)
        if back is None or changed_files(project, back):
            return found
        found.file.unlink(missing_ok=True)
    return None


def restored(project: Project, found: Found) -> Project | None:
    """The project as a crash left it; merged by node if ``project``, which stands on the disk, is another version
    meanwhile. None: unreadable.
    """
    if found.folder is None:
        return unsaved_project(found)
    now = contents(project)
    if all(now.get(path) == content for path, content in found.base.items()):
        return with_files(project, found.files)
    base = with_files(project, found.base)
    mine = with_files(project, {**found.base, **found.files})
    if base is None or mine is None:
        return None
    return merge(base, mine, project).project


def unsaved_project(found: Found) -> Project | None:
    """A project that was never saved, as a crash left it; None if it can't be read."""
    return parse_files({path: content for path, content in found.files.items() if content is not None}).project


def left_behind(home: Path) -> list[Found]:
    """What crashes left, of all projects that are not open anywhere."""
    found: list[Found] = []
    for name in crash_journal.all_names(home):
        lock = QLockFile(str(home / crash_journal.FOLDER / f"{name}.lock"))
        lock.setStaleLockTime(0)
        if not lock.tryLock(0):
            continue
        crash_journal.set_aside(home, name)
        lock.unlock()
        found += crash_journal.kept(home, name)
    return found
