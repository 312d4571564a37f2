"""``RunFolder``: where this machine keeps the runs of a project that were made in the designer, so that they can be
opened after a restart.

One folder a project, named after the project's own; it belongs to one window at a time. A second window on the same
project, and a project that was never saved, get a fresh one that goes with the window. Law: nothing is made before
something is run or asked for, and only the runtime looks into a store.
"""

from __future__ import annotations

import contextlib
import shutil
import uuid
from pathlib import Path

from PySide6.QtCore import QLockFile

from designer.document.document import Document
from designer.document.place_key import place_key

RUNS = "runs"
STORES = {False: "real.db", True: "practice.db"}
"""apart: a run that was begun with practice systems must never go on against real ones"""
LOCK = "window.lock"
PASSING = "passing-"


class RunFolder:
    """One for the window; ``home`` is the designer's own folder."""

    def __init__(self, home: Path, document: Document) -> None:
        self._home = home
        self._document = document
        self._folder: Path | None = None
        self._key: str | None = None
        self._lock: QLockFile | None = None

    @property
    def passing(self) -> bool:
        """Whether its runs go with the window, because another window has those of the project or it has no folder."""
        return self._folder is not None and self._key is None

    def store(self, *, practice: bool) -> Path:
        """The store's file in the folder of the project as it is saved now; the folder is taken for this window."""
        return self._take() / STORES[practice]

    def kept(self) -> tuple[bool, ...]:
        """For which runtimes runs are kept, the one that was used last first: True is the one of practice systems."""
        folder = self._own if self._folder is None else self._folder
        found = {}
        for practice, name in STORES.items():
            used = {}
            for file in [] if folder is None else folder.glob(f"{name}*"):
                with contextlib.suppress(OSError):  # the runtime has let go of it just now
                    used[file.name] = file.stat().st_mtime
            if name in used:
                found[practice] = max(used.values())
        return tuple(sorted(found, key=lambda practice: -found[practice]))

    def machine(self) -> tuple[tuple[str, int, int], ...]:
        """What this machine says of systems, secrets and people, to see whether it has changed: a runtime reads it
        once, at its start.
        """
        home = self._home.parent
        files = [*sorted((home / "environments").glob("*.json")), home / "people.json", home / "secrets.json"]
        seen = []
        for file in files:
            with contextlib.suppress(OSError):  # it is not there
                about = file.stat()
                seen.append((file.name, about.st_mtime_ns, about.st_size))
        return tuple(seen)

    def clear(self) -> None:
        """Removes all stores. No runtime may have one open."""
        folder = self._take()
        for name in STORES.values():
            for file in folder.glob(f"{name}*"):
                file.unlink(missing_ok=True)

    def release(self) -> None:
        """The window is closed, and its runtime is gone. Runs of a project that was saved meanwhile stay with it."""
        folder, lock, passing = self._folder, self._lock, self.passing
        self._folder = self._lock = self._key = None
        if lock is not None:
            lock.unlock()
        if folder is not None and passing:
            own = self._own
            if own is not None and not own.exists():
                with contextlib.suppress(OSError):  # they are only not kept, then
                    folder.rename(own)
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def _own(self) -> Path | None:
        folder = self._document.folder
        return None if folder is None else self._home / RUNS / place_key(folder)

    def _take(self) -> Path:
        own = self._own
        if self._folder is not None and (self.passing or (own is not None and own.name == self._key)):
            return self._folder
        if self._lock is not None:  # saved in another folder: the runs stay with the first
            self._lock.unlock()
        lock = None if own is None else _locked(own)
        if own is not None and lock is not None:
            self._folder, self._lock, self._key = own, lock, own.name
            return own
        for left in (self._home / RUNS).glob(f"{PASSING}*"):  # by a window that did not end well
            if (lock := _locked(left)) is not None:
                lock.unlock()
                shutil.rmtree(left, ignore_errors=True)
        fresh = self._home / RUNS / f"{PASSING}{uuid.uuid4().hex[:16]}"
        self._folder, self._lock, self._key = fresh, _locked(fresh), None
        return fresh


def _locked(folder: Path) -> QLockFile | None:
    """The lock of a folder, which is made if it is missing; None if another window has it."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = QLockFile(str(folder / LOCK))
    lock.setStaleLockTime(0)  # held as long as its process lives, however long that is
    return lock if lock.tryLock(0) else None
