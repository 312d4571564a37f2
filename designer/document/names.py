"""Ids: fresh ones, made from what people typed, and how an id without a title is read."""

from __future__ import annotations

from collections.abc import Collection

from runtime.model.names import node_id_fault, suggested_id

SPELT = frozenset({"api", "crm", "csv", "html", "http", "iban", "id", "json", "kyc", "pdf", "sla", "sms", "url", "xml"})
"""Words that are written in capitals."""


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
