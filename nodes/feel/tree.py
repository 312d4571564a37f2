"""The syntax tree of FEEL: frozen records, each with the `span` of text that it was read from.

Who makes it: `parser`. Who reads it: `printer`, `compiler`, `check`, table analysis and editors.
Law: two trees are equal when they mean the same, wherever they stand: `span` takes no part in comparison. Chains of
`and`, `or` and `else if` are flat, so that long ones are not deep.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar, Final, NamedTuple, TypeAlias

from nodes.feel.record import Record


class Span(NamedTuple):
    """Characters `start` up to (not including) `end` of the text."""

    start: int
    end: int


NOWHERE: Final = Span(0, 0)


class Node(Record, kw_only=True):
    """Parent of all nodes."""

    __match_args__: ClassVar[tuple[str, ...]]
    span: Span = NOWHERE

    def __init__(self, *values: Any, span: Span = NOWHERE, **named: Any) -> None:
        puts = self.puts_
        if named or len(values) != len(puts):
            super().__init__(*values, span=span, **named)
            return
        _put_span(self, span)
        for put, value in zip(puts, values, strict=True):
            put(self, value)


_put_span: Final = Node.__dict__["span"].__set__


class Literal(Node):
    """A number, text, `true`, `false` or `null`."""

    value: Decimal | str | bool | None


class AtLiteral(Node):
    """`@"2026-05-01"`: a date, time or duration."""

    text: str


class Name(Node):
    """A variable, or a function of the library. Whitespace in it is one blank."""

    name: str


class Input(Node):
    """`?`: the value that a unary test looks at."""


class Path(Node):
    """`target.name`."""

    target: Node
    name: str


class Filter(Node):
    """`target[condition]`."""

    target: Node
    condition: Node


class Call(Node):
    """`function(a, b)`, or `function(x: a, y: b)` where `names` holds the names."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] | None = None


class Negation(Node):
    """`-operand`."""

    operand: Node


class Arithmetic(Node):
    """`left op right` with `+ - * / **`."""

    operator: str
    left: Node
    right: Node


class Comparison(Node):
    """`left op right` with `= != < <= > >=`."""

    operator: str
    left: Node
    right: Node


class Conjunction(Node):
    """`a and b and c`."""

    parts: tuple[Node, ...]


class Disjunction(Node):
    """`a or b or c`."""

    parts: tuple[Node, ...]


class Between(Node):
    """`value between low and high`."""

    value: Node
    low: Node
    high: Node


class In(Node):
    """`value in test` or `value in (test, test)`."""

    value: Node
    tests: tuple[Node, ...]


class UnaryComparison(Node):
    """`< operand`: a test; as a value of its own it is a range."""

    operator: str
    operand: Node


class AnyTest(Node):
    """`-`: a test that every value passes."""


class UnaryTests(Node):
    """The cell of a table: any of the tests, or none of them where `negated`."""

    tests: tuple[Node, ...]
    negated: bool = False


class If(Node):
    """`if a then b else if c then d else e`: branches (a, b), (c, d), otherwise e."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node


class Iterator(Node):
    """`name in source`, or `name in source..until`."""

    name: str
    source: Node
    until: Node | None = None


class For(Node):
    """`for x in xs, y in ys return body`."""

    iterators: tuple[Iterator, ...]
    body: Node


class Quantified(Node):
    """`some x in xs satisfies condition` (`every` where not `some`)."""

    some: bool
    iterators: tuple[Iterator, ...]
    condition: Node


class ListLiteral(Node):
    """`[a, b]`."""

    items: tuple[Node, ...]


class Entry(Node):
    """`key: value` of a context."""

    key: str
    value: Node


class ContextLiteral(Node):
    """`{a: 1, b: a + 1}`."""

    entries: tuple[Entry, ...]


class RangeLiteral(Node):
    """`[low..high)`."""

    low: Node
    high: Node
    low_included: bool
    high_included: bool


class Parameter(Node):
    """`name: type` of a function."""

    name: str
    type: Type | None = None


class FunctionDefinition(Node):
    """`function(a, b: number) body`; `external` bodies parse, and evaluate to null."""

    parameters: tuple[Parameter, ...]
    body: Node
    external: bool = False


class InstanceOf(Node):
    """`value instance of type`."""

    value: Node
    type: Type


class NamedType(Node):
    """`number`, `days and time duration`, `Any`, or the name of a type of the model."""

    name: str


class GenericType(Node):
    """`list<of>` or `range<of>`."""

    name: str
    of: Type


class ContextType(Node):
    """`context<a: number, b: string>`."""

    entries: tuple[tuple[str, Type], ...]


class FunctionType(Node):
    """`function<number, string> -> boolean`."""

    parameters: tuple[Type, ...]
    result: Type


Type: TypeAlias = NamedType | GenericType | ContextType | FunctionType


_CHILDREN: Final[dict[type[Node], Callable[[Any], tuple[Node, ...]]]] = {
    Path: lambda node: (node.target,),
    Filter: lambda node: (node.target, node.condition),
    Call: lambda node: (node.function, *node.arguments),
    Negation: lambda node: (node.operand,),
    UnaryComparison: lambda node: (node.operand,),
    Arithmetic: lambda node: (node.left, node.right),
    Comparison: lambda node: (node.left, node.right),
    Conjunction: lambda node: node.parts,
    Disjunction: lambda node: node.parts,
    ListLiteral: lambda node: node.items,
    UnaryTests: lambda node: node.tests,
    Between: lambda node: (node.value, node.low, node.high),
    In: lambda node: (node.value, *node.tests),
    If: lambda node: (*(part for branch in node.branches for part in branch), node.otherwise),
    Iterator: lambda node: (node.source,) if node.until is None else (node.source, node.until),
    For: lambda node: (*node.iterators, node.body),
    Quantified: lambda node: (*node.iterators, node.condition),
    ContextLiteral: lambda node: node.entries,
    RangeLiteral: lambda node: (node.low, node.high),
    InstanceOf: lambda node: (node.value,),
    Entry: lambda node: (node.value,),
    FunctionDefinition: lambda node: (node.body,),
}


def _childless(node: Node) -> tuple[Node, ...]:
    return ()


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, types left out, in the order of the text."""
    return _CHILDREN.get(type(node), _childless)(node)
