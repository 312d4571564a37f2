"""fold(plan, journal) -> State. Pure and total on journals that the engine wrote (law 2).

One function per event in ``transitions/``; each first proves that the event is possible in this state, then changes it.
An impossible event raises ``JournalMismatch`` and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from runtime.engine.events import AttemptReportedLate, Envelope, RunStarted
from runtime.engine.plan import Plan
from runtime.engine.state import TERMINAL_RUNS, JournalMismatch, State
from runtime.engine.transitions import TRANSITIONS


def fold(plan: Plan, journal: Iterable[Envelope], run: str) -> State:
    """The state after a whole journal."""
    return continue_fold(plan, State(run=run), journal)


def continue_fold(plan: Plan, state: State, journal: Iterable[Envelope]) -> State:
    """The state after some more events; ``state`` itself is moved on and returned."""
    for entry in journal:
        apply(plan, state, entry)
    return state


def apply(plan: Plan, state: State, entry: Envelope) -> None:
    """Move ``state`` over one event. Raises ``JournalMismatch``, with ``state`` unchanged."""
    event, seq, at = entry.event, entry.seq, entry.at
    kind = type(event)
    if seq != state.seq + 1:
        raise JournalMismatch(f"event {seq} follows event {state.seq} in {state.run}")
    if (seq == 1) != (kind is RunStarted):
        raise JournalMismatch(f"{kind.__name__} can't be event {seq} of a run")
    if state.state in TERMINAL_RUNS and kind not in _AFTER_THE_END:
        raise JournalMismatch(f"{kind.__name__} after the end of {state.run}")
    transition = TRANSITIONS.get(kind)
    if transition is None:
        raise JournalMismatch(f"{kind.__name__} doesn't belong to a run")
    transition(plan, state, entry, event)
    state.seq = seq
    # As ``State.latest``, written out: nothing else runs for every event.
    if state.run_time is None or at > state.run_time:
        state.run_time = at


_AFTER_THE_END = frozenset({AttemptReportedLate})
"""A late result of an abandoned attempt is worth recording for ever (X6); it moves nothing."""
