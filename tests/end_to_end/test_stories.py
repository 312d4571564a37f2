"""The stories as production plays them: real processes, real HTTP, the product's own commands; judged by the ledger."""

from __future__ import annotations

import json
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from projects.child_process import ROOT
from projects.demo.baton_process import BatonProcess, command, surroundings
from projects.example_systems.judge import effects, repetitions
from projects.example_systems.launch import Systems, start_process
from tests.end_to_end.people import CLOSED, FLOW, Matter, People, journal, three_disputes
from tests.postgres_server import Server

Play = Callable[..., People]
PROJECT_FOLDER = ROOT / "projects" / FLOW
CREDITED = Counter(create_credit_note=1, create_ticket=1, send_message=1)


@pytest.fixture
def play(systems: Systems, baton: BatonProcess) -> Play:
    """Start matters on a serving Baton, do what people do, and judge."""

    def played(*matters: Matter) -> People:
        people = People(systems, lambda: baton.door, matters)
        people.settle()
        people.judge()
        return people

    return played


def test_the_three_disputes(play: Play) -> None:
    people = play(*three_disputes())

    assert people.looked_after == []
    assert all(entry.replayed is False for entry in people.systems.ledger())


def test_the_three_disputes_on_postgres(systems: Systems, home: Path, postgres: Server) -> None:
    with BatonProcess(postgres.database(), home) as baton:
        people = People(systems, lambda: baton.door, three_disputes())
        people.settle()
        people.judge()
        assert people.looked_after == []
        assert all(entry.replayed is False for entry in systems.ledger())
        assert baton.stop() == 0


@pytest.mark.slow
def test_many_at_once_do_not_get_in_one_anothers_way(play: Play) -> None:
    samples = ("automatic", "letter", "two_bills", "only_letter_arrives", "email_fails")
    waits = Matter("one_approval", {"tom": "approve"})
    credited = Matter("not_paid_yet", outcome="credited", effects=CREDITED)
    right = Matter("bill_is_right", outcome="nothing_owed", effects=CLOSED)
    call = Matter("wants_a_call", effects=Counter(create_refund=1, create_credit_note=1, create_ticket=2))

    play(*(Matter(sample) for sample in samples), waits, credited, right, call)


def test_a_suspicion_goes_to_an_agent_who_sees_everything_and_then_to_finance(
    systems: Systems, baton: BatonProcess
) -> None:
    matter = Matter("fraud_suspicion", {"tom": "approve"})
    people = People(systems, lambda: baton.door, [matter])
    people.start_all()
    task = wait_for_task(baton, matter)

    assert (task.node, task.role) == ("review_suspicion", "agents")
    assert "83 of 100" in task.why
    assert len(task.show["Earlier disputes"]) == 4  # type: ignore[index]
    matter.answers = {"ana": "genuine"}
    people.answer_all()
    assert wait_for_task(baton, matter).node == "approve_refund"
    matter.answers = {"tom": "approve"}
    people.settle()
    people.judge()


def test_a_suspicion_that_is_not_cleared_pays_nothing(play: Play) -> None:
    play(Matter("fraud_suspicion", {"ana": "fraud"}, "rejected", CLOSED))


def test_where_email_fails_an_sms_arrives(play: Play, systems: Systems) -> None:
    play(Matter("email_fails"))

    with systems.client("notifications") as client:
        messages = client.get("/messages", params={"customer": "C-1005"}).json()["messages"]
    assert [message["channel"] for message in messages] == ["sms"]


def test_an_outage_of_billing_is_sat_out_and_the_trace_shows_it(
    play: Play, systems: Systems, baton: BatonProcess
) -> None:
    systems.faults.set("billing", "outage", operation="create_refund", times=2)
    people = play(Matter("automatic"))

    run = people.matters[0].run
    (refund,) = [span for span in baton.door.trace(run, limit=500).spans if span.node == "refund"]
    assert [attempt.state for attempt in refund.attempts] == ["failed", "failed", "succeeded"]
    assert all("503" in attempt.words for attempt in refund.attempts[:2])
    assert [e.type for e in journal(baton.door, run)].count("AttemptFailed") == 2


@pytest.mark.parametrize("kind", ["duplicate_delivery", "cut_connection", "truncate", "status_429", "status_500"])
@pytest.mark.slow
def test_whatever_happens_on_the_wire_money_moves_once(play: Play, systems: Systems, kind: str) -> None:
    for operation in ("create_refund", "create_credit_note"):
        systems.faults.set("billing", kind, operation=operation)
    systems.faults.set("ticketing", kind, operation="create_ticket")

    play(Matter("automatic"))


@pytest.mark.parametrize("kind", ["duplicate_delivery", "cut_connection"])
def test_a_message_with_an_unclear_end_waits_for_a_person(play: Play, systems: Systems, kind: str) -> None:
    systems.faults.set("notifications", kind, operation="send_message")

    assert play(Matter("automatic")).looked_after == ["outcome_unknown"]


