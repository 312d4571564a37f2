"""An expression as a sentence that a colleague can read aloud: ``Amount is at most 150.00, and status is “open”.``

Called under expression fields. Law: it says what the expression says, or nothing at all; what has no good words gives
None, and never a wrong sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from nodes.contract.spoken import spoken_duration
from nodes.feel import FeelError, compile_expression, parse_duration
from nodes.feel.tree import (
    Arithmetic,
    AtLiteral,
    Between,
    Call,
    Comparison,
    Conjunction,
    Disjunction,
    Filter,
    If,
    In,
    ListLiteral,
    Literal,
    Name,
    Negation,
    Node,
    Path,
    Quantified,
    RangeLiteral,
    UnaryComparison,
)

LONGEST = 240
_IS = {"=": "is", "!=": "is not", "<": "is less than", "<=": "is at most", ">": "is more than", ">=": "is at least"}
_PLUS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by", "**": "to the power of"}
_OF = {
    "count": "the number of", "sum": "the sum of", "max": "the largest of", "min": "the smallest of",
    "mean": "the average of", "string length": "the length of", "upper case": "in capitals", "abs": "the size of",
    "date": "the date", "date and time": "the moment", "duration": "", "number": "the number", "string": "",
    "year": "the year of",
}  # fmt: skip
_TELLS = {"contains": "contains", "starts with": "starts with", "ends with": "ends with", "list contains": "contains"}
Titles = Mapping[tuple[str, ...], str]


class _Silent(Exception):
    """This construct has no words."""


def spoken_expression(text: str, titles: Titles | None = None) -> str | None:
    """The sentence, or None. ``titles``: path -> what people call it (a step's id counts as a path of one)."""
    try:
        tree = compile_expression(text).ast
        words = _said(tree, titles or {})
    except (FeelError, _Silent, RecursionError):
        return None
    if isinstance(tree, Literal | AtLiteral | Name | Path) or len(words) > LONGEST:
        return None
    return f"{words[:1].upper()}{words[1:]}."


def _said(node: Node, titles: Titles) -> str:
    """As a condition or a value, whichever it is."""
    if isinstance(node, Conjunction | Disjunction):
        word = "and" if isinstance(node, Conjunction) else "or"
        parts = [_clause(part, titles, nested=True) for part in node.parts]
        return f"{parts[0]} {word} {parts[1]}" if len(parts) == 2 else f"{', '.join(parts[:-1])}, {word} {parts[-1]}"
    return _clause(node, titles)


def _clause(node: Node, titles: Titles, *, nested: bool = False) -> str:
    if isinstance(node, Conjunction | Disjunction):
        return f"either {_said(node, titles)}" if isinstance(node, Disjunction) else _said(node, titles)
    if isinstance(node, Comparison):
        return _comparison(node, titles)
    if isinstance(node, Between):
        low, high = _value(node.low, titles), _value(node.high, titles)
        return f"{_value(node.value, titles)} is between {low} and {high}"
    if isinstance(node, In):
        return f"{_value(node.value, titles)} is {_tests(node.tests, titles)}"
    if isinstance(node, Quantified) and len(node.iterators) == 1:
        source = _value(node.iterators[0].source, titles)
        which = "at least one" if node.some else "each"
        inner = {**titles, (node.iterators[0].name,): "it"}
        return f"for {which} of {source}, {_said(node.condition, inner)}"
    if isinstance(node, Call) and isinstance(node.function, Name):
        return _call(node, node.function.name, titles)
    if nested and isinstance(node, Name | Path):
        return f"{_value(node, titles)} is true"
    return _value(node, titles)


def _comparison(node: Comparison, titles: Titles) -> str:
    left = _value(node.left, titles)
    if isinstance(node.right, Literal) and node.operator in ("=", "!="):
        value = node.right.value
        if value is None:
            return f"{left} is {'missing' if node.operator == '=' else 'there'}"
        if isinstance(value, bool):
            yes = value is (node.operator == "=")
            return f"{left} is {'true' if yes else 'false'}"
    return f"{left} {_IS[node.operator]} {_value(node.right, titles)}"


def _call(node: Call, name: str, titles: Titles) -> str:
    arguments = node.arguments
    if name == "not" and len(arguments) == 1:
        inner = arguments[0]
        if isinstance(inner, In):
            return f"{_value(inner.value, titles)} is not {_tests(inner.tests, titles)}"
        return f"it is not so that {_said(inner, titles)}"
    if name in _TELLS and len(arguments) == 2:
        return f"{_value(arguments[0], titles)} {_TELLS[name]} {_value(arguments[1], titles)}"
    if name in ("today", "now") and not arguments:
        return name
    if name == "get or else" and len(arguments) == 2:
        return f"{_value(arguments[0], titles)}, or {_value(arguments[1], titles)} if it is missing"
    if name in _OF and len(arguments) == 1:
        return f"{_OF[name]} {_value(arguments[0], titles)}".strip()
    raise _Silent


def _value(node: Node, titles: Titles) -> str:
    if isinstance(node, Literal):
        return _literal(node.value)
    if isinstance(node, AtLiteral):
        length = parse_duration(node.text)
        return node.text if length is None else spoken_duration(length)
    if isinstance(node, Name | Path):
        return _named(node, titles)
    if isinstance(node, Negation):
        return f"minus {_value(node.operand, titles)}"
    if isinstance(node, Arithmetic):
        return f"{_value(node.left, titles)} {_PLUS[node.operator]} {_value(node.right, titles)}"
    if isinstance(node, Filter):
        return _filtered(node, titles)
    if isinstance(node, If) and len(node.branches) == 1:
        condition, then = node.branches[0]
        otherwise = _value(node.otherwise, titles)
        return f"{_value(then, titles)} if {_said(condition, titles)}, otherwise {otherwise}"
    if isinstance(node, ListLiteral) and 0 < len(node.items) <= 6:
        return _either([_value(item, titles) for item in node.items], "and")
    if isinstance(node, Comparison | Between | In | Conjunction | Disjunction | Quantified | Call):
        return _clause(node, titles)
    raise _Silent


def _filtered(node: Filter, titles: Titles) -> str:
    target = _value(node.target, titles)
    if isinstance(node.condition, Literal) and isinstance(node.condition.value, Decimal):
        number = int(node.condition.value)
        return f"the last of {target}" if number == -1 else f"number {number} of {target}"
    return f"{target} where {_said(node.condition, titles)}"


def _tests(tests: tuple[Node, ...], titles: Titles) -> str:
    if len(tests) == 1 and isinstance(tests[0], RangeLiteral):
        low, high = tests[0].low, tests[0].high
        lower = "from" if tests[0].low_included else "above"
        upper = "to" if tests[0].high_included else "up to below"
        return f"{lower} {_value(low, titles)} {upper} {_value(high, titles)}"
    values = tests[0].items if len(tests) == 1 and isinstance(tests[0], ListLiteral) else tests
    if not values or any(isinstance(value, RangeLiteral | UnaryComparison) for value in values):
        raise _Silent
    if len(values) == 1:
        return f"one of {_value(values[0], titles)}"
    return _either([_value(value, titles) for value in values], "or")


def _either(words: list[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def _literal(value: Decimal | str | bool | None) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"“{value}”" if isinstance(value, str) else str(value)


def _named(node: Name | Path, titles: Titles) -> str:
    path = _path(node)
    if path is None:
        raise _Silent
    if path in titles:
        return _lower(titles[path])
    for cut in range(len(path) - 1, 0, -1):
        if path[:cut] in titles:
            owner, rest = _lower(titles[path[:cut]]), " ".join(map(_human, path[cut:]))
            return owner if rest == owner.lower() else f"{owner} {rest}".strip()
    kept = path[1:] if path[0] in ("input", "vars", "item") and len(path) > 1 else path
    return " ".join(_human(name) for name in kept[-2:])


def _path(node: Node) -> tuple[str, ...] | None:
    if isinstance(node, Name):
        return (node.name,)
    if isinstance(node, Path):
        before = _path(node.target)
        return None if before is None else (*before, node.name)
    return None


def _human(name: str) -> str:
    return name.replace("_", " ")


def _lower(title: str) -> str:
    return title if title[:2].isupper() else title[:1].lower() + title[1:]
