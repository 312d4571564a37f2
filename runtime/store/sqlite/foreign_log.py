"""Whether the log beside a store is its own. Called by ``engine.open_writing``, before anything is played.

SQLite plays whatever log lies beside a file. Where a backup was put in the place of a store, and the log of that store
was left, pages of the one are mixed with pages of the other, and the backup is destroyed by the first start. Law: a log
that fits is never refused. One that speaks of pages which are neither in it nor in the file comes of another file, or
of pages that were given back before they were written; which of the two it is tells a check of the whole, which nobody
waits for otherwise.
"""

from __future__ import annotations

import sqlite3
import struct
from pathlib import Path
from typing import BinaryIO

from runtime.store.problems import StoreProblem
from runtime.store.sqlite.connecting import reader_connection

_HEADER = struct.Struct(">8I")
"""magic, version, size of a page, checkpoints, two salts, two sums"""
_FRAME = struct.Struct(">6I")
"""page, pages of the file if this ends a transaction (else 0), two salts, two sums"""
_NEVER_WRITTEN = 0x40000000
"""the byte that SQLite locks; its page is left out"""


def refuse_foreign_log(path: Path, busy_seconds: float) -> None:
    """Raises ``StoreProblem`` if what is in the log does not belong to this file. Changes neither."""
    log = path.with_name(f"{path.name}-wal")
    try:
        with log.open("rb") as file:
            lacks = _lacks_pages(file, path.stat().st_size)
    except OSError:
        return  # there is none, or SQLite says better why it can't be read
    if lacks and not _is_sound(path, busy_seconds):
        raise StoreProblem(
            f"the log {log} is not that of {path}: was a backup put in its place? Nothing was changed. "
            f"Remove {log.name} and {path.name}-shm to go on with what stands in {path.name}, or put back the file "
            "that the log belongs to"
        )


def _lacks_pages(log: BinaryIO, size: int) -> bool:
    """Whether the file would have pages after it that come from nowhere."""
    header = log.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return False
    _, _, page, _, *salts, _, _ = _HEADER.unpack(header)
    if page < 512 or page & (page - 1):
        return False  # no log of SQLite: it is not played
    written: set[int] = set()
    unfinished: set[int] = set()
    length = 0
    while len(frame := log.read(_FRAME.size)) == _FRAME.size:
        number, ends_at, *own, _, _ = _FRAME.unpack(frame)
        if own != salts:
            break  # left from before the log began anew
        unfinished.add(number)
        if ends_at:
            written |= unfinished
            unfinished.clear()
            length = ends_at
        log.seek(page, 1)
    there = size // page
    locked = _NEVER_WRITTEN // page + 1
    return any(number not in written and number != locked for number in range(there + 1, length + 1))


def _is_sound(path: Path, busy_seconds: float) -> bool:
    try:
        raw = reader_connection(path, busy_seconds)
    except sqlite3.DatabaseError:
        return True  # the file itself can't be read, which is told better by whoever opens it next
    try:
        [[found]] = raw.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.DatabaseError:
        return False
    finally:
        raw.close()
    return bool(found == "ok")
