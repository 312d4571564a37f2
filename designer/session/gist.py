"""What a step did, in a few words for one line of a list: why it went its way, or the first values that came out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from nodes.contract import Value, to_plain
from runtime.trace.drawing import Drawing
from runtime.trace.explain import short_words, value_words
from runtime.trace.spans import Span

VALUES = 3
"""that are named"""
LENGTH = 36
"""characters of one value"""


def gist(span: Span, drawing: Drawing) -> str:
    """One step that is over, in one line. Works on masked spans, so nothing sensitive can slip in."""
    if span.kind == "effect" and span.state == "completed" and not span.by_hand and span.port != "error":
        named = named_values(span.output)
        if named:
            return named
    return short_words(span, drawing) or named_values(span.output)


def named_values(value: Value) -> str:
    """``name "Amelia Hart", tier "gold", …``: the first plain values in it; empty if there are none."""
    found: list[str] = []
    for name, part in _leaves(value, 0):
        if len(found) == VALUES:
            found.append("…")
            break
        found.append(f"{name} {value_words(part, LENGTH)}")
    return ", ".join(found)


def _leaves(value: Value, depth: int) -> Iterator[tuple[str, Value]]:
    if not isinstance(value, Mapping):
        return
    inner: list[Value] = []
    for name, part in value.items():
        if isinstance(part, Mapping):
            inner.append(part)
        elif isinstance(part, str | bool | Decimal) or (part is not None and isinstance(to_plain(part), str)):
            yield name.replace("_", " "), part
    if depth < 2:
        for part in inner:
            yield from _leaves(part, depth + 1)
