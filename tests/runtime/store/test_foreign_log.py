"""F41: a backup is put in the place of a store whose log was left there. The log is not played onto the backup."""

from __future__ import annotations

import asyncio
import io
import shutil
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import pytest

from runtime.store import Store, StoreProblem, open_store
from runtime.store.sqlite.foreign_log import _lacks_pages
from tests.runtime.store.examples import appended


async def grow(store: Store, first: int, count: int) -> None:
    for number in range(first, first + count):
        await store.append(appended(f"run-{number}", 1, 40))


def checkpoint(place: Path) -> None:
    with closing(sqlite3.connect(place)) as other:
        assert other.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[0] == 0


def log_of(place: Path) -> Path:
    return place.with_name(f"{place.name}-wal")


@pytest.fixture
def killed(place: Path, tmp_path: Path) -> Path:
    """A folder with what a kill leaves (``killed.db`` and its log), and with a backup from before (``backup.db``)."""
    folder = tmp_path / "killed"
    folder.mkdir()

    async def live() -> None:
        async with open_store(str(place), worker="w") as store:
            await grow(store, 0, 5)
            with closing(sqlite3.connect(place)) as source, closing(sqlite3.connect(folder / "backup.db")) as backup:
                source.backup(backup)
            await grow(store, 100, 60)
            checkpoint(place)
            await grow(store, 200, 10)  # the log begins anew with this
            shutil.copy(place, folder / "killed.db")
            shutil.copy(log_of(place), log_of(folder / "killed.db"))

    asyncio.run(live())
    return folder


def runs_in(place: Path) -> int:
    async def count() -> int:
        async with open_store(str(place), worker="w") as store:
            assert await store.verify() == []
            return sum(1 for head in await store.stream_heads() if head.stream.startswith("run-"))

    return asyncio.run(count())


def test_the_log_of_a_store_that_was_killed_is_played(killed: Path) -> None:
    assert runs_in(killed / "killed.db") == 75


def test_a_log_that_belongs_to_another_file_is_refused_and_nothing_is_changed(killed: Path) -> None:
    store = killed / "killed.db"
    shutil.copy(killed / "backup.db", store)
    before, log = store.read_bytes(), log_of(store).read_bytes()
    for _ in range(2):
        with pytest.raises(
            StoreProblem, match=r"is not that of .*was a backup put in its place.*Remove killed\.db-wal"
        ):
            open_store(str(store), worker="w")
        assert (store.read_bytes(), log_of(store).read_bytes()) == (before, log)
    log_of(store).unlink()
    store.with_name("killed.db-shm").unlink(missing_ok=True)
    assert runs_in(store) == 5


@pytest.mark.parametrize("log", [b"", b"short", b"\0" * 5_000, b"\x37\x7f\x06\x82" + b"\xff" * 5_000])
def test_what_is_no_log_is_left_to_sqlite(killed: Path, log: bytes) -> None:
    store = killed / "backup.db"
    log_of(store).write_bytes(log)
    assert runs_in(store) == 5


def test_a_file_that_is_no_store_at_all_is_said_as_that_and_not_as_a_mistake_of_ours(killed: Path) -> None:
    store = killed / "killed.db"
    store.write_bytes(b"no database at all " * 100)
    log = log_of(store).read_bytes()
    with pytest.raises(StoreProblem, match=r"is (no SQLite database|damaged).*restore a backup"):
        open_store(str(store), worker="w")
    assert (store.read_bytes(), log_of(store).read_bytes()) == (b"no database at all " * 100, log)


def test_what_a_log_holds_from_before_it_began_anew_is_no_part_of_it() -> None:
    """Pages that only such leftovers have come from nowhere."""
    salts, stale = (1, 2), (3, 4)
    header = struct.pack(">8I", 0x377F0682, 3_007_000, 512, 0, *salts, 0, 0)

    def frame(page: int, length: int, own: tuple[int, int]) -> bytes:
        return struct.pack(">6I", page, length, *own, 0, 0) + bytes(512)

    for left_over, lacks in ((stale, True), (salts, False)):
        log = io.BytesIO(header + frame(9, 9, salts) + frame(8, 9, left_over))
        assert _lacks_pages(log, 7 * 512) is lacks
