"""A value spread over its leaves, each with its path as FEEL writes it: ``claim.lines[1].amount``. Pure.

Testers read and compare leaves; only what is wide, deep or a list of plain things stays whole. What is empty (null) is
kept apart, so that a reply of forty fields of which thirty are empty is read as ten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from nodes.contract import Value
from runtime.trace.explain import value_words
from runtime.trace.replay import Change

WIDEST = 40
"""fields of a context that are spread; one with more stays whole"""
LONGEST = 10
"""items of a list of contexts that are spread"""
DEEPEST = 4
MOST = 400
"""leaves of one value that are shown"""
_WORDS = 4_000
"""characters of one leaf"""

Sign = Literal["added", "changed", "removed"]


@dataclass(frozen=True, slots=True)
class Leaves:
    """``rows``: (path, the value in words); ``empty``: paths where nothing stands."""

    rows: tuple[tuple[str, str], ...] = ()
    empty: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rows or self.empty)


@dataclass(frozen=True, slots=True)
class LeafChange:
    """One leaf that differs: what stood there before and after in words, None where it was or is not there."""

    path: str
    sign: Sign
    before: str | None
    after: str | None


def leaves_of(value: Value, prefix: str = "") -> Leaves:
    """The leaves of a value under ``prefix``; a leaf without any name is called ``value``."""
    return _told(_spread(value, prefix, 0))


def leaves_of_all(values: Mapping[str, Value], words: Callable[[Value], str]) -> Leaves:
    """The leaves of several named values, each in these words."""
    return _told((leaf for name, value in values.items() for leaf in _spread(value, name, 0)), words)


def leaf_changes(changes: Iterable[Change]) -> list[LeafChange]:
    """Which leaves changed, in the order of what stands there now; what is gone stands last."""
    found: list[LeafChange] = []
    gone: list[LeafChange] = []
    for change in changes:
        old, new = (dict(_spread(value, change.path, 0)) for value in (change.before, change.after))
        for path, value in new.items():
            before = old.get(path)
            if value is None or before == value:
                continue
            if before is None:
                found.append(LeafChange(path, "added", None, value_words(value, _WORDS)))
            else:
                found.append(LeafChange(path, "changed", value_words(before, _WORDS), value_words(value, _WORDS)))
        gone += [
            LeafChange(path, "removed", value_words(value, _WORDS), None)
            for path, value in old.items()
            if value is not None and new.get(path) is None
        ]
    return (found + gone)[:MOST]


def count_leaves(values: Iterable[Value]) -> int:
    """How many leaves they have that are not empty."""
    return sum(_count(value, 0) for value in values)


def _told(spread: Iterable[tuple[str, Value]], words: Callable[[Value], str] | None = None) -> Leaves:
    rows: list[tuple[str, str]] = []
    empty: list[str] = []
    for path, value in spread:
        if value is None:
            empty.append(path)
        else:
            rows.append((path, words(value) if words is not None else value_words(value, _WORDS)))
    return Leaves(tuple(rows[:MOST]), tuple(empty[:MOST]))


def _spread(value: Any, path: str, depth: int) -> Iterator[tuple[str, Value]]:
    if isinstance(value, Mapping) and value and depth < DEEPEST and len(value) <= WIDEST:
        for name, part in value.items():
            yield from _spread(part, f"{path}.{name}" if path else str(name), depth + 1)
    elif isinstance(value, list | tuple) and depth < DEEPEST and _of_contexts(value):
        for place, part in enumerate(value, 1):
            yield from _spread(part, f"{path}[{place}]", depth + 1)
    else:
        yield path or "value", value


def _count(value: Any, depth: int) -> int:
    """As ``_spread``, without the paths: a long run asks for each of its values."""
    if value is None:
        return 0
    if isinstance(value, str | Decimal):
        return 1
    if isinstance(value, Mapping) and value and depth < DEEPEST and len(value) <= WIDEST:
        return sum(_count(part, depth + 1) for part in value.values())
    if isinstance(value, list | tuple) and depth < DEEPEST and _of_contexts(value):
        return sum(_count(part, depth + 1) for part in value)
    return 1


def _of_contexts(value: list[Any] | tuple[Any, ...]) -> bool:
    return 0 < len(value) <= LONGEST and all(isinstance(part, Mapping) for part in value)
