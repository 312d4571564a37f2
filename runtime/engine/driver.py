"""The one sans-IO driver: everything between a stimulus and its durable consequences, except the I/O itself.

It owns the order of stimuli and timers (Z4), claims, the matching of signals, start keys and the runs held in memory.
Each call is a generator that yields ``requests`` and is sent the answers; ``host`` runs them against a store,
``simulate`` against memory. One call at a time per run and per inbox, locks in the order inbox, run: the runner's part.

An exception from an ``Append`` (``Fenced``, or a store that can't write) ends the call and leaves the run forgotten, to
be read again from its journal: the state in memory is never ahead of the journal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from nodes.contract import Value, same_value
from runtime.engine.cautions import cautions
from runtime.engine.commands import Command
from runtime.engine.decide import WHOLE, Reaction, fire_timer, react, settle
from runtime.engine.door import come_in
from runtime.engine.events import SYSTEM, Envelope, RunStarted, SignalConsumed, SignalReceived
from runtime.engine.families import report_of
from runtime.engine.fold import fold
from runtime.engine.inbox import MAX_KEEP, Match, fold_inbox, inbox_stream, match
from runtime.engine.keys import signal_body, start_body
from runtime.engine.opening import opening_of
from runtime.engine.outstanding import outstanding
from runtime.engine.plan import Plan
from runtime.engine.projection import project
from runtime.engine.requests import (
    Append,
    FindSignal,
    FindStart,
    FindWaits,
    PlanFor,
    ReadInbox,
    ReadRun,
    Request,
    Rest,
    SignalKey,
    StartKey,
)
from runtime.engine.rows import RunRows
from runtime.engine.state import State
from runtime.engine.stimuli import ChildReported, DeliverSignal, Refusal, SendSignal, Start, Stimulus

REST = Rest()
MOST_UNFIT = 10_000
"""how many refused signals are remembered; one that is forgotten is only refused again"""


class Done(Struct, frozen=True, kw_only=True):
    """A call that was accepted and is durable."""

    run: str
    state: str
    seq: int
    commands: tuple[Command, ...]
    """ALL commands outstanding now; those already in flight are the runner's to know"""
    next_due: dt.datetime | None
    opened_waits: tuple[tuple[str, str], ...] = ()
    """(name, key) of waits for signals that this call opened: the runner now matches these"""
    reply: Value = None
    repeated: bool = False
    """the stimulus repeated an earlier one: nothing new happened"""
    terminal: bool = False
    alone: bool = False
    """the run was found dying with its worker twice: perform it alone (X7)"""
    in_flight: bool = False
    """an attempt is in flight: a worker that did not begin it has to claim the run first (X7)"""
    tells: tuple[str, ChildReported] | None = None
    """the run is over and was called: the run to tell, and what (B2). Said each time, until that run has heard it"""
    warnings: tuple[str, ...] = ()
    """what somebody should look at before it becomes an incident, in sentences"""
    rows: RunRows


@dataclass(frozen=True, slots=True)
class SignalAccepted:
    """A signal that is durable in its inbox; the runner now matches (name, key)."""

    signal: str
    stream: str
    name: str
    key: str
    repeated: bool


@dataclass(slots=True)
class _Loaded:
    plan: Plan
    state: State
    rows: RunRows | None
    commands: tuple[Command, ...] = ()


Call = Generator[Request, Any, Done | Refusal]


