"""What would have changed a decision, applied to the input of the run: the same case once more, with that one change.

Only changes of what came in with the start can be tried; a value that a system gave can't be chosen by the tester.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Any

from designer.session.story import Story
from nodes.contract import Value
from runtime.trace import card_of
from runtime.trace.spans import Span

_PATH = re.compile(r"input(\.[A-Za-z_]\w*)+")


def changed_input(story: Story, span: Span) -> tuple[Value, str] | None:
    """(the run's input with the smallest change that flips this decision, the change in words), or None."""
    card = card_of(span, story.drawing.node(span.node))
    if card is None or card.flip is None or not card.flip.changes:
        return None
    given = copy.deepcopy(story.trace.input)
    said = []
    for change in card.flip.changes:
        path = _input_path(story, span.node, change.path)
        if path is None or not _set(given, path, change.example):
            return None
        said.append(f"{_plain(change.value)} to {_plain(change.example)}")
    return given, " and ".join(said)


def _input_path(story: Story, node: str, path: Sequence[str] | None) -> tuple[str, ...] | None:
    """Where in the run's input a decision looked; through the step's mapping where it has one."""
    if not path:
        return None
    if path[0] == "input":
        return tuple(path[1:])
    drawn = story.flow.node(node)
    inputs = drawn.config.get("inputs") if drawn is not None else None
    expression = inputs.get(path[0]) if isinstance(inputs, Mapping) else None
    text = expression.get("feel") if isinstance(expression, Mapping) else None
    if isinstance(text, str) and _PATH.fullmatch(text.strip()):
        return (*text.strip().split(".")[1:], *path[1:])
    return None


def _set(given: Any, path: tuple[str, ...], value: Value) -> bool:
    for name in path[:-1]:
        given = given.get(name) if isinstance(given, dict) else None
    if not isinstance(given, dict) or not path or path[-1] not in given:
        return False
    given[path[-1]] = value
    return True


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "nothing" if value is None else "an empty text" if value == "" else str(value)
