"""Which store a URL names, and how it is opened. A new kind of database gets its line here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from runtime.store.holder import Holder
from runtime.store.problems import StoreProblem
from runtime.store.sqlite.engine import open_reading, open_writing
from runtime.store.sqlite.lock import holder_of
from runtime.store.store import Store

_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql://", "postgres://")


def open_store(url: str, *, worker: str, read_only: bool = False) -> Store:
    """``sqlite:///path`` (a fourth slash starts an absolute path), a plain path, or ``postgresql://user@host/database``.

    Blocks while it migrates.

    A file is created where it is missing, unless ``read_only``; that way it may be looked into while another process
    writes.
    Raises ``StoreHeld``, ``StoreUnavailable`` or ``StoreProblem``, each with a sentence for people.
    """
    if is_shared(url):
        return _open_postgres(url, worker=worker, read_only=read_only)
    path = store_file(url)
    engine = open_reading(path) if read_only else open_writing(path, worker=worker)
    return Store(engine, worker=worker)


def store_holder(url: str) -> Holder | None:
    """Which process writes to this store alone; None = none, or many may. Raises ``StoreProblem``."""
    if is_shared(url):
        return None
    return holder_of(store_file(url))


def is_shared(url: str) -> bool:
    """Whether several processes may write to the store that this URL names: it is on a server, not in a file."""
    return url.startswith(_POSTGRES)


def store_exists(url: str) -> bool:
    """Whether there is something at this URL to look into. Raises ``StoreProblem``, ``StoreUnavailable``."""
    return _postgres().is_store(url) if is_shared(url) else store_file(url).exists()


def shown(url: str) -> str:
    """The store's place as it may be shown to anybody: a URL may hold a password. Raises ``StoreProblem``."""
    return _postgres().Address(url).place if is_shared(url) else str(store_file(url))


def make_room(url: str) -> None:
    """Make the folder that the store's file will lie in. Raises ``OSError``, ``StoreProblem``."""
    if not is_shared(url):
        store_file(url).parent.mkdir(parents=True, exist_ok=True)


def _postgres() -> Any:
    try:
        from runtime.store.postgres import engine  # only here: its driver comes with an extra
    except ImportError as problem:
        raise StoreProblem(
            f"a store on Postgres needs its driver ({problem}); install it: pip install 'baton-flow[postgres]'"
        ) from problem
    return engine


def _open_postgres(url: str, *, worker: str, read_only: bool) -> Store:
    engine = _postgres()
    return Store(engine.open_reading(url) if read_only else engine.open_writing(url, worker=worker), worker=worker)


def store_file(url: str) -> Path:
    """The file that a URL or path names, absolute, links followed, so that one file has one lock."""
    if url.startswith(_SQLITE):
        named = url.removeprefix(_SQLITE)
    elif "://" in url:
        scheme = url.partition("://")[0]
        raise StoreProblem(
            f"a store can't be on {scheme!r}; name a file (sqlite:///path/to/store.db) or postgresql://..."
        )
    else:
        named = url
    if not named.strip() or named == ":memory:" or "\0" in named:
        raise StoreProblem("a store needs a file: sqlite:///path/to/store.db, or just its path")
    if named.endswith(("/", os.sep)) or Path(named).is_dir():
        example = Path(named) / "store.db"
        raise StoreProblem(f"{named} is a folder; name the file of the store in it, for example {example}")
    place = Path(named).expanduser().resolve()
    if place.exists() and not place.is_file():
        raise StoreProblem(f"{place} is no ordinary file but a device, a pipe or a socket; a store needs a file")
    return place
