"""``FolderWatch``: notices that a project's files were changed by somebody else while it is open.

The system's notes only say "look again"; what counts is whether the files' revisions are other than those we know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from designer.keeping.opening import Opened, open_place
from designer.keeping.work import Worker
from runtime.model.on_disk import SHAPES

PAUSE_MS = 300
"""after the first note, so that somebody's saving of several files is one change"""


class FolderWatch(QObject):
    """``known`` gives the revisions that we read or wrote ourselves."""

    changed = Signal(Opened)
    """an ``Opened`` with other files than those known"""
    unchanged = Signal()
    """it was looked again, and just what we know stands there"""

    def __init__(
        self, folder: Path, known: Callable[[], Mapping[str, str]], worker: Worker, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._folder, self._known, self._worker = folder, known, worker
        self._watcher = QFileSystemWatcher(self)
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self.look)
        self._watcher.directoryChanged.connect(self._noted)
        self._watcher.fileChanged.connect(self._noted)
        self._paused = False
        self._stood = self._which()
        self.watch()

    def watch(self) -> None:
        """Watch what is there now: files that were replaced are new ones to the system."""
        folders = {self._folder, *(self._folder / shape.folder for shape in SHAPES if shape.folder)}
        places = [str(place) for place in folders if place.is_dir() and not place.is_symlink()]
        places.append(str(self._folder.parent))  # a folder that is moved says nothing of it itself
        places += [str(self._folder / path) for path in self._known() if (self._folder / path).is_file()]
        new = set(places) - {*self._watcher.files(), *self._watcher.directories()}
        if new:
            self._watcher.addPaths(sorted(new))

    def pause(self, paused: bool) -> None:
        """While we save ourselves, nothing is looked at."""
        self._paused = paused
        if not paused:
            self.watch()

    def look(self) -> None:
        """Read the folder, beside the window, and tell if it is another."""
        if self._paused:
            self._timer.start()
            return
        self._worker.do(lambda: open_place(self._folder), self._compare)

    def close(self) -> None:
        """Nothing is watched any more."""
        self._timer.stop()
        paths = [*self._watcher.files(), *self._watcher.directories()]
        if paths:
            self._watcher.removePaths(paths)

    def _noted(self, path: str) -> None:
        if path == str(self._folder.parent):
            stands = self._which()
            if stands == self._stood:
                return  # it was something beside the project
            self._stood = stands
            self.close()  # what is watched under these names is another folder
            self.watch()
        self._timer.start()

    def _which(self) -> tuple[int, int] | None:
        """The folder that stands there, whatever it holds."""
        try:
            found = self._folder.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _compare(self, opened: Opened) -> None:
        if self._paused:
            self._timer.start()
            return
        self.watch()
        if dict(opened.revisions) != dict(self._known()):
            self.changed.emit(opened)
        else:
            self.unchanged.emit()
