"""Compiles lists, contexts, ranges and what goes through them: filters, `for`, `some`, `every`.

Law: an iteration is paid for before it runs, at the cost of its body; a range is never unrolled before its length is
paid.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator as PythonIterator
from decimal import Decimal
from typing import Any

from nodes.feel.arithmetic import as_whole
from nodes.feel.compiled.compiler import WORTH, Code, Compiler, construct, cost_of
from nodes.feel.limits import limit_error
from nodes.feel.moments import WideDate, date_number, from_date_number
from nodes.feel.ordering import order
from nodes.feel.running import Running
from nodes.feel.tree import (
    ContextLiteral,
    Filter,
    For,
    FunctionDefinition,
    Iterator,
    ListLiteral,
    Literal,
    Name,
    Node,
    Quantified,
    RangeLiteral,
    children,
)
from nodes.feel.values import DATE, SETTLED, Function, Range, kind, settle


@construct(ListLiteral)
def _list(compiler: Compiler, node: ListLiteral) -> Code:
    items = tuple(compiler.compile(item) for item in node.items)
    return lambda running: [item(running) for item in items]


@construct(ContextLiteral)
def _context(compiler: Compiler, node: ContextLiteral) -> Code:
    entries: list[tuple[str, int, Code, bool]] = []
    for entry in node.entries:
        if isinstance(entry.value, FunctionDefinition):
            slot = compiler.bind(entry.key)  # bound first: a function of a context may call itself
            entries.append((entry.key, slot, compiler.compile(entry.value), True))
        else:
            code = compiler.compile(entry.value)
            entries.append((entry.key, compiler.bind(entry.key), code, False))
    if entries:
        compiler.release(len(entries))

    def make(running: Running) -> dict[str, Any]:
        made: dict[str, Any] = {}
        slots = running.slots
        for key, slot, code, is_function in entries:
            value = made[key] = slots[slot] = code(running)
            if is_function and isinstance(value, Function):
                value.call.knows(slot, value)  # type: ignore[attr-defined]
        return made

    return make


@construct(RangeLiteral)
def _range(compiler: Compiler, node: RangeLiteral) -> Code:
    low, high = compiler.compile(node.low), compiler.compile(node.high)
    low_included, high_included = node.low_included, node.high_included
    open_low = isinstance(node.low, Literal) and node.low.value is None
    open_high = isinstance(node.high, Literal) and node.high.value is None

    def make(running: Running) -> Range | None:
        return make_range(running, low(running), high(running), low_included, high_included, open_low, open_high)

    return make


def make_range(
    running: Running, low: Any, high: Any, low_included: bool, high_included: bool, open_low: bool, open_high: bool
) -> Range | None:
    """The range, null where the bounds have no order or one of them is missing by accident."""
    if (low is None and (low_included or not open_low)) or (high is None and (high_included or not open_high)):
        return None
    if low is not None and high is not None and order(low, high, running) is None:
        return None
    return Range(low, high, low_included, high_included)


# -- filters --


@construct(Filter)
def _filter(compiler: Compiler, node: Filter) -> Code:
    target = compiler.compile(node.target)
    if isinstance(node.condition, Literal):
        return _fixed_filter(target, node.condition.value)
    slot = compiler.bind(None)
    often = compiler.compile_often(node.condition)
    compiler.release()
    cost = cost_of(node.condition)

    def select(running: Running) -> Any:
        value = target(running)
        items = value if value.__class__ is list else ([] if value is None else [value])
        running.charge(len(items) * cost)
        condition = often.code(len(items))
        slots = running.slots
        kept: list[Any] = []
        first = True
        for item in items:
            item = item if item.__class__ in SETTLED else settle(item)
            slots[slot] = item
            found = condition(running)
            if found is True:
                kept.append(item)
            elif first and found.__class__ is Decimal:
                return item_at(items, found)
            elif found is not False and found is not None:
                return None  # neither a condition nor a position
            first = False
        if not items:
            slots[slot] = None
            if condition(running).__class__ is Decimal:
                return None
        return kept

    return select


def _fixed_filter(target: Code, fixed: Any) -> Code:
    def select(running: Running) -> Any:
        value = target(running)
        items = value if value.__class__ is list else ([] if value is None else [value])
        if fixed.__class__ is Decimal:
            return item_at(items, fixed)
        if fixed.__class__ is str:
            return None
        running.charge(len(items))
        return list(items) if fixed is True else []

    return select


def item_at(items: list[Any], position: Decimal) -> Any:
    """The item at a position from 1, or from the end below 0; null where there is none."""
    whole = as_whole(position)
    if whole is None or whole == 0 or abs(whole) > len(items):
        return None
    return settle(items[whole - 1 if whole > 0 else whole])


# -- iterations --


def _numbers(running: Running, low: Any, high: Any) -> list[Any] | None:
    """The whole numbers (or days) from low to high, upwards or downwards."""
    if kind(low) == DATE and kind(high) == DATE:
        return _days(running, low, high)
    start, end = as_whole(low), as_whole(high)
    if start is None or end is None:
        return None
    running.allow_list(abs(end - start) + 1)
    step = 1 if end >= start else -1
    return [Decimal(number) for number in range(start, end + step, step)]


def _days(running: Running, low: dt.date | WideDate, high: dt.date | WideDate) -> list[Any]:
    start, end = date_number(low), date_number(high)
    running.allow_list(abs(end - start) + 1)
    step = 1 if end >= start else -1
    return [from_date_number(number) for number in range(start, end + step, step)]


def items_of(running: Running, value: Any) -> list[Any] | None:
    """What an iteration over a value goes through; None where it can't."""
    if value.__class__ is list:
        return list(value)
    if isinstance(value, Range):
        items = _numbers(running, value.low, value.high)
        if items is None:
            return None
        if not value.low_included:
            items = items[1:]
        return items if value.high_included else items[:-1]
    return None if value is None else [value]


