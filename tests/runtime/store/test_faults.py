"""A failing disk, a foreign lock, a lost answer: nothing half there, said in words, and over by itself."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from runtime.store import Store, StoreUnavailable, open_store
from runtime.store.sqlite import committing
from runtime.store.sqlite.engine import open_writing
from tests.runtime.store.examples import appended, completed, in_loop, run_rows


def connecting(monkeypatch: pytest.MonkeyPatch, prepare: Callable[[sqlite3.Connection], Any]) -> None:
    """Each connection that the writer opens from now on passes through ``prepare``."""
    connect = committing.writer_connection

    def prepared(*arguments: Any) -> Any:
        return prepare(connect(*arguments))

    monkeypatch.setattr(committing, "writer_connection", prepared)


async def assert_sound(store: Store, place: Path, heads: dict[str, int]) -> None:
    assert {head.stream: head.seq for head in await store.stream_heads()} == heads
    assert await store.verify() == []
    with closing(sqlite3.connect(place)) as other:
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@in_loop
async def test_a_full_disk_fails_each_append_in_words_and_goes_on_when_there_is_room(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = [60]  # pages of 4 KiB

    def limited(connection: sqlite3.Connection) -> sqlite3.Connection:
        connection.execute(f"PRAGMA max_page_count = {room[0]}")
        return connection

    connecting(monkeypatch, limited)
    async with open_store(str(place), worker="w") as store:
        seq, text = 0, "x" * 3000
        refused: list[StoreUnavailable] = []
        while not refused:
            try:
                await store.append(type(appended("run-1", 1))((completed("run-1", seq + 1, text),)))
                seq += 1
            except StoreUnavailable as problem:
                refused.append(problem)
        assert seq > 1
        assert refused[0].trouble == "full"
        assert not refused[0].outcome_unknown
        assert f"of {place} is full; free some" in str(refused[0])
        assert store.health() == ("unavailable", str(refused[0]))
        outcomes = await asyncio.gather(
            *(store.append(appended(f"run-{n}", 1, 40, run_rows(f"run-{n}"))) for n in range(2, 9)),
            return_exceptions=True,
        )
        assert {type(outcome) for outcome in outcomes} == {StoreUnavailable}
        assert (await store.list_runs()).rows == ()
        await assert_sound(store, place, {"run-1": seq})
        room[0] = 6000
        await store.probe()
        assert store.health().state == "ok"
        await store.append(appended("run-1", seq + 1))
        await assert_sound(store, place, {"run-1": seq + 1})


def test_an_io_error_is_said_and_over_when_it_is_over(place: Path) -> None:
    """A limit on the size of files makes write() itself fail; the process raises it again later (F11)."""
    code = """
import asyncio, resource, sys
from runtime.store import StoreUnavailable, open_store
from tests.runtime.store.examples import appended
async def main():
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with open_store(sys.argv[1], worker="w") as store:
        await store.append(appended("run-1", 1))
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
        done, problem = 1, None
        while problem is None:
            try:
                await store.append(appended("run-1", done + 1, 20))
                done += 20
            except StoreUnavailable as refused:
                problem = refused
        print(problem.trouble, problem.outcome_unknown, store.health().state)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        await store.append(appended("run-1", done + 1, 20))
        print(store.health().state, await store.stream_head("run-1") == done + 20, await store.verify())
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", code, str(place)], check=False, capture_output=True, text=True)
    assert done.stderr == ""
    first, second = done.stdout.splitlines()
    assert first in ("io False unavailable", "full False unavailable")
    assert second == "ok True []"


