"""``PassingFolder``: a folder that goes with this process, in the system's place for such; ``sweep_passing`` takes away
what designers left that were killed.

Law: only folders of this name and this user go, and none whose process lives.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from PySide6.QtCore import QLockFile

PREFIX = "baton-designer-"
LOCK = "process.lock"


class PassingFolder:
    """``place`` is there until ``close``. Raises OSError if there is no room for it."""

    def __init__(self) -> None:
        self.place = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._lock = _lock_of(self.place)
        self._lock.tryLock(0)

    def close(self) -> None:
        """It is not needed any more."""
        self._lock.unlock()
        shutil.rmtree(self.place, ignore_errors=True)


def sweep_passing() -> None:
    """Called beside the window, once at the start."""
    for place in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # it goes just now, or is somebody else's
            if place.is_symlink() or not _is_mine(place) or not (place / LOCK).is_file():
                continue
            lock = _lock_of(place)
            if lock.tryLock(0):
                lock.unlock()
                shutil.rmtree(place, ignore_errors=True)


def _lock_of(place: Path) -> QLockFile:
    lock = QLockFile(str(place / LOCK))
    lock.setStaleLockTime(0)  # held as long as its process lives, however long that is
    return lock


def _is_mine(place: Path) -> bool:
    return not hasattr(os, "getuid") or place.stat().st_uid == os.getuid()
