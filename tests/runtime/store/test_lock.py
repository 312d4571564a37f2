"""One process for one store (F34): the second is told who holds it, and a dead process holds nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.store import Holder, StoreHeld, StoreProblem, open_store, store_holder
from runtime.store.sqlite import lock as lock_module
from runtime.store.sqlite.lock import Lock, lock_path
from tests.runtime.store.examples import appended, in_loop

HOLD = """
import sys, time
from runtime.store import open_store
store = open_store(sys.argv[1], worker="other")
store.announce_server("http://127.0.0.1:4711", "open sesame")
print("held", flush=True)
time.sleep(60)
"""


def holding_process(place: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(place)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


@in_loop
async def test_a_second_process_is_refused_with_who_holds_it_and_takes_over_after_kill_9(place: Path) -> None:
    process = holding_process(place)
    try:
        with pytest.raises(StoreHeld) as refused:
            open_store(str(place), worker="w")
        holder = refused.value.holder
        assert (holder.pid, holder.host, holder.worker) == (process.pid, socket.gethostname(), "other")
        assert (holder.server_url, holder.token) == ("http://127.0.0.1:4711", "open sesame")
        assert holder.since is not None
        assert f"in use by process {process.pid} on {socket.gethostname()} since 20" in str(refused.value)
        assert "open sesame" not in str(refused.value) + repr(holder)
        assert store_holder(f"sqlite:///{place}") == holder
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]
    assert lock_path(place).exists()  # the dead left it there; it holds nothing
    assert store_holder(str(place)) is None
    async with open_store(str(place), worker="w") as store:
        await store.append(appended("run-1", 1))
        assert (store_holder(str(place)) or Holder(pid=0, host="", since=None)).pid == os.getpid()


@in_loop
async def test_within_one_process_and_by_another_name_it_is_one_store(place: Path, tmp_path: Path) -> None:
    async with open_store(str(place), worker="w"):
        alias = tmp_path / "alias.db"
        alias.symlink_to(place)
        for name in (str(place), f"sqlite:///{tmp_path}/../{tmp_path.name}/store.db", str(alias)):
            with pytest.raises(StoreHeld, match=f"process {os.getpid()}"):
                open_store(name, worker="w")
    assert store_holder(str(place)) is None
    assert not lock_path(place).exists()
    await open_store(str(alias), worker="w").close()


@in_loop
async def test_the_lock_that_may_hold_a_token_is_its_owners_alone(place: Path) -> None:
    lock_path(place).touch(0o644)
    async with open_store(str(place), worker="w") as store:
        store.announce_server("http://127.0.0.1:1", "secret")
        assert stat.S_IMODE(lock_path(place).stat().st_mode) == 0o600
        store.announce_server(None, None)
        holder = store_holder(str(place))
        assert holder is not None
        assert (holder.server_url, holder.token) == (None, None)
        assert b"secret" not in lock_path(place).read_bytes()


@pytest.mark.parametrize("left", ["", "no json", '{"pid": "x"}', '{"pid": 1, "host": "elsewhere"}'])
@in_loop
async def test_whatever_lies_in_a_lock_file_that_nobody_holds_is_in_nobodys_way(place: Path, left: str) -> None:
    lock_path(place).write_text(left)
    assert store_holder(str(place)) is None
    await open_store(str(place), worker="w").close()


def test_a_holder_that_has_not_said_its_name_yet_is_a_holder(place: Path) -> None:
    lock = Lock(place, worker="w")
    lock_path(place).write_text("")
    with pytest.raises(StoreHeld, match="in use by another process that is just starting"):
        Lock(place, worker="w")
    assert store_holder(str(place)) == Holder(pid=0, host="", since=None)
    lock.release()


def test_a_lock_file_that_its_holder_removed_meanwhile_is_not_taken_for_the_lock(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between our opening of the file and our lock on it the holder left, and a third process made a file anew."""
    real, times = lock_module._lock, []

    def late(file: int) -> bool:
        times.append(1)
        if len(times) == 1:
            lock_path(place).unlink()
            lock_path(place).touch()
        return real(file)

    monkeypatch.setattr(lock_module, "_lock", late)
    lock = Lock(place, worker="w")
    assert store_holder(str(place)) is not None
    lock.release()


@in_loop
async def test_a_store_opened_for_reading_sees_what_the_writer_appends(place: Path) -> None:
    named = str(place)
    async with open_store(named, worker="w") as writer, open_store(named, worker="r", read_only=True) as reader:
        await writer.append(appended("run-1", 1))
        assert await reader.read_stream("run-1") == await writer.read_stream("run-1")
        await writer.append(appended("run-1", 2))
        assert await reader.stream_head("run-1") == 2
        for refused in (reader.append(appended("run-1", 3)), reader.save_blob(b"x"), reader.probe()):
            with pytest.raises(StoreProblem, match="opened for reading only"):
                await refused
        with pytest.raises(StoreProblem, match="opened for reading only"):
            reader.announce_server("http://127.0.0.1:1", "t")


def test_after_kill_9_a_store_can_be_read_before_anybody_writes_to_it(place: Path) -> None:
    crash = (
        "import asyncio, os, sys\n"
        "from runtime.store import open_store\n"
        "from tests.runtime.store.examples import appended\n"
        "async def main():\n"
        "    store = open_store(sys.argv[1], worker='w')\n"
        "    await store.append(appended('run-1', 1, 5))\n"
        "    os.kill(os.getpid(), 9)\n"
        "asyncio.run(main())\n"
    )
    subprocess.run([sys.executable, "-c", crash, str(place)], check=False)
    assert place.with_name("store.db-wal").stat().st_size > 0

    async def look() -> int:
        async with open_store(str(place), worker="r", read_only=True) as reader:
            return await reader.stream_head("run-1")

    assert asyncio.run(look()) == 5


@pytest.mark.parametrize("opened", ["under its own name", "under the second"])
def test_a_store_with_a_second_name_is_not_opened(place: Path, tmp_path: Path, opened: str) -> None:
    """SQLite keeps its log beside the name: with two of them, two writers meet without seeing one another."""
    with asyncio.Runner() as runner:
        store = open_store(str(place), worker="w")
        runner.run(store.append(appended("run-1", 1)))
        runner.run(store.close())
    second = tmp_path / "second.db"
    second.hardlink_to(place)
    name = place if opened == "under its own name" else second
    for read_only in (False, True):
        with pytest.raises(StoreProblem, match=r"has 2 names in its file system .* put a copy in their place"):
            open_store(str(name), worker="w", read_only=read_only)
    second.unlink()
    with asyncio.Runner() as runner:
        store = open_store(str(place), worker="w")
        assert runner.run(store.stream_head("run-1")) == 1
        runner.run(store.close())


@pytest.mark.skipif(sys.platform == "win32", reason="resource limits are of POSIX")
def test_a_lock_that_can_t_be_written_is_told_and_not_left_behind(place: Path) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))  # no byte more, as on a full disk
    try:
        with pytest.raises(StoreProblem, match=r"can't write who holds the store: .*\.lock: File too large"):
            open_store(str(place), worker="w")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not lock_path(place).exists()
    Lock(place, worker="w").release()
