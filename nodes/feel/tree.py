"""The syntax tree of FEEL: frozen dataclasses, each with the `span` of text that it was read from.

Who makes it: `parser`. Who reads it: `printer`, `compiler`, `check`, table analysis and editors.
Law: two trees are equal when they mean the same, wherever they stand: `span` takes no part in comparison. Chains of
`and`, `or` and `else if` are flat, so that long ones are not deep.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar, TypeAlias


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` up to (not including) `end` of the text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Node:
    """Parent of all nodes. Equality, hash and text are said once: generated for each class they slow the import."""

    __match_args__: ClassVar[tuple[str, ...]]
    span: Span = field(default=Span(0, 0))

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return False
        for name in self.__match_args__:
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine.__class__ is not theirs.__class__ or mine != theirs:  # True is not the number 1
                return False
        return True

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, name) for name in self.__match_args__)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.__match_args__)})"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Literal(Node):
    """A number, text, `true`, `false` or `null`."""

    value: Decimal | str | bool | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AtLiteral(Node):
    """`@"2026-05-01"`: a date, time or duration."""

    text: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Name(Node):
    """A variable, or a function of the library. Whitespace in it is one blank."""

    name: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Input(Node):
    """`?`: the value that a unary test looks at."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Path(Node):
    """`target.name`."""

    target: Node
    name: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Filter(Node):
    """`target[condition]`."""

    target: Node
    condition: Node


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Call(Node):
    """`function(a, b)`, or `function(x: a, y: b)` where `names` holds the names."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Negation(Node):
    """`-operand`."""

    operand: Node


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Arithmetic(Node):
    """`left op right` with `+ - * / **`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Comparison(Node):
    """`left op right` with `= != < <= > >=`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Conjunction(Node):
    """`a and b and c`."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Disjunction(Node):
    """`a or b or c`."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Between(Node):
    """`value between low and high`."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class In(Node):
    """`value in test` or `value in (test, test)`."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class UnaryComparison(Node):
    """`< operand`: a test; as a value of its own it is a range."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AnyTest(Node):
    """`-`: a test that every value passes."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class UnaryTests(Node):
    """The cell of a table: any of the tests, or none of them where `negated`."""

    tests: tuple[Node, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class If(Node):
    """`if a then b else if c then d else e`: branches (a, b), (c, d), otherwise e."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Iterator(Node):
    """`name in source`, or `name in source..until`."""

    name: str
    source: Node
    until: Node | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class For(Node):
    """`for x in xs, y in ys return body`."""

    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Quantified(Node):
    """`some x in xs satisfies condition` (`every` where not `some`)."""

    some: bool
    iterators: tuple[Iterator, ...]
    condition: Node


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ListLiteral(Node):
    """`[a, b]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Entry(Node):
    """`key: value` of a context."""

    key: str
    value: Node


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ContextLiteral(Node):
    """`{a: 1, b: a + 1}`."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RangeLiteral(Node):
    """`[low..high)`."""

    low: Node
    high: Node
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Parameter(Node):
    """`name: type` of a function."""

    name: str
    type: Type | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FunctionDefinition(Node):
    """`function(a, b: number) body`; `external` bodies parse, and evaluate to null."""

    parameters: tuple[Parameter, ...]
    body: Node
    external: bool = False


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class InstanceOf(Node):
    """`value instance of type`."""

    value: Node
    type: Type


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class NamedType(Node):
    """`number`, `days and time duration`, `Any`, or the name of a type of the model."""

    name: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GenericType(Node):
    """`list<of>` or `range<of>`."""

    name: str
    of: Type


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ContextType(Node):
    """`context<a: number, b: string>`."""

    entries: tuple[tuple[str, Type], ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FunctionType(Node):
    """`function<number, string> -> boolean`."""

    parameters: tuple[Type, ...]
    result: Type


Type: TypeAlias = NamedType | GenericType | ContextType | FunctionType


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, types left out, in the order of the text."""
    match node:
        case Path(target=target):
            return (target,)
        case Filter(target=target, condition=condition):
            return (target, condition)
        case Call(function=function, arguments=arguments):
            return (function, *arguments)
        case Negation(operand=operand) | UnaryComparison(operand=operand):
            return (operand,)
        case Arithmetic(left=left, right=right) | Comparison(left=left, right=right):
            return (left, right)
        case Conjunction(parts=parts) | Disjunction(parts=parts) | ListLiteral(items=parts) | UnaryTests(tests=parts):
            return parts
        case Between(value=value, low=low, high=high):
            return (value, low, high)
        case In(value=value, tests=tests):
            return (value, *tests)
        case If(branches=branches, otherwise=otherwise):
            return (*(part for branch in branches for part in branch), otherwise)
        case Iterator(source=source, until=until):
            return (source,) if until is None else (source, until)
        case For(iterators=iterators, body=body):
            return (*iterators, body)
        case Quantified(iterators=iterators, condition=condition):
            return (*iterators, condition)
        case ContextLiteral(entries=entries):
            return entries
        case RangeLiteral(low=low, high=high):
            return (low, high)
        case InstanceOf(value=value) | Entry(value=value):
            return (value,)
        case FunctionDefinition(body=body):
            return (body,)
        case _:
            return ()
