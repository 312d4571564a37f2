"""Events of steps: their attempts, their timers and signals, and the tokens that come to them."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct

from nodes.contract import Value
from runtime.engine.events.origins import Source


class StepStarted(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A step began; for an effect this implies attempt 1. ``due``: purpose -> instant of each timer armed with it.

    Purposes: wait, timeout, remind, due, sla. ``sources`` stands as ``from`` in the table of SEMANTICS.
    ``facts``: what else was fixed at the start (signal name and key, binding used), for trace and fold.
    """

    step: str
    sources: tuple[Source, ...] = ()
    input: Value = None
    due: dict[str, dt.datetime] = {}
    undoes: str | None = None
    facts: Value = None


class AttemptStarted(Struct, frozen=True, omit_defaults=True):
    """Attempt 2 or later. ``reason``: retry, takeover or resolved (``resumed`` in old journals: a takeover after a
    suspension)."""

    step: str
    attempt: int
    reason: str
    worker: str = ""
    timeout: dt.datetime | None = None
    """where a resolution gives a fresh time limit that is reckoned in a zone (R6, Z1); else it follows from ``at``"""


class AttemptFailed(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """``error``: {code, message, status}; ``draw`` in [0, 1) is the host's (R4); ``retry_after`` in seconds."""

    step: str
    attempt: int
    error: Value
    unclear: bool = False
    retryable: bool = False
    retry_after: float | None = None
    draw: float = 0.0
    notes: tuple[str, ...] = ()


class AttemptAbandoned(Struct, frozen=True, omit_defaults=True):
    """The engine no longer waits for this attempt. ``reason``: timeout, cancelled, lost."""

    step: str
    attempt: int
    reason: str


class AttemptReportedLate(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A result that came after its step had gone on; moves nothing (X6). ``result``: {ok, value or error}."""

    step: str
    attempt: int
    result: Value


class StepCompleted(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """``port`` is None for an end. ``vars``: what a set wrote. ``why``: index, words and values used, for people."""

    step: str
    port: str | None = None
    output: Value = None
    why: Value = None
    vars: Value = None
    outcome: str | None = None
    by_hand: bool = False
    notes: tuple[str, ...] = ()


class StepCancelled(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A step ended by cancel, or a ready token did (then ``step`` is empty and ``edge`` says where it stood)."""

    step: str = ""
    edge: tuple[str, str, str] | None = None
    source: str = ""
    cause: str = ""
    possibly_done: bool = False


class SignalDelivered(Struct, frozen=True, omit_defaults=True, kw_only=True):
    step: str
    signal: str
    """id of the signal"""
    payload: Value = None


class TimerFired(Struct, frozen=True):
    """``purpose``: wait, retry, timeout, remind, due or sla; ``step`` is empty for the run's own SLA."""

    step: str
    purpose: str
    due: dt.datetime


class TimersShifted(Struct, frozen=True):
    """Every unfired due of the run moved by ``by`` seconds (C4)."""

    by: float


class TokenJoined(Struct, frozen=True):
    """A further token arrived at a filling that is collecting (its first is in StepStarted.sources)."""

    step: str
    edge: tuple[str, str, str]
    source: str
    """step that the token came from"""


class TokenAbsorbed(Struct, frozen=True):
    """A token arrived at a filling that has fired: its branch ends (J5). ``step`` is that filling."""

    step: str
    edge: tuple[str, str, str]
    source: str


class SlaBreached(Struct, frozen=True):
    """``step`` is empty for the run's own SLA."""

    step: str
