"""Which file a URL names, what may lie there, and what is refused without a trace left."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from runtime.store import StoreProblem, StoreUnavailable, open_store
from runtime.store.opening import store_file
from tests.runtime.store.examples import appended, in_loop


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("sqlite:///some/store.db", "some/store.db"),
        ("sqlite:////var/baton/store.db", "/var/baton/store.db"),
        ("/var/my store/übung #1?.db", "/var/my store/übung #1?.db"),
        ("sqlite:////var/100%25.db", "/var/100%25.db"),
    ],
)
def test_a_url_or_a_path_names_a_file(url: str, named: str) -> None:
    assert store_file(url) == Path(named).absolute()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://db/baton", "can't be on 'mysql'; name a file"),
        ("sqlite://store.db", "can't be on 'sqlite'; name a file"),
        ("postgresql://", "name the database"),
        ("postgresql://db.example:5432", "name the database"),
        ("postgresql://kim:secret@[::1/baton", "can't be read"),
        ("http://x/y", "can't be on 'http'"),
        ("", "needs a file"),
        ("  ", "needs a file"),
        (":memory:", "needs a file"),
        ("sqlite:///", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("a\0b", "needs a file"),
        ("folder/", "is a folder; name the file"),
        (".", "is a folder; name the file"),
    ],
)
def test_other_urls_are_refused_in_a_sentence(url: str, said: str) -> None:
    with pytest.raises(StoreProblem, match=said):
        open_store(url, worker="w")


@pytest.mark.parametrize("name", ["my stores/übung ß.db", "quer?y=1#part.db", "100%25 sure/x;y.db", "尺寸/店.db"])
@in_loop
async def test_folder_and_file_are_made_for_their_owner_alone(tmp_path: Path, name: str) -> None:
    place = tmp_path / name
    async with open_store(str(place), worker="w") as store:
        await store.append(appended("run-1", 1))
        assert await store.stream_head("run-1") == 1
        for file in (place, place.with_name(place.name + "-wal"), place.with_name(place.name + "-shm")):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert [file.name for file in place.parent.iterdir()] == [place.name]


def test_reading_makes_no_store(place: Path) -> None:
    with pytest.raises(StoreProblem, match="there is no store at"):
        open_store(str(place), worker="w", read_only=True)
    assert not place.exists()


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_that_is_no_database_is_left_as_it_is(place: Path, read_only: bool) -> None:
    place.write_bytes(b"minutes of the meeting\n" * 500)
    with pytest.raises(StoreUnavailable, match="no SQLite database") as refused:
        open_store(str(place), worker="w", read_only=read_only)
    assert refused.value.trouble == "damaged"
    assert place.read_bytes() == b"minutes of the meeting\n" * 500
    assert [file.name for file in place.parent.iterdir()] == [place.name]


@pytest.mark.parametrize("table", ["customers (id)", "meta (name, value)", "meta (other)"])
@pytest.mark.parametrize("read_only", [False, True])
def test_the_database_of_another_program_is_left_as_it_is(place: Path, table: str, read_only: bool) -> None:
    with sqlite3.connect(place) as other:
        other.execute(f"CREATE TABLE {table}")
    other.close()
    with pytest.raises(StoreProblem, match="database of another program"):
        open_store(str(place), worker="w", read_only=read_only)
    with sqlite3.connect(place) as other:
        assert len(other.execute("SELECT name FROM sqlite_master").fetchall()) == 1
    other.close()


def test_an_empty_file_becomes_a_store_and_only_by_writing(place: Path) -> None:
    place.touch()
    with pytest.raises(StoreProblem, match="start Baton on it once"):
        open_store(str(place), worker="w", read_only=True)
    open_store(str(place), worker="w")


def test_a_folder_that_can_not_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreProblem, match=r"can't make the folder .*file"):
        open_store(str(tmp_path / "file" / "store.db"), worker="w")


def test_an_sqlite_that_is_too_old_is_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 31, 1))
    with pytest.raises(StoreProblem, match=r"Baton needs 3\.33\.0 or newer"):
        open_store(str(place), worker="w")
