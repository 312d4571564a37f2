"""Decision cards: why, and what would have changed it; see README.md."""

from __future__ import annotations

from nodes.dmn.card.conditions_card import Way, conditions_card
from nodes.dmn.card.findings import Because, Change, DecisionCard, FiredRule, Flip
from nodes.dmn.card.table_card import decision_card, shown

__all__ = ["Because", "Change", "DecisionCard", "FiredRule", "Flip", "Way", "conditions_card", "decision_card", "shown"]
