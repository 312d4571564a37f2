"""A store that is not the one of yesterday, though each of its rows is right: an older copy, a clock that went back, a
whole run that is gone with every trace of it (U01)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from runtime.cli.exits import Exit
from runtime.host import SystemClock
from runtime.store.opening import is_shared, store_file
from tests.postgres_server import Server
from tests.runtime.cli.typing_in import Person, Said
from tests.runtime.store.intruder import REFUSED, disarmed, intruder


@pytest.fixture
def copied(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Makes a copy of a store that nobody has open; returns its URL."""

    def copy(url: str) -> str:
        if not is_shared(url):
            file = tmp_path / "older.db"
            file.write_bytes(store_file(url).read_bytes())
            return f"sqlite:///{file}"
        server: Server = request.getfixturevalue("postgres")
        name = make_url(url).database
        with psycopg.connect(server.url("postgres"), autocommit=True) as admin:
            admin.execute(f'CREATE DATABASE "{name}_older" TEMPLATE "{name}"'.encode())
        return server.url(f"{name}_older")

    return copy


def played(person: Person, url: str) -> str:
    run: str = person.runs(10, "--store", url)["run"]["run"]
    return run


def verified(person: Person, url: str, *more: str) -> Said:
    return person.types("audit", "verify", "--json", "--store", url, *more)


def found(said: Said) -> set[tuple[str, str]]:
    assert said.code == Exit.FINDINGS, said.err
    return {(each["stream"], each["kind"]) for each in said.json["findings"]}


def test_an_older_copy_is_sound_by_itself_and_misses_what_heads_kept_elsewhere_know(
    person: Person, url: str, copied: Callable[[str], str], tmp_path: Path
) -> None:
    first = played(person, url)
    older = copied(url)
    second = played(person, url)
    heads = str(tmp_path / "heads.jsonl")
    person.types("audit", "heads", "-o", heads, "--store", url)
    assert verified(person, url, "--against", heads).code == Exit.DONE
    assert verified(person, older).code == Exit.DONE, "nothing in it knows what came after it"
    assert found(verified(person, older, "--against", heads)) == {(second, "lost"), ("environment", "truncated")}

    third = played(person, older)
    assert verified(person, older).code == Exit.DONE
    assert found(verified(person, older, "--against", heads)) == {(second, "lost"), ("environment", "rewritten")}
    assert first != third


def test_a_clock_that_went_back_is_no_finding_and_an_instant_that_was_put_back_is_one(
    person: Person, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = played(person, url)
    now = SystemClock.now
    with monkeypatch.context() as patch:
        patch.setattr(SystemClock, "now", lambda self: now(self) - dt.timedelta(days=2))
        second = played(person, url)
    with intruder(url) as other:
        instants = [
            other.execute(f"SELECT min(at) FROM journal WHERE stream = '{run}'").fetchone()[0]
            for run in (first, second)
        ]
    assert instants[1] < instants[0], "the journal keeps the order in which things came, whatever the clock said"
    assert verified(person, url).code == Exit.DONE
    with disarmed(url) as other:
        other.execute(f"UPDATE journal SET at = at - 86400000000 WHERE stream = '{first}'")
    said = verified(person, url)
    assert found(said) == {(first, "changed")}
    assert said.json["findings"][0]["seq"] == 1


def test_a_run_that_is_gone_is_missed_once_and_with_every_trace_of_it_from_elsewhere(
    person: Person, url: str, tmp_path: Path
) -> None:
    runs = [played(person, url) for _ in range(3)]
    heads = str(tmp_path / "heads.jsonl")
    person.types("audit", "heads", "-o", heads, "--store", url)
    with disarmed(url) as other:
        for table, column in (("journal", "stream"), ("runs", "run"), ("start_keys", "run")):
            other.execute(f"DELETE FROM {table} WHERE {column} = '{runs[2]}'")
    assert found(verified(person, url)) == {(runs[2], "lost")}
    with disarmed(url) as other:
        other.execute("DELETE FROM journal WHERE stream = 'environment' AND seq >= 3")
    assert verified(person, url).code == Exit.DONE
    assert found(verified(person, url, "--against", heads)) == {(runs[2], "lost"), ("environment", "truncated")}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET at = 0 WHERE stream = '{run}' AND seq = 3",
        "UPDATE journal SET seq = seq + 1000 WHERE stream = '{run}' AND seq > 3",
        "UPDATE journal SET stream = 'another' WHERE stream = '{run}'",
        "DELETE FROM journal WHERE stream = '{run}' AND seq > 3",
        "DELETE FROM journal WHERE stream = '{run}'",
        "DELETE FROM journal",
        (
            "INSERT INTO journal (stream, seq, at, actor, type, version, data, hash) "
            "SELECT stream, 4, at, actor, type, version, data, hash FROM journal WHERE stream = '{run}' AND seq = 2"
        ),
    ],
)
def test_the_database_itself_refuses_what_changes_the_past(person: Person, url: str, statement: str) -> None:
    run = played(person, url)
    with intruder(url) as other:
        with pytest.raises(REFUSED):
            other.execute(statement.format(run=run))
        other.rollback()
    assert verified(person, url).code == Exit.DONE
