"""The nine invariants, judged after every fault: what a fault may never cost, whatever it was.

`invariants(...)` is called by every test of this folder once nobody writes to the store any more. It reads the store
itself, the ledger that the example systems keep outside Baton, and what callers were told; it asks Baton's server
nothing. It gives one sentence for each breach, named I1 to I9; an empty list is the verdict that all hold.

I1 accepted starts and runs are the same, one for one · I2 each journal is without a gap, its chain holds, and the rows
that people see are what replaying it gives · I3 the ledger has at most one effect a key, and at most one effect
without a key unless a person said that the first did not happen · I4 an end is final · I5 each acknowledged decision
stands once, with who, when, and what was shown · I6 each due instant fired once, and none early · I7 no live run is
without somebody or something that will go on with it · I8 no secret stands in anything that Baton wrote · I9 nothing
stays held by a run that has ended, nor by a process that has.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from nodes.contract import Effect, EffectKind
from nodes.registry import Registry, built_ins
from projects.example_systems.judge import LedgerEntry, effects, repetitions
from runtime.engine.compiling import compile_plan
from runtime.engine.events import (
    AttemptReportedLate,
    AttemptStarted,
    Envelope,
    RunCancelled,
    RunCompleted,
    SignalDelivered,
    SignalReceived,
    TaskAnswered,
    TimerFired,
)
from runtime.engine.fold import fold
from runtime.engine.plan import Plan
from runtime.engine.projection import project
from runtime.engine.rows import RunRow, RunRows
from runtime.engine.state import JournalMismatch
from runtime.model.decisions import Decisions
from runtime.model.package import read_package
from runtime.store import Store, open_store, store_holder
from tests.faults.callers import Told

Breaches = Iterator[str]


def invariants(
    store: Path | str,
    told: Told,
    ledger: Sequence[LedgerEntry],
    *,
    secrets: Iterable[str] = (),
    written: Iterable[Path] = (),
    types: Registry | None = None,
) -> list[str]:
    """`store`: the file, or the URL of a database, which nobody writes to. `told`: what was acknowledged. `ledger`: of
    the other systems.

    `secrets`: canary values that must be found nowhere in the file's folder or in the files and folders of `written`.
    `types`: of the nodes in the flows, if they are not Baton's own.
    """
    places = (store.parent, *written) if isinstance(store, Path) else tuple(written)
    return asyncio.run(_judged(str(store), told, ledger, tuple(secrets), places, types or built_ins()))


async def _judged(
    url: str,
    told: Told,
    ledger: Sequence[LedgerEntry],
    secrets: tuple[str, ...],
    places: tuple[Path, ...],
    types: Registry,
) -> list[str]:
    breaches = list(_ledger_is_honest(ledger)) + list(_secrets_are_kept(secrets, places))
    if holder := store_holder(url):
        breaches.append(f"I9: the store is still held by {holder}, which has ended")
    store = open_store(url, worker="judge", read_only=True)
    try:
        breaches += [f"I2: {finding}" for finding in await store.verify()]
        rows = [row async for row in _all_runs(store)]
        breaches += _starts_are_runs(told, rows)
        journals = {row.run: await store.read_stream(row.run) for row in rows}
        for row in rows:
            journal, plan = journals[row.run], await _plan_of(store, row, types)
            try:
                replayed = project(plan, fold(plan, journal, row.run))
            except JournalMismatch as mismatch:
                breaches.append(f"I2: {mismatch}")
                continue
            breaches += await _rows_are_the_journal(store, row, journal, replayed)
            breaches += _nothing_was_sent_again(plan, row, journal)
            breaches += _an_end_is_final(row, journal)
            breaches += _timers_fired_once(row, journal)
            breaches += _somebody_goes_on(row, replayed)
        breaches += _decisions_stand(told, journals)
        breaches += await _signals_stand(store, told, journals)
    finally:
        await store.close()
    return breaches


async def _all_runs(store: Store) -> Any:
    cursor: str | None = None
    while True:
        page = await store.list_runs(cursor=cursor)
        for row in page.rows:
            yield row
        cursor = page.cursor
        if cursor is None:
            return


def _starts_are_runs(told: Told, rows: list[RunRow]) -> Breaches:
    there = {row.run for row in rows if row.parent is None}
    for run in told.runs - there:
        yield f"I1: the start of {run} was acknowledged, and there is no such run"
    if len(there) > max(told.possible_starts, len(told.runs)):
        yield f"I1: {told.possible_starts} starts were asked for, and there are {len(there)} runs"


async def _plan_of(store: Store, row: RunRow, types: Registry) -> Plan:
    package = await store.release(row.release)
    assert package is not None, f"I2: the release of {row.run} is gone"
    project = read_package(package)
    return compile_plan(
        project.flows[row.flow],
        types,
        release=row.release,
        project=row.project,
        flows=project.flows,
        decisions=Decisions(project.decisions),
    )


async def _rows_are_the_journal(store: Store, row: RunRow, journal: list[Envelope], replayed: RunRows) -> list[str]:
    seqs = [entry.seq for entry in journal]
    if seqs != list(range(1, len(seqs) + 1)):
        return [f"I2: {row.run} has the rows {seqs}"]
    tasks = (await store.open_tasks(run=row.run)).rows
    incidents = (await store.incidents(run=row.run)).rows
    breaches = []
    if replayed.run != row:
        breaches.append(f"I2: the journal of {row.run} gives {replayed.run}, its row says {row}")
    if set(replayed.tasks) != set(tasks):
        breaches.append(f"I2: the journal of {row.run} gives the tasks {replayed.tasks}, the list says {tasks}")
    if set(replayed.incidents) != set(incidents):
        breaches.append(f"I2: the journal of {row.run} gives {replayed.incidents}, the list says {incidents}")
    return breaches


def _ledger_is_honest(ledger: Sequence[LedgerEntry]) -> Breaches:
    for twice in repetitions(ledger):
        yield f"I3: {twice.operation} for {twice.case} took place {twice.times} times"
    keys = Counter((entry.system, entry.idempotency_key) for entry in effects(ledger) if entry.idempotency_key)
    for (system, key), times in keys.items():
        if times > 1:
            yield f"I3: {system} did {times} effects for the key {key}"


def _nothing_was_sent_again(plan: Plan, row: RunRow, journal: list[Envelope]) -> Breaches:
    """A `once` effect has a second attempt only after a person said that the first one did not happen (X4)."""
    for entry in journal:
        event = entry.event
        if not isinstance(event, AttemptStarted):
            continue
        behaviour = plan.nodes[event.step.partition("#")[0]].behaviour
        if isinstance(behaviour, Effect) and behaviour.effect is EffectKind.ONCE and event.reason != "resolved":
            yield f"I3: {event.step} of {row.run}, which may be sent once, was sent again ({event.reason})"


def _an_end_is_final(row: RunRow, journal: list[Envelope]) -> Breaches:
    ends = [entry for entry in journal if isinstance(entry.event, RunCompleted | RunCancelled)]
    if not ends:
        return
    if len(ends) > 1:
        yield f"I4: {row.run} ended {len(ends)} times"
    after = [type(entry.event) for entry in journal[journal.index(ends[0]) + 1 :]]
    if any(kind is not AttemptReportedLate for kind in after):  # what a worker who was missed tells moves nothing (X6)
        yield f"I4: {row.run} went on after its end: {after[-1].__name__}"
    if row.state not in {"completed", "cancelled"}:
        yield f"I4: {row.run} has ended and stands as {row.state}"


def _decisions_stand(told: Told, journals: dict[str, list[Envelope]]) -> Breaches:
    for answer in told.answers:
        run, _, step = answer.task.partition(":")
        found = [
            entry
            for entry in journals.get(run, [])
            if isinstance(entry.event, TaskAnswered) and (entry.event.step, entry.event.by) == (step, answer.by)
        ]
        if len(found) != 1:
            yield f"I5: the answer of {answer.by} to {answer.task} stands {len(found)} times"
            continue
        event = found[0].event
        assert isinstance(event, TaskAnswered)
        if (event.choice, event.revision) != (answer.choice, answer.revision):
            yield f"I5: {answer.by} said {answer.choice} to {answer.revision}; the journal has {event}"


async def _signals_stand(store: Store, told: Told, journals: dict[str, list[Envelope]]) -> list[str]:
    breaches = []
    for signal in told.signals:
        found = await store.find_signal(signal)
        if found is None:
            breaches.append(f"I5: the signal {signal} was acknowledged and is not there")
            continue
        inbox = [entry.event for entry in await store.read_stream(found[0])]
        if len([e for e in inbox if isinstance(e, SignalReceived) and e.signal == signal]) != 1:
            breaches.append(f"I5: the signal {signal} was not received once")
    delivered = Counter(
        (e.event.signal, run) for run, j in journals.items() for e in j if isinstance(e.event, SignalDelivered)
    )
    return breaches + [f"I5: {what} was delivered {times} times" for what, times in delivered.items() if times > 1]


def _timers_fired_once(row: RunRow, journal: list[Envelope]) -> Breaches:
    fired: Counter[tuple[str, str, Any]] = Counter()
    for entry in journal:
        if isinstance(entry.event, TimerFired):
            fired[entry.event.step, entry.event.purpose, entry.event.due] += 1
            if entry.at < entry.event.due:
                yield f"I6: {entry.event} of {row.run} fired early, at {entry.at}"
    for timer, times in fired.items():
        if times > 1:
            yield f"I6: {timer} of {row.run} fired {times} times"


def _somebody_goes_on(row: RunRow, rows: RunRows) -> Breaches:
    if row.state in {"completed", "cancelled"}:
        held = {
            "a timer": row.next_due,
            "a task": rows.tasks,
            "an incident": rows.incidents,
            "a wait": rows.waits,
            "a worker": row.needs_worker,
            "a place": row.at_nodes,
        }
        yield from (f"I9: {row.run} has ended and still holds {name}" for name, what in held.items() if what)
    elif row.state != "suspended" and not (
        row.needs_worker or row.next_due or rows.tasks or rows.incidents or rows.waits
    ):
        yield f"I7: nobody and nothing will go on with {row.run}, which is {row.state} at {row.at_nodes}"


def _secrets_are_kept(secrets: tuple[str, ...], places: tuple[Path, ...]) -> Breaches:
    for place in places:
        files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
        for path in files:
            content = path.read_bytes()
            for number, secret in enumerate(secrets):
                if secret.encode() in content:
                    yield f"I8: secret {number} stands in {path.name}"
