"""A decision card as it crosses HTTP: which rules fired on which values, who owns them, and what would have changed it.

Part of a step of a trace and of a task's history; `baton decide --explain --json` writes the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nodes.contract import ValueProblem, to_wire
from nodes.feel import to_text
from runtime.wire.message import Tagged, View

if TYPE_CHECKING:
    from nodes.dmn.card import Change, DecisionCard


class BecauseView(View):
    """One condition of a rule that fired, with the value that met it."""

    column: str
    text: str
    """the cell or condition as it is written"""
    value: Tagged = None


class FiredRuleView(View):
    """A rule that fired."""

    table: str
    rule: int
    """from 1, as in the drawing"""
    rule_id: str | None = None
    note: str = ""
    owner: str = ""
    because: tuple[BecauseView, ...] = ()
    result: str
    """what it says, as text"""


class ChangeView(View):
    """One input that would have to be another."""

    column: str
    input: str | None = None
    """its name, with dots; null where the column looks at something worked out"""
    value: Tagged = None
    """what it was"""
    text: str
    """what it would have to be, as a cell: `> 150`"""
    words: str
    """the same in words, to follow "if": "the amount were above 150" """
    example: Tagged = None
    """one such value"""


class FlipView(View):
    """The smallest change of inputs that would have changed the answer."""

    outcome: str | None = None
    """what would have been said; null where only that it would be another is known"""
    changes: tuple[ChangeView, ...]


class DecisionCardView(View):
    """Why a decision was taken, and what would have changed it."""

    decision: str = ""
    outcome: str
    """what was decided, or the way that was gone, as text"""
    rules: tuple[FiredRuleView, ...] = ()
    flip: FlipView | None = None
    """null where no small change is known"""
    sentence: str = ""
    """the flip in one sentence"""


def card_view(card: DecisionCard) -> DecisionCardView:
    """The card as it crosses HTTP."""
    flip = card.flip
    return DecisionCardView(
        decision=card.decision,
        outcome=card.outcome,
        rules=tuple(
            FiredRuleView(
                table=rule.table,
                rule=rule.number,
                rule_id=rule.id,
                note=rule.note,
                owner=rule.owner,
                because=tuple(
                    BecauseView(column=each.column, text=each.cell, value=tagged(each.value)) for each in rule.because
                ),
                result=rule.result,
            )
            for rule in card.rules
        ),
        flip=None
        if flip is None
        else FlipView(outcome=flip.outcome, changes=tuple(_change(change) for change in flip.changes)),
        sentence=card.sentence,
    )


def _change(change: Change) -> ChangeView:
    return ChangeView(
        column=change.title,
        input=None if change.path is None else ".".join(change.path),
        value=tagged(change.value),
        text=change.cell,
        words=change.words,
        example=tagged(change.example),
    )


def tagged(value: Any) -> Any:
    """A value of a decision in its tagged form; what has none (a function) as FEEL writes it."""
    try:
        return to_wire(value)
    except ValueProblem:
        if isinstance(value, list):
            return [tagged(item) for item in value]
        if isinstance(value, dict):
            return {key: tagged(item) for key, item in value.items()}
        return to_text(value)
