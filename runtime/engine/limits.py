"""What may enter a journal: values of the one value model, within the limits of N8, that the journal can write.

Every door checks here (start, answer, signal, resolution, revision, reply, the functions of node types), so that what
can't be written never reaches an append, where it would take others down with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from nodes.contract import MAX_BYTES, MAX_DEPTH, MAX_LIST, Value, ValueProblem, from_wire, to_wire

LONGEST_TEXT = 10_000
"""characters of a name, reason or note that comes from outside"""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
LONGEST_ID = 300
"""characters of what names somebody or something: a key, an id, a person; longer ones fit into no index of a store"""
_SMALL = Decimal(1).__sizeof__()
_WIDEST_INT = 10_000
"""bits; far above any amount, below what Python refuses to print"""


class NotAdmitted(ValueError):
    """A value that may not enter; the message says why, as the end of a sentence."""


def limit_broken(value: Value) -> str | None:
    """Why a value may not enter, in words; None if it may. Stops counting at the limit of N8."""
    try:
        _walk(value, 0, MAX_BYTES, MAX_LIST)
    except NotAdmitted as problem:
        return str(problem)
    return None


def admitted(value: Value, *, measured: bool = True) -> Value:
    """``value`` as the journal will give it back: a copy of its own, numbers as Decimal. Raises ``NotAdmitted``.

    ``measured`` False: size and length are left to a later check (a reply, of which only a part may be kept).
    """
    _walk(value, 0, MAX_BYTES if measured else None, MAX_LIST if measured else None)
    return _as_read(value)


def text_broken(text: str) -> str | None:
    """Why a text from outside may not enter; None if it may."""
    if len(text) > LONGEST_TEXT:
        return f"it is longer than {LONGEST_TEXT:,} characters"
    return None if text.isascii() or _writable(text) else _HALF


def id_broken(text: str, *, plain: bool = True) -> str | None:
    """Why a text can't be the id or key of anything; None if it can. ``plain`` False: a value of a flow that serves as
    a key, which may be empty or have lines."""
    if len(text) > LONGEST_ID:
        return f"it is longer than {LONGEST_ID} characters"
    if "\0" in text or (plain and _CONTROL.search(text) is not None):
        return "it holds a control character, such as NUL"
    if plain and text and not text.strip():
        return "it holds nothing but blanks"
    return None


def as_shown(text: str) -> str:
    """A text of a list or an inbox: without NUL, which not every store can keep as text."""
    return text.replace("\0", "\ufffd")


def cleaned(text: str) -> str:
    """A text that may enter whatever came: shortened, with a mark where half a character stood."""
    return text[:LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8")


_PLAIN = frozenset({str, Decimal, bool, type(None)})
"""kinds that nobody can change and the journal gives back as they are: they are seen without a call for each"""


def copied(value: Value) -> Value:
    """Lists and contexts anew, so that whoever gets them can change nothing that others see."""
    kind = type(value)
    if kind is dict:
        return {key: item if type(item) in _PLAIN else copied(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return [item if type(item) in _PLAIN else copied(item) for item in value]
    return value


_HALF = "a text in it holds half of a character (a lone surrogate)"


def _writable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _walk(value: Value, depth: int, left: int | None, most: int | None) -> int | None:
    """What is left of the bytes after this value. Raises ``NotAdmitted``."""
    kind = type(value)
    if kind is str:
        size = len(value) + 2
        if not value.isascii():
            if not _writable(value):
                raise NotAdmitted(_HALF)
            size = len(value.encode()) + 2
    elif kind is dict:
        if depth >= MAX_DEPTH:
            raise NotAdmitted(f"it is nested deeper than {MAX_DEPTH}")
        size = 2
        for key, item in value.items():
            if type(key) is not str:
                raise NotAdmitted(f"a name in it is a {type(key).__name__}, not a text")
            if not key.isascii() and not _writable(key):
                raise NotAdmitted(_HALF)
            size += len(key) + 4
            inner = type(item)
            if item is None or inner is bool:
                size += 5
            elif inner is str and item.isascii():
                size += len(item) + 2
            else:
                left = _walk(item, depth + 1, left, most)
    elif kind is list or kind is tuple:
        if depth >= MAX_DEPTH:
            raise NotAdmitted(f"it is nested deeper than {MAX_DEPTH}")
        if most is not None and len(value) > most:
            raise NotAdmitted(f"a list in it has {len(value)} items; at most {most} are allowed")
        size = 2
        for item in value:
            left = _walk(item, depth + 1, left, most)
    elif kind is Decimal:
        if not value.is_finite():
            raise NotAdmitted("a number in it is not finite")
        size = 16 + 3 * (value.__sizeof__() - _SMALL)
    elif value is None or kind is bool:
        size = 5
    elif kind is int:
        if value.bit_length() > _WIDEST_INT:
            raise NotAdmitted("a number in it has too many digits")
        size = 16
    else:
        return _walk(_tagged(value), depth + 1, left, most)
    if left is None:
        return None
    left -= size
    if left < 0:
        raise NotAdmitted(f"it is larger than {MAX_BYTES // 1_000_000} MB")
    return left


def _tagged(value: Value) -> Value:
    try:
        return to_wire(value)
    except (ValueProblem, RecursionError) as problem:
        raise NotAdmitted(f"{problem}") from problem


def _as_read(value: Value) -> Value:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict:
        return {key: item if type(item) in _PLAIN else _as_read(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return [item if type(item) in _PLAIN else _as_read(item) for item in value]
    if kind is int:
        return Decimal(value)
    if isinstance(value, Mapping):
        return _as_read(dict(value))
    try:
        return from_wire(to_wire(value))
    except ValueProblem as problem:
        raise NotAdmitted(f"{problem}") from problem
