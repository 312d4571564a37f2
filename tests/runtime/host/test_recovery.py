"""After kill -9 (FAULTS F01 to F03, F05, F32): what was acknowledged goes on, and effects go out as promised."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from runtime.engine.events import RunClaimed
from runtime.engine.stimuli import SendSignal
from runtime.host import Host
from runtime.host.recovery import Recovery
from runtime.model.flow import Flow
from tests.runtime.host.bench import approval, begin, flow, hosting, play, told, work
from tests.runtime.host.test_host import WAITING
from tests.runtime.host.victim import effects, ledger

ROOT = Path(__file__).resolve().parents[3]
THREE = flow(work("pays", "pay"), work("posts", "post", "once"), work("looks", "look", "read"))


def victim(folder: Path, runs: int, fault: str = "", url: str = "") -> tuple[int, list[str]]:
    """Lets one live -> (its exit code, the runs that it acknowledged). ``url``: of its store, if not in ``folder``."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "BATON_FAULT": fault}
    ended = subprocess.run(
        [sys.executable, "-m", "tests.runtime.host.victim", str(folder), str(runs), *([url] if url else [])],
        capture_output=True,
        text=True,
        env=environ,
        timeout=90,
        check=False,
    )
    assert "Traceback" not in ended.stderr, ended.stderr
    return ended.returncode, [line.split()[1] for line in ended.stdout.splitlines() if line.startswith("started")]


def leave(folder: Path, **flows: Flow) -> None:
    for name, drawn in flows.items():
        named = drawn.model_copy(update={"id": name})
        (folder / f"{name}.flow.json").write_text(named.model_dump_json(by_alias=True), encoding="utf-8")


async def all_runs(host: Host) -> list[str]:
    return [row.run for row in (await host.list_runs()).rows]


UNKNOWABLE = {"append.after:2", "perform.before:2", "perform.after:2", "append.before:3"}
"""between the durable start of the `once` effect and its durable end"""
SOME = [
    "append.after:1",
    "perform.before:1",
    "perform.after:1",
    "append.before:3",
    "perform.before:2",
    "append.after:4",
]
OTHERS = [
    "append.before:1",
    "append.before:2",
    "append.after:2",
    "append.after:3",
    "append.before:4",
    "perform.after:2",
    "perform.before:3",
    "perform.after:3",
]


@pytest.mark.parametrize("fault", [*SOME, *(pytest.param(fault, marks=pytest.mark.slow) for fault in OTHERS)])
def test_killed_at_any_point_a_run_goes_on_and_effects_stay_honest(tmp_path: Path, fault: str) -> None:
    leave(tmp_path, three=THREE)
    code, acknowledged = victim(tmp_path, 1, fault)
    assert code == 137, "the fault point was not reached: there are fewer writes or effects than the test thinks"

    async def story() -> None:
        async with hosting(tmp_path, effects(tmp_path)) as host:
            await host.until_idle()
            runs = await all_runs(host)
            assert set(acknowledged) <= set(runs), "an acknowledged start is never lost"
            if not runs:
                assert fault == "append.before:1"
                assert ledger(tmp_path) == []
                return
            [run] = runs
            row = await host.run_row(run)
            sent = ledger(tmp_path)
            assert len([line for line in sent if line[0] == "once"]) <= 1
            assert len({key for kind, key, _ in sent if kind == "keyed"}) == 1, "each attempt carries the same key"
            incidents = [(incident.kind, incident.step) for incident in (await host.incidents()).rows]
            if fault in UNKNOWABLE:
                assert incidents == [("outcome_unknown", "posts#1")]
            else:
                assert incidents == []
                assert (row.state, row.outcome) == ("completed", "over")
                assert [kind for kind, _, _ in sent if kind == "once"] == ["once"]
            assert await host.store.verify() == []

    play(story(), 60)


