"""Notes: what of Markdown is drawn, in which direction, and that the rest is plain letters."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from designer.canvas.painting.markdown import paint_markdown

WIDE, HIGH = 300, 120


def ink(text: str) -> list[tuple[int, int]]:
    """(column, row) of what is drawn of a text, upper line first."""
    image = QImage(WIDE, HIGH, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setPen(QColor("black"))
    paint_markdown(painter, QRectF(0, 0, WIDE, HIGH), text, 12.0)
    painter.end()
    return [(x, y) for y in range(HIGH) for x in range(WIDE) if QColor(image.pixel(x, y)).lightness() < 128]


@pytest.mark.parametrize("text", ["בדוק", "- בדוק", "# **בדוק** 12", "12 بدوق"])
def test_a_text_that_runs_from_right_to_left_begins_at_the_right(text: str, qapp: QApplication) -> None:
    drawn = ink(text)
    assert drawn
    assert min(x for x, _ in drawn) > WIDE / 2
    assert max(x for x, _ in ink("Check")) < WIDE / 2


def test_words_from_right_to_left_follow_one_another_to_the_left(qapp: QApplication) -> None:
    thin, wide = "ו", "שששששש"
    first, second = ink(f"{thin} {wide}"), ink(thin)
    assert {point for point in first if point[0] > WIDE - 6} == {point for point in second if point[0] > WIDE - 6}


def test_a_fence_is_not_drawn_and_what_stands_in_it_is_as_it_was_typed(qapp: QApplication) -> None:
    assert ink("```\na\n```") == ink("`a`")
    assert ink("```\n# a\n```") != ink("# a")
    assert ink("```") == []


def test_a_text_without_room_is_cut_at_a_whole_line(qapp: QApplication) -> None:
    rows = {y for _, y in ink("\n".join("x" * 3 for _ in range(40)))}
    assert max(rows) < HIGH
    assert ink("word " * 400)
