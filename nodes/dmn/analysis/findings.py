"""What an analysis of a table says: data first, each with its words.

Who makes it: `table`. Who reads it: `baton check`, `baton decide`, the table editor, tests.
Law: rules and columns count from 0, as in `DecisionTable`; words count from 1, as people do. A finding is sure; what
could not be decided stands in `unknown` or `gave_up`, never in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nodes.dmn.analysis.wording import ANYTHING


@dataclass(frozen=True, slots=True)
class Repair:
    """One way to mend a table. `kind` says which of the other fields count:

    | kind | fields |
    |---|---|
    | `set_cell` | `rule`, `column` (an output where `output`), `text` |
    | `add_rule` | `cells` of the inputs; it goes behind `rule`, at the end where that is None |
    | `remove_rule` | `rule` |
    | `move_rule` | `rule`, which goes to just before `before` |
    | `hit_policy` | `text` |
    """

    kind: str
    words: str
    """as on a button: a deed, without a full stop"""
    rule: int | None = None
    column: int | None = None
    text: str = ""
    cells: tuple[str, ...] = ()
    before: int | None = None
    output: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    """Some of all inputs of a table."""

    cells: tuple[str, ...]
    """For each input column a cell that says it: `-` for any value."""
    words: str
    """For people: "Amount is at most 150.00 and Invoice status is "open""."""
    example: tuple[Any, ...]
    """For each input column a value in it."""
    inputs: Mapping[str, Any]
    """The example by the names of the inputs that columns look at directly (`customer.tier` inside `customer`)."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Inputs that no rule takes."""

    region: Region
    between_whole_numbers: bool
    """Whether only numbers like 3.5 fall into it: no gap if the column counts things."""
    repairs: tuple[Repair, ...]

    @property
    def words(self) -> str:
        """In one sentence."""
        only = " (only between whole numbers)" if self.between_whole_numbers else ""
        if self.region.words == ANYTHING:
            return "Gap: no rule covers any case yet."
        return f"Gap: no rule covers the case that {self.region.words}{only}."


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rules that match together where the hit policy allows one, or the same answer only."""

    rules: tuple[int, int]
    region: Region
    repairs: tuple[Repair, ...]
    surely: bool = True
    """False where the results are expressions, which may be the same."""

    @property
    def words(self) -> str:
        """In one sentence."""
        first, second = (rule + 1 for rule in self.rules)
        may = "" if self.surely else " and may say different things"
        return f"Rules {first} and {second} both match{may} where {self.region.words}."


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A rule that never decides. `by`: the rules that come before it, none where its own cells exclude everything."""

    rule: int
    by: tuple[int, ...]
    reason: str
    repairs: tuple[Repair, ...]

    @property
    def words(self) -> str:
        """In one sentence."""
        return f"Rule {self.rule + 1} can never decide: {self.reason}."


@dataclass(frozen=True, slots=True)
class Subsumed:
    """A rule that changes nothing: what it says is said by another anyway."""

    rule: int
    by: int
    repairs: tuple[Repair, ...]

    @property
    def words(self) -> str:
        """In one sentence."""
        return f"Rule {self.rule + 1} changes nothing: rule {self.by + 1} covers it and says the same."


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that can't mean what was meant. `code`: syntax, name, type, condition, counted, comma,
    not_allowed."""

    rule: int
    column: int
    output: bool
    code: str
    message: str
    repairs: tuple[Repair, ...] = ()
    text_column: int = 0
    """Where in the text of the cell, from 1; 0 for all of it."""

    @property
    def words(self) -> str:
        """In one sentence."""
        return f"Rule {self.rule + 1}: {self.message}"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A cell that is too clever to be understood without its inputs; `rule` is None where it is about a column."""

    rule: int | None
    column: int
    message: str

    @property
    def words(self) -> str:
        """In one sentence."""
        return self.message if self.rule is None else f"Rule {self.rule + 1}: {self.message}"


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that is known of a table without running it."""

    gaps: tuple[Gap, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    unreachable: tuple[Unreachable, ...] = ()
    subsumed: tuple[Subsumed, ...] = ()
    cell_errors: tuple[CellError, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    gave_up: tuple[str, ...] = ()
    """What was not looked at to the end, each in a sentence."""
    domains: tuple[str, ...] = ()
    """For each input column, in words, which values were taken to come."""

    @property
    def clean(self) -> bool:
        """Whether nothing was found, and nothing left open."""
        return not (
            self.gaps or self.overlaps or self.unreachable or self.subsumed or self.cell_errors or self.unknown
            or self.gave_up
        )  # fmt: skip
