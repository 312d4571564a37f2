"""Values as a person types and sees them: JSON in which a date stands as ``{"@date": "2026-05-01"}``, as in samples.

Used wherever a run is given something by hand. Law: what is shown and typed back unchanged is the same value.
"""

from __future__ import annotations

from typing import Any

from nodes.contract import Value, from_wire, to_wire
from nodes.contract.values import ValueProblem
from runtime.model.canonical import JsonProblem, read_json, write_json

LONGEST = 1_000_000
"""bytes that a field takes"""


class NotJson(ValueError):
    """A sentence with its place, such as ``line 1, column 5: a comma is missing before this.``"""

    def __init__(self, words: str, at: int | None) -> None:
        super().__init__(words)
        self.at = at
        """index of that place in the text; None where the whole is meant"""


def typed_json(text: str) -> Any:
    """What JSON says; whole numbers as int, others as Decimal. Raises ``NotJson``, for an empty text, too."""
    try:
        return read_json(text.encode("utf-8", "surrogatepass"), max_bytes=LONGEST)
    except JsonProblem as problem:
        if problem.line is None or problem.column is None:
            raise NotJson(str(problem), None) from None
        words, before = problem.message, text.split("\n")[: problem.line - 1]
        if problem.code == "JSON_TRUNCATED":
            words = "it ends in the middle; a quote or a bracket is missing."
        at = sum(len(line) + 1 for line in before) + problem.column - 1
        raise NotJson(f"line {problem.line}, column {problem.column}: {words}", at) from None


def typed_value(text: str) -> Value:
    """The value that a text says; None for an empty one. Raises ValueError: a sentence with the place, in words."""
    if not text.strip():
        return None
    try:
        return from_wire(typed_json(text))
    except ValueProblem as problem:
        raise ValueError(f"{problem}.") from None


def value_text(value: Value) -> str:
    """A value as indented text that ``typed_value`` reads back."""
    return write_json(to_wire(value)).decode().rstrip("\n")
