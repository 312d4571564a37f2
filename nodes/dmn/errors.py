"""The errors that may leave `nodes.dmn`, and `Problem`, what is wrong with a model or with one evaluation of it.

Law: whatever file, names or values come in, nothing but a `DmnError` goes out. Each `str(error)` is one sentence or two
that name what is wrong, where, and what to do. Lines and columns count from 1.
"""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """One finding. `code` is stable, `message` is for people.

    `place` is where in the model ("decision `Tier`, rule 3, column `Age`"), `line` the line of the file, 0 for none.
    `column` counts in the text of the expression. `serious`: what it stands in can't give its value.
    """

    code: str
    message: str
    place: str
    line: int = 0
    column: int = 0
    suggestion: str | None = None
    serious: bool = True

    def __str__(self) -> str:
        where = f"{self.place} (line {self.line})" if self.line else self.place
        text = f"{where}: {self.message}" if where else self.message
        return text if self.suggestion is None else f"{text} {self.suggestion}"


CODES = {
    "syntax": "an expression that is not FEEL",
    "limit": "an expression that is longer or deeper than one may be",
    "external": "a function in a foreign language, which is refused",
    "language": "an expression in another language than FEEL",
    "reference": "a reference to something that the model does not have",
    "type": "a type that nobody defines, or that is defined by itself",
    "table": "a decision table whose rules do not fit its columns or its hit policy",
    "empty": "a decision or function without logic",
    "duplicate": "two elements with the same name",
    "missing_input": "an input that was not given: it is null",
    "unknown_input": "a value was given for an input that the decision does not have",
    "misfit": "a value that its type does not allow: null is taken",
    "not_allowed": "a value that is none of those allowed: null is taken",
    "no_rule": "no rule of a table matched",
    "several_rules": "several rules of a table matched where one may",
}
"""Every code of a Problem of this package, with its meaning."""


class DmnError(Exception):
    """Anything that this package refuses."""


class DmnReadError(DmnError):
    """The file can't be read as a decision model. `limit` names the limit that it goes beyond, if one does."""

    def __init__(self, message: str, *, source: str = "", line: int = 0, limit: str | None = None) -> None:
        place = f"{source}, line {line}: " if source and line else (f"{source}: " if source else "")
        super().__init__(place + message)
        self.message = message
        self.source = source
        self.line = line
        self.limit = limit


class DecisionError(DmnError):
    """An evaluation was refused or stopped. `limit` names the budget that is used up, if one is."""

    def __init__(self, message: str, *, element: str = "", limit: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.element = element
        self.limit = limit
