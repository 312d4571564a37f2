"""``Journaling``: writes what a window's project has become to its crash journal, a moment after each change.

Owned by the ``Keeper``. Law: no change waits longer than a second; what differs in nothing from what is saved leaves no
journal; what could not be written is tried again, with all that is missing, until it stands.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal

from designer.document.document import Document
from designer.document.place_key import place_key
from designer.keeping import after_crash
from designer.keeping.crash_journal import JournalWriter, set_aside
from designer.keeping.parts import changed_files, contents, same_files
from designer.keeping.work import Worker
from runtime.model.project import Project

PAUSE_MS = 250
"""from a change to its line in the journal"""
AGAIN_MS = 3_000
"""from a line that could not be written to the next try"""


class Journaling(QObject):
    """``stored`` is what stands on the disk; None: what is shown stands nowhere else."""

    failed = Signal(str)
    """why it can't be written now"""
    well = Signal()
    """it can be written again, and all is"""

    def __init__(
        self, document: Document, home: Path, worker: Worker, stored: Project | None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._home, self._worker = document, home, worker
        self.name = ""
        self.failing = False
        self.earlier: tuple[str, ...] = ()
        """what led to the project before it came here: what a crash left of one that was never saved"""
        self._lock: QLockFile | None = None
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self._due)
        self.begin(stored)

    def begin(self, stored: Project | None) -> None:
        """A journal for the folder in which the project now stands."""
        self.unlock()
        folder = self._document.folder
        self.name = uuid.uuid4().hex[:24] if folder is None else place_key(folder)
        self._lock = after_crash.lock_of(self._home, self.name)
        if not self._is_free():
            self._lock.unlock()
            self.name = f"{self.name}{uuid.uuid4().hex[:8]}"
            self._lock = after_crash.lock_of(self._home, self.name)
            self._lock.tryLock(0)
        file = self._document.project.file
        self._writer = JournalWriter(self._home, self.name, folder=folder, title=file.name or file.id, project=file.id)
        self._stored = self._written = stored
        self._anew = False

    def _is_free(self) -> bool:
        """Whether nobody writes here, and nothing that a crash left would be written over: the same project may be open
        in another process, and the disk may refuse to set aside what stands here. Then a journal has a name of its own.
        """
        assert self._lock is not None
        if not self._lock.tryLock(0):
            return False
        try:
            set_aside(self._home, self.name)
        except OSError:
            return False
        return True

    def rest_on(self, stored: Project | None) -> None:
        """What stands on the disk is another now. If it is nothing, the journal is to hold all."""
        self._stored, self._anew = stored, True
        self.soon()

    def soon(self) -> None:
        """Something has changed."""
        if not self._timer.isActive():
            self._timer.start(PAUSE_MS)

    @property
    def due_in(self) -> int:
        """Milliseconds until what has changed is written; below 0: nothing has."""
        return self._timer.remainingTime()

    def write(self, then: Callable[[], object] = lambda: None) -> None:
        """All that has changed is given to the worker, which writes in the order of what it is given; ``then`` is done
        there, once it stands.
        """
        self._timer.stop()
        document, writer, stored = self._document, self._writer, self._stored
        before, after, anew = self._written, document.project, self._anew or self.failing
        self._written, self._anew = after, False
        if before is after and not anew:
            self._worker.do(then)
            return
        steps = (*self.earlier, *document.since_saved())
        taken_back = document.saved and (stored is not None or document.folder is None)

        def append() -> None:
            if taken_back or same_files(stored, after):
                writer.clear()
            else:
                fresh = anew or writer.empty or writer.full
                files = changed_files(stored if fresh else before, after)
                was = {} if stored is None else contents(stored)
                if fresh:
                    writer.begin_anew()
                if files:
                    writer.append(steps, files, {path: was.get(path) for path in files})
            then()

        self._worker.do(append, lambda _none: self._written_well(), self._not_written)

    def clear(self) -> None:
        """What is shown is saved, or was given up on purpose."""
        self._timer.stop()
        self._worker.do(self._writer.clear, lambda _none: self._written_well())
        self.earlier, self._anew = (), False

    def saved(self, project: Project) -> None:
        """This stands on the disk now."""
        self._stored, self.earlier = project, ()
        if self._document.project is project:
            self._written = project
            self.clear()
        else:
            self.rest_on(project)

    def unlock(self) -> None:
        """The journal is nobody's any more."""
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def _due(self) -> None:
        self.write()

    def _written_well(self) -> None:
        if self.failing:
            self.failing = False
            self.well.emit()

    def _not_written(self, fault: Exception) -> None:
        if not isinstance(fault, OSError):
            raise fault
        self._timer.start(AGAIN_MS)
        if not self.failing:
            self.failing = True
            self.failed.emit(fault.strerror or str(fault))
