"""A question is as high as its words are."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from designer.pieces import PlainText
from designer.window.asking import Choice, Question
from designer.window.desktop import Desktop


@pytest.mark.parametrize(
    "text", ["Short.", "If you don't save, what you changed since the last save is given up. " * 4]
)
def test_the_buttons_stand_close_below_the_words_whatever_their_length(
    desktop: Desktop, qtbot: QtBot, text: str
) -> None:
    """Qt asks for a height as if the window were half as wide: a hand's breadth of nothing stood in the middle."""
    choices = (Choice("away", "Don't save"), Choice("stay", "Cancel"), Choice("save", "Save", main=True))
    question = Question(None, "Save your changes to “Billing disputes”?", text, choices)
    qtbot.addWidget(question)
    question.show()
    qtbot.waitExposed(question)
    words = question.findChildren(PlainText)[-1]
    save = question.buttons["save"]
    assert words.height() >= words.heightForWidth(words.width()), "nothing of it is cut"
    assert 12 <= save.y() - words.geometry().bottom() <= 40
    assert question.rect().bottom() - save.geometry().bottom() <= 24
