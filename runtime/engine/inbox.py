"""Inboxes of signals: one stream per name and key; who gets which signal (SEMANTICS W2 to W6). Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from nodes.contract import Value
from runtime.engine.events import Envelope, SignalConsumed, SignalExpired, SignalReceived
from runtime.engine.rows import WaitRow

MAX_KEEP = 30 * 86_400.0
"""seconds that a signal may be kept (W2)"""


def inbox_stream(name: str, key: str) -> str:
    """The stream of all signals with this name and key."""
    return "inbox/" + hashlib.sha256(f"{name}\0{key}".encode()).hexdigest()


@dataclass(slots=True)
class KeptSignal:
    """A signal in an inbox."""

    signal: str
    name: str
    key: str
    payload: Value
    until: dt.datetime
    consumed_by: set[str] = field(default_factory=set)
    """flow ids"""
    expired: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A signal that an open wait may take."""

    stream: str
    signal: str
    payload: Value
    run: str
    step: str
    flow: str


def fold_inbox(entries: Iterable[Envelope]) -> dict[str, KeptSignal]:
    """The signals of an inbox, oldest first, with who has consumed them."""
    kept: dict[str, KeptSignal] = {}
    for entry in entries:
        event = entry.event
        if isinstance(event, SignalReceived):
            kept[event.signal] = KeptSignal(event.signal, event.name, event.key, event.payload, event.until)
        elif isinstance(event, SignalConsumed) and event.signal in kept:
            kept[event.signal].consumed_by.add(event.flow)
        elif isinstance(event, SignalExpired) and event.signal in kept:
            kept[event.signal].expired = True
    return kept


def match(stream: str, kept: dict[str, KeptSignal], waits: Iterable[WaitRow], at: dt.datetime) -> list[Match]:
    """Who may take what now: per wait, oldest first, each signal that its flow has not consumed, oldest first (W2, W3).

    At the very instant of expiry a wait still gets it. The caller delivers in order and asks again after each success.
    """
    usable = [signal for signal in kept.values() if not signal.expired and at <= signal.until]
    return [
        Match(stream, signal.signal, signal.payload, wait.run, wait.step, wait.flow)
        for wait in waits
        for signal in usable
        if wait.flow not in signal.consumed_by
    ]