def test_starting_a_dispute_twice_with_its_key_is_one_dispute(
    play: Play, systems: Systems, baton: BatonProcess
) -> None:
    first = play(Matter("automatic"))
    second = People(systems, lambda: baton.door, [Matter("automatic", mark=first.matters[0].mark)])
    second.settle()

    assert second.matters[0].run == first.matters[0].run
    first.judge()


# -- the command line --------------------------------------------------------------------------------------------------


def baton_says(home: Path, *words: str, expect: int) -> Any:
    """A verb as a newcomer types it, its JSON, and its exit code."""
    done = subprocess.run(
        command(*words, "--json"),
        cwd=ROOT,
        env=surroundings(home),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (expect, False), done.stderr + done.stdout
    return json.loads(done.stdout)


def run_words(sample: str, store: Path, *more: str) -> Sequence[str]:
    """`baton run` of a sample."""
    file = PROJECT_FOLDER / "samples" / FLOW / f"{sample}.json"
    return ("run", str(PROJECT_FOLDER), FLOW, "--input", f"@{file}", "--as", "ana", "--store", str(store), *more)


@pytest.mark.slow
def test_the_three_disputes_from_the_command_line(systems: Systems, home: Path, tmp_path: Path) -> None:
    store = tmp_path / "a store.db"
    baton_says(home, *run_words("automatic", store), expect=0)
    answers = ["--answer", "petra@approve_large_refund=approve", "--answer", "tom@approve_large_refund=approve"]
    baton_says(home, *run_words("two_approvals", store, *answers), expect=0)
    refusal = 'petra@approve_refund=reject:{"comment": "It is an instalment."}'
    baton_says(home, *run_words("rejected", store, "--answer", refusal), expect=0)

    ledger = systems.ledger()
    assert repetitions(ledger) == []
    expected = sum((matter.effects for matter in three_disputes()), Counter[str]())
    assert Counter(entry.operation for entry in effects(ledger)) == expected


@pytest.mark.slow
def test_a_second_ledger_server_takes_the_place_of_billing(systems: Systems, home: Path, tmp_path: Path) -> None:
    with start_process() as elsewhere:
        bound = ["--connection", f"billing={elsewhere.url_of('billing')}"]
        baton_says(home, *run_words("automatic", tmp_path / "store.db", *bound), expect=0)

        assert Counter(e.operation for e in effects(elsewhere.ledger())) == {
            "create_refund": 1,
            "create_credit_note": 1,
        }
    assert Counter(e.operation for e in effects(systems.ledger())) == {"create_ticket": 1, "send_message": 1}


@pytest.mark.slow
def test_another_server_can_take_the_place_of_all_five(systems: Systems, home: Path, tmp_path: Path) -> None:
    with start_process() as elsewhere:
        bound = [word for s in elsewhere.keys for word in ("--connection", f"{s}={elsewhere.url_of(s)}")]
        baton_says(home, *run_words("automatic", tmp_path / "store.db", *bound), expect=0)

        assert len(effects(elsewhere.ledger())) == 4
    assert systems.ledger() == []


@pytest.mark.slow
def test_a_killed_command_is_gone_on_with_by_another(systems: Systems, home: Path, tmp_path: Path) -> None:
    """`baton run` is killed while billing holds its answer back; `baton resume` ends the run, with the same key."""
    store = tmp_path / "a store.db"
    fault = systems.faults.set("billing", "slow", operation="create_refund", seconds=1.5)
    playing = subprocess.Popen(
        command(*run_words("automatic", store)),
        cwd=ROOT,
        env=surroundings(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    reached = threading.Event()
    for _ in range(600):
        if any(f["id"] == fault and f["hit_count"] for f in systems.faults.current()):
            reached.set()
            break
        assert playing.poll() is None, "it ended before it could be killed"
        threading.Event().wait(0.05)
    assert reached.is_set()
    playing.kill()
    playing.wait()

    (before,) = baton_says(home, "runs", "--store", str(store), expect=0)["runs"]
    assert before["state"] == "running"
    (after,) = baton_says(home, "resume", "--store", str(store), expect=0)["runs"]
    assert (after["run"], after["outcome"]) == (before["run"], "refunded")
    refunds = [entry for entry in systems.ledger() if entry.operation == "create_refund"]
    assert [entry.replayed for entry in refunds].count(False) == 1
    assert len({entry.idempotency_key for entry in refunds}) == 1
    assert repetitions(systems.ledger()) == []


def wait_for_task(baton: BatonProcess, matter: Matter) -> Any:
    """The one task of a run, once it is there."""
    for item in baton.door.follow(matter.run):
        if getattr(item, "busy", True) is False:
            break
    (task,) = baton.door.tasks(run=matter.run).tasks
    return baton.door.task(task.task)
