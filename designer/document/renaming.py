"""Rewrites what expressions of a step read when the steps that they read get other ids: whole names only, never inside
quotes, and in texts only inside braces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from nodes.contract import FieldUse, Text
from runtime.model.flow import Node

_PART = re.compile(r'"(?:[^"\\]|\\.)*"|(?<![\w.])[A-Za-z_]\w*')
_HOLE = re.compile(r"\{[^{}]*\}")


def reading(node: Node, uses: Callable[[Node], tuple[FieldUse, ...]], names: Mapping[str, str]) -> Node:
    """The step with its expressions reading the new names (old id -> another id). ``uses`` says where it has
    expressions and texts; it is asked only if a new name would stand anywhere: most steps of a large copy read none.
    """
    if not names:
        return node
    config = _config(node, None, names)
    if config != node.config:
        config = _config(node, frozenset(use.path for use in uses(node) if isinstance(use.field, Text)), names)
    update: dict[str, Any] = {} if config == node.config else {"config": config}
    if node.undo is not None and node.undo in names:
        update["undo"] = names[node.undo]
    return node.model_copy(update=update) if update else node


def _config(node: Node, texts: frozenset[str] | None, names: Mapping[str, str]) -> dict[str, Any]:
    """``texts``: paths of what has holes; None for anything that may have some."""
    return {name: _rewritten(value, name, texts, names) for name, value in node.config.items()}


def _rewritten(value: Any, path: str, texts: frozenset[str] | None, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        holes = "{" in value if texts is None else path in texts
        return _HOLE.sub(lambda hole: _renamed(hole[0], names), value) if holes else value
    if isinstance(value, Mapping):
        if set(value) == {"feel"} and isinstance(value["feel"], str):
            return {"feel": _renamed(value["feel"], names)}
        return {key: _rewritten(each, f"{path}.{key}", texts, names) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_rewritten(each, f"{path}[{n}]", texts, names) for n, each in enumerate(value, 1)]
    return value


def _renamed(text: str, names: Mapping[str, str]) -> str:
    return _PART.sub(lambda part: names.get(part[0], part[0]), text)
