"""The journal of a run as it crosses HTTP: a page of events, or a stream (SSE). Route ``/runs/{run}/events``."""

from __future__ import annotations

from runtime.wire.message import Moment, Tagged, View


class ActorView(View):
    """Who caused an event."""

    kind: str
    """user, client, worker or system"""
    id: str
    seat: str | None = None


class EventView(View):
    """One event. ``data`` has the fields of its type; sensitive values are masked."""

    seq: int
    at: Moment
    actor: ActorView
    type: str
    data: Tagged = None
    words: str = ""
    """what happened, in one short sentence for a log"""


class EventPage(View):
    """Events in order; ``next`` is the ``after`` of the next page, None once the journal's end was reached."""

    events: tuple[EventView, ...]
    next: int | None = None
