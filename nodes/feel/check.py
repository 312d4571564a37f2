"""What is surely or probably wrong with an expression, said before anybody runs it.

Who calls it: `baton check`, the forms of the designer, the compile step of a flow.
Law: a finding must be worth reading. What can't be known is not complained about: a value of unknown type fits
everywhere, and a name inside a filter may be an entry of an item whose type is not known.

Types come and go as `TypeInfo`: the name of a FEEL type ("number", "string", "date", ...), a mapping of entries for a
context, a list of one TypeInfo for a list, None for unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from nodes.feel.errors import FeelLimitError, FeelSyntaxError, Instead, Problem, line_and_column
from nodes.feel.expression import BUILTIN_NAMES
from nodes.feel.infer import Finding, Inference
from nodes.feel.parser import parse_expression, parse_unary_tests
from nodes.feel.suggest import QUOTE, as_change
from nodes.feel.surroundings import properties_in
from nodes.feel.tree import Node

TypeInfo: TypeAlias = str | Mapping[str, "TypeInfo"] | Sequence["TypeInfo"] | None

CODES: Final = {
    "syntax": "the text is not FEEL",
    "limit": "the text is longer or deeper than an expression may be",
    "unknown_name": "a name that nothing in scope has",
    "unknown_property": "a property that the value does not have",
    "unknown_function": "a function that does not exist",
    "arguments": "a function called with arguments that it does not take",
    "types": "an operation on types that it is not defined for: the result is always null",
    "not_boolean": "a condition that is never true or false",
    "external": "a function of a foreign language: refused",
    "position": "a position that no list has",
    "pattern": "a regular expression that does not work",
}
"""Every code of a Problem of this package, with its meaning."""


def check(text: str, names: Mapping[str, TypeInfo] | None = None, *, cell: bool = False) -> list[Problem]:
    """The problems of an expression (of a cell of unary tests if `cell`), in the order of the text.

    `names` are the names in scope with what is known of their types; None if nothing is known, then no name is unknown.
    """
    properties = [] if names is None else sorted(set(properties_in(names)))
    try:
        roots = None if names is None else list(names)
        parse = parse_unary_tests if cell else parse_expression
        tree: Node = parse(text, roots, BUILTIN_NAMES, properties)
    except FeelSyntaxError as error:
        suggestion, meant = error.suggestion, error.meant
        instead = None if meant is None else Instead(0, len(text), meant)
        return [Problem("syntax", error.message, error.line, error.column, error.length, suggestion, instead)]
    except FeelLimitError as error:
        return [Problem("limit", error.message, 1, 1, len(text), None)]
    inference = Inference(names, cell=cell)
    inference.type_of(tree)
    found = sorted(inference.findings, key=lambda finding: finding.span.start)
    return [_problem(text, finding) for finding in found]


def _problem(text: str, finding: Finding) -> Problem:
    length = max(finding.span.end - finding.span.start, 1)
    start, end = finding.at or finding.span
    wanted = as_change(finding.suggestion, text[start:end])
    if finding.suggestion == QUOTE and text[end : end + 1] == ".":
        wanted = None  # a text has no entries
    instead = None if wanted is None else Instead(start, end - start, wanted)
    place = line_and_column(text, finding.span.start)
    return Problem(finding.code, finding.message, *place, length, finding.suggestion, instead)
