"""Texts with holes: `Dear {customer.name}, you get {amount} back.`

Who calls it: `Text` fields of node configs. `{{` and `}}` stand for braces of the text itself; what is in a hole is
FEEL, and may hold texts and contexts with braces of their own, for the parser finds the end of a hole.
Law: a template is parsed once, from the drawing; what a hole evaluates to is never looked at for holes again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from nodes.feel.errors import FeelSyntaxError, syntax_error
from nodes.feel.expression import BUILTIN_NAMES, CompiledExpression, compile_expression
from nodes.feel.limits import MAX_TEXT, limit_error
from nodes.feel.parser import Parser


class Hole(NamedTuple):
    """An expression in a text, and where its first character stands, from 0."""

    expression: CompiledExpression
    offset: int


class Template(NamedTuple):
    """A text in pieces: literal texts (unescaped) and holes, in their order."""

    text: str
    segments: tuple[str | Hole, ...]

    @property
    def free_names(self) -> frozenset[str]:
        """The names of the scope that its holes read."""
        return frozenset().union(*(hole.expression.free_names for hole in self.holes))

    @property
    def free_paths(self) -> frozenset[tuple[str, ...]]:
        """The paths of the scope that its holes read."""
        return frozenset().union(*(hole.expression.free_paths for hole in self.holes))

    @property
    def holes(self) -> tuple[Hole, ...]:
        """The holes alone."""
        return tuple(segment for segment in self.segments if isinstance(segment, Hole))

    def fill(self, evaluate: Callable[[CompiledExpression], object], write: Callable[[object], str]) -> str:
        """The text with `write(evaluate(expression))` in each hole; `write` escapes for the place of the text."""
        return "".join(
            segment if isinstance(segment, str) else write(evaluate(segment.expression)) for segment in self.segments
        )


def parse_template(text: str, names: Collection[str] | None = None) -> Template:
    """The pieces of a text. FeelSyntaxError with a position in the whole text, FeelLimitError."""
    if len(text) > MAX_TEXT:
        raise limit_error("text", MAX_TEXT)
    segments: list[str | Hole] = []
    literal: list[str] = []
    at = 0
    while at < len(text):
        sign = text[at]
        if sign not in "{}":
            end = min((found for found in (text.find("{", at), text.find("}", at)) if found >= 0), default=len(text))
            literal.append(text[at:end])
            at = end
        elif text.startswith(sign * 2, at):
            literal.append(sign)
            at += 2
        elif sign == "}":
            raise syntax_error(
                "A `}` stands here without its `{`.", text, at, "Write `}}` for a brace in the text.", mend=False
            )
        else:
            if literal:
                segments.append("".join(literal))
                literal = []
            hole, at = _hole(text, at, names)
            segments.append(hole)
    if literal:
        segments.append("".join(literal))
    return Template(text, tuple(segments))


def escape_template(text: str) -> str:
    """The template of a text that is to stand as it is."""
    return text.replace("{", "{{").replace("}", "}}")


def _hole(text: str, start: int, names: Collection[str] | None) -> tuple[Hole, int]:
    """The hole whose brace stands at `start`, and the place behind it."""
    first = start + 1
    parser = Parser(text, names, BUILTIN_NAMES, start=first)
    if parser.scan.is_operator("}") or parser.scan.peek().kind == "end":
        raise syntax_error(
            "This hole is empty or never closed.", text, start, "Write `{name}`, or `{{` for a brace.", mend=False
        )
    parser.expression()
    closing = parser.expect("}", "to close the hole")
    source = text[first : closing.start]
    try:
        return Hole(compile_expression(source, names), first), closing.end
    except FeelSyntaxError as error:  # what only a whole expression may not be
        place = first + error.offset
        raise syntax_error(error.message, text, place, error.suggestion, length=error.length, mend=False) from None
