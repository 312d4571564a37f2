"""Savers of one project take turns, whatever process or thread they are in; who reads waits for the one who saves.

Used by ``saving`` and ``files``. How: the system's lock on the project's folder itself, so nothing is written for it
and a saver that is killed holds nothing; on Windows, where a folder can't be locked, on a file below it. Law: a lock
is never waited for without end, and a file system that knows none is saved to and read from nevertheless. The lock
keeps readers from waiting long; that they see one save and no mixture, ``files`` makes sure of without it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from runtime.model.on_disk import OWN_FOLDER

BETWEEN = 0.01
"""seconds between two tries"""
SAVER_TRIES = 1_000
READER_TRIES = 300
"""whoever reads goes on after three seconds: a folder may be held by a program that never lets go"""
STEADY_TRIES = 100
"""how often a folder is read that changes in the middle of the reading"""


class Busy(OSError):
    """Somebody else has been saving the project all the while."""

    def __init__(self) -> None:
        super().__init__(errno.EBUSY, "somebody else is saving the project all the time")


@contextlib.contextmanager
def saving_in(folder: Path) -> Iterator[None]:
    """Alone in an existing folder while it is saved to. Raises ``Busy`` after ten seconds."""
    held = _open(folder, shared=False)
    if held is None:
        yield
        return
    try:
        if not _take(held, SAVER_TRIES, shared=False):
            raise Busy
        yield
    finally:
        os.close(held)  # this gives the lock back


@contextlib.contextmanager
def reading_in(folder: Path) -> Iterator[None]:
    """Several may read at once, and nobody saves meanwhile, as far as that can be had. Writes nothing."""
    held = _open(folder, shared=True)
    try:
        if held is not None:
            _take(held, READER_TRIES, shared=True)
        yield
    finally:
        if held is not None:
            os.close(held)


def _take(held: int, tries: int, *, shared: bool) -> bool:
    for _ in range(tries):
        if _lock(held, shared=shared):
            return True
        time.sleep(BETWEEN)
    return False


if sys.platform == "win32":
    import msvcrt

    LOCK = f"{OWN_FOLDER}/turns.lock"

    def _open(folder: Path, *, shared: bool) -> int | None:
        if shared:  # it would have to write the file that is locked, and opening a project writes nothing
            return None
        try:
            (folder / OWN_FOLDER).mkdir(exist_ok=True)
            return os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError:
            return None  # the save itself says what is wrong with the folder

    def _lock(held: int, *, shared: bool) -> bool:
        try:
            msvcrt.locking(held, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _open(folder: Path, *, shared: bool) -> int | None:
        try:
            return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except (OSError, ValueError):
            return None  # whoever reads or saves says itself what is wrong with the folder

    def _lock(held: int, *, shared: bool) -> bool:
        # flock, not lockf: it counts for each opening, so two windows of one process take turns, too.
        try:
            fcntl.flock(held, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True  # this file system has no locks (some shares): as before there were any
        return True
