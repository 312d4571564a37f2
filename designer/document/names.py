"""Fresh ids: names that nothing else bears, made from what people typed."""

from __future__ import annotations

from collections.abc import Collection

from runtime.model.names import node_id_fault, suggested_id


def fresh(text: str, taken: Collection[str]) -> str:
    """An id as near as possible to ``text`` that is free: ``finance_check``, or ``finance_check_2``, ``..._3``."""
    wanted = suggested_id(text)
    name, number = wanted, 2
    while name in taken or node_id_fault(name) is not None:
        name, number = f"{wanted}_{number}", number + 1
    return name
