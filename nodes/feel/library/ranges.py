"""`range(from)`: a range out of its text. Its bounds are literals; no other expression is evaluated."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from nodes.feel.errors import FeelSyntaxError
from nodes.feel.library.signature import LIBRARY, function
from nodes.feel.ordering import order
from nodes.feel.parser import Parser
from nodes.feel.scanner import Token
from nodes.feel.temporal_text import parse_at
from nodes.feel.tree import AtLiteral, Call, Literal, Name, Node
from nodes.feel.values import Range, kind

_CONSTRUCTORS: Final = frozenset({"date", "time", "date and time", "duration"})
MAX_RANGE_TEXT: Final = 1_000


@function("range(from: string)")
def range_from(text: str) -> Range | None:
    """The range of `"[18..21)"`; an end may be left out; null for what is no range of literals in order."""
    if len(text) > MAX_RANGE_TEXT:
        return None
    try:
        return _read(Parser(text, (), LIBRARY))
    except FeelSyntaxError:
        return None


def _read(parser: Parser) -> Range | None:
    scan = parser.scan
    if not scan.is_operator("[", "(", "]"):
        return None
    opening: Token = scan.take()
    low = high = None
    if not scan.is_operator(".."):
        low = _bound(parser.bound())
        if low is None:
            return None
    parser.expect("..", "between the bounds")
    if not scan.is_operator("]", ")", "["):
        high = _bound(parser.bound())
        if high is None:
            return None
    if not scan.is_operator("]", ")", "["):
        return None
    closing = scan.take()
    parser.expect_end()
    low_included, high_included = opening.text == "[", closing.text == "]"
    if (low is None and (high is None or low_included)) or (high is None and high_included):
        return None
    if low is not None and high is not None:
        ordered = order(low, high)
        if kind(low) != kind(high) or ordered is None or ordered > 0:
            return None
    return Range(low, high, low_included, high_included)


def _bound(node: Node) -> Any:
    """The value of a literal, or of a call of a constructor with a literal text."""
    match node:
        case Literal(value=value) if isinstance(value, (Decimal, str)):
            return value
        case AtLiteral(text=text):
            return parse_at(text)
        case Call(function=Name(name=name), arguments=(Literal(value=str() as text),)) if name in _CONSTRUCTORS:
            way = LIBRARY[name].by_position(1)
            return None if way is None else way.run(text)
        case _:
            return None
