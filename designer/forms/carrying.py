"""What goes along when something within a step gets another name: the fields of a form, the values it remembers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from designer.document.command import Command, Visit
from designer.document.commands.carry_answer import carry_answer
from designer.document.commands.carry_variable import SET, carry_variable

CARRY: Mapping[tuple[str | int, ...], Callable[[str, str, str, str], Command]] = {
    ("config", "form"): carry_answer,
    ("config", SET): carry_variable,
}


def carried(flow: str, node: str, path: Sequence[str | int], visit: Visit) -> tuple[Command, ...]:
    """Done after the change at ``path`` by which something there is called otherwise."""
    carry = CARRY.get(tuple(path))
    return () if carry is None else (carry(flow, node, visit.old, visit.new),)
