"""Sets one field of a step: of its config (``config.path.to[2].it``) or of what governs it (``title``, ``owner``)."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from designer.document.command import Command, CommandRefused
from designer.document.edits import change_node
from designer.document.field_words import field_words
from nodes.contract import NodeType
from runtime.model.flow import Node
from runtime.model.plain_words import written_path

UNSET: Any = object()
"""As a value: the field is not said any more, so its default holds."""
Path = tuple[str | int, ...]
"""Keys, and places in lists counted from 0."""

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def set_field(
    flow_id: str,
    node_id: str,
    field: str | Sequence[str | int],
    value: Any,
    *,
    title: str | None = None,
    merge: Hashable | None = None,
    kind: NodeType | None = None,
) -> Command:
    """``field`` as in ``Where.field`` (counted from 1), or a ``Path``, which keys with dots in them need.

    ``value`` is plain JSON (numbers with a fraction as Decimal), or ``UNSET``. Edits of one field in a row are one step
    of the history, which calls the field as the step's form does if its ``kind`` is given.
    """
    path = path_of(field) if isinstance(field, str) else tuple(field)

    def change(node: Node) -> Node:
        before = node.model_dump(by_alias=True, exclude_unset=True)
        after = Node.model_validate(put(before, path, value))
        return node if same(after.model_dump(by_alias=True, exclude_unset=True), before) else after

    name = next((step for step in reversed(path) if isinstance(step, str)), "").replace("_", " ")
    if kind is not None:
        name = as_mentioned(field_words(".".join(map(str, path)), kind))
    return Command(
        title or f"Change {name}",
        lambda project: change_node(project, flow_id, node_id, change),
        flow_id,
        merge=("set_field", flow_id, node_id, path) if merge is None else merge,
        step=node_id if title is None else None,
    )


def as_mentioned(words: str) -> str:
    """Words in the middle of a sentence: small, unless they are letters that stand for words."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def path_of(field: str) -> Path:
    """``config.conditions[2].when`` -> ``("config", "conditions", 1, "when")``: people count from 1."""
    return tuple(name or max(0, int(index) - 1) for name, index in _STEP.findall(field))


def same(left: Any, right: Any) -> bool:
    """Whether both would be written alike: ``1`` and ``True``, and ``1.5`` and ``1.50``, would not."""
    if type(left) is not type(right):
        return (
            isinstance(left, list | tuple)
            and isinstance(right, list | tuple)
            and len(left) == len(right)
            and all(same(a, b) for a, b in zip(left, right, strict=True))
        )
    if isinstance(left, Mapping):
        return list(left) == list(right) and all(same(value, right[key]) for key, value in left.items())
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right, strict=True))
    return bool(str(left) == str(right) if not isinstance(left, str) else left == right)


def value_at(inside: Any, path: Sequence[str | int]) -> Any:
    """What stands at a path of plain JSON; ``UNSET`` if nothing does."""
    for step in path:
        if isinstance(step, int):
            if not isinstance(inside, list | tuple) or not 0 <= step < len(inside):
                return UNSET
            inside = inside[step]
        elif isinstance(inside, Mapping) and step in inside:
            inside = inside[step]
        else:
            return UNSET
    return inside


def put(inside: Any, path: Path, value: Any, field: Path = ()) -> Any:
    """The same JSON with a value at a path; what is missing on the way is made. Raises CommandRefused."""
    if not path:
        return value
    step, rest, here = path[0], path[1:], (*field, path[0])
    if isinstance(step, int):
        if not isinstance(inside, list | tuple) or step > len(inside):
            raise CommandRefused(f"{written_path(here)} does not exist any more.")
        items = list(inside)
        if not rest and value is UNSET:
            del items[step : step + 1]
        elif step == len(items):
            items.append(put(_empty(rest), rest, value, here))
        else:
            items[step] = put(items[step], rest, value, here)
        return items
    if not isinstance(inside, Mapping):
        raise CommandRefused(f"{written_path(here)} does not exist any more.")
    named = dict(inside)
    if not rest and value is UNSET:
        named.pop(step, None)
    elif value is not UNSET or step in named:
        named[step] = put(named.get(step, _empty(rest)), rest, value, here)
    return named


def _empty(rest: Path) -> Any:
    return [] if rest and isinstance(rest[0], int) else {}
