"""Ids and titles: fresh ids, made from what people typed, and how an id without a title is read."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Protocol

from runtime.model.names import node_id_fault, suggested_id

SPELT = frozenset({"api", "crm", "csv", "html", "http", "iban", "id", "json", "kyc", "pdf", "sla", "sms", "url", "xml"})
"""Words that are written in capitals."""

_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""characters that turn the direction of what stands after them, in the sentence around the title, too"""
_ENDING = re.compile(" *[\x00-\x1f\x7f-\x9f\u2028\u2029]+ *")
"""characters that end a line, or that have no picture"""


class Titled(Protocol):
    """What people may have given a title: a flow, a step, an outcome, a role."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...


def title_of(thing: Titled) -> str:
    """What people call it: its title, or its id where that is empty or blank."""
    return harmless(thing.title) if thing.title.strip() else thing.id


def harmless(text: str) -> str:
    """The text on one line, with characters that would turn its surroundings around named instead: ``[U+202E]``."""
    named = _TURNING.sub(lambda found: f"[U+{ord(found.group()):04X}]", text)
    return _ENDING.sub(" ", named)


def as_read(name: str) -> str:
    """An id as people read it: ``one_approval`` is "One approval", ``api_key`` is "API key"."""
    first, *others = (word.upper() if word.lower() in SPELT else word for word in name.replace("_", " ").split(" "))
    return " ".join((first[:1].upper() + first[1:], *others))


def fresh(text: str, taken: Collection[str], tried: dict[str, int] | None = None) -> str:
    """An id as near as possible to ``text`` that is free: ``finance_check``, or ``finance_check_2``, ``..._3``.

    ``tried`` is for many at once, where ``taken`` only grows: the number up to which each name is known to be taken.
    """
    wanted = suggested_id(text)
    tried = {} if tried is None else tried
    name, number = wanted, tried.get(wanted, 2)
    while name in taken or node_id_fault(name) is not None:
        name, number = f"{wanted}_{number}", number + 1
    tried[wanted] = number
    return name


def listed(words: Sequence[str]) -> str:
    """As in a sentence: "a", "a and b", "a, b and c"; empty for none."""
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)
