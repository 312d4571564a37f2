"""What Postgres' errors mean, in words for people. Passwords stand in none of them: libpq leaves them out."""

from __future__ import annotations

import psycopg
from psycopg import errors

from runtime.store.problems import StoreUnavailable, Trouble

_MEANINGS: tuple[tuple[tuple[type[psycopg.Error], ...], Trouble, str], ...] = (
    ((errors.DiskFull,), "full", "the disk of {place} is full; free some and it goes on"),
    ((errors.IoError, errors.DataCorrupted, errors.IndexCorrupted), "io", "{place} failed to read or write: {error}"),
    (
        (errors.LockNotAvailable, errors.DeadlockDetected),
        "locked",
        "another program keeps the tables of {place} locked; it is tried afresh each time",
    ),
    (
        (errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction),
        "read_only",
        "{place} can't be written: {error}; give its user the right to, on a server that takes writes",
    ),
    (
        (errors.InvalidPassword, errors.InvalidAuthorizationSpecification, errors.InvalidCatalogName),
        "gone",
        "{place} can't be opened: {error}",
    ),
    (
        (errors.UndefinedTable, errors.UndefinedColumn),
        "damaged",
        "{place} lacks a part of what Baton made there ({error}); restore a backup",
    ),
    ((errors.TooManyConnections,), "gone", "{place} takes no more connections; raise its max_connections"),
    # The connection itself, which has no code of its own: refused, cut, or the server went down.
    ((psycopg.OperationalError, psycopg.InterfaceError), "gone", "{place} doesn't answer ({error}); is it running?"),
)


def explained(error: psycopg.Error, place: str, *, outcome_unknown: bool = False) -> StoreUnavailable:
    """The error for whoever asked."""
    for kinds, meant, words in _MEANINGS:
        if isinstance(error, kinds):
            trouble, text = meant, words
            break
    else:
        trouble, text = "fault", "the store {place} failed: {error}"
    message = text.format(place=place, error=first_line(error))
    return StoreUnavailable(message, trouble, outcome_unknown=outcome_unknown)


def first_line(error: psycopg.Error) -> str:
    """What the server said, without the statement and the context that it adds in further lines."""
    said = error.diag.message_primary or str(error).strip()
    return said.splitlines()[0].strip() if said else type(error).__name__
