"""``Keeper``: keeps the open project of a window: save state, saving, crash journal, changes from outside.

It knows documents and disks and shows nothing itself: the window's ``KeepingTalk`` asks people and hears its signals.
Law: everything that touches the disk runs on the worker thread; no change waits longer than a second for the journal.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal

from designer.document.command import Command
from designer.document.document import Change, Document
from designer.document.place_key import place_key
from designer.keeping import crash_journal
from designer.keeping.copying import Copying
from designer.keeping.crash_journal import Found, JournalWriter
from designer.keeping.home import designer_home
from designer.keeping.merging import Merged, merge
from designer.keeping.opening import Opened
from designer.keeping.parts import changed_files, contents
from designer.keeping.recovery import kept_for, restored
from designer.keeping.saving import now_unreadable, was_changed_outside, write
from designer.keeping.watching import FolderWatch
from designer.keeping.work import Worker
from runtime.model.problems import ProjectProblem
from runtime.model.project import Project

PAUSE_MS = 250
"""from a change to its line in the journal"""
JUST_MS = 60_000


class Keeper(QObject):
    """One for the window. ``services.extras["keeper"]``."""

    state_changed = Signal(str)
    """the save state, in words"""
    saved = Signal(Path)
    """the folder in which it now stands"""
    failed = Signal(ProjectProblem)
    """a ProjectProblem: nothing was written"""
    collided = Signal(Opened)
    """an ``Opened``: somebody else changed files, and so did we"""
    overtaken = Signal()
    """nothing was saved, since somebody else wrote there; what they wrote is told next"""
    unreadable = Signal(Opened, object)
    """an ``Opened``, the findings: somebody else left files of ours in a state that can't be read; ours stays"""
    readable = Signal()
    """they can be read again, and no collision that was told before holds any more"""
    reloaded = Signal()
    """somebody else changed files, we had not, and theirs are shown"""
    found = Signal(Found)
    """a ``Found``: a crash left changes"""

    def __init__(
        self, document: Document, opened: Opened, home: Path | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._home = designer_home() if home is None else home
        self.worker = Worker(self)
        self._copier = Worker(self)
        self.stored: Project | None = opened.project if opened.folder is not None else None
        """what stands on the disk as far as we know; None for a project that was never saved"""
        self._revisions: dict[str, str] = dict(opened.revisions)
        self._watch: FolderWatch | None = None
        self._journal: JournalWriter
        self._lock: QLockFile | None = None
        self._written: Project | None = None
        self._count = 0
        self._saving = False
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self._write_journal)
        self._just_saved = QTimer(self, singleShot=True, interval=JUST_MS)
        self._just_saved.timeout.connect(self.tell)
        self._begin_journal()
        if document.folder is not None:
            self._begin_watch(document.folder)
        document.changed.connect(self._changed)
        document.saved_changed.connect(lambda _saved: self.tell())

    # --- the state ---

    @property
    def state(self) -> str:
        """Whether the work is on the disk, in words."""
        if self._saving:
            return "Saving …"
        if self._document.folder is None:
            return "Not saved yet"
        if not self._document.saved:
            return "Not saved"
        return "Saved just now" if self._just_saved.isActive() else "Saved"

    @property
    def dirty(self) -> bool:
        """Whether closing would give something up."""
        return not self._document.saved

    def tell(self) -> None:
        """Say the state anew."""
        self.state_changed.emit(self.state)

    # --- saving ---

    def save(self, *, over_all: bool = False, then: Callable[[bool], object] = lambda _well: None) -> None:
        """Write to the project's folder."""
        folder = self._document.folder
        assert folder is not None, "a project that was never saved is saved with save_in"
        self._save(folder, over_all=over_all, then=then)

    def save_in(self, folder: Path, *, then: Callable[[bool], object] = lambda _well: None) -> None:
        """Write to another folder and go on there."""
        self._save(folder, then=then, move=True)

    def save_copy(self, folder: Path) -> Copying:
        """Write to another folder and stay here: beside saving and the journal, which do not wait for it."""
        return Copying(self._document.project, folder, self._copier, self)

    def _save(
        self, folder: Path, *, over_all: bool = False, then: Callable[[bool], object], move: bool = False
    ) -> None:
        project = self._document.project
        known, stored = ({}, None) if move else (dict(self._revisions), self.stored)
        self._saving = True
        if self._watch is not None:
            self._watch.pause(True)
        self.tell()

        def done(revisions: Mapping[str, str]) -> None:
            self._saving = False
            self.stored, self._revisions = project, dict(revisions)
            if move:
                self._move_to(folder)
            if self._watch is not None:
                self._watch.pause(False)
            if self._document.project is project:
                self._document.mark_saved()
                self._timer.stop()
                self._count, self._written = 0, project
                self.worker.do(self._journal.clear)
            self._just_saved.start()
            self.tell()
            self.saved.emit(folder)
            then(True)

        def failed(fault: Exception) -> None:
            self._saving = False
            if self._watch is not None:
                self._watch.pause(False)
            self.tell()
            if isinstance(fault, ProjectProblem) and was_changed_outside(fault) and self._watch is not None:
                self.overtaken.emit()
                self._watch.look()
            else:
                self._fail(fault)
            then(False)

        self.worker.do(lambda: write(project, folder, known, stored=stored, over_all=over_all), done, failed)

    def _fail(self, fault: Exception) -> None:
        if not isinstance(fault, ProjectProblem):
            raise fault
        self.failed.emit(fault)

    def _move_to(self, folder: Path) -> None:
        self.worker.do(self._journal.clear)
        self._unlock()
        self._document.keep_in(folder)
        self._begin_journal()
        if self._watch is not None:
            self._watch.close()
        self._begin_watch(folder)

    # --- changes from outside ---

    def take_theirs(self, opened: Opened) -> None:
        """Show what stands on the disk; ours is one undo away."""
        assert opened.project is not None
        self.stored, self._revisions = opened.project, dict(opened.revisions)
        self._document.replace(opened.project, "Take the version on the disk")
        self._document.mark_saved()
        self.tell()

    def keep_mine(self, opened: Opened) -> None:
        """Ours stays; the next save writes over theirs, knowing of it."""
        self._revisions = dict(opened.revisions)
        if opened.project is not None and not now_unreadable(self.stored, opened.findings):
            self.stored = opened.project
        self._document.history.resetClean()
        self.tell()

    def merged(
        self, opened: Opened, then: Callable[[Merged | None], object], choices: Mapping[Any, Any] | None = None
    ) -> None:
        """Both put together, beside the window; None if there is nothing to start from or theirs can't be read."""
        base, mine, theirs = self.stored, self._document.project, opened.project
        if base is None or theirs is None:
            then(None)
            return

        def made(merged: Merged) -> None:
            if self._document.project is mine:
                then(merged)
            else:
                self.merged(opened, then, choices)  # changed meanwhile

        self.worker.do(lambda: merge(base, mine, theirs, choices), made)

    def take_merged(self, opened: Opened, merged: Merged) -> None:
        """Show both put together; to be saved."""
        self._revisions = dict(opened.revisions)
        self.stored = opened.project
        self._document.replace(merged.project, "Merge with the version on the disk")
        self.tell()

    def _outside(self, opened: Opened) -> None:
        ours, theirs = self._document.project, opened.project
        broken = opened.findings if theirs is None else now_unreadable(self.stored, opened.findings)
        if theirs is None or broken:
            self.unreadable.emit(opened, broken)
            return
        self.readable.emit()
        if dict(opened.revisions) == self._revisions:
            return  # taken or merged while it was looked at

        def judge(differs: bool) -> None:
            if self._document.project is not ours:
                self._outside(opened)  # changed while they were compared
            elif differs and not self._document.saved:
                self.collided.emit(opened)
            else:
                self.stored, self._revisions = theirs, dict(opened.revisions)
                if differs:
                    self._document.replace(theirs, "Reload")
                    self.reloaded.emit()
                self._document.mark_saved()
                self.tell()

        self.worker.do(lambda: bool(changed_files(ours, theirs)), judge)

    # --- the crash journal ---

    def keep(self, found: Found, then: Callable[[bool], object] = lambda _well: None) -> None:
        """Bring back what a crash left, as one step that can be undone; ``then`` hears whether it could be read."""
        before = self._document.project

        def take(project: Project | None) -> None:
            if project is None:
                then(False)
                return
            if self._document.project is not before:
                self.keep(found, then)  # changed meanwhile
                return
            words = f"{found.count} kept change{'' if found.count == 1 else 's'}"
            self._document.do(Command(words[:1].upper() + words[1:], lambda _before: project))
            self._timer.stop()
            self._write_journal()  # first it stands in the new journal, then the old one may go
            self.worker.do(lambda: found.file.unlink(missing_ok=True))
            then(True)

        self.worker.do(lambda: restored(before, found), take)

    def discard(self, found: Found) -> None:
        """Give up what a crash left."""
        self.worker.do(lambda: found.file.unlink(missing_ok=True))

    def adopt(self, found: Found) -> None:
        """A project that was never saved is shown as a crash left it: it now stands in the journal of this window."""
        self._count = max(1, found.count)
        self._document.history.resetClean()
        self._write_journal()
        self.worker.do(lambda: found.file.unlink(missing_ok=True))
        self.tell()

    def look_for_kept(self) -> None:
        """Tell of what a crash left for this project."""
        home, name, project = self._home, self._name, self._document.project

        def tell(found: Found | None) -> None:
            if found is not None and self._lock is not None:  # else the window was closed meanwhile
                self.found.emit(found)

        self.worker.do(lambda: kept_for(home, name, project), tell)

    def close(self, *, give_up: bool = False) -> None:
        """The window closes: what is not saved is given up on purpose, or stays in the journal."""
        self._timer.stop()
        if self._watch is not None:
            self._watch.close()
        if give_up or not self.dirty:
            self.worker.do(self._journal.clear)
        else:
            self._write_journal()
        self.worker.finish()
        self._copier.finish()
        self._unlock()

    def flush(self) -> None:
        """All that has changed is in the journal when it returns."""
        self._timer.stop()
        self._write_journal()
        self.worker.finish()

    def _begin_journal(self) -> None:
        folder = self._document.folder
        self._name = uuid.uuid4().hex[:24] if folder is None else place_key(folder)
        place = self._home / crash_journal.FOLDER
        place.mkdir(parents=True, exist_ok=True)
        lock = QLockFile(str(place / f"{self._name}.lock"))
        lock.setStaleLockTime(0)
        if not lock.tryLock(0):  # the same project is open in another process: each keeps its own journal
            self._name = f"{self._name}{uuid.uuid4().hex[:8]}"
            lock = QLockFile(str(place / f"{self._name}.lock"))
            lock.setStaleLockTime(0)
            lock.tryLock(0)
        self._lock = lock
        crash_journal.set_aside(self._home, self._name)
        file = self._document.project.file
        self._journal = JournalWriter(
            self._home, self._name, folder=folder, title=file.name or file.id, revisions=self._revisions
        )
        self._written = self.stored
        self._count = 0

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def _begin_watch(self, folder: Path) -> None:
        self._watch = FolderWatch(folder, lambda: self._revisions, self.worker, self)
        self._watch.changed.connect(self._outside)
        self._watch.unchanged.connect(self.readable)

    def _changed(self, _change: Change) -> None:
        self._count += 1
        if not self._timer.isActive():
            self._timer.start()
        self.tell()

    def _write_journal(self) -> None:
        before, after, count = self._written, self._document.project, self._count
        if before is after or count == 0:
            return
        self._written, self._count = after, 0
        stored, journal = self.stored, self._journal

        def append() -> None:
            files = changed_files(before, after)
            if not files:
                return
            was = {} if stored is None else contents(stored)
            if journal.full:
                journal.clear()
                files = changed_files(stored, after)
            journal.append(max(1, count), files, {path: was.get(path) for path in files})

        self.worker.do(append, failed=self._journal_failed)

    def _journal_failed(self, fault: Exception) -> None:
        if not isinstance(fault, OSError):
            raise fault
        self.state_changed.emit("Not saved, and the crash journal can't be written")
