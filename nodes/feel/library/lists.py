"""Functions of lists (DMN 1.5, 10.3.4.4). A position counts from 1, from the end below 0."""

from __future__ import annotations

from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from nodes.feel.arithmetic import as_whole, cut_whole
from nodes.feel.library.signature import function
from nodes.feel.limits import MAX_NESTING, limit_error
from nodes.feel.ordering import is_equal, order
from nodes.feel.running import Running
from nodes.feel.values import LIST, Function, kind, settle


@function("list contains(list: list, element: any)", running=True)
def list_contains(running: Running, items: list[Any], element: Any) -> bool:
    """Whether an item is equal to it."""
    return any(is_equal(item, element, running) is True for item in items)


@function("count(list: list)")
def count(items: list[Any]) -> Decimal:
    """How many items."""
    return Decimal(len(items))


def _index(position: Any, length: int) -> int | None:
    whole = cut_whole(position)
    if whole is None or whole == 0 or abs(whole) > length:
        return None
    return whole - 1 if whole > 0 else length + whole


@function("sublist(list: list, start position: number, length: number?)")
def sublist(items: list[Any], start: Decimal, length: Decimal | None = None) -> list[Any] | None:
    """The items from a position on."""
    begin = _index(start, len(items))
    if begin is None:
        return None
    if length is None:
        return items[begin:]
    size = as_whole(length)
    return None if size is None or size < 0 or begin + size > len(items) else items[begin : begin + size]


@function("append(list: list, item: any...)")
def append(items: list[Any], more: list[Any]) -> list[Any]:
    """The list with items at its end."""
    return [*items, *more]


@function("concatenate(list: list...)")
def concatenate(lists: list[list[Any]]) -> list[Any]:
    """The lists one after the other."""
    return [item for items in lists for item in items]


@function("insert before(list: list, position: number, newItem: any)")
def insert_before(items: list[Any], position: Decimal, item: Any) -> list[Any] | None:
    """The list with an item more, before a position."""
    at = _index(position, len(items))
    return None if at is None else [*items[:at], item, *items[at:]]


@function("remove(list: list, position: number)")
def remove(items: list[Any], position: Decimal) -> list[Any] | None:
    """The list without the item at a position."""
    at = _index(position, len(items))
    return None if at is None else items[:at] + items[at + 1 :]


@function("list replace(list: list, position: any, newItem: any)", running=True)
def list_replace(running: Running, items: list[Any], position: Any, item: Any) -> list[Any] | None:
    """The list with another item at a position, or wherever a function `(item, newItem)` says so."""
    if isinstance(position, Function):
        return list_replace_matching(running, items, position, item)
    at = _index(position, len(items))
    return None if at is None else [*items[:at], item, *items[at + 1 :]]


@function("list replace(list: list, match: function, newItem: any)", running=True)
def list_replace_matching(running: Running, items: list[Any], match: Function, item: Any) -> list[Any] | None:
    """The list with another item wherever `match(item, newItem)` is true."""
    if len(match.parameters) != 2:
        return None
    made = []
    for old in items:
        found = match.call(running, [old, item], None)
        if found.__class__ is not bool:
            return None
        made.append(item if found else old)
    return made


@function("reverse(list: list)")
def reverse(items: list[Any]) -> list[Any]:
    """Last item first."""
    return items[::-1]


@function("index of(list: list, match: any)", running=True)
def index_of(running: Running, items: list[Any], match: Any) -> list[Decimal]:
    """The positions of all items equal to it."""
    return [Decimal(at) for at, item in enumerate(items, 1) if is_equal(item, match, running) is True]


@function("distinct values(list: list)", running=True)
def distinct_values(running: Running, items: list[Any]) -> list[Any]:
    """Each value once, at its first place."""
    kept: list[Any] = []
    seen: set[tuple[type, Any]] = set()
    for item in items:
        item = settle(item)
        if isinstance(item, (str, Decimal, bool)):
            key = (type(item), item)
            if key in seen:
                continue
            seen.add(key)
            kept.append(item)
        else:
            running.charge(len(kept))
            if all(is_equal(item, other, running) is not True for other in kept):
                kept.append(item)
    return kept


@function("union(list: list...)", running=True)
def union(running: Running, lists: list[list[Any]]) -> list[Any]:
    """The values of all lists, each once."""
    return distinct_values(running, concatenate(lists))


@function("flatten(list: list)", running=True)
def flatten(running: Running, items: list[Any]) -> list[Any]:
    """The items of all lists inside it, at any depth."""
    flat: list[Any] = []

    def take(level: list[Any], depth: int) -> None:
        if depth > MAX_NESTING:
            raise limit_error("depth", MAX_NESTING)
        running.charge(len(level))
        for item in level:
            if kind(item) == LIST:
                take(settle(item), depth + 1)
            else:
                flat.append(item)

    take(items, 0)
    return flat


@function("sort(list: list, precedes: function?)", running=True)
def sort(running: Running, items: list[Any], precedes: Function | None = None) -> list[Any] | None:
    """In order; `precedes(x, y)` is true where x comes before y. Items that it does not part keep their places."""
    broken = False

    def by_function(a: Any, b: Any) -> int:
        nonlocal broken
        assert precedes is not None
        before = precedes.call(running, [a, b], None)
        if before is True:
            return -1
        broken = broken or before is not False
        return 1 if precedes.call(running, [b, a], None) is True else 0

    def by_order(a: Any, b: Any) -> int:
        nonlocal broken
        running.charge(1)
        ordered = order(a, b, running)
        broken = broken or ordered is None
        return ordered or 0

    if precedes is not None and len(precedes.parameters) != 2:
        return None
    made = sorted(items, key=cmp_to_key(by_order if precedes is None else by_function))
    return None if broken else made


@function("partition(list: list, size: number)")
def partition(items: list[Any], size: Decimal) -> list[Any] | None:
    """The list in lists of that many items."""
    length = as_whole(size)
    if length is None or length < 1:
        return None
    return [items[at : at + length] for at in range(0, len(items), length)]
