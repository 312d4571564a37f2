"""Texts of several lines: as high as the type scale says, whatever they say next and however large the letters are."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from pytestqt.qtbot import QtBot

from designer.pieces import PlainText
from designer.theme.type_scale import BODY


def test_another_text_and_larger_letters_have_a_height_of_their_own() -> None:
    words = PlainText("Long " * 60, BODY, wrap=True)
    high = words.heightForWidth(300)
    words.setText("Short")
    assert words.heightForWidth(300) == BODY.line
    words.setText("Long " * 60)
    assert words.heightForWidth(300) == high
    larger = QFont(words.font())
    larger.setPointSizeF(larger.pointSizeF() * 2)
    words.setFont(larger)
    assert words.heightForWidth(300) > 2 * high, "fewer words fit a line, and lines are higher"


@pytest.mark.parametrize(
    ("alignment", "drawn_at"),
    [(Qt.AlignmentFlag.AlignTop, 0), (Qt.AlignmentFlag.AlignVCenter, 1), (Qt.AlignmentFlag.AlignBottom, 2)],
)
def test_a_text_stands_where_it_is_aligned(alignment: Qt.AlignmentFlag, drawn_at: int, qtbot: QtBot) -> None:
    words = PlainText("Words", BODY, wrap=True)
    qtbot.addWidget(words)
    words.setAlignment(alignment)
    words.resize(200, 3 * BODY.line)
    words.show()
    drawn = words.grab().toImage()
    ratio, ground = drawn.devicePixelRatio(), drawn.pixelColor(drawn.width() - 1, 0)
    inked = [
        third
        for third in range(3)
        if any(
            drawn.pixelColor(x, y) != ground
            for x in range(drawn.width())
            for y in range(round(third * BODY.line * ratio), round((third + 1) * BODY.line * ratio))
        )
    ]
    assert inked == [drawn_at]
