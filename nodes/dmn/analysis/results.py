"""What the rules of a table say: whether two say the same, and which of two comes first by priority.

Who calls it: `overlaps`, `reach`. Law: three answers; None where results are expressions that nobody worked out.
"""

from __future__ import annotations

from typing import Any

from nodes.dmn.analysis.cells import OPEN, Cell
from nodes.dmn.analysis.sheet import Sheet
from nodes.feel import is_equal


class Results:
    """The results of all rules of a table."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._texts = [rule.outputs for rule in sheet.table.rules]
        self._same: dict[tuple[tuple[str, ...], tuple[str, ...]], bool | None] = {}
        self._tests = [sheet.output_tests(clause) for clause in sheet.table.outputs]
        self._ranks: dict[tuple[str, ...], tuple[int, ...] | None] = {}

    def same(self, one: int, other: int) -> bool | None:
        """Whether two rules say the same."""
        pair = (self._texts[one], self._texts[other])
        if pair not in self._same:
            self._same[pair] = self._compared(*pair)
        return self._same[pair]

    def _compared(self, one: tuple[str, ...], other: tuple[str, ...]) -> bool | None:
        answer: bool | None = True
        for a, b in zip(one, other, strict=False):
            first, second = self._sheet.constant(a), self._sheet.constant(b)
            if first is OPEN or second is OPEN:
                # The same text says the same, unless it is null: then the policy ANY holds it for equal, too.
                if a != b:
                    answer = None
            elif is_equal(first, second) is not True:
                return False
        return answer

    def rank(self, rule: int) -> tuple[int, ...] | None:
        """How important the result of a rule is, 0 first; None where it is not known beforehand."""
        texts = self._texts[rule]
        if texts not in self._ranks:
            self._ranks[texts] = self._ranked(texts)
        return self._ranks[texts]

    def _ranked(self, texts: tuple[str, ...]) -> tuple[int, ...] | None:
        found: list[int] = []
        for text, tests in zip(texts, self._tests, strict=False):
            value = self._sheet.constant(text)
            if value is OPEN:
                return None
            found.append(0 if tests is None or tests.tree is None else _place(tests, value))
        return tuple(found)


def _place(tests: Cell, value: Any) -> int:
    """The number of the first of the allowed values that it is."""
    ways = tests.single_tests()
    for at, test in enumerate(ways):
        if test.passes(value):
            return at
    return len(ways)
