"""``Keeper``: keeps the open project of a window: save state, saving, crash journal, changes from outside.

It knows documents and disks and shows nothing itself: the window's ``KeepingTalk`` asks people and hears its signals.
Law: everything that touches the disk runs on the worker thread; no change waits longer than a second for the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from designer.document.command import Command
from designer.document.counted import counted
from designer.document.document import Change, Document
from designer.document.place_key import real_place
from designer.keeping import after_crash, crash_journal
from designer.keeping.copying import Copying
from designer.keeping.crash_journal import Found
from designer.keeping.home import designer_home
from designer.keeping.journaling import Journaling
from designer.keeping.merging import Merged, merge
from designer.keeping.opening import Opened
from designer.keeping.parts import same_files
from designer.keeping.saving import now_unreadable, was_changed_outside, write
from designer.keeping.watching import FolderWatch
from designer.keeping.work import Worker
from runtime.model.problems import ProjectProblem
from runtime.model.project import Project

JUST_MS = 60_000


class Keeper(QObject):
    """One for the window. ``services.extras["keeper"]``."""

    state_changed = Signal(str)
    """the save state, in words"""
    saved = Signal(Path)
    """the folder in which it now stands"""
    failed = Signal(ProjectProblem)
    """a ProjectProblem: nothing was written. It comes once the journal has been written, or could not be either"""
    collided = Signal(Opened)
    """an ``Opened``: somebody else changed files, and so did we"""
    overtaken = Signal()
    """nothing was saved, since somebody else wrote there; what they wrote is told next"""
    unreadable = Signal(Opened, object)
    """an ``Opened``, the findings: somebody else left files of ours in a state that can't be read; ours stays"""
    unread_changed = Signal()
    """other files of the folder can't be read now than before: ``unread``"""
    readable = Signal()
    """they can be read again, and no collision that was told before holds any more"""
    reloaded = Signal()
    """somebody else changed files, we had not, and theirs are shown"""
    found = Signal(Found)
    """a ``Found``: a crash left changes; without files: some that can't be read, and stay where they are"""

    def __init__(
        self, document: Document, opened: Opened, home: Path | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._home = designer_home() if home is None else home
        self.worker = Worker(self)
        self.aside = Worker(self)
        """for what is no part of keeping, and may take as long as a folder in the network lets it"""
        self.stored: Project | None = opened.project if opened.folder is not None else None
        """what stands on the disk as far as we know; None for a project that was never saved"""
        self._revisions: dict[str, str] = dict(opened.revisions)
        self.real = opened.real
        """where the project's folder really stands, whatever links lead there"""
        self.unread = opened.findings
        """files of the folder that can't be read: they are not in the project, and stay as they are"""
        self._watch: FolderWatch | None = None
        self._saving = False
        self._alone = False
        """whether what is shown stands nowhere else: files of ours are gone, or can't be read any more"""
        self._gone = False
        """whether the whole folder is"""
        self._just_saved = QTimer(self, singleShot=True, interval=JUST_MS)
        self._just_saved.timeout.connect(self.tell)
        self.journal = Journaling(document, self._home, self.worker, self.stored, self)
        if document.folder is not None:
            self._begin_watch(document.folder)
        document.changed.connect(self._changed)
        self.journal.failed.connect(lambda _why: self.tell())
        self.journal.well.connect(self.tell)
        document.saved_changed.connect(lambda _saved: self.tell())

    # --- the state ---

    @property
    def state(self) -> str:
        """Whether the work is on the disk, in words."""
        if self._saving:
            return "Saving …"
        if self._document.folder is None:
            return "Not saved yet"
        if self.dirty:
            return "Not saved"
        return "Saved just now" if self._just_saved.isActive() else "Saved"

    @property
    def dirty(self) -> bool:
        """Whether closing would give something up."""
        return self._gone or not self._document.saved

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
        return Copying(self._document.project, folder, self.aside, self)

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
            self._alone = self._gone = False
            if move:
                self._move_to(folder)
            self.journal.saved(project)
            if self._watch is not None:
                self._watch.pause(False)
            if self._document.project is project:
                self._document.mark_saved()
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
                then(False)
            else:
                self._fail(fault, then)

        self.worker.do(lambda: write(project, folder, known, stored=stored, over_all=over_all), done, failed)

    def _fail(self, fault: Exception, then: Callable[[bool], object]) -> None:
        if not isinstance(fault, ProjectProblem):
            raise fault
        problem = fault

        def tell(_none: None) -> None:
            self.failed.emit(problem)
            then(False)

        self.journal.write()  # the disk that refuses the project may be the one on which the journal stands
        self.worker.do(lambda: None, tell)

    def _move_to(self, folder: Path) -> None:
        self.journal.clear()
        self._document.keep_in(folder)
        self.real = real_place(folder)
        self.journal.begin(self.stored)
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
        self.journal.saved(opened.project)
        self.tell()

    def keep_mine(self, opened: Opened) -> None:
        """Ours stays; the next save writes over theirs, knowing of it."""
        self._revisions = dict(opened.revisions)
        if opened.project is not None and not now_unreadable(self.stored, opened.findings):
            self.stored = opened.project
            self.journal.rest_on(self.stored)
        self._document.rest_on(self.stored)
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
        self.journal.rest_on(self.stored)
        self._document.replace(merged.project, "Merge with the version on the disk")
        self._document.rest_on(self.stored)
        self.tell()

    def _outside(self, opened: Opened) -> None:
        ours, theirs = self._document.project, opened.project
        broken = opened.findings if theirs is None else now_unreadable(self.stored, opened.findings)
        if theirs is None or broken:
            self._gone = theirs is None and not any(finding.file for finding in broken)
            if not self._alone:
                self._alone = True
                self.journal.rest_on(None)
            self.tell()
            self.unreadable.emit(opened, broken)
            return
        self._found_again()
        self.readable.emit()
        if opened.findings != self.unread:
            self.unread = opened.findings
            self.unread_changed.emit()
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
                self.journal.saved(theirs)
                self.tell()

        self.worker.do(lambda: not same_files(ours, theirs), judge)

    # --- the crash journal ---

    def look_for_kept(self) -> None:
        """Tell of what a crash left for this project, the oldest first."""
        home, folder, own, project = self._home, self._document.folder, self.journal.name, self._document.project
        if folder is None:
            return

        def tell(found: list[Found]) -> None:
            for one in (one for one in found if not one.files):
                self.found.emit(one)
            whole = next((one for one in found if one.files), None)
            if whole is not None:
                self.found.emit(whole)

        self.worker.do(lambda: after_crash.left_for(home, folder, own, project), tell)

    def restored(
        self, found: Found, then: Callable[[Merged | None], object], choices: Mapping[Any, Any] | None = None
    ) -> None:
        """The project with what a crash left, put together beside the window; None: it can't be read."""
        project = self._document.project

        def made(together: Merged | None) -> None:
            if self._document.project is project:
                then(together)
            else:
                self.restored(found, then, choices)  # changed meanwhile

        self.worker.do(lambda: after_crash.put_together(found, project, choices), made)

    def keep(self, found: Found, project: Project) -> None:
        """Show the project with what a crash left, as one step that can be undone."""
        words = counted(found.count, "kept change") if found.count else "kept changes"
        title = words[:1].upper() + words[1:]
        self._document.do(Command(title, lambda _before: project, parts=found.steps))
        self.journal.write(lambda: crash_journal.settle(found))
        self.look_for_kept()

    def discard(self, found: Found) -> None:
        """It is given up. The next one is told, if there is another."""
        self.worker.do(lambda: crash_journal.remove(found.file))
        self.look_for_kept()

    def adopt(self, found: Found) -> None:
        """A project that was never saved is shown as a crash left it: it now stands in the journal of this window."""
        self._document.rest_on(None)
        self.journal.earlier = found.steps
        self.journal.write(lambda: crash_journal.settle(found))
        self.tell()

    def close(self, *, give_up: bool = False) -> None:
        """The window closes: what is not saved is given up on purpose, or stays in the journal."""
        if self._watch is not None:
            self._watch.close()
        if give_up or not self.dirty:
            self.journal.clear()
        else:
            self.journal.write()
        self.worker.finish()
        self.aside.finish()
        self.journal.unlock()

    def flush(self) -> None:
        """All that has changed is in the journal when it returns."""
        self.journal.write()
        self.worker.finish()

    def _begin_watch(self, folder: Path) -> None:
        self._watch = FolderWatch(folder, lambda: self._revisions, self.worker, self)
        self._watch.changed.connect(self._outside)
        self._watch.unchanged.connect(self._as_known)

    def _as_known(self) -> None:
        self._found_again()
        self.readable.emit()

    def _found_again(self) -> None:
        if self._alone:
            self._alone = self._gone = False
            self.journal.rest_on(self.stored)
            self.tell()

    def _changed(self, _change: Change) -> None:
        self.journal.soon()
        self.tell()
