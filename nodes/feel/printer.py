"""Syntax tree to text: the canonical spelling of an expression.

Who calls it: editors, table analysis, errors that show a part of an expression.
Law: what is printed parses to an equal tree. Brackets stand only where the tree needs them.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from nodes.feel.texts import key_text, quote
from nodes.feel.tree import (
    AnyTest,
    Arithmetic,
    AtLiteral,
    Between,
    Call,
    Comparison,
    Conjunction,
    ContextLiteral,
    ContextType,
    Disjunction,
    Entry,
    Filter,
    For,
    FunctionDefinition,
    FunctionType,
    GenericType,
    If,
    In,
    Input,
    InstanceOf,
    Iterator,
    ListLiteral,
    Literal,
    Name,
    NamedType,
    Negation,
    Node,
    Path,
    Quantified,
    RangeLiteral,
    Type,
    UnaryComparison,
    UnaryTests,
)

_OPEN, _OR, _AND, _COMPARE, _SUM, _PRODUCT, _POWER, _SIGN, _INSTANCE, _TIGHT = range(10)
_TIMED_STARTS: Final = {"time(": "date", "months duration(": "years"}
_TIMED_CALL: Final = re.compile("|".join(map(re.escape, _TIMED_STARTS)))
_ARITHMETIC: Final = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}


def print_expression(node: Node) -> str:
    """The text of a tree."""
    return _print(node)[0]


def print_type(of: Type) -> str:
    """The text of a type."""
    match of:
        case NamedType(name=name):
            return name
        case GenericType(name=name, of=inner):
            return f"{name}<{print_type(inner)}>"
        case ContextType(entries=entries):
            return f"context<{', '.join(f'{name}: {print_type(entry)}' for name, entry in entries)}>"
        case FunctionType(parameters=parameters, result=result):
            return f"function<{', '.join(map(print_type, parameters))}> -> {print_type(result)}"


def number_text(value: Decimal) -> str:
    """A number as a literal."""
    digits = format(value, "f") if abs(value.adjusted()) < 40 else f"{value:e}"
    return digits.replace("E", "e")


def _at_least(node: Node, level: int) -> str:
    """The text of a part, in brackets where it binds less tightly than its place wants."""
    text, own = _print(node)
    return text if own >= level else f"({text})"


def _print(node: Node) -> tuple[str, int]:
    """The text of a node and how tightly it binds."""
    match node:
        case Literal(value=value):
            return _literal(value)
        case AtLiteral(text=text):
            return f"@{quote(text)}", _TIGHT
        case Name(name=name):
            return name, _TIGHT
        case Input():
            return "?", _TIGHT
        case AnyTest():
            return "-", _TIGHT
        case Path(target=target, name=name):
            return f"{_target(target)}.{name}", _TIGHT
        case Filter(target=target, condition=condition):
            return f"{_target(target)}[{print_expression(condition)}]", _TIGHT
        case Call(function=function, arguments=arguments, names=names):
            texts = [print_expression(argument) for argument in arguments]
            if names is not None:
                texts = [f"{name}: {text}" for name, text in zip(names, texts, strict=True)]
            return f"{_target(function)}({', '.join(texts)})", _TIGHT
        case InstanceOf(value=value, type=of):
            return f"{_at_least(value, _INSTANCE)} instance of {print_type(of)}", _INSTANCE
        case Negation(operand=operand):
            inner = _at_least(operand, _SIGN)
            return (f"-({inner})" if inner[0] in "0123456789." else f"-{inner}"), _SIGN
        case _:
            return _print_operator(node)


def _target(node: Node) -> str:
    """What stands in front of `.`, `[` or `(`; a number never without brackets."""
    if isinstance(node, Literal) and isinstance(node.value, Decimal):
        return f"({_literal(node.value)[0]})"
    return _at_least(node, _TIGHT)


def _literal(value: Decimal | str | bool | None) -> tuple[str, int]:
    if isinstance(value, str):
        return quote(value), _TIGHT
    if isinstance(value, Decimal):
        return number_text(value), _TIGHT
    return {True: "true", False: "false", None: "null"}[value], _TIGHT


def _print_operator(node: Node) -> tuple[str, int]:
    match node:
        case Arithmetic(operator=operator, left=left, right=right):
            level = _ARITHMETIC[operator]
            return f"{_at_least(left, level)} {operator} {_at_least(right, level + 1)}", level
        case Comparison(operator=operator, left=left, right=right):
            return f"{_at_least(left, _COMPARE)} {operator} {_at_least(right, _SUM)}", _COMPARE
        case Between(value=value, low=low, high=high):
            bounds = _join_and([_at_least(low, _SUM), _at_least(high, _SUM)])
            return f"{_at_least(value, _COMPARE)} between {bounds}", _COMPARE
        case In(value=value, tests=tests):
            return f"{_at_least(value, _COMPARE)} in {_tests_of_in(tests)}", _COMPARE
        case Conjunction(parts=parts):
            return _join_and([_at_least(part, _COMPARE) for part in parts]), _AND
        case Disjunction(parts=parts):
            return " or ".join(_at_least(part, _AND) for part in parts), _OR
        case UnaryComparison(operator=operator, operand=operand):
            return f"{operator} {_at_least(operand, _SUM)}", _OPEN
        case UnaryTests(tests=tests, negated=negated):
            return (f"not({_tests(tests)})" if negated else _tests(tests)), _OPEN
        case _:
            return _print_construct(node)


def _join_and(texts: list[str]) -> str:
    """The parts with `and` between them, so that no name of the library with an `and` in it comes to be."""
    joined = texts[0]
    for text in texts[1:]:
        call = _TIMED_CALL.match(text)
        joined += f" and ({text})" if call is not None and joined.endswith(_TIMED_STARTS[call[0]]) else f" and {text}"
    return joined


def _tests(tests: tuple[Node, ...]) -> str:
    return ", ".join(print_expression(test) for test in tests)


def _tests_of_in(tests: tuple[Node, ...]) -> str:
    if len(tests) == 1 and isinstance(tests[0], RangeLiteral):
        return print_expression(tests[0])
    return f"({_tests(tests)})"


def _print_construct(node: Node) -> tuple[str, int]:
    match node:
        case ListLiteral(items=items):
            return f"[{', '.join(print_expression(item) for item in items)}]", _TIGHT
        case ContextLiteral(entries=entries):
            return f"{{{', '.join(map(_entry, entries))}}}", _TIGHT
        case RangeLiteral(low=low, high=high, low_included=low_included, high_included=high_included):
            opening, closing = "[" if low_included else "(", "]" if high_included else ")"
            bound = _at_least(high, _OR)
            if "[" in bound:  # behind an upper bound it may close the range
                bound = f"({bound})"
            return f"{opening}{_at_least(low, _OR)}..{bound}{closing}", _TIGHT
        case If(branches=branches, otherwise=otherwise):
            texts = [f"if {print_expression(a)} then {print_expression(b)} else " for a, b in branches]
            return "".join(texts) + print_expression(otherwise), _OPEN
        case For(iterators=iterators, body=body):
            return f"for {_iterators(iterators)} return {print_expression(body)}", _OPEN
        case Quantified(some=some, iterators=iterators, condition=condition):
            word = "some" if some else "every"
            return f"{word} {_iterators(iterators)} satisfies {print_expression(condition)}", _OPEN
        case FunctionDefinition(parameters=parameters, body=body, external=external):
            names = [p.name if p.type is None else f"{p.name}: {print_type(p.type)}" for p in parameters]
            word = " external" if external else ""
            return f"function({', '.join(names)}){word} {print_expression(body)}", _OPEN
        case _:
            raise AssertionError(f"no text for {type(node).__name__}")


def _entry(entry: Entry) -> str:
    return f"{key_text(entry.key)}: {print_expression(entry.value)}"


def _iterators(iterators: tuple[Iterator, ...]) -> str:
    texts = []
    for iterator in iterators:
        until = "" if iterator.until is None else f"..{_at_least(iterator.until, _OR)}"
        source = _at_least(iterator.source, _OR if iterator.until is not None else _OPEN)
        texts.append(f"{iterator.name} in {source}{until}")
    return ", ".join(texts)
