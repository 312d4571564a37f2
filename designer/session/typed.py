"""Values as a person types and sees them: JSON in which a date stands as ``{"@date": "2026-05-01"}``, as in samples.

Used wherever a run is given something by hand. Law: what is shown and typed back unchanged is the same value.
"""

from __future__ import annotations

from nodes.contract import Value, from_wire, to_wire
from nodes.contract.values import ValueProblem
from runtime.model.canonical import JsonProblem, read_json, write_json


def typed_value(text: str) -> Value:
    """The value that a text says; None for an empty one. Raises ValueError: a sentence with the place, in words."""
    if not text.strip():
        return None
    try:
        return from_wire(read_json(text.encode("utf-8", "surrogatepass")))
    except JsonProblem as problem:
        if problem.code == "JSON_TRUNCATED":
            place = f"line {problem.line}, column {problem.column}"
            raise ValueError(f"{place}: it ends in the middle; a quote or a bracket is missing.") from None
        raise ValueError(str(problem)) from None
    except ValueProblem as problem:
        raise ValueError(f"{problem}.") from None


def value_text(value: Value) -> str:
    """A value as indented text that ``typed_value`` reads back."""
    return write_json(to_wire(value)).decode().rstrip("\n")
