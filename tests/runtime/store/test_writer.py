"""The one thread that writes: who shares a transaction with whom, and that everybody is answered once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection

from runtime.engine.requests import Fenced
from runtime.store.staging import Prepared, prepare
from runtime.store.writer import BATCH_APPENDS, Outcome, Writer
from tests.runtime.store.examples import appended, in_loop


class Noted:
    """A ``Committer`` that notes each transaction, and can be held up or made to fail."""

    def __init__(self) -> None:
        self.transactions: list[list[str]] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.fenced: set[str] = set()
        self.broken: Exception | None = None
        self.disconnected = 0

    def append(self, appends: Sequence[Prepared]) -> list[Outcome]:
        self.may_go_on.wait(10)
        streams = [append.segments[0].stream for append in appends]
        self.transactions.append(streams)
        if self.broken:
            raise self.broken
        return [Fenced(stream) if stream in self.fenced else None for stream in streams]

    def work(self, work: Callable[[Connection], Any], *, touches_projections: bool) -> Any:
        self.transactions.append(["work"])
        return work(None)  # type: ignore[arg-type]

    def disconnect(self) -> None:
        self.disconnected += 1


@pytest.fixture
def committer() -> Noted:
    return Noted()


@pytest.fixture
def writer(committer: Noted) -> Iterator[Writer]:
    made = Writer(committer, "here")
    yield made
    committer.may_go_on.set()
    made.close()
    assert committer.disconnected > 0


def one(name: str) -> Prepared:
    return prepare(appended(name, 1))


@in_loop
async def test_who_comes_in_one_round_shares_a_transaction(writer: Writer, committer: Noted) -> None:
    await asyncio.gather(*(writer.append(one(f"run-{number}")) for number in range(5)))
    assert committer.transactions == [[f"run-{number}" for number in range(5)]]


@in_loop
async def test_who_comes_while_a_transaction_is_under_way_shares_the_next(writer: Writer, committer: Noted) -> None:
    committer.may_go_on.clear()
    first = writer.append(one("first"))
    await asyncio.sleep(0.05)
    later = []
    for number in range(4):  # in rounds of their own
        later.append(writer.append(one(f"run-{number}")))
        await asyncio.sleep(0)
    committer.may_go_on.set()
    await asyncio.gather(first, *later)
    assert committer.transactions == [["first"], [f"run-{number}" for number in range(4)]]


@in_loop
async def test_each_is_told_what_became_of_his_own(writer: Writer, committer: Noted) -> None:
    committer.fenced = {"run-1", "run-3"}
    told = await asyncio.gather(*(writer.append(one(f"run-{n}")) for n in range(5)), return_exceptions=True)
    assert [str(each) if each else "" for each in told] == ["", "run-1", "", "run-3", ""]


@in_loop
async def test_a_fault_of_ours_is_told_to_all_of_its_transaction_and_ends_nothing(
    writer: Writer, committer: Noted
) -> None:
    committer.broken = RuntimeError("ours")
    told = await asyncio.gather(writer.append(one("a")), writer.append(one("b")), return_exceptions=True)
    assert [str(each) for each in told] == ["ours", "ours"]
    committer.broken = None
    await writer.append(one("c"))
    assert committer.transactions == [["a", "b"], ["c"]]


@in_loop
async def test_other_work_stands_between_those_before_and_those_after(writer: Writer, committer: Noted) -> None:
    committer.may_go_on.clear()
    first = writer.append(one("first"))
    await asyncio.sleep(0.05)
    before = writer.append(one("before"))
    await asyncio.sleep(0)
    done = writer.work(lambda _: "done", touches_projections=False)
    committer.may_go_on.set()
    assert await asyncio.wrap_future(done) == "done"
    await asyncio.gather(first, before, writer.append(one("after")))
    assert committer.transactions == [["first"], ["before"], ["work"], ["after"]]


def test_several_event_loops_append_and_each_is_woken(writer: Writer, committer: Noted) -> None:
    def in_a_thread(name: str) -> None:
        async def several() -> None:
            for number in range(20):
                await asyncio.gather(*(writer.append(one(f"{name}-{number}-{each}")) for each in range(5)))

        asyncio.run(asyncio.wait_for(several(), 30))
        ended.append(name)

    ended: list[str] = []
    threads = [threading.Thread(target=in_a_thread, args=(name,)) for name in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(40)
    assert sorted(ended) == ["a", "b", "c"]
    written = [stream for streams in committer.transactions for stream in streams]
    assert len(written) == len(set(written)) == 300


def test_what_gathered_when_its_loop_ended_or_the_writer_is_closed_is_written_once(committer: Noted) -> None:
    writer = Writer(committer, "here")
    committer.may_go_on.clear()

    async def leave() -> None:
        for name in ("a", "b"):
            writer.append(one(name))
            await asyncio.sleep(0.05)
        writer.append(one("c"))  # its round never ends

    asyncio.run(leave())
    committer.may_go_on.set()
    writer.close()
    assert [stream for streams in committer.transactions for stream in streams] == ["a", "b", "c"]


@in_loop
async def test_a_transaction_that_is_full_waits_for_no_more(writer: Writer, committer: Noted) -> None:
    committer.may_go_on.clear()
    first = writer.append(one("first"))
    await asyncio.sleep(0.05)
    many = [writer.append(one(f"run-{number}")) for number in range(BATCH_APPENDS)]
    await asyncio.sleep(0)
    work = writer.work(lambda _: None, touches_projections=False)
    committer.may_go_on.set()
    await asyncio.gather(first, *many, asyncio.wrap_future(work))
    assert [len(streams) for streams in committer.transactions] == [1, BATCH_APPENDS, 1]
