"""The host end to end on a real store: what is acknowledged happens, once, and people find it as it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from nodes.contract import AttemptFailure, NodeContext, Reply
from runtime.connections import Environment, PeopleFile, Person
from runtime.connections.directory import Directory
from runtime.engine.events import Actor, Envelope, Refused
from runtime.engine.stimuli import Cancel, Refusal, Resolve, Resume, SendSignal, Start, Suspend
from runtime.host import Accepted, HostClosing, Started
from tests.runtime.host.bench import approval, begin, flow, hosting, node, ok, package, play, told, work


def test_a_run_goes_through_its_steps_to_its_outcome(tmp_path: Path) -> None:
    async def story() -> None:
        async with hosting(tmp_path) as host:
            run = await begin(host, flow(work("a"), work("b")), input={"x": "1"})
            row = await host.until_done(run)
            assert (row.state, row.outcome, row.resolved) == ("completed", "over", True)
            assert await told(host, run) == [
                "RunStarted",
                "StepStarted start#1",
                "StepCompleted start#1",
                "StepStarted a#1",
                "StepCompleted a#1",
                "StepStarted b#1",
                "StepCompleted b#1",
                "StepStarted end#1",
                "StepCompleted end#1",
                "RunCompleted",
            ]
            await host.until_idle()
            assert host.health().in_flight == 0

    play(story())


def test_each_attempt_has_the_same_key_and_a_failure_is_tried_again(tmp_path: Path) -> None:
    keys: list[tuple[int, str]] = []

    async def shaky(_given: Mapping[str, Any], context: NodeContext) -> Reply:
        keys.append((context.attempt, context.idempotency_key))
        if context.attempt < 3:
            raise AttemptFailure("http_503", "not now", retryable=True, unclear=True, status=503)
        return Reply({"ok": True})

    async def story() -> None:
        async with hosting(tmp_path, {"shaky": shaky}) as host:
            run = await begin(host, flow(work("a", "shaky", retry={"first_delay": 0})))
            await host.until_done(run)
            assert keys == [(n, f"{run}:4:0") for n in (1, 2, 3)]

    play(story())


def test_a_task_is_shown_answered_repeated_and_refused(tmp_path: Path) -> None:
    people = PeopleFile(users={"ana": Person(roles=frozenset({"boss"})), "bo": Person()})
    environment = Environment("local", tmp_path, directory=Directory(people))

    async def story() -> None:
        async with hosting(tmp_path, environment=environment) as host:
            drawn = flow(approval(show={"Amount": {"feel": "input.amount"}}, not_requester=True))
            run = await begin(host, drawn, input={"amount": "12"}, actor=Actor("user", "carl"))
            await host.until_idle({run})
            [row] = (await host.tasks(user="ana")).rows
            assert (await host.tasks(user="bo")).rows == ()
            task = await host.task(row.task)
            assert task is not None
            assert (task.title, task.shown, task.open, task.requester) == ("May we?", {"Amount": "12"}, True, "carl")
            assert [choice.port for choice in task.choices] == ["approve", "reject"]

            refused = [
                await host.answer(row.task, choice="approve", by="bo"),
                await host.answer(row.task, choice="approve", by="stranger"),
                await host.answer(row.task, choice="maybe", by="ana"),
                await host.answer(row.task, choice="approve", by="ana", revision="old"),
                await host.answer("no-such-run:ask#1", choice="approve", by="ana"),
                await host.answer("nonsense", choice="approve", by="ana"),
            ]
            told_codes = [(r.status, r.code) for r in refused if isinstance(r, Refusal)]
            assert told_codes == [
                (403, "ROLE"),
                (403, "USER_UNKNOWN"),
                (422, "CHOICE_UNKNOWN"),
                (409, "REVISED"),
                (404, "RUN_UNKNOWN"),
                (404, "RUN_UNKNOWN"),
            ]
            first = await host.answer(row.task, choice="approve", by="ana", revision=task.revision)
            again = await host.answer(row.task, choice="approve", by="ana")
            assert isinstance(first, Accepted)
            assert isinstance(again, Accepted)
            assert (first.repeated, again.repeated) == (False, True)
            assert first.reply["decided"] is True
            assert isinstance(await host.answer(row.task, choice="reject", by="ana"), Refusal)
            assert (await host.until_done(run)).outcome == "over"
            closed = await host.task(row.task)
            assert closed is not None
            assert (closed.open, closed.port, [a.by for a in closed.answers]) == (False, "approve", ["ana"])

            day = f"refusals/{host.clock.now():%Y-%m-%d}"
            audit = [entry.event for entry in await host.journal(day)]
            assert [(e.what, e.code) for e in audit if isinstance(e, Refused)] == [
                ("answer", "ROLE"),
                ("answer", "CHOICE_UNKNOWN"),
                ("answer", "REVISED"),
                ("answer", "RUN_UNKNOWN"),
                ("answer", "RUN_UNKNOWN"),
                ("answer", "ANSWERED"),
            ]
            assert host.health().refused_strangers == 1

    play(story())


def test_a_start_key_gives_the_same_run_for_ever_even_to_many_at_once(tmp_path: Path) -> None:
    async def story() -> None:
        async with hosting(tmp_path) as host:
            release = await host.put_release(package(flow(work("a"))))
            same = Start(flow="f", key="k1", input={"x": "1"})
            results = await asyncio.gather(*(host.start(release, same) for _ in range(20)))
            assert all(isinstance(r, Started) for r in results)
            assert len({r.run for r in results}) == 1
            assert sorted(r.repeated for r in results) == [False, *[True] * 19]
            await host.until_done(results[0].run)
            assert (await host.start(release, same)).run == results[0].run
            other = await host.start(release, Start(flow="f", key="k1", input={"x": "2"}))
            assert isinstance(other, Refusal)
            assert other.code == "KEY_REUSED"
            unknown = await host.start("0" * 64, Start(flow="f"))
            assert isinstance(unknown, Refusal)
            assert unknown.status == 404

    play(story())


WAITING = node(
    "hear",
    "control/wait_for_signal",
    name="paid",
    key={"feel": "input.invoice"},
    payload_schema={"type": "object", "required": ["amount"]},
)


@pytest.mark.parametrize("early", [True, False])
def test_a_signal_reaches_its_wait_whichever_is_first(tmp_path: Path, early: bool) -> None:
    async def story() -> None:
        async with hosting(tmp_path) as host:
            signal = SendSignal(name="paid", key="i-1", payload={"amount": "5"}, id="s1")
            if early:
                await host.send_signal(signal)
            run = await begin(host, flow(WAITING), input={"invoice": "i-1"})
            if not early:
                await host.until_idle({run})
                unfit = await host.send_signal(SendSignal(name="paid", key="i-1", payload={}))
                await host.until_idle()
                assert not isinstance(unfit, Refusal)
                assert (await host.run_row(run)).state == "running", "an unfit payload leaves the wait open (W6)"
                assert not (await host.send_signal(signal)).repeated
            assert (await host.until_done(run)).outcome == "over"
            assert (await host.send_signal(signal)).repeated
            reused = await host.send_signal(SendSignal(name="paid", key="i-2", id="s1"))
            assert isinstance(reused, Refusal)
            assert reused.code == "SIGNAL_REUSED"

    play(story())


def test_one_signal_for_two_runs_of_one_flow_goes_to_the_oldest_wait(tmp_path: Path) -> None:
    async def story() -> None:
        async with hosting(tmp_path) as host:
            runs = [await begin(host, flow(WAITING), input={"invoice": "i"}) for _ in range(3)]
            await host.until_idle()
            for n in range(3):
                await host.send_signal(SendSignal(name="paid", key="i", payload={"amount": str(n)}))
            rows = [await host.until_done(run) for run in runs]
            assert [row.outcome for row in rows] == ["over"] * 3
            got = [(await host.fold(run))[1].steps["hear#1"].output["payload"]["amount"] for run in runs]
            assert got == ["0", "1", "2"]

    play(story())


def test_an_incident_is_listed_and_resolved(tmp_path: Path) -> None:
    async def broken(_given: Any, _context: Any) -> Reply:
        raise AttemptFailure("http_400", "no such invoice", retryable=False, unclear=False, status=400)

    async def story() -> None:
        async with hosting(tmp_path, {"broken": broken}) as host:
            run = await begin(host, flow(work("a", "broken")))
            await host.until_idle()
            [incident] = (await host.incidents()).rows
            assert (incident.run, incident.kind, incident.message) == (run, "failed", "no such invoice.")
            settled = await host.resolve(
                Resolve(incident=incident.incident, how="by_hand", output={}, actor=Actor("user", "op"))
            )
            assert isinstance(settled, Accepted)
            assert (await host.until_done(run)).outcome == "over"
            late = await host.resolve(Resolve(incident=incident.incident, how="retry"))
            assert isinstance(late, Refusal)

    play(story())


def test_cancel_withdraws_what_is_under_way(tmp_path: Path) -> None:
    ended: list[str] = []

    async def slow_read(_given: Any, _context: Any) -> Reply:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("read")
        raise AssertionError

    async def nearly_there(_given: Any, _context: Any) -> Reply:
        await asyncio.sleep(0.3)
        ended.append("keyed")
        return Reply({"done": True})

    async def story() -> None:
        async with hosting(tmp_path, {"slow_read": slow_read, "nearly_there": nearly_there}) as host:
            both = flow(
                work("r", "slow_read", "read"),
                work("k", "nearly_there"),
                edges=["start.started>r", "start.started>k", "r.done>end", "k.done>end"],
            )
            run = await begin(host, both)
            await asyncio.sleep(0.05)
            assert isinstance(await host.cancel(run, Cancel(reason="enough")), Accepted)
            assert (await host.until_done(run)).state == "cancelled"
            assert ended == ["read", "keyed"], "what may change something gets its time to end (C1)"
            words = await told(host, run)
            assert "StepCompleted k#1" in words
            assert "StepCancelled r#1" in words

    play(story())


def test_a_suspended_run_begins_nothing_until_it_is_resumed(tmp_path: Path) -> None:
    async def story() -> None:
        async with hosting(tmp_path) as host:
            run = await begin(host, flow(approval(), work("a")))
            await host.until_idle({run})
            await host.suspend(run, Suspend())
            assert isinstance(await host.answer(f"{run}:ask#1", choice="approve", by="ana"), Accepted)
            await host.until_idle()
            assert "StepStarted a#1" not in await told(host, run)
            await host.resume(run, Resume())
            assert (await host.until_done(run)).outcome == "over"

    play(story())


async def _collect(events: AsyncIterator[Envelope]) -> list[Envelope]:
    return [entry async for entry in events]


def test_events_are_watched_as_they_come_and_the_watch_ends_with_the_run(tmp_path: Path) -> None:
    async def story() -> None:
        async with hosting(tmp_path) as host:
            run = await begin(host, flow(approval()))
            seen: list[int] = []

            async def watch() -> None:
                async for entry in host.watch(run, after=1):
                    seen.append(entry.seq)

            watching = asyncio.create_task(watch())
            await host.until_idle({run})
            await host.answer(f"{run}:ask#1", choice="approve", by="ana")
            await watching
            assert seen == list(range(2, len(await host.journal(run)) + 1))
            assert [entry async for entry in host.watch("no-such-run")] == []
            other = await begin(host, flow(approval()))
            endless = asyncio.create_task(_collect(host.watch(other)))
            await host.until_idle({other})
        assert len(await endless) == 4, "the watch ends when the host closes"

    play(story())


def test_state_can_be_seen_at_any_event(tmp_path: Path) -> None:
    async def story() -> None:
        async with hosting(tmp_path) as host:
            run = await begin(host, flow(work("a")))
            await host.until_done(run)
            _, before = await host.state_at(run, 4)
            _, after = await host.fold(run)
            assert (before.steps["a#1"].state, after.steps["a#1"].state) == ("running", "completed")
            assert await host.fold("no-such-run") is None

    play(story())


def test_two_hundred_runs_at_once_all_end_and_leave_nothing_behind(tmp_path: Path) -> None:
    most = now = 0

    async def counted(given: Mapping[str, Any], context: NodeContext) -> Reply:
        nonlocal most, now
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.002)
        now -= 1
        return await ok(given, context)

    async def story() -> None:
        async with hosting(tmp_path, {"counted": counted}) as host:
            release = await host.put_release(package(flow(work("a", "counted"), work("b", "counted"))))
            runs = await asyncio.gather(*(host.start(release, Start(flow="f")) for _ in range(200)))
            await host.until_idle()
            assert len({r.run for r in runs}) == 200
            counts = await host.store.count_runs()
            assert counts == {"completed": 200}
            assert 1 < most <= 64
            assert len(host._runner._residency) == 0
            assert host._runner.locks._waiting == {}
            assert host._runner._ours == set()

    play(story(), 60)


def test_while_closing_nothing_new_is_taken(tmp_path: Path) -> None:
    async def story() -> None:
        async with hosting(tmp_path) as host:
            release = await host.put_release(package(flow(work("a"))))
            await host.drain()
            with pytest.raises(HostClosing):
                await host.start(release, Start(flow="f"))

    play(story())
