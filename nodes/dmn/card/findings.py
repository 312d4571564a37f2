"""What a decision card says, as data with its words.

Who makes it: `table_card`, `conditions_card`. Who reads it: the trace, `baton decide --explain`, the designer's replay.
Law: a flip is true: with these values and no other change the answer would have been another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Because:
    """One condition of a rule that fired, with the value that made it true."""

    column: str
    cell: str
    value: Any


@dataclass(frozen=True, slots=True)
class FiredRule:
    """A rule that fired. `number` counts from 1; `owner` are the names of who answers for it, if anybody is named."""

    table: str
    number: int
    id: str | None
    note: str
    owner: str
    because: tuple[Because, ...]
    result: str
    """What it says, as text."""


@dataclass(frozen=True, slots=True)
class Change:
    """One input that would have to be another."""

    title: str
    path: tuple[str, ...] | None
    """Name, or names behind dots, of the input; None where the column looks at something worked out."""
    value: Any
    """What it was."""
    cell: str
    """What it would have to be, as a cell: `> 150.00`."""
    words: str
    """The same in words, to follow "if": "the amount were above 150.00"."""
    example: Any
    """One such value."""


@dataclass(frozen=True, slots=True)
class Flip:
    """The smallest change of inputs that would have changed the answer."""

    changes: tuple[Change, ...]
    outcome: str | None
    """What would have been said, as text; None where only that it would be another is known."""

    @property
    def condition(self) -> str:
        """The changes in words, to follow "if"."""
        return " and ".join(change.words for change in self.changes)


@dataclass(frozen=True, slots=True)
class DecisionCard:
    """Why a decision was taken, and what would have changed it."""

    decision: str
    outcome: str
    """What was decided, as text."""
    rules: tuple[FiredRule, ...]
    flip: Flip | None
    moved: str = "been"
    """The verb of the sentence: it would have `been` something, or `gone to` somewhere."""

    @property
    def sentence(self) -> str:
        """The flip in one sentence; "" where no small change is known."""
        if self.flip is None:
            return ""
        if self.flip.outcome is None:
            return f"It would not have {self.moved} {self.outcome} if {self.flip.condition}."
        return f"It would have {self.moved} {self.flip.outcome} if {self.flip.condition}."
