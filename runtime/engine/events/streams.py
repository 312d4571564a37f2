"""Events of streams that are no run: inboxes, the environment, refusals."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct

from nodes.contract import Value


class SignalReceived(Struct, frozen=True, omit_defaults=True, kw_only=True):
    signal: str
    name: str
    key: str
    payload: Value = None
    until: dt.datetime
    """last instant at which a wait still gets it (W3)"""


class SignalConsumed(Struct, frozen=True):
    signal: str
    flow: str
    run: str
    step: str


class SignalExpired(Struct, frozen=True):
    signal: str


class ReleaseActivated(Struct, frozen=True, omit_defaults=True, kw_only=True):
    release: str
    project: str
    version: str = ""
    flows: tuple[str, ...] = ()


class Refused(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A request of a known user that was refused; appended to ``refusals/<day>``."""

    what: str
    run: str = ""
    step: str = ""
    code: str
    message: str


class HeadAt(Struct, frozen=True):
    """Where a stream stood: number and hash (hex) of its last row."""

    stream: str
    seq: int
    hash: str


class HeadsRecorded(Struct, frozen=True):
    """Where the streams stood that had grown since the record before; appended to ``environment``. It shows later that
    a stream was cut short or is gone, which no chain of its own can show."""

    upto: int
    """number of the last row of the journal that it speaks of"""
    heads: tuple[HeadAt, ...]