def _source(compiler: Compiler, node: Iterator) -> Code:
    if node.until is None:
        source = compiler.compile(node.source)
        return lambda running: items_of(running, source(running))
    low, high = compiler.compile(node.source), compiler.compile(node.until)
    return lambda running: _numbers(running, low(running), high(running))


class _Unsuitable(Exception):
    pass


def _rounds(running: Running, loops: tuple[tuple[int, Code], ...], cost: int) -> PythonIterator[None]:
    """One step for each combination of the items, with the slots filled; the last iterator turns fastest."""
    slot, source = loops[0]
    items = source(running)
    if items is None:
        raise _Unsuitable
    slots = running.slots
    if len(loops) == 1:
        running.charge(len(items) * cost)
        for item in items:
            slots[slot] = item if item.__class__ in SETTLED else settle(item)
            yield
        return
    running.charge(len(items) * cost)
    for item in items:
        slots[slot] = item if item.__class__ in SETTLED else settle(item)
        yield from _rounds(running, loops[1:], cost)


def _loops(compiler: Compiler, iterators: tuple[Iterator, ...]) -> tuple[tuple[int, Code], ...]:
    loops = []
    for iterator in iterators:
        source = _source(compiler, iterator)
        loops.append((compiler.bind(iterator.name), source))
    return tuple(loops)


def _mentions(node: Node, name: str) -> bool:
    stack: list[Node] = [node]
    while stack:
        at = stack.pop()
        if isinstance(at, Name) and at.name == name:
            return True
        stack.extend(children(at))
    return False


@construct(For)
def _for(compiler: Compiler, node: For) -> Code:
    loops = _loops(compiler, node.iterators)
    partial = compiler.bind("partial")
    often = compiler.compile_often(node.body)
    compiler.release(len(loops) + 1)
    cost = cost_of(node.body)
    looks_back = _mentions(node.body, "partial")

    def collect(running: Running) -> list[Any] | None:
        results: list[Any] = []
        allowed = running.budget.list_items
        body = often.code()
        try:
            for _ in _rounds(running, loops, cost):
                if looks_back:
                    running.charge(len(results))
                    running.slots[partial] = list(results)
                results.append(body(running))
                if len(results) > allowed:
                    raise limit_error("list_items", allowed)
                if len(results) == WORTH:
                    body = often.code(WORTH)
        except _Unsuitable:
            return None
        return results

    return collect


@construct(Quantified)
def _quantified(compiler: Compiler, node: Quantified) -> Code:
    loops = _loops(compiler, node.iterators)
    often = compiler.compile_often(node.condition)
    compiler.release(len(loops))
    cost = cost_of(node.condition)
    decisive = node.some

    def ask(running: Running) -> bool | None:
        answer: bool | None = not decisive
        condition = often.code()
        try:
            for count, _ in enumerate(_rounds(running, loops, cost), 1):
                if count == WORTH:
                    condition = often.code(WORTH)
                found: bool | None = condition(running)
                if found is decisive:
                    return decisive
                if found is not (not decisive):
                    answer = None
        except _Unsuitable:
            return None
        return answer

    return ask
