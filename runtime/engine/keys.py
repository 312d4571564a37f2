"""What is remembered so that a repeated start or signal finds the first one (I2, W5), as a function of the events.

Used by the driver when it asks for them to be remembered, and by the store to remember them anew from its journal.
"""

from __future__ import annotations

import hashlib

import msgspec

from nodes.contract import Value, to_wire
from runtime.engine.events import RunStarted, SignalReceived
from runtime.engine.requests import SignalKey, StartKey

_encoder = msgspec.json.Encoder(decimal_format="number", order="sorted")


def start_body(given: Value, case: Value, trigger: str | None) -> str:
    """The hash of what a start brings. ``trigger``: where it begins, whether the caller named it or not."""
    return _hash({"input": given, "case": case, "trigger": trigger})


def signal_body(name: str, key: str, payload: Value) -> str:
    """The hash of what a signal brings."""
    return _hash({"name": name, "key": key, "payload": payload})


def start_key_of(run: str, event: RunStarted) -> StartKey | None:
    """The key under which this run was started."""
    if event.start_key is None:
        return None
    body = start_body(event.input, event.case, event.trigger)
    return StartKey(event.environment, event.flow, event.start_key, body, run)


def signal_key_of(stream: str, event: SignalReceived) -> SignalKey:
    """The id of this signal; one that the host has made is remembered as well, which changes nothing."""
    return SignalKey(event.signal, stream, signal_body(event.name, event.key, event.payload))


def _hash(body: Value) -> str:
    return hashlib.sha256(_encoder.encode(to_wire(body))).hexdigest()
