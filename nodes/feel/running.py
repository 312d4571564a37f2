"""One evaluation under way: the scope, the local values, what is left of the budget, and the only clock there is.

Who makes it: `expression`. Who gets it: every compiled closure, and the built-ins that ask for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from nodes.feel.errors import FeelError
from nodes.feel.limits import Budget, limit_error


class Running:
    """Mutable, of one evaluation, in one thread."""

    __slots__ = ("budget", "depth", "now", "patterns", "reads", "scope", "slots", "steps", "zone")

    def __init__(
        self,
        scope: Mapping[str, Any],
        slots: list[Any],
        budget: Budget,
        now: dt.datetime | None,
        zone: str,
        reads: dict[str, Any] | None = None,
    ) -> None:
        self.scope = scope
        self.slots = slots
        self.budget = budget
        self.steps = budget.steps
        self.depth = budget.depth
        self.now = now
        self.zone = zone
        self.reads = reads
        self.patterns: dict[tuple[str, str], Any] | None = None
        """Those that this evaluation has paid for."""

    def charge(self, steps: int) -> None:
        """Pay for work before it is done."""
        self.steps -= steps
        if self.steps < 0:
            raise limit_error("steps", self.budget.steps)

    def allow_list(self, length: int) -> None:
        """Pay for a list of that length."""
        if length > self.budget.list_items:
            raise limit_error("list_items", self.budget.list_items)
        self.charge(length)

    def instant(self) -> dt.datetime:
        """The moment of this evaluation, as it was given; FeelError where none was."""
        if self.now is None or self.now.tzinfo is None:
            raise FeelError("`now()` and `today()` have no meaning here: no moment was given to this expression.")
        return self.now
