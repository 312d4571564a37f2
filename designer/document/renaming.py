"""Rewrites what expressions of a step read when the steps that they read get other ids: whole names only, never inside
quotes, and in texts only inside braces.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nodes.contract import FieldUse, Text
from runtime.model.flow import Node

_PART = re.compile(r'"(?:[^"\\]|\\.)*"|(?<![\w.])[A-Za-z_]\w*')
_HOLE = re.compile(r"\{[^{}]*\}")


def reading(node: Node, uses: tuple[FieldUse, ...], names: Mapping[str, str]) -> Node:
    """The step with its expressions reading the new names (old id -> another id)."""
    if not names:
        return node
    texts = frozenset(use.path for use in uses if isinstance(use.field, Text))
    config = {name: _rewritten(value, name, texts, names) for name, value in node.config.items()}
    update: dict[str, Any] = {} if config == node.config else {"config": config}
    if node.undo is not None and node.undo in names:
        update["undo"] = names[node.undo]
    return node.model_copy(update=update) if update else node


def _rewritten(value: Any, path: str, texts: frozenset[str], names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _HOLE.sub(lambda hole: _renamed(hole[0], names), value) if path in texts else value
    if isinstance(value, Mapping):
        if set(value) == {"feel"} and isinstance(value["feel"], str):
            return {"feel": _renamed(value["feel"], names)}
        return {key: _rewritten(each, f"{path}.{key}", texts, names) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_rewritten(each, f"{path}[{n}]", texts, names) for n, each in enumerate(value, 1)]
    return value


def _renamed(text: str, names: Mapping[str, str]) -> str:
    return _PART.sub(lambda part: names.get(part[0], part[0]), text)
