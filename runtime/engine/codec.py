"""Journal rows <-> events. JSON by msgspec; values stand in their tagged form, numbers digit-exact.

An event row carries the version of its shape; ``UPCASTS`` lifts old shapes on read, one numbered step each, driven by
one loop. A row that is newer, unknown or broken raises ``Unreadable``: its run is set aside, all others go on (V2).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec

from nodes.contract import MAX_DEPTH, Value, ValueProblem, from_wire, to_wire
from runtime.engine.events import EVENT_TYPES, SCHEMA_VERSION, VALUES, Event

UPCASTS: dict[int, Callable[[str, dict[str, Any]], tuple[str, dict[str, Any]]]] = {}
"""from version n to n + 1: (type, data) -> (type, data)"""

_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder(float_hook=Decimal)
_PLAIN = frozenset((str, bool, int, type(None)))
_VALUES_BY_NAME = {kind.__name__: fields for kind, fields in VALUES.items()}


class Unreadable(Exception):
    """A journal row that this version of Baton can't read; the message says why."""


def encode_event(event: Event) -> tuple[str, int, bytes]:
    """(type, schema version, data) of one event. Raises ``ValueProblem`` for a value outside the model."""
    kind = type(event)
    for name in VALUES.get(kind, ()):
        value = getattr(event, name)
        if value is not None and not _is_plain(value):
            event = _tagged(event)
            break
    return kind.__name__, SCHEMA_VERSION, _encoder.encode(event)


def _is_plain(value: Value, depth: int = 0) -> bool:
    """Whether a value is its own tagged form, so that it can be written as it stands. Nearly all are, and to look is
    much cheaper than to make them anew; where in doubt, ``to_wire`` has the word."""
    kind = type(value)
    if kind in _PLAIN:
        return True
    if depth > MAX_DEPTH:
        return False
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or key.startswith("@"):
                return False
            if type(item) not in _PLAIN and not _is_plain(item, depth + 1):
                return False
        return True
    if kind is list or kind is tuple:
        return all(_is_plain(item, depth + 1) for item in value)
    return kind is Decimal and value.is_finite()


def _tagged(event: Event) -> Event:
    """The same event with its values in their tagged form."""
    values = ((name, getattr(event, name)) for name in VALUES[type(event)])
    return msgspec.structs.replace(event, **{name: to_wire(value) for name, value in values})


def decode_event(type_name: str, version: int, data: bytes) -> Event:
    """The event behind a row. Raises ``Unreadable``."""
    if version > SCHEMA_VERSION:
        raise Unreadable(f"written by a newer Baton (event shape {version}, this one reads up to {SCHEMA_VERSION})")
    try:
        raw = _decoder.decode(data)
        while version < SCHEMA_VERSION:
            type_name, raw = UPCASTS[version](type_name, raw)
            version += 1
        kind = EVENT_TYPES.get(type_name)
        if kind is None:
            raise Unreadable(f"unknown kind of event {type_name!r}")
        values = {name: from_wire(raw.pop(name)) for name in _VALUES_BY_NAME.get(type_name, ()) if name in raw}
        event = (
            msgspec.convert(raw | dict.fromkeys(values), kind, strict=False)
            if values
            else msgspec.convert(raw, kind, strict=False)
        )
    except (msgspec.MsgspecError, ValueProblem, KeyError, AttributeError) as problem:
        raise Unreadable(f"{type_name} row is broken: {problem}") from problem
    if values:
        event = msgspec.structs.replace(event, **values)
    return event  # type: ignore[no-any-return]
