"""One function per event: how it moves the state of a run. Called by ``fold.apply`` only.

Rule of each: prove that the event is possible (else ``JournalMismatch``), then change the state; never the other way.
"""

from collections.abc import Callable
from typing import Any

from runtime.engine.events import Envelope
from runtime.engine.plan import Plan
from runtime.engine.state import State
from runtime.engine.transitions import attempts, children, incidents, joins, people, runs, steps, timers

Transition = Callable[[Plan, State, Envelope, Any], None]

TRANSITIONS: dict[type[Any], Transition] = {
    **runs.TRANSITIONS,
    **steps.TRANSITIONS,
    **attempts.TRANSITIONS,
    **joins.TRANSITIONS,
    **people.TRANSITIONS,
    **timers.TRANSITIONS,
    **incidents.TRANSITIONS,
    **children.TRANSITIONS,
}
