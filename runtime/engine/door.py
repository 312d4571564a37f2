"""The door for what people and other systems bring: nothing that the journal can't write comes past it (422).

Facts about attempts are never refused here; ``decide/effects.py`` takes what can be taken of them (X6). What a child
reports comes out of a journal, so it fits into one.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any, TypeVar

from runtime.engine.events import Actor
from runtime.engine.limits import NotAdmitted, admitted, text_broken
from runtime.engine.stimuli import (
    Answer,
    AttemptBroke,
    AttemptReplied,
    ChildReported,
    DeliverSignal,
    Refusal,
    Resolve,
    ReviseTask,
    SendSignal,
    Start,
)

It = TypeVar("It")

_VALUES: dict[type[Any], dict[str, tuple[str, str]]] = {
    Start: {"input": ("INPUT", "The input"), "case": ("CASE", "The case")},
    Answer: {"form": ("FORM", "The form")},
    SendSignal: {"payload": ("PAYLOAD", "The payload")},
    DeliverSignal: {"payload": ("PAYLOAD", "The payload")},
    Resolve: {"input": ("EDIT", "The new input"), "output": ("OUTPUT", "The result")},
    ReviseTask: {"input": ("INPUT", "The new content")},
}
"""field -> (code of the refusal, how it is called there)"""


def come_in(it: It) -> It | Refusal:
    """The stimulus with its values as the journal will give them back, or why it can't be taken."""
    kind: type[Any] = type(it)
    if kind is AttemptReplied or kind is AttemptBroke or kind is ChildReported:
        return it
    for name in _names(kind):
        refused = _text_refused(name, getattr(it, name))
        if refused is not None:
            return refused
    values: dict[str, Any] = {}
    for name, (code, words) in _VALUES.get(kind, {}).items():
        try:
            values[name] = admitted(getattr(it, name))
        except NotAdmitted as problem:
            return Refusal(422, code, f"{words} is refused: {problem}.")
    return dataclasses.replace(it, **values) if values else it  # type: ignore[type-var]


_NAMES: dict[type[Any], tuple[str, ...]] = {}


def _names(kind: type[Any]) -> tuple[str, ...]:
    """The fields of a kind of stimulus that hold no values."""
    found = _NAMES.get(kind)
    if found is None:
        names = (field.name for field in dataclasses.fields(kind))
        found = _NAMES[kind] = tuple(name for name in names if name not in _VALUES.get(kind, {}))
    return found


def _text_refused(name: str, value: object) -> Refusal | None:
    if isinstance(value, Actor):
        return _text_refused("actor", value.id) or _text_refused("seat", value.seat)
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        return Refusal(422, "INSTANT", f"The instant under {name!r} says no zone; write it in UTC.")
    if isinstance(value, str):
        broken = text_broken(value)
        if broken is not None:
            return Refusal(422, "TEXT", f"What stands under {name!r} is refused: {broken}.")
    return None