def hold_lock(place: Path, until: threading.Event) -> threading.Thread:
    """Another program in the middle of a write."""
    locked = threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(place, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            locked.set()
            until.wait(20)
            other.execute("ROLLBACK")

    thread = threading.Thread(target=hold)
    thread.start()
    locked.wait()
    return thread


@in_loop
async def test_an_append_waits_for_another_programs_lock(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.store.store.SLOW_AFTER", 0.2)
    async with open_store(str(place), worker="w") as store:
        free = threading.Event()
        holder = hold_lock(place, free)
        waiting = asyncio.ensure_future(store.append(appended("run-1", 1)))
        await asyncio.sleep(0.4)
        assert not waiting.done()
        assert store.health().state == "slow"
        free.set()
        await waiting
        holder.join()
        assert store.health().state == "ok"


@in_loop
async def test_a_lock_that_is_held_too_long_is_said_and_the_store_goes_on_after_it(place: Path) -> None:
    store = Store(open_writing(place, worker="w", busy_seconds=0.2), worker="w")
    async with store:
        free = threading.Event()
        holder = hold_lock(place, free)
        with pytest.raises(StoreUnavailable, match=r"another program keeps .* locked") as refused:
            await store.append(appended("run-1", 1))
        assert refused.value.trouble == "locked"
        with pytest.raises(StoreUnavailable):
            await store.save_blob(b"x")
        free.set()
        holder.join()
        await store.append(appended("run-1", 1))
        await assert_sound(store, place, {"run-1": 1})


@in_loop
async def test_who_comes_while_it_is_known_to_be_locked_does_not_wait_as_long_again(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They would stand one behind the other, each for the whole time, and no caller listens for that long."""
    monkeypatch.setattr(committing, "STILL_LOCKED", 0.05)
    waits: list[float] = []
    disconnect = committing.Committer.disconnect

    def leaving(self: committing.Committer) -> None:
        if self._raw is not None:
            [[milliseconds]] = self._raw.execute("PRAGMA busy_timeout")
            waits.append(milliseconds / 1000)
        disconnect(self)

    monkeypatch.setattr(committing.Committer, "disconnect", leaving)
    async with Store(open_writing(place, worker="w", busy_seconds=0.4), worker="w") as store:
        free = threading.Event()
        holder = hold_lock(place, free)
        for number in range(3):
            with pytest.raises(StoreUnavailable, match=r"another program keeps .* locked"):
                await store.append(appended(f"run-{number}", 1))
        with pytest.raises(StoreUnavailable, match=r"another program keeps .* locked"):
            await store.save_blob(b"x")
        assert waits == [0.4, 0.05, 0.05, 0.05]
        free.set()
        holder.join()
        await store.append(appended("run-1", 1))
    assert waits[4:] == [0.4], "well again, it is as patient as before"


class LosesTheAnswer:
    """A connection whose COMMIT fails in the caller's eyes: after it was done, or before."""

    def __init__(self, connection: sqlite3.Connection, plan: list[str]) -> None:
        self._connection = connection
        self._plan = plan

    def execute(self, statement: str, *parameters: Any) -> Any:
        fault = self._plan.pop(0) if statement == "COMMIT" and self._plan else "none"
        if fault == "lost before":
            self._connection.execute("ROLLBACK")
        else:
            done = self._connection.execute(statement, *parameters)
        if fault != "none":
            raise sqlite3.OperationalError("the answer was lost")
        return done

    def close(self) -> None:
        self._connection.close()


@in_loop
async def test_a_commit_whose_answer_was_lost_is_looked_up_and_not_repeated(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = ["none", "lost after", "lost before", "none"]
    async with open_store(str(place), worker="w") as store:
        monkeypatch.setattr(committing, "core", lambda _: None)
        connecting(monkeypatch, lambda connection: LosesTheAnswer(connection, plan))
        await store.append(appended("run-1", 1))
        await store.append(appended("run-1", 2))  # it is there, so it succeeded
        with pytest.raises(StoreUnavailable) as refused:
            await store.append(appended("run-1", 3))
        assert not refused.value.outcome_unknown
        await store.append(appended("run-1", 3))
        await assert_sound(store, place, {"run-1": 3})


@in_loop
async def test_a_commit_that_can_not_be_looked_up_is_unknown(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = ["none", "lost after"]
    opened: list[int] = []

    def once(connection: sqlite3.Connection) -> Any:
        opened.append(1)
        if len(opened) == 2:
            connection.close()
            raise sqlite3.OperationalError("unable to open")
        return LosesTheAnswer(connection, plan)

    async with open_store(str(place), worker="w") as store:
        monkeypatch.setattr(committing, "core", lambda _: None)
        connecting(monkeypatch, once)
        await store.append(appended("run-1", 1))
        with pytest.raises(StoreUnavailable) as refused:
            await store.append(appended("run-1", 2))
        assert refused.value.outcome_unknown
        await store.append(appended("run-1", 3))  # read again: number 2 is there
        await assert_sound(store, place, {"run-1": 3})


@pytest.mark.skipif(sys.platform == "win32", reason="Windows removes no file that is open")
def test_a_file_that_was_removed_or_replaced_is_noticed_at_the_next_append(place: Path, tmp_path: Path) -> None:
    aside = tmp_path / "aside.db"

    async def append(store: Store, seq: int) -> None:
        await store.append(appended("run-1", seq))

    with asyncio.Runner() as runner:
        store = open_store(str(place), worker="w")
        runner.run(append(store, 1))
        place.rename(aside)
        with pytest.raises(StoreUnavailable, match="removed or replaced") as refused:
            runner.run(append(store, 2))
        assert refused.value.trouble == "gone"
        assert not place.exists()  # no fresh, empty store in its place
        aside.rename(place)
        runner.run(append(store, 2))
        assert runner.run(store.stream_head("run-1")) == 2
        runner.run(store.close())


@in_loop
async def test_a_fault_of_our_own_is_told_and_does_not_end_the_writer(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_store(str(place), worker="w") as store:
        with monkeypatch.context() as broken:
            broken.setattr(committing, "write_rows", lambda *_: {}["no such thing"])
            with pytest.raises(KeyError):
                await store.append(appended("run-1", 1))
        with pytest.raises(ZeroDivisionError):
            await store._engine.write(lambda _: 1 // 0)
        await store.append(appended("run-1", 1))
        assert await store.stream_head("run-1") == 1


def test_every_write_transaction_begins_immediate() -> None:
    """F13: one that begins deferred fails in its middle, at once, whatever time it may wait."""
    folder = Path(committing.__file__).parent
    begins = {
        (path.name, line.strip())
        for path in folder.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if 'execute("BEGIN' in line
    }
    assert begins == {
        ("readers.py", 'raw.execute("BEGIN")'),  # one moment of the store, on a connection that can't write
        ("inline.py", 'self._raw.execute("BEGIN")'),  # the same, for a host that is played
        ("committing.py", 'raw.execute("BEGIN IMMEDIATE")'),
        ("connecting.py", 'connection.execute("BEGIN IMMEDIATE")'),
    }
