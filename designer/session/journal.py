"""Events as they cross HTTP -> the journal's own, so that a real run is told by the engine's fold like any other.

The wire leaves out what is empty and masks what is sensitive; both change nothing about which event follows which.
"""

from __future__ import annotations

import msgspec

from runtime.engine.codec import Unreadable, decode_event
from runtime.engine.events import EVENT_TYPES, SCHEMA_VERSION, Actor, Envelope, Event
from runtime.wire import EventView
from runtime.wire.json_text import write_json


def envelope_of(run: str, view: EventView) -> Envelope:
    """The event with its envelope. Raises ``Unreadable`` for one that this Baton does not know."""
    actor = Actor(view.actor.kind, view.actor.id, view.actor.seat)
    return Envelope(stream=run, seq=view.seq, at=view.at, actor=actor, event=_event(view))


def _event(view: EventView) -> Event:
    kind = EVENT_TYPES.get(view.type)
    if kind is None:
        raise Unreadable(f"unknown kind of event {view.type!r}")
    data = dict(view.data) if isinstance(view.data, dict) else {}
    for field in msgspec.structs.fields(kind):
        if field.required and field.encode_name not in data:
            data[field.encode_name] = _empty(field.type)
    return decode_event(view.type, SCHEMA_VERSION, write_json(data))


def _empty(kind: object) -> object:
    """What the wire left out because it was empty: the empty value of the field's type."""
    empties: dict[object, object] = {str: "", int: 0, float: 0, bool: False}
    if kind in empties:
        return empties[kind]
    origin = getattr(kind, "__origin__", None)
    return {} if origin is dict else [] if origin in (list, tuple) else None
