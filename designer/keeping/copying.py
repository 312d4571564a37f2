"""``Copying``: a copy of the project as it is now, written to another folder beside all else; it can be stopped.

Made by ``Keeper.save_copy``. Law: a copy that was stopped or failed leaves nothing behind in a folder that was empty.
"""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from designer.keeping.parts import contents
from designer.keeping.saving import write
from designer.keeping.work import Worker
from runtime.model import on_disk
from runtime.model.project import Project


class Stopped(Exception):
    """A person stopped it."""


class Copying(QObject):
    """``progressed`` with (files written, files in all); ``ended`` with None, or with what went wrong."""

    progressed = Signal(int, int)
    ended = Signal(object)

    def __init__(self, project: Project, folder: Path, worker: Worker, parent: QObject) -> None:
        super().__init__(parent)
        self.folder = folder
        self._project = project
        self._stop = threading.Event()
        worker.do(self._write, lambda _revisions: self._end(None), self._end)

    def stop(self) -> None:
        """Leave it; ``ended`` comes with ``Stopped`` unless all of it was written already."""
        self._stop.set()

    def _write(self) -> None:
        stood = self.folder.exists()
        try:
            write(self._project, self.folder, {}, progress=self._told)
        except BaseException:
            self._sweep(stood)
            raise

    def _told(self, done: int, count: int) -> None:
        if self._stop.is_set():
            raise Stopped
        self.progressed.emit(done, count)

    def _sweep(self, stood: bool) -> None:
        """What was made for files that were not written: folders, which go only if they are empty."""
        attributes = self.folder / on_disk.GIT_ATTRIBUTES
        within = {(self.folder / path).parent for path in contents(self._project)} - {self.folder}
        above = {place.parent for place in within} - {self.folder}
        with contextlib.suppress(OSError):
            if attributes.read_text(encoding="utf-8") == on_disk.GIT_ATTRIBUTES_TEXT:
                attributes.unlink()
        own = self.folder / on_disk.OWN_FOLDER
        for place in (*sorted(within), *sorted(above), own, *(() if stood else (self.folder,))):
            with contextlib.suppress(OSError):
                place.rmdir()

    def _end(self, fault: Exception | None) -> None:
        self.ended.emit(fault)
        self.deleteLater()
