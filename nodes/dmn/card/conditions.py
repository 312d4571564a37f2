"""Ordered conditions as rules over the values that they read.

Who calls it: `conditions_card`. Law: exact or opaque. A condition becomes rules if it joins tests of one value each
(comparisons, `between`, `in`, a boolean alone, `not(...)`) by `and` and `or`; any other is one opaque rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from nodes.dmn.analysis.cells import OPEN, Cell, constant_of_text
from nodes.dmn.analysis.scales import scale_of
from nodes.feel import FeelError, compile_expression, print_expression
from nodes.feel.tree import (
    Between,
    Call,
    Comparison,
    Conjunction,
    Disjunction,
    In,
    Input,
    Literal,
    Name,
    Node,
    Path,
    children,
)

MOST_RULES: Final = 200
"""Rules that the conditions of one step may become; beyond it a condition is opaque."""
_TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


class Test(NamedTuple):
    """A value and the cell that it must pass."""

    path: tuple[str, ...]
    cell: Cell


class Rules(NamedTuple):
    """A condition as rules, each a list of tests that must all pass; None if it is opaque. `reads`: all its paths."""

    ways: list[list[Test]] | None
    reads: frozenset[tuple[str, ...]]
    fixed: frozenset[tuple[str, ...]]
    """Paths whose value was taken as a constant: they must stay as they are."""


class TooMany(Exception):
    """More rules than are looked at."""


def rules_of(text: str, values: Mapping[str, Any]) -> Rules:
    """A condition, with the values that are known by their paths as text."""
    try:
        compiled = compile_expression(text)
    except FeelError:
        return Rules(None, frozenset(), frozenset())
    reading = _Reading(values)
    try:
        ways = reading.ways(compiled.ast, positive=True)
    except (TooMany, RecursionError):
        ways = None
    return Rules(ways, compiled.free_paths, frozenset(reading.fixed))


class _Reading:
    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self.fixed: set[tuple[str, ...]] = set()

    def ways(self, node: Node, *, positive: bool) -> list[list[Test]] | None:
        """Lists of tests, of which one list must pass; None where the condition is not understood."""
        match node:
            case Literal(value=bool() as value):
                return [[]] if value is positive else []
            case Conjunction(parts=parts):
                return self._all(parts, positive) if positive else self._any(parts, positive)
            case Disjunction(parts=parts):
                return self._any(parts, positive) if positive else self._all(parts, positive)
            case Call(function=Name(name="not"), arguments=(inner,)):
                return self.ways(inner, positive=not positive)
        test = self._test(node, positive)
        return None if test is None else [[test]]

    def _any(self, parts: tuple[Node, ...], positive: bool) -> list[list[Test]] | None:
        found: list[list[Test]] = []
        for part in parts:
            ways = self.ways(part, positive=positive)
            if ways is None:
                return None
            found.extend(ways)
            if len(found) > MOST_RULES:
                raise TooMany
        return found

    def _all(self, parts: tuple[Node, ...], positive: bool) -> list[list[Test]] | None:
        found: list[list[Test]] = [[]]
        for part in parts:
            ways = self.ways(part, positive=positive)
            if ways is None:
                return None
            found = [[*known, *way] for known in found for way in ways]
            if len(found) > MOST_RULES:
                raise TooMany
        return found

    def _test(self, node: Node, positive: bool) -> Test | None:
        path, text = self._cell(node)
        if path is None or text is None:
            return None
        cell = Cell(text if positive else f"not({text})", None)
        return Test(path, cell) if cell.known else None

    def _cell(self, node: Node) -> tuple[tuple[str, ...] | None, str | None]:
        match node:
            case Comparison(operator=operator, left=left, right=right):
                path, constant = path_of(left), self._constant(right)
                if path is None or constant is None:
                    path, constant, operator = path_of(right), self._constant(left), _TURNED[operator]
                if path is None or constant is None:
                    return None, None
                if operator == "!=":
                    # Where it is turned round again by `not`, two of them cancel out.
                    return path, f"? != {constant}"
                return path, constant if operator == "=" else f"{operator} {constant}"
            case Between(value=value, low=low, high=high):
                first, last = self._constant(low), self._constant(high)
                return (None, None) if first is None or last is None else (path_of(value), f"[{first}..{last}]")
            case In(value=value, tests=tests):
                if any(isinstance(part, Input) for test in tests for part in _parts(test)):
                    return None, None
                return path_of(value), ", ".join(print_expression(test) for test in tests)
            case Name() | Path():
                return path_of(node), "true"
        return None, None

    def _constant(self, node: Node) -> str | None:
        """The text of a constant, or of the value that a path had; None for anything else."""
        text = print_expression(node)
        if constant_of_text(text, None) is not OPEN:
            return text
        path = path_of(node)
        if path is None:
            return None
        value = self._values.get(".".join(path))
        scale = scale_of(value) if value is not None else None
        if scale is None:
            return None
        self.fixed.add(path)
        return scale.text(value)


def path_of(node: Node) -> tuple[str, ...] | None:
    """The names of a path, such as ("input", "amount")."""
    parts: list[str] = []
    while isinstance(node, Path):
        parts.append(node.name)
        node = node.target
    return (node.name, *reversed(parts)) if isinstance(node, Name) else None


def _parts(node: Node) -> Iterator[Node]:
    stack = [node]
    while stack:
        at = stack.pop()
        yield at
        stack.extend(children(at))
