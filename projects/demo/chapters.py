"""The three disputes. One function a chapter; each tells while it happens what happens.

Called by `__main__`. Law: the chapters arrange only what the world outside does (people, billing, the plug); what Baton
does with it is not theirs to say, so it is read from the run.
"""

from __future__ import annotations

from typing import Any, Final

from nodes.contract import from_wire
from projects.demo.home import PEOPLE
from projects.demo.show import Show, ShowFailed
from projects.demo.told import Told
from runtime.wire import EventView, Problem

SLOW_SECONDS: Final = 2.5
"""How long billing takes for the refund during which Baton is killed; a restart takes about as long."""
FAILURES_BEFORE_REPAIR: Final = 2


def small_bill(show: Show) -> str:
    """A small doubled bill: nobody has to be asked. Gives the run."""
    stage, sample = show.stage, show.sample("automatic")
    stage.chapter("1  A small doubled bill")
    stage.tell(_says(sample))
    stage.blank()
    with stage.waiting("Baton works on it"):
        run = show.start(sample, "ana")
        show.rest(run)
    told = show.recount(run)
    _ended(show, told, "Nobody had to be asked.")
    return run


def two_people_and_a_kill(show: Show) -> str:
    """A large one: two people agree, and Baton is killed while billing pays. Gives the run."""
    stage = show.stage
    sample = {**show.sample("two_approvals"), "requested_by": "ines"}
    stage.chapter("2  A large one needs two people, and the plug is pulled")
    stage.tell(_says(sample))
    stage.blank()
    with stage.waiting("Baton works on it"):
        run = show.start(sample, "ines")
        show.rest(run)
    show.recount(run)

    task = show.task(run)
    try:
        show.answer(task, "ines", "approve")
    except Problem as refused:
        stage.moment(f"{_name('ines')} tries to approve it herself, and is refused: {refused.title}", "person")
    else:
        raise ShowFailed("The requester could approve her own request.")
    show.answer(task, "petra", "approve")
    stage.moment(f"{_name('petra')} approves: one of two. No money moves yet.", "person")

    show.systems.faults.set("billing", "slow", operation="create_refund", seconds=SLOW_SECONDS)
    decided = show.answer(task, "tom", "approve")
    if not decided.decided:
        raise ShowFailed("Two approvals did not decide.")
    stage.moment(f"{_name('tom')} approves: two of two.", "person")
    with stage.waiting("The refund is on its way to billing"):
        show.until("billing has the request for the refund", lambda: _hits(show) > 0)
    pid = show.baton.pid
    show.baton.kill()
    stage.blank()
    stage.moment("The request for the refund is on its way, and billing is slow today.", "plain")
    stage.moment(f"Now Baton is killed (kill -9, process {pid}): no warning, no chance to tidy up.", "trouble")
    stage.moment("Has billing paid or not? At this moment nobody can know.", "trouble")
    with stage.waiting("Baton starts again"):
        show.baton.start()
    stage.moment(f"Baton starts again (process {show.baton.pid}) and finds in its journal where it stood.", "plain")
    with stage.waiting("Baton asks billing again, with the same key"):
        show.rest(run)
    tries = Told(show.baton.door.trace(run, limit=500)).span("refund").attempts
    stage.moment(
        f"It sends the request again (try {len(tries)}) with the same key, so that billing can tell it is the same one."
    )
    stage.blank()
    told = show.recount(run, sharply=False)
    _ended(show, told, "The decisions of Petra and Tom were kept, and the money left once.")
    return run


def looks_doubled(show: Show) -> str:
    """Looks doubled and is not: billing is down for a while, and a person says no. Gives the run."""
    stage, sample = show.stage, show.sample("rejected")
    stage.chapter("3  Billing is down, and a bill only looks doubled")
    stage.tell(_says(sample))
    stage.blank()
    outage = show.systems.faults.set("billing", "outage")
    stage.moment("Billing is out of order.", "trouble")
    failures = 0

    def watch(event: EventView) -> None:
        nonlocal failures
        data: Any = from_wire(event.data)
        if event.type != "AttemptFailed" or not data["step"].startswith("get_invoice#"):
            return
        failures += 1
        stage.moment(f"Billing answers {data['error']['status']}. Baton waits and will try again.", "trouble")
        if failures == FAILURES_BEFORE_REPAIR:
            show.systems.faults.delete(outage)
            stage.moment("Billing is repaired. Nobody tells Baton.", "plain")

    with stage.waiting("Baton tries, waits, and tries again"):
        run = show.start(sample, "ana")
        show.rest(run, watch)
    bill = Told(show.baton.door.trace(run, limit=500)).span("get_invoice")
    seconds = (bill.attempts[-1].started_at - bill.started_at).total_seconds()
    stage.moment(f"Try {len(bill.attempts)}, {seconds:.1f} seconds after the first, gets its answer.", "done")
    show.recount(run, sharply=False)

    task = show.task(run)
    shown: Any = from_wire(task.show)
    stage.moment(f"{_name('petra')} is asked: {task.title} She sees the lines of the bill:", "person")
    for line in shown["Lines of the bill"]:
        stage.moment(line, "note")
    why = "The second amount is the instalment for the router rack. The bill is right."
    show.answer(task, "petra", "reject", why)
    stage.moment(f'Petra rejects it: "{why}"', "person")
    with stage.waiting("Baton closes the dispute"):
        show.rest(run)
    told = show.recount(run, sharply=False)
    _ended(show, told, "No money moved, and the outage cost nobody any work.")
    return run


def _says(sample: dict[str, Any]) -> str:
    who = PEOPLE[sample["requested_by"]][0].partition(" ")[0]
    quoted = f'"{sample["reason"]}"'
    return f"Customer {sample['customer']} says: {quoted} {who} starts dispute {sample['dispute']}."


def _name(user: str) -> str:
    name, (role, *_) = PEOPLE[user]
    return f"{name.partition(' ')[0]} ({role.replace('_', ' ')})"


def _hits(show: Show) -> int:
    return sum(fault["hit_count"] for fault in show.systems.faults.current() if fault["system"] == "billing")


def _ended(show: Show, told: Told, moral: str) -> None:
    trace = told.trace
    if trace.outcome is None or trace.ended_at is None:
        raise ShowFailed(f"The run {trace.run} did not end: {trace.words}")
    seconds = told.seconds(trace.ended_at)
    show.stage.moment(f"{trace.outcome_title}, after {seconds:.1f} seconds. {moral}", "end")
