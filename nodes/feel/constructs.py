"""The constructs of FEEL that begin with a sign or word of their own, each read by one function.

Who calls it: `parser`, which knows operators and order; these call it back for the expressions inside.
Law: what a construct declares is declared in the scanner while its inside is read, so that local names with blanks are
found, and forgotten after it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from nodes.feel.arithmetic import NUMBERS, in_reach
from nodes.feel.errors import FeelLimitError
from nodes.feel.limits import MAX_EXPONENT, MAX_LITERAL_DIGITS, limit_error
from nodes.feel.temporal_text import parse_at
from nodes.feel.tree import (
    AtLiteral,
    ContextLiteral,
    Entry,
    For,
    FunctionDefinition,
    If,
    Iterator,
    ListLiteral,
    Literal,
    Node,
    Parameter,
    Quantified,
    RangeLiteral,
    Type,
)
from nodes.feel.type_parser import read_type
from nodes.feel.words import BREAKING

if TYPE_CHECKING:
    from nodes.feel.parser import Parser
    from nodes.feel.scanner import Token


def read_number(parser: Parser, start: int | None = None) -> Node:
    """The number in front of us, negative if its sign stands at `start`."""
    token = parser.scan.take()
    mantissa, _, exponent = token.text.lower().partition("e")
    if len(mantissa) > MAX_LITERAL_DIGITS or len(exponent) > 6 or abs(int(exponent or 0)) > MAX_EXPONENT:
        error = limit_error("digits", MAX_EXPONENT)
        line, column = parser.scan.place(token.start)
        raise FeelLimitError("digits", f"Line {line}, column {column}: {error.message}", allowed=MAX_EXPONENT)
    value = in_reach(lambda: NUMBERS.create_decimal(token.text))
    assert value is not None, "a number token is a number"
    if start is not None:
        value = -value if value else Decimal(0)
    return Literal(value, span=parser.span(token.start if start is None else start))


def read_at(parser: Parser, token: Token) -> Node:
    """`@"..."`."""
    parser.scan.take()
    text = parser.scan.peek()
    if text.kind != "string":
        parser.scan.fail("A text must follow `@`.", text, 'Write a date, time or duration as `@"2026-05-01"`.')
    parser.scan.take()
    plain = parser.scan.unescape(text)
    if parse_at(plain) is None:
        parser.scan.fail(
            f'`@"{plain[:40]}"` is no date, time or duration.', text,
            'Write `@"2026-05-01"`, `@"13:20:00"`, `@"2026-05-01T13:20:00Z"` or `@"P2DT3H"`.',
        )  # fmt: skip
    return AtLiteral(plain, span=parser.span(token.start))


def read_bracket(parser: Parser, token: Token) -> Node:
    """`(expression)`, or a range that begins with an open bound."""
    parser.scan.take()
    node = parser.expression()
    if parser.scan.is_operator(".."):
        return read_range(parser, node, token.start, low_included=False)
    parser.expect(")", "to close the bracket")
    return node


def read_list(parser: Parser, token: Token) -> Node:
    """`[a, b]`, or a range that begins with a closed bound."""
    parser.scan.take()
    items: list[Node] = []
    while not parser.scan.is_operator("]"):
        items.append(parser.expression())
        if len(items) == 1 and parser.scan.is_operator(".."):
            return read_range(parser, items[0], token.start, low_included=True)
        if not parser.more("]"):
            break
    parser.expect("]", "to close the list")
    return ListLiteral(tuple(items), span=parser.span(token.start))


def read_range(parser: Parser, low: Node, start: int, *, low_included: bool) -> Node:
    """The rest of a range, from its dots on."""
    parser.expect("..", "between the bounds of the range")
    high = parser.bound()
    if not parser.scan.is_operator("]", ")", "["):
        parser.unexpected("`]` or `)` is missing here to close the range, before")
    closing = parser.scan.take()
    return RangeLiteral(low, high, low_included, closing.text == "]", span=parser.span(start))


def read_context(parser: Parser, token: Token) -> Node:
    """`{key: value, ...}`; each entry sees those before it."""
    parser.scan.take()
    entries: list[Entry] = []
    while not parser.scan.is_operator("}"):
        at = parser.scan.peek()
        if at.kind == "string":
            parser.scan.take()
            key = parser.scan.unescape(at)
        else:
            found = parser.scan.read_key()
            if found is None:
                parser.scan.fail("A key and a colon are missing here.", at, "Write `{key: value}`.")
            key = found.text
        if any(entry.key == key for entry in entries):
            parser.scan.fail(f"The key `{key}` stands twice in this context.", at, "Rename one of them.")
        parser.expect(":", f"after the key `{key[:40]}`")
        parser.scan.declare(key)
        entries.append(Entry(key, parser.expression(), span=parser.span(at.start)))
        if not parser.more("}"):
            break
    parser.scan.forget(len(entries))
    parser.expect("}", "to close the context")
    return ContextLiteral(tuple(entries), span=parser.span(token.start))


def read_if(parser: Parser, token: Token) -> Node:
    """`if ... then ... else ...`, a chain of them in one node."""
    branches: list[tuple[Node, Node]] = []
    while parser.scan.is_word("if"):
        parser.scan.take()
        condition = parser.expression()
        parser.expect("then", "after the condition of `if`")
        branches.append((condition, parser.expression()))
        parser.expect("else", "because every `if` says both ways")
    otherwise = parser.expression()
    if isinstance(otherwise, If):  # written in brackets; it means the same
        branches.extend(otherwise.branches)
        otherwise = otherwise.otherwise
    return If(tuple(branches), otherwise, span=parser.span(token.start))


def _iterators(parser: Parser) -> tuple[Iterator, ...]:
    iterators: list[Iterator] = []
    while True:
        at = parser.scan.peek()
        if at.kind != "word" or at.text in BREAKING:
            parser.unexpected("The name of a variable is missing before")
        name = parser.scan.read_name((), after_dot=True)
        parser.expect("in", f"after the variable `{name.text}`")
        source = parser.expression()
        until = None
        if parser.scan.is_operator(".."):
            parser.scan.take()
            until = parser.expression()
        iterators.append(Iterator(name.text, source, until, span=parser.span(at.start)))
        parser.scan.declare(name.text)
        if not parser.scan.is_operator(","):
            return tuple(iterators)
        parser.scan.take()


def read_for(parser: Parser, token: Token) -> Node:
    """`for x in xs return ...`."""
    parser.scan.take()
    iterators = _iterators(parser)
    parser.expect("return", "after the lists of `for`")
    parser.scan.declare("partial")
    body = parser.expression()
    parser.scan.forget(len(iterators) + 1)
    return For(iterators, body, span=parser.span(token.start))


def read_quantified(parser: Parser, token: Token) -> Node:
    """`some` or `every x in xs satisfies ...`."""
    parser.scan.take()
    iterators = _iterators(parser)
    parser.expect("satisfies", f"after the lists of `{token.text}`")
    condition = parser.expression()
    parser.scan.forget(len(iterators))
    return Quantified(token.text == "some", iterators, condition, span=parser.span(token.start))


def read_function(parser: Parser, token: Token) -> Node:
    """`function(a, b: type) body`."""
    parser.scan.take()
    parser.expect("(", "after `function`")
    parameters: list[Parameter] = []
    while not parser.scan.is_operator(")"):
        at = parser.scan.peek()
        if at.kind != "word":
            parser.unexpected("The name of a parameter is missing before")
        name = parser.scan.read_name((), after_dot=True)
        of: Type | None = None
        if parser.scan.is_operator(":"):
            parser.scan.take()
            of = read_type(parser)
        parameters.append(Parameter(name.text, of, span=parser.span(at.start)))
        if not parser.more(")"):
            break
    parser.expect(")", "to close the parameters")
    external = parser.scan.is_word("external")
    if external:
        parser.scan.take()
    for parameter in parameters:
        parser.scan.declare(parameter.name)
    body = parser.expression()
    parser.scan.forget(len(parameters))
    return FunctionDefinition(tuple(parameters), body, external, span=parser.span(token.start))
