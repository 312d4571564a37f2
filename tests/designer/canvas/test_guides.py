"""Snapping while something is dragged: to even gaps, which lines with ends show."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLineF, QRectF

from designer.canvas.gestures.guides import Guides

LINE = 32.0


def card(x: float, y: float) -> QRectF:
    return QRectF(x, y, 176, 64)


def snap(still: list[QRectF], rect: QRectF) -> tuple[QRectF, list[QLineF]]:
    dx, dy, lines = Guides([(each, LINE) for each in still]).snap(rect, LINE, 1.0)
    return rect.translated(dx, dy), lines


def gaps(lines: list[QLineF]) -> set[tuple[float, float]]:
    """From where to where, of the level lines that are no guide through cards."""
    return {(line.x1(), line.x2()) for line in lines if line.y1() == line.y2() and line.length() < 176}


@pytest.mark.parametrize(
    ("still", "dragged", "left", "shown"),
    [
        ([card(0, 0), card(470, 0)], card(238, 2), 235, {(176, 235), (411, 470)}),
        ([card(0, 0), card(229, 0)], card(461, 0), 458, {(176, 229), (405, 458)}),
        ([card(458, 0), card(687, 0)], card(233, 0), 229, {(405, 458), (634, 687)}),
    ],
)
def test_a_card_between_or_beside_others_snaps_to_the_gap_that_is_there(
    still: list[QRectF], dragged: QRectF, left: float, shown: set[tuple[float, float]]
) -> None:
    moved, lines = snap(still, dragged)
    assert (moved.left(), moved.top()) == (left, 0)
    assert gaps(lines) == shown


def test_the_same_from_top_to_bottom() -> None:
    moved, lines = snap([card(0, 0), card(3, 190)], card(0, 93))
    assert moved.top() == 95
    assert sum(line.x1() == line.x2() and line.length() == 31 for line in lines) == 2


def test_gaps_of_another_row_or_far_away_do_not_count() -> None:
    moved, lines = snap([card(0, 300), card(470, 300)], card(238, 0))
    assert moved.left() == 240
    assert not lines
    moved, _ = snap([card(0, 0), card(2005, 0)], card(1003, 0))
    assert moved.left() == 1000
