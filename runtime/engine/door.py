"""The door for what people and other systems bring: nothing that the journal can't write comes past it (422).

Facts about attempts are never refused here; ``decide/effects.py`` takes what can be taken of them (X6). What a child
reports comes out of a journal, so it fits into one.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Set
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from runtime.engine.events import Actor
from runtime.engine.limits import NotAdmitted, admitted, id_broken, text_broken
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
    for name, kinds in _names(kind).items():
        refused = _kind_refused(name, getattr(it, name), kinds) or _text_refused(name, getattr(it, name))
        if name in _GIVEN:
            refused = refused or _id_refused(name, getattr(it, name), plain=(kind, name) not in _MAY_BE_EMPTY)
        if refused is not None:
            return refused
    refused = _roles_refused(getattr(it, "roles", None))
    if refused is not None:
        return refused
    values: dict[str, Any] = {}
    for name in _instants(kind, it):
        try:
            values[name] = getattr(it, name).astimezone(dt.UTC)
        except OverflowError:
            return Refusal(422, "INSTANT", f"The instant under {name!r} lies beyond the calendar.")
    for name, (code, words) in _VALUES.get(kind, {}).items():
        try:
            values[name] = admitted(getattr(it, name))
        except NotAdmitted as problem:
            return Refusal(422, code, f"{words} is refused: {problem}.")
    return dataclasses.replace(it, **values) if values else it  # type: ignore[type-var]


_WORDS: dict[type[Any], str] = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    dt.datetime: "an instant",
    Actor: "an actor",
    NoneType: "nothing",
}
"""the kinds that are looked at; a field that may hold any other is not"""
_IDS = {"by", "id", "key", "step", "run", "flow", "who", "to", "name"}
"""what names somebody or something: an empty one would be mistaken for none, or found by everybody"""
_GIVEN = _IDS - {"step", "run"}
"""those that callers think of themselves; no store looks for others in an index"""
_MAY_BE_EMPTY = {(SendSignal, "key")}
"""the key of a signal is what an expression gives as text (W4)"""

_NAMES: dict[type[Any], dict[str, tuple[type[Any], ...]]] = {}


def _names(kind: type[Any]) -> dict[str, tuple[type[Any], ...]]:
    """The fields of a kind of stimulus that hold no values, with the types that may stand there; () = any."""
    found = _NAMES.get(kind)
    if found is None:
        found = _NAMES[kind] = {
            name: _kinds(hint, kind, name)
            for name, hint in get_type_hints(kind).items()
            if name not in _VALUES.get(kind, {})
        }
    return found


def _kinds(hint: Any, kind: type[Any], name: str) -> tuple[type[Any], ...]:
    kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    if any(each not in _WORDS for each in kinds):
        return ()
    if name in _IDS and (kind, name) not in _MAY_BE_EMPTY:
        return (*(_Id if each is str else each for each in kinds),)
    return kinds


def _instants(kind: type[Any], it: object) -> list[str]:
    """The fields that hold an instant; whatever zone it is told in, the journal has it in UTC (Z1)."""
    return [name for name, kinds in _names(kind).items() if dt.datetime in kinds and getattr(it, name) is not None]


class _Id(str):
    """Stands for a text that may not be empty."""


def _kind_refused(name: str, value: object, kinds: tuple[type[Any], ...]) -> Refusal | None:
    if not kinds:
        return None
    if value == "" and _Id in kinds:
        return Refusal(422, "EMPTY", f"{name!r} is empty; leave it out, or say who or what is meant.")
    wanted = tuple(str if kind is _Id else kind for kind in kinds)
    if isinstance(value, bool):
        right = bool in wanted
    else:
        right = isinstance(value, wanted) or (isinstance(value, int) and float in wanted)
    if right:
        return None
    said = " or ".join(_WORDS[kind] for kind in wanted)
    return Refusal(422, "TYPE", f"What stands under {name!r} is a {type(value).__name__}; it should be {said}.")


def _roles_refused(roles: object) -> Refusal | None:
    """A text in place of a set of texts would hold every role whose name is a part of it."""
    if roles is None or (isinstance(roles, Set | list | tuple) and all(isinstance(role, str) for role in roles)):
        return None
    return Refusal(422, "TYPE", f"What stands under 'roles' is {roles!r}; it should be a set of texts, or nothing.")


def _id_refused(name: str, value: object, *, plain: bool) -> Refusal | None:
    broken = id_broken(value, plain=plain) if isinstance(value, str) else None
    if broken is None:
        return None
    return Refusal(422, "ID", f"What stands under {name!r} can't name anything: {broken}.")


def _text_refused(name: str, value: object) -> Refusal | None:
    if isinstance(value, Actor):
        refused = _kind_refused("actor", value.id, (_Id,)) or _kind_refused("seat", value.seat, (str, NoneType))
        refused = refused or _id_refused("actor", value.id, plain=True)
        return refused or _text_refused("actor", value.id) or _text_refused("seat", value.seat)
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        return Refusal(422, "INSTANT", f"The instant under {name!r} says no zone; write it in UTC.")
    if isinstance(value, str):
        broken = text_broken(value)
        if broken is not None:
            return Refusal(422, "TEXT", f"What stands under {name!r} is refused: {broken}.")
    return None
