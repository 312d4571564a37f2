"""What SQLite's errors mean, in words for people."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from runtime.store.problems import StoreUnavailable, Trouble

_MEANINGS: dict[int, tuple[Trouble, str]] = {
    sqlite3.SQLITE_FULL: ("full", "the disk (or the space allowed) of {place} is full; free some and it goes on"),
    sqlite3.SQLITE_IOERR: (
        "io",
        "reading or writing {place} failed ({name}); check its disk and its free space, it is tried afresh each time",
    ),
    sqlite3.SQLITE_BUSY: ("locked", "another program keeps {place} locked; close it and it goes on"),
    sqlite3.SQLITE_LOCKED: ("locked", "another program keeps {place} locked; close it and it goes on"),
    sqlite3.SQLITE_READONLY: ("read_only", "{place} can't be written; give its user the right to write there"),
    sqlite3.SQLITE_PERM: ("read_only", "{place} can't be written; give its user the right to write there"),
    sqlite3.SQLITE_CANTOPEN: ("gone", "{place} can't be opened; is it still there, and may we read and write it?"),
    sqlite3.SQLITE_CORRUPT: ("damaged", "{place} is damaged; keep a copy of it and restore a backup"),
    sqlite3.SQLITE_NOTADB: ("damaged", "{place} is no SQLite database, or its beginning is damaged; restore a backup"),
}


_LACKS = ("no such table", "no such column")
_NO_UTF_8 = "Could not decode to UTF-8"
"""how SQLite, or Python's driver, begins what it says: these errors have no code of their own"""
_VERIFY = "`baton audit verify` says what was done to it"


def explained(error: sqlite3.Error, place: Path, *, outcome_unknown: bool = False) -> StoreUnavailable:
    """The error for whoever asked. Extended codes carry their family in the low byte."""
    code = getattr(error, "sqlite_errorcode", None)
    name = getattr(error, "sqlite_errorname", None) or type(error).__name__
    trouble, text = _MEANINGS.get((code or 0) & 0xFF, ("fault", "the store {place} failed: {name}: {error}"))
    if str(error).startswith(_LACKS):
        trouble, text = "damaged", "{place} lacks a part of what Baton made there ({error}); restore a backup"
    elif str(error).startswith(_NO_UTF_8):
        trouble, text = "damaged", f"{{place}} holds text that is no UTF-8; {_VERIFY}"
    message = text.format(place=place, name=name, error=error)
    return StoreUnavailable(message, trouble, outcome_unknown=outcome_unknown)


def gone(place: Path) -> StoreUnavailable:
    return StoreUnavailable(
        f"{place} was removed or replaced while it was in use; put the file back and start Baton again", "gone"
    )
