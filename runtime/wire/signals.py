"""Signals: point to point messages for waiting runs. Route ``POST /signals``."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from runtime.wire.message import KeyText, Name, OwnId, Request, Tagged, View


class SignalRequest(Request):
    """Body of ``POST /signals``: for whichever run of a flow waits for this name and key."""

    name: Name
    key: KeyText
    """compares as text with the key that a wait computed"""
    payload: Tagged = None
    id: OwnId | None = None
    """the sender's own id: the same id and content again is a repetition, other content a conflict"""
    keep_for: Annotated[Decimal, Field(gt=0, le=30 * 86_400)] = Decimal(86_400)
    """seconds that it may wait for a run that wants it"""
    by: Name | None = None


class SignalView(View):
    """A signal that was accepted; whether and where it is delivered is seen in the runs."""

    signal: str
    name: str
    key: str
    repeated: bool = False