class Driver:
    """Holds the states of loaded runs. ``worker`` names the process in claims and attempts; ``piece``: rounds of
    ``settle`` after which a call yields a ``Rest``, for a player that has other things to do."""

    def __init__(self, *, worker: str = "", piece: int = WHOLE) -> None:
        self.worker = worker
        self._piece = piece
        self._loaded: dict[str, _Loaded] = {}
        self._unfit: dict[tuple[str, str, str], None] = {}
        """(run, step, signal) of what was refused lately: neither will ever change, so once is enough (W6)"""

    # -- runs -------------------------------------------------------------------------------------------------------

    def start(self, run: str, release: str, stimulus: Start, at: dt.datetime) -> Call:
        """Begin a run; a known key gives the first. Refusals: FLOW_UNKNOWN, FLOW_BROKEN,
        TRIGGER, INPUT, CASE, TEXT, EXPRESSION, DEPTH, KEY_REUSED."""
        plan: Plan | None = yield PlanFor(release, stimulus.flow)
        if plan is None:
            return Refusal(404, "FLOW_UNKNOWN", f'There is no flow "{stimulus.flow}" in release {release[:12]}.')
        admitted = come_in(stimulus)
        if isinstance(admitted, Refusal):
            return admitted
        stimulus = admitted
        body = ""
        if stimulus.key is not None:
            trigger = stimulus.trigger
            if trigger is None and len(plan.triggers) == 1:
                trigger = plan.triggers[0]  # as the journal will say: who names the only trigger starts the same
            body = start_body(stimulus.input, stimulus.case, trigger)
            known = yield FindStart(stimulus.environment, stimulus.flow, stimulus.key)
            if known is not None:
                return (yield from self._same_start(known, body, stimulus))
        opening = opening_of(plan, run, stimulus, at)
        if isinstance(opening, Refusal):
            return opening
        r = Reaction(plan, State(run=run), at, self.worker)
        r.emit(opening, stimulus.actor)
        while not settle(r, self._piece):
            yield REST
        key = None
        if stimulus.key is not None:
            key = StartKey(stimulus.environment, stimulus.flow, stimulus.key, body, run)
        loaded = _Loaded(plan, r.state, None)
        self._loaded[run] = loaded
        return (yield from self._commit(loaded, r, {"run": run}, start_key=key))

    def deliver(self, run: str, stimulus: Stimulus, at: dt.datetime) -> Call:
        """Bring one stimulus to a run. Refusals: RUN_UNKNOWN and those of ``decide``."""
        loaded = yield from self._load(run)
        if isinstance(loaded, Refusal):
            return loaded
        admitted = come_in(stimulus)
        if isinstance(admitted, Refusal):
            return admitted
        r = Reaction(loaded.plan, loaded.state, at, self.worker)
        try:
            reply = react(r, admitted)
            if not isinstance(reply, Refusal):
                while not settle(r, self._piece):
                    yield REST
        except BaseException:
            self.forget(run)  # as ``_or_forget``, written out for what happens most
            raise
        if isinstance(reply, Refusal):
            if r.entries:  # timers that were due before it fired all the same
                yield from self._commit(loaded, r, None)
            return reply
        return (yield from self._commit(loaded, r, reply))

    def wake(self, run: str, at: dt.datetime) -> Call:
        """Fire all timers due at or before ``at``."""
        loaded = yield from self._load(run)
        if isinstance(loaded, Refusal):
            return loaded
        with self._or_forget(run):
            r = Reaction(loaded.plan, loaded.state, at, self.worker)
            while fire_timer(r, inclusive=True):
                while not settle(r, self._piece):
                    yield REST
        return (yield from self._commit(loaded, r, None))

    def look(self, run: str) -> Call:
        """Load a run and say what is outstanding; changes nothing."""
        loaded = yield from self._load(run)
        return loaded if isinstance(loaded, Refusal) else self._done(loaded, (), None)

    def forget(self, run: str) -> None:
        """Drop a run from memory."""
        self._loaded.pop(run, None)

    def holds(self, run: str) -> bool:
        """Whether a run is in memory."""
        return run in self._loaded

    def peek(self, run: str) -> tuple[Plan, State] | None:
        """Plan and state of a run in memory, to read only."""
        loaded = self._loaded.get(run)
        return None if loaded is None else (loaded.plan, loaded.state)

    # -- signals ----------------------------------------------------------------------------------------------------

    def receive_signal(
        self, stimulus: SendSignal, at: dt.datetime, signal: str
    ) -> Generator[Request, Any, SignalAccepted | Refusal]:
        """Put a signal into its inbox; ``signal`` is its id, made by the host where the sender gave none (W5)."""
        admitted = come_in(stimulus)
        if isinstance(admitted, Refusal):
            return admitted
        stimulus = admitted
        if not 0 < stimulus.keep_for <= MAX_KEEP:
            return Refusal(422, "KEEP_FOR", "A signal is kept for more than nothing and at most 30 days.")
        stream = inbox_stream(stimulus.name, stimulus.key)
        body = signal_body(stimulus.name, stimulus.key, stimulus.payload)
        if stimulus.id is not None:
            known = yield FindSignal(stimulus.id)
            if known is not None:
                if known[1] != body:
                    return Refusal(409, "SIGNAL_REUSED", f"The signal {stimulus.id} came before with other content.")
                return SignalAccepted(stimulus.id, stream, stimulus.name, stimulus.key, True)
        entries: list[Envelope] = yield ReadInbox(stream)
        earlier = fold_inbox(entries).get(signal)
        if earlier is not None:
            # Longer ago than its id is remembered, or somebody chose the id that the host had made for another.
            named = (earlier.name, earlier.key) == (stimulus.name, stimulus.key)
            if not named or not same_value(earlier.payload, stimulus.payload):
                return Refusal(409, "SIGNAL_REUSED", f"The signal {signal} came before with other content.")
            return SignalAccepted(signal, stream, stimulus.name, stimulus.key, True)
        event = SignalReceived(
            signal=signal,
            name=stimulus.name,
            key=stimulus.key,
            payload=stimulus.payload,
            until=at + dt.timedelta(seconds=stimulus.keep_for),
        )
        seq = entries[-1].seq + 1 if entries else 1
        remembered = SignalKey(stimulus.id, stream, body) if stimulus.id is not None else None
        yield Append((Envelope(stream, seq, at, stimulus.actor, event),), signal_key=remembered)
        return SignalAccepted(signal, stream, stimulus.name, stimulus.key, False)

    def matches(self, name: str, key: str, at: dt.datetime) -> Generator[Request, Any, list[Match]]:
        """Who may take which signal now, best first. Deliver one by one; after a delivery ask again."""
        stream = inbox_stream(name, key)
        entries: list[Envelope] = yield ReadInbox(stream)
        if not entries:
            return []
        waits = yield FindWaits(name, key)
        kept = {id_: it for id_, it in fold_inbox(entries).items() if (it.name, it.key) == (name, key)}
        found = match(stream, kept, waits, at)
        return [each for each in found if (each.run, each.step, each.signal) not in self._unfit]

    def deliver_match(self, found: Match, at: dt.datetime) -> Call:
        """Deliver a matched signal: both streams in one append. Refused where the wait is gone or the payload unfit."""
        loaded = yield from self._load(found.run)
        if isinstance(loaded, Refusal):
            return loaded
        entries: list[Envelope] = yield ReadInbox(found.stream)
        kept = fold_inbox(entries).get(found.signal)
        if kept is None or found.flow in kept.consumed_by:
            return Refusal(409, "SIGNAL_CONSUMED", f"{found.signal} was consumed by {found.flow} before.")
        if kept.expired or kept.until < at:
            return Refusal(409, "SIGNAL_EXPIRED", f"{found.signal} was kept until {kept.until:%Y-%m-%d %H:%M} UTC.")
        with self._or_forget(found.run):
            r = Reaction(loaded.plan, loaded.state, at, self.worker)
            reply = react(r, DeliverSignal(step=found.step, signal=found.signal, payload=kept.payload))
            if not isinstance(reply, Refusal):
                while not settle(r, self._piece):
                    yield REST
        if isinstance(reply, Refusal):
            if reply.code == "PAYLOAD":
                self._unfit[found.run, found.step, found.signal] = None
                if len(self._unfit) > MOST_UNFIT:
                    del self._unfit[next(iter(self._unfit))]
            if r.entries:
                yield from self._commit(loaded, r, None)
            return reply
        consumed = SignalConsumed(signal=found.signal, flow=found.flow, run=found.run, step=found.step)
        other = Envelope(found.stream, entries[-1].seq + 1, at, SYSTEM, consumed)
        return (yield from self._commit(loaded, r, reply, also=(other,)))

    # -- inside -----------------------------------------------------------------------------------------------------

    @contextmanager
    def _or_forget(self, run: str) -> Iterator[None]:
        """Whatever goes wrong on the way to an append: the state in memory has moved on, the journal has not."""
        try:
            yield
        except BaseException:
            self.forget(run)
            raise

    def _load(self, run: str) -> Generator[Request, Any, _Loaded | Refusal]:
        loaded = self._loaded.get(run)
        if loaded is not None:
            return loaded
        entries: list[Envelope] = yield ReadRun(run)
        if not entries:
            return Refusal(404, "RUN_UNKNOWN", f"There is no run {run}." if run else "No run has been started yet.")
        first = entries[0].event
        if not isinstance(first, RunStarted):
            return Refusal(409, "UNREADABLE", f"The journal of {run} doesn't begin with its start.")
        plan: Plan | None = yield PlanFor(first.release, first.flow)
        if plan is None:
            return Refusal(409, "RELEASE_MISSING", f"The store doesn't hold release {first.release[:12]} of {run}.")
        state = fold(plan, entries, run)
        loaded = self._loaded[run] = _Loaded(plan, state, project(plan, state))
        return loaded

    def _commit(
        self,
        loaded: _Loaded,
        r: Reaction,
        reply: dict[str, Value] | None,
        *,
        start_key: StartKey | None = None,
        also: tuple[Envelope, ...] = (),
    ) -> Generator[Request, Any, Done]:
        before = loaded.rows
        if r.entries:
            try:
                loaded.rows = rows = project(loaded.plan, loaded.state)
                yield Append((*r.entries, *also), rows=() if rows == before else (rows,), start_key=start_key)
            except BaseException:
                self.forget(loaded.state.run)
                raise
        return self._done(loaded, r.entries, reply, before)

    def _done(
        self,
        loaded: _Loaded,
        written: Sequence[Envelope],
        reply: dict[str, Value] | None,
        before: RunRows | None = None,
    ) -> Done:
        state, rows = loaded.state, loaded.rows
        assert rows is not None
        loaded.commands = outstanding(loaded.plan, state, loaded.commands)
        opened: tuple[tuple[str, str], ...] = ()
        if written and rows.waits:
            known = {(w.run, w.step) for w in before.waits} if before is not None else set()
            opened = tuple(dict.fromkeys((w.name, w.key) for w in rows.waits if (w.run, w.step) not in known))
        return Done(
            run=state.run,
            state=state.state,
            seq=state.seq,
            commands=loaded.commands,
            next_due=rows.run.next_due,
            opened_waits=opened,
            reply=reply,
            repeated=bool(reply and reply.get("repeated")),
            terminal=state.terminal,
            alone=state.suspect,
            in_flight=rows.run.needs_worker,
            tells=report_of(state),
            warnings=cautions(state, written) if written else (),
            rows=rows,
        )

    def _same_start(self, known: tuple[str, str], body: str, stimulus: Start) -> Call:
        run, before = known
        if before != body:
            return Refusal(
                409, "KEY_REUSED", f'The start key "{stimulus.key}" was used before with another body (run {run}).'
            )
        loaded = yield from self._load(run)
        if isinstance(loaded, Refusal):
            return loaded
        return self._done(loaded, (), {"run": run, "repeated": True})
