"""Sets one field of a step: of its config (``config.path.to[2].it``) or of what governs it (``title``, ``owner``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from designer.document.command import Command, CommandRefused
from designer.document.edits import change_node
from runtime.model.flow import Node

UNSET: Any = object()
"""As a value: the field is not said any more, so its default holds."""

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def set_field(flow_id: str, node_id: str, field: str, value: Any, *, title: str | None = None) -> Command:
    """``field`` as in ``Where.field``; ``value`` plain JSON (numbers with a fraction as Decimal), or ``UNSET``.

    Edits of one field in a row are one step of the history.
    """
    path = path_of(field)

    def change(node: Node) -> Node:
        before = node.model_dump(by_alias=True, exclude_unset=True)
        after = _set(before, path, value, field)
        return node if after == before else Node.model_validate(after)

    return Command(
        title or f"Change {path[-1] if isinstance(path[-1], str) else field}",
        lambda project: change_node(project, flow_id, node_id, change),
        flow_id,
        merge=("set_field", flow_id, node_id, field),
    )


def path_of(field: str) -> tuple[str | int, ...]:
    """``config.conditions[2].when`` -> ``("config", "conditions", 2, "when")``."""
    return tuple(name or int(index) for name, index in _STEP.findall(field))


def _set(inside: Any, path: tuple[str | int, ...], value: Any, field: str) -> Any:
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        if not isinstance(inside, list | tuple) or step > len(inside):
            raise CommandRefused(f"{field} does not exist any more.")
        items = list(inside)
        if not rest and value is UNSET:
            del items[step : step + 1]
        elif step == len(items):
            items.append(_set({}, rest, value, field) if rest else value)
        else:
            items[step] = _set(items[step], rest, value, field) if rest else value
        return items
    if not isinstance(inside, Mapping):
        raise CommandRefused(f"{field} does not exist any more.")
    named = dict(inside)
    if rest:
        empty: Any = [] if isinstance(rest[0], int) else {}
        named[step] = _set(named.get(step, empty), rest, value, field)
    elif value is UNSET:
        named.pop(step, None)
    else:
        named[step] = value
    return named
