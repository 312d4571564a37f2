"""Which store a URL names, and how it is opened. A new kind of database gets its line here."""

from __future__ import annotations

import os
from pathlib import Path

from runtime.store.holder import Holder
from runtime.store.problems import StoreProblem
from runtime.store.sqlite.engine import open_reading, open_writing
from runtime.store.sqlite.lock import holder_of
from runtime.store.store import Store

_SQLITE = "sqlite:///"


def open_store(url: str, *, worker: str, read_only: bool = False) -> Store:
    """``sqlite:///path`` (a fourth slash starts an absolute path) or a plain path. Blocks while it migrates.

    Created where it is missing, unless ``read_only``; that way it may be looked into while another process writes.
    Raises ``StoreHeld``, ``StoreUnavailable`` or ``StoreProblem``, each with a sentence for people.
    """
    path = store_file(url)
    engine = open_reading(path) if read_only else open_writing(path, worker=worker)
    return Store(engine, worker=worker)


def store_holder(url: str) -> Holder | None:
    """Which process writes to this store now; None = none. Raises ``StoreProblem``."""
    return holder_of(store_file(url))


def store_file(url: str) -> Path:
    """The file that a URL or path names, absolute, links followed, so that one file has one lock."""
    if url.startswith(_SQLITE):
        named = url.removeprefix(_SQLITE)
    elif "://" in url:
        scheme = url.partition("://")[0]
        raise StoreProblem(f"a store can't be on {scheme!r}; name a file: sqlite:///path/to/store.db, or just its path")
    else:
        named = url
    if not named.strip() or named == ":memory:" or "\0" in named:
        raise StoreProblem("a store needs a file: sqlite:///path/to/store.db, or just its path")
    if named.endswith(("/", os.sep)) or Path(named).is_dir():
        example = Path(named) / "store.db"
        raise StoreProblem(f"{named} is a folder; name the file of the store in it, for example {example}")
    return Path(named).expanduser().resolve()