def test_what_died_between_two_effects_is_claimed_before_it_goes_on(tmp_path: Path) -> None:
    leave(tmp_path, three=THREE)
    victim(tmp_path, 1, "perform.after:1")

    async def story() -> None:
        async with hosting(tmp_path, effects(tmp_path)) as host:
            await host.until_idle()
            [run] = await all_runs(host)
            words = await told(host, run)
            claim = words.index("RunClaimed")
            assert words[claim - 1] == "StepStarted pays#1"
            assert words[claim + 1 : claim + 3] == ["AttemptStarted pays#1", "StepCompleted pays#1"]

    play(story(), 60)


def test_what_is_brought_to_a_dead_workers_run_is_durable_but_nothing_goes_out_before_the_claim(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = flow(
        approval(),
        work("pays", "pay"),
        work("after", "look", "read"),
        edges=[
            "start.started>ask",
            "start.started>pays",
            "ask.approve>after",
            "ask.reject>end",
            "pays.done>end",
            "after.done>end",
        ],
    )
    leave(tmp_path, both=both)
    victim(tmp_path, 1, "perform.after:1")
    assert [kind for kind, *_ in ledger(tmp_path)] == ["keyed"]

    async def story() -> None:
        opened, recover = asyncio.Event(), Recovery.run

        async def late(recovery: Recovery) -> None:
            await opened.wait()
            await recover(recovery)

        monkeypatch.setattr(Recovery, "run", late)
        monkeypatch.setattr(Recovery, "found", lambda *_: None)
        async with hosting(tmp_path, effects(tmp_path)) as host:
            [run] = await all_runs(host)
            accepted = await host.answer(f"{run}:ask#1", choice="approve", by="ana")
            assert accepted.reply["decided"] is True
            await asyncio.sleep(0.1)
            assert len(ledger(tmp_path)) == 1, "neither the attempt left behind nor what follows from the answer"
            monkeypatch.undo()
            opened.set()
            assert (await host.until_done(run)).outcome == "over"
            words = await told(host, run)
            assert words.index("TaskAnswered ask#1") < words.index("RunClaimed") < words.index("AttemptStarted pays#1")

    play(story(), 60)


async def no_second_claim_while_another_is_under_way(host: Host) -> None:
    """From its second claim on a run is performed alone (X7), so the next suspect is claimed when it has ended."""
    claims: Counter[str] = Counter()
    alone, worker = None, ""
    for row in await host.store.read_rows():
        if row.type == "RunClaimed":
            claims[row.stream] += 1
            claimed_by = json.loads(row.data)["worker"]
            if claimed_by != worker:
                alone, worker = None, claimed_by  # the process before died, with whatever was under way in it
            if claims[row.stream] == 2:
                assert alone is None, f"{row.stream} was claimed while {alone} was under way"
                alone = row.stream
        elif row.type == "StepCompleted" and row.stream == alone:
            alone = None


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def test_a_run_that_kills_its_worker_stops_after_three_claims_and_no_other_is_blamed(
    tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres").database() if kind == "postgres" else ""
    shared = {"store_url": url} if url else {}
    lingers = flow(work("l", "linger"))
    leave(tmp_path, guilty=flow(work("k", "kill")), innocent_1=lingers, innocent_2=lingers)
    codes = [victim(tmp_path, runs, url=url)[0] for runs in (1, 0, 0)]
    assert codes == [9, 9, 9]

    async def story() -> None:
        async with hosting(tmp_path, effects(tmp_path), **shared) as host:
            await host.until_idle()
            rows = {row.flow: row for row in (await host.list_runs()).rows}
            assert [rows[name].outcome for name in ("innocent_1", "innocent_2")] == ["over", "over"]
            [incident] = (await host.incidents()).rows
            assert (incident.flow, incident.kind) == ("guilty", "poison")
            guilty = await host.journal(rows["guilty"].run)
            assert len([e for e in guilty if isinstance(e.event, RunClaimed)]) == 3
            await no_second_claim_while_another_is_under_way(host)

    play(story(), 60)
    assert len([line for line in ledger(tmp_path) if line[0] == "kill"]) == 3, "the third claim does not try again"


def test_tasks_waits_and_unmatched_signals_survive(tmp_path: Path) -> None:
    async def before() -> tuple[str, str]:
        async with hosting(tmp_path) as host:
            asked = await begin(host, flow(approval()))
            waits = await begin(host, flow(WAITING), input={"invoice": "i-9"})
            await host.until_idle()
            # As a crash between two appends leaves it: the signal durable, its delivery not.
            received = await host._matching.receive(SendSignal(name="paid", key="i-9", payload={"amount": "1"}))
            assert received.repeated is False
            return asked, waits

    asked, waits = play(before())

    async def after() -> None:
        async with hosting(tmp_path) as host:
            assert (await host.until_done(waits)).outcome == "over"
            assert [row.run for row in (await host.tasks()).rows] == [asked]
            await host.answer(f"{asked}:ask#1", choice="approve", by="ana")
            assert (await host.until_done(asked)).outcome == "over"
            assert "RunClaimed" not in await told(host, asked), "nothing was under way, so nobody took anything over"

    play(after())


def test_one_run_that_cannot_be_read_stops_no_other(tmp_path: Path) -> None:
    leave(tmp_path, broken=flow(work("l", "linger")), sound=flow(work("l", "linger")))
    victim(tmp_path, 1, "perform.before:2")

    async def spoil() -> str:
        import sqlite3

        with sqlite3.connect(tmp_path / "store.db") as database:
            [(run,)] = database.execute("select run from runs where flow = 'broken'").fetchall()
            for (trigger,) in database.execute("select name from sqlite_master where type = 'trigger'").fetchall():
                database.execute(f"drop trigger {trigger}")
            database.execute("update journal set version = 99 where stream = ? and seq = 4", (run,))
        return run

    run = asyncio.run(spoil())

    async def story() -> None:
        async with hosting(tmp_path, effects(tmp_path)) as host:
            await host.until_idle()
            rows = {row.flow: row.state for row in (await host.list_runs()).rows}
            assert rows == {"broken": "running", "sound": "completed"}
            [incident] = (await host.incidents()).rows
            assert (incident.run, incident.kind) == (run, "unreadable")
            assert "newer Baton" in incident.message
            assert run in host.health().set_aside

    play(story(), 60)


def test_drained_in_the_middle_the_next_worker_ends_it_and_nothing_is_sent_twice(tmp_path: Path) -> None:
    """What is under way gets its time; a `once` effect whose start is durable is sent, a keyed one is left."""
    drawn = flow(work("l", "linger"), work("o", "post", "once"), work("k", "pay"))

    async def before() -> str:
        async with hosting(tmp_path, effects(tmp_path)) as host:
            run = await begin(host, drawn)
            await asyncio.sleep(0.1)
        return run

    run = play(before())
    assert [kind for kind, *_ in ledger(tmp_path)] == ["linger", "once"]

    async def after() -> None:
        async with hosting(tmp_path, effects(tmp_path)) as host:
            assert (await host.until_done(run)).outcome == "over"
            assert (await host.incidents()).rows == ()

    play(after())
    assert [kind for kind, *_ in ledger(tmp_path)] == ["linger", "once", "keyed"]


def test_an_attempt_that_outlasts_the_drain_is_taken_over(tmp_path: Path) -> None:
    async def before() -> str:
        async with hosting(tmp_path, effects(tmp_path), drain_seconds=0.05) as host:
            run = await begin(host, flow(work("l", "linger")))
            await asyncio.sleep(0.1)
        return run

    run = play(before())

    async def after() -> None:
        async with hosting(tmp_path, effects(tmp_path)) as host:
            assert (await host.until_done(run)).outcome == "over"

    play(after())
    lines = ledger(tmp_path)
    assert [(kind, attempt) for kind, _, attempt in lines] == [("linger", "1"), ("linger", "2")]
    assert lines[0][1] == lines[1][1]
