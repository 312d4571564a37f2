"""One process for one store: a lock file beside it, held by the operating system, so that it dies with its process.

The lock is the system's lock on ``<file>.lock``; what stands in that file only tells others who holds it. So a lock
left by kill -9 is free at once, and a file that lies there proves nothing. The file is readable by its owner only,
because it may hold the token of the server that runs on the store.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import socket
import sys
import time
from pathlib import Path

import msgspec

from runtime.store.holder import Holder
from runtime.store.problems import StoreHeld, StoreProblem

TRIES = 10
BETWEEN_TRIES = 0.05
"""seconds; whoever only asks who the holder is has the lock for a moment, too"""


class _Said(msgspec.Struct, omit_defaults=True):
    """The text of the lock file, as JSON."""

    pid: int
    host: str
    since: dt.datetime | None = None
    worker: str = ""
    server_url: str | None = None
    token: str | None = None


class Lock:
    """Held from construction to ``release``. Raises ``StoreHeld``, or ``StoreProblem`` if no lock can be made there."""

    def __init__(self, store: Path, *, worker: str) -> None:
        self._path = lock_path(store)
        self._file = self._acquire(store)
        self._said = _Said(os.getpid(), socket.gethostname(), worker=worker)
        try:
            self._say()
            # "since" is the file system's own time of that first writing: no clock is read here.
            self._said.since = dt.datetime.fromtimestamp(os.fstat(self._file).st_mtime, dt.UTC)
            self._say()
        except StoreProblem:
            self.release()
            raise

    def announce_server(self, url: str | None, token: str | None) -> None:
        self._said.server_url, self._said.token = url, token
        self._say()

    def release(self) -> None:
        if self._file < 0:
            return
        with contextlib.suppress(OSError):  # Windows removes no file that is open; an empty lock file harms nobody
            self._path.unlink()
        os.close(self._file)  # this gives the lock back
        self._file = -1

    def _acquire(self, store: Path) -> int:
        for _ in range(TRIES):
            try:
                file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError as problem:
                raise StoreProblem(f"can't lock the store: {self._path}: {problem.strerror}") from problem
            try:
                if _lock(file) and _is(file, self._path):
                    if hasattr(os, "fchmod"):
                        os.fchmod(file, 0o600)  # an older file may have been made with other rights
                    return file
            except OSError as problem:
                os.close(file)
                message = f"{self._path.parent} takes no locks ({problem.strerror}); put the store on a local disk"
                raise StoreProblem(message) from problem
            os.close(file)
            time.sleep(BETWEEN_TRIES)
        raise StoreHeld(str(store), _read(self._path) or Holder(pid=0, host="", since=None))

    def _say(self) -> None:
        text = msgspec.json.encode(self._said)
        try:
            os.lseek(self._file, 0, os.SEEK_SET)
            os.write(self._file, text)
            os.ftruncate(self._file, len(text))
        except OSError as problem:
            raise StoreProblem(f"can't write who holds the store: {self._path}: {problem.strerror}") from problem


def lock_path(store: Path) -> Path:
    return store.with_name(store.name + ".lock")


def holder_of(store: Path) -> Holder | None:
    """Who holds the store's lock now; None = nobody."""
    path = lock_path(store)
    try:
        file = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise StoreProblem(f"can't ask who holds the store: {path}: {problem.strerror}") from problem
    try:
        if _lock(file):
            return None
    finally:
        os.close(file)
    return _read(path) or Holder(pid=0, host="", since=None)


def _read(path: Path) -> Holder | None:
    """None if there is nothing to be read: its holder is just coming or going."""
    for _ in range(TRIES):  # it may be rewritten while we read it
        try:
            said = msgspec.json.decode(path.read_bytes(), type=_Said)
            break
        except OSError:
            return None
        except msgspec.MsgspecError:
            time.sleep(BETWEEN_TRIES / 10)
    else:
        return None
    return Holder(
        pid=said.pid,
        host=said.host,
        since=said.since,
        worker=said.worker,
        server_url=said.server_url,
        token=said.token,
    )


def _is(file: int, path: Path) -> bool:
    """Is this open file still the one at ``path``? Its holder removes it when it lets go."""
    try:
        there = path.stat()
    except OSError:
        return False
    here = os.fstat(file)
    return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)


if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30
    """beyond the text: Windows lets nobody else read bytes that are locked"""

    def _lock(file: int) -> bool:
        os.lseek(file, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(file, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _lock(file: int) -> bool:
        # flock, not lockf: a lockf lock is lost as soon as any descriptor of the file is closed in this process.
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
