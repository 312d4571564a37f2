"""What crashes left: whose it is, what it makes of a project, and whether there is still anything to bring back.

Called by ``Keeper`` and by the first window, on their worker threads: it reads journals and folders. Law: a journal
leaves the disk only once a person gave it up, or once what it holds stands in the project's folder or in another
journal.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QLockFile

from designer.document.place_key import place_key
from designer.keeping import crash_journal
from designer.keeping.crash_journal import Found
from designer.keeping.merging import Merged, Side, merge
from designer.keeping.merging import Path as Place
from designer.keeping.opening import open_place
from designer.keeping.parts import contents, same_files, with_files
from runtime.model.files import parse_files
from runtime.model.project import Project


def lock_of(home: Path, name: str) -> QLockFile:
    """Held by the process that writes the journal of this name."""
    with contextlib.suppress(OSError):  # where nothing can be written nothing can be held either; the journal says so
        (home / crash_journal.FOLDER).mkdir(parents=True, exist_ok=True)
    lock = QLockFile(str(home / crash_journal.FOLDER / f"{name}.lock"))
    lock.setStaleLockTime(0)
    return lock


def left_for(home: Path, folder: Path, own: str, project: Project) -> list[Found]:
    """What crashes left for a project: of ``own`` and of further windows on it. What the project holds already goes;
    without files: what can't be read, which is told and stays.
    """
    names = [name for name in crash_journal.all_names(home) if name.startswith(place_key(folder))]
    found = [one for name in names for one in (crash_journal.kept(home, name) if name == own else _free(home, name))]
    return [left for one in found if (left := _left(one, project)) is not None]


def left_anywhere(home: Path) -> list[Found]:
    """What crashes left, of all projects that are not open anywhere; as ``left_for``."""
    found = [one for name in crash_journal.all_names(home) for one in _free(home, name)]
    judged = (_left(one, None if one.folder is None else open_place(one.folder).project) for one in found)
    return [left for left in judged if left is not None]


def put_together(found: Found, project: Project, choices: Mapping[Place, Side] | None = None) -> Merged | None:
    """The project with what a crash left, merged by node if it is another meanwhile; None if that can't be read."""
    if found.whole:
        kept = unsaved_project(found)
        return None if kept is None else Merged(kept, (), 0)
    now = contents(project)
    if all(now.get(path) == content for path, content in found.base.items()):  # of damaged ones what is known of it
        kept = with_files(project, found.files)
        return None if kept is None else Merged(kept, (), 0)
    base, mine = with_files(project, found.base), with_files(project, {**found.base, **found.files})
    if base is None or mine is None:
        return None
    return merge(base, mine, project, choices)


def unsaved_project(found: Found) -> Project | None:
    """A project that stands nowhere else, as a crash left it; None if it can't be read."""
    return parse_files({path: content for path, content in found.files.items() if content is not None}).project


def move(found: Found, home: Path, folder: Path) -> None:
    """The project was found in another folder: what a crash left is offered there from now on. Raises OSError."""
    crash_journal.hand_over(home, found.file, place_key(folder))


def _free(home: Path, name: str) -> list[Found]:
    """What stands under this name, unless its process lives."""
    lock = lock_of(home, name)
    if not lock.tryLock(0):
        return []
    try:
        crash_journal.set_aside(home, name)
    except OSError:  # it is offered from where it stands: nobody else writes there
        return crash_journal.kept(home, name, unmoved=True)
    finally:
        lock.unlock()
    return crash_journal.kept(home, name)


def _left(found: Found, project: Project | None) -> Found | None:
    """What of it is to be told or brought back; None if that is nothing, and then it is removed."""
    together = None if project is None or not found.files else put_together(found, project)
    if found.files and (project is None or together is None or not same_files(project, together.project)):
        return found
    crash_journal.settle(found)
    return replace(found, file=found.stays_in, count=0, files={}, base={}, last=()) if found.fault else None
