"""Cells of a table as sets of values.

Who calls it: `columns`. Law: exact or said to be unknown. A cell of constants (equality, comparisons, ranges, lists,
`not(...)`) becomes spans of a scale directly. A condition that compares `?` with constants can change its answer only
at these constants, so it is asked once for each piece between them. Any other cell is unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final, NamedTuple, TypeAlias

from nodes.dmn.analysis.scales import Cut, Scale, scale_of
from nodes.feel import BUILTIN_NAMES, CompiledUnaryTests, FeelError, Range, compile_expression, print_expression
from nodes.feel import unary_tests as compile_cell
from nodes.feel.parser import parse_expression, parse_unary_tests
from nodes.feel.temporal_text import parse_at, parse_date
from nodes.feel.tree import (
    AnyTest,
    Arithmetic,
    AtLiteral,
    Between,
    Call,
    Comparison,
    Conjunction,
    Disjunction,
    In,
    Input,
    ListLiteral,
    Literal,
    Name,
    Negation,
    Node,
    RangeLiteral,
    UnaryComparison,
    UnaryTests,
    children,
)
from nodes.feel.values import LIST, RANGE, kind

Span: TypeAlias = tuple[Cut | None, Cut | None]
"""Values from one cut to another; None is without end."""
EVERYWHERE: Final[Span] = (None, None)

OPEN: Final = object()
"""What `constant` answers for a text that is no constant."""
_CHANGING: Final = frozenset({"now", "today", "random number"})


class Constant(NamedTuple):
    """A value that a cell compares with, and where it stands in the text."""

    value: Any
    node: Node


class Cell:
    """One text of a cell, read once for all rules that have it."""

    def __init__(self, text: str, names: Collection[str] | None, properties: Collection[str] = ()) -> None:
        self.text = text
        self.names = names
        self.properties = properties
        self.error: FeelError | None = None
        self.tree: UnaryTests | None = None
        try:
            self.tree = parse_unary_tests(text or "-", names, BUILTIN_NAMES, properties)
        except FeelError as error:
            self.error = error
        self._reader = _Reader(names)
        self.constants: list[Constant] = []
        self.known = self.tree is not None and all(self._reader.test(test) for test in self.tree.tests)
        """Whether the cell is exact on every scale."""
        self.constants = self._reader.constants
        self.looks_only_at_input = self.tree is not None and not _reads_more(self.tree, names)
        """Whether nothing but `?` decides it, so that it is exact for each single value."""
        self._compiled: CompiledUnaryTests | None = None

    def passes(self, value: Any) -> bool:
        """Whether a value passes; asked of FEEL itself."""
        if self._compiled is None:
            self._compiled = compile_cell(self.text or "-", self.names, properties=self.properties)
        try:
            return self._compiled.evaluate(value, {}) is True
        except FeelError:
            return False

    def tests_null(self) -> bool:
        """Whether null is written in it."""
        return any(constant.value is None and isinstance(constant.node, Literal) for constant in self.constants)

    def takes_null(self) -> bool:
        """Whether null passes."""
        if self.tree is not None and len(self.tree.tests) == 1 and isinstance(self.tree.tests[0], AnyTest):
            return not self.tree.negated
        return self.passes(None)

    def single_tests(self) -> list[Cell]:
        """Each of its tests as a cell of its own."""
        if self.tree is None:
            return []
        return [Cell(print_expression(test), self.names, self.properties) for test in self.tree.tests]

    def spans(self, scale: Scale) -> list[Span] | None:
        """The values of a scale that pass, apart and in order; None where FEEL must be asked piece by piece."""
        assert self.tree is not None, "asked of cells that could be read"
        found: list[Span] = []
        undecided = False
        for test in self.tree.tests:
            spans = _spans_of(test, scale, self._reader)
            if spans is None:
                return None
            if spans is UNDECIDED:
                undecided = True
            else:
                found.extend(spans)
        if not self.tree.negated:
            return merged(found, scale)
        return [] if undecided else inverted(merged(found, scale), scale)

    def cuts(self, scale: Scale) -> set[Cut]:
        """Where on a scale the answer of the cell may change."""
        found: set[Cut] = set()
        for constant in self.constants:
            if scale_of(constant.value) is scale:
                key = scale.key(constant.value)
                found.update((*scale.around(key), scale.below(key), scale.above(key)))
        return found


UNDECIDED: Final[list[Span]] = []
"""A test of another kind: null for every value of the scale, which `not` does not turn into true."""


def merged(spans: list[Span], scale: Scale) -> list[Span]:
    """Spans apart from each other and in order, empty ones left out."""
    made: list[Span] = []
    for low, high in sorted((s for s in spans if not scale.empty(*s)), key=lambda s: (s[0] is not None, s[0] or ())):
        if made and (made[-1][1] is None or low is None or low <= made[-1][1]):
            end = made[-1][1]
            made[-1] = (made[-1][0], None if end is None or high is None else max(end, high))
        else:
            made.append((low, high))
    return made


def inverted(spans: list[Span], scale: Scale) -> list[Span]:
    """What merged spans leave out."""
    left: list[Span] = []
    at: Cut | None = None
    for low, high in spans:
        if low is not None:
            left.append((at, low))
        if high is None:
            return [span for span in left if not scale.empty(*span)]
        at = high
    left.append((at, None))
    return [span for span in left if not scale.empty(*span)]


def _spans_of(test: Node, scale: Scale, reader: _Reader) -> list[Span] | None:
    """What one test takes of a scale."""
    if isinstance(test, AnyTest):
        return [EVERYWHERE]
    if isinstance(test, UnaryComparison):
        value = reader.constant(test.operand)
        return None if value is OPEN or kind(value) in {LIST, RANGE} else _compared(test.operator, value, scale)
    value = reader.constant(test)
    if value is OPEN or (isinstance(value, bool) and not isinstance(test, Literal)):
        return None  # a text that is worked out to true is passed by every value that is no boolean
    if kind(value) == LIST:
        spans: list[Span] = []
        for item in value:
            found = _ranged(item, scale) if kind(item) == RANGE else _compared("=", item, scale)
            if found is None:
                return None
            spans.extend(found)
        return [*spans]
    if kind(value) == RANGE:
        return _ranged(value, scale)
    return _compared("=", value, scale)


def _compared(operator: str, value: Any, scale: Scale) -> list[Span] | None:
    of = scale_of(value)
    if operator in {"=", "!="}:
        if of is scale:
            low, high = scale.around(scale.key(value))
            return [(low, high)] if operator == "=" else [(None, low), (high, None)]
        if value is None:
            return [*()] if operator == "=" else [EVERYWHERE]
        if kind(value) == scale.kind:
            return [*()] if operator == "=" else [EVERYWHERE]
        return UNDECIDED
    if of is not scale or scale.name == "boolean":
        return UNDECIDED
    key = scale.key(value)
    match operator:
        case "<":
            return [(None, scale.below(key))]
        case "<=":
            return [(None, scale.above(key))]
        case ">":
            return [(scale.above(key), None)]
        case ">=":
            return [(scale.below(key), None)]
    return None


def _ranged(value: Range, scale: Scale) -> list[Span] | None:
    low, high = value.low, value.high
    scales = {scale_of(bound) for bound in (low, high) if bound is not None}
    if scales != {scale}:
        # One bound of this scale may decide for some values and the other never: FEEL is asked.
        return None if scale in scales else UNDECIDED
    start = None if low is None else (scale.below if value.low_included else scale.above)(scale.key(low))
    end = None if high is None else (scale.above if value.high_included else scale.below)(scale.key(high))
    return [(start, end)]


def _reads_more(tree: Node, names: Collection[str] | None) -> bool:
    """Whether a cell looks at anything but `?`: names of the scope, the clock."""
    return any(
        node.name not in BUILTIN_NAMES or node.name in _CHANGING or node.name in (names or ())
        for node in _walk(tree)
        if isinstance(node, Name)
    )


def _walk(tree: Node) -> Iterator[Node]:
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(children(node))


class _Reader:
    """Finds the constants of a cell, and whether its answer can change at them only."""

    def __init__(self, names: Collection[str] | None) -> None:
        self.names = names
        self.constants: list[Constant] = []
        self._known: dict[int, Any] = {}

    def constant(self, node: Node) -> Any:
        """The value of a text that always has the same, OPEN for any other."""
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = (self._constant(node), node)  # kept with its node: the id stays its own
        return known[0]

    def _constant(self, node: Node) -> Any:
        if isinstance(node, Literal):
            return node.value
        if isinstance(node, AtLiteral):
            return parse_at(node.text)
        match node:
            case Call(function=Name(name="date"), arguments=(Literal(value=str() as text),), names=None) if (
                "date" not in (self.names or ())
            ):
                return parse_date(text)
        if not all(self._closed(part) for part in _walk(node)):
            return OPEN
        try:
            return compile_expression(print_expression(node)).evaluate({})
        except FeelError:
            return OPEN

    def _closed(self, node: Node) -> bool:
        if isinstance(node, Name):
            return node.name in BUILTIN_NAMES and node.name not in _CHANGING and node.name not in (self.names or ())
        return isinstance(node, (Literal, AtLiteral, Negation, Arithmetic, Call, ListLiteral, RangeLiteral))

    def _note(self, node: Node) -> bool:
        value = self.constant(node)
        if value is OPEN:
            return False
        if kind(value) == LIST:
            for item in value:
                self._note_value(item, node)
        else:
            self._note_value(value, node)
        return True

    def _note_value(self, value: Any, node: Node) -> None:
        bounds = (value.low, value.high) if isinstance(value, Range) else (value,)
        self.constants.extend(Constant(bound, node) for bound in bounds if bound is not None or len(bounds) == 1)

    def test(self, node: Node) -> bool:
        """A test of a cell."""
        if isinstance(node, AnyTest):
            return True
        if isinstance(node, UnaryComparison):
            return self._note(node.operand)
        if isinstance(node, UnaryTests):
            return all(self.test(part) for part in node.tests)
        if isinstance(node, (ListLiteral, RangeLiteral)) or not any(isinstance(part, Input) for part in _walk(node)):
            for part in children(node) if isinstance(node, (ListLiteral, RangeLiteral)) else ():
                if self.constant(part) is OPEN:
                    return False
            return self._note(node)
        return self.condition(node)

    def condition(self, node: Node) -> bool:
        """A condition on `?`."""
        match node:
            case Literal(value=bool()):
                return True
            case Comparison(left=Input(), right=other) | Comparison(left=other, right=Input()):
                return self._note(other)
            case Between(value=Input(), low=low, high=high):
                return self._note(low) and self._note(high)
            case In(value=Input(), tests=tests):
                return all(self.test(test) for test in tests)
            case Conjunction(parts=parts) | Disjunction(parts=parts):
                return all(self.condition(part) for part in parts)
            case Call(function=Name(name="not"), arguments=(inner,)) if "not" not in (self.names or ()):
                return self.condition(inner)
        return False


def constant_of_text(text: str, names: Collection[str] | None) -> Any:
    """The value of an expression that always has the same (null for no text), OPEN for any other or for no FEEL."""
    if not text.strip():
        return None
    try:
        tree = parse_expression(text, names, BUILTIN_NAMES)
    except FeelError:
        return OPEN
    return _Reader(names).constant(tree)
