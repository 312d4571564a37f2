"""A picture of a flow with folded groups says what it leaves out, and is sharp."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer.canvas.canvas import Canvas
from designer.canvas.painting.glyphs import paint_icon
from runtime.model.project import Project
from tests.designer.canvas.test_inserting import row

GROUPS = [{"id": "g", "title": "Facts", "nodes": ["b", "c"]}, {"id": "h", "title": "Rest", "nodes": ["lone"]}]


@pytest.fixture
def grouped(make_canvas: Callable[[Project], Canvas]) -> Canvas:
    return make_canvas(row(groups=GROUPS))


def saved(canvas: Canvas, file: Path, qtbot: QtBot) -> Path:
    said: list[object] = []
    canvas.picture(file, said.append)
    qtbot.waitUntil(lambda: bool(said))
    assert said == [None]
    return file


@pytest.mark.parametrize(
    ("folded", "words"),
    [
        (("g", "h"), "2 groups are folded, 3 steps are not drawn: “Facts” and “Rest”."),
        (("h",), "1 group is folded, 1 step is not drawn: “Rest”."),
    ],
)
def test_it_says_which_groups_are_folded(
    grouped: Canvas, tmp_path: Path, qtbot: QtBot, folded: tuple[str, ...], words: str
) -> None:
    for group in folded:
        grouped.frames.edit(group, fold=True)
    assert words in saved(grouped, tmp_path / "flow.svg", qtbot).read_text(encoding="utf-8")


def test_there_is_room_for_the_words_below_the_flow_and_none_where_nothing_is_folded(
    grouped: Canvas, tmp_path: Path, qtbot: QtBot
) -> None:
    grouped.frames.edit("h", fold=True)
    high = grouped.stage.bounds().height()
    with_words = QImage(str(saved(grouped, tmp_path / "folded.png", qtbot)))
    ground = with_words.pixel(0, 0)
    rows = range(with_words.height() - 2 * 32, with_words.height() - 2 * 12)
    inked = {with_words.pixel(x, y) != ground for y in rows for x in range(48, 300)}
    assert True in inked
    assert with_words.height() == pytest.approx(2 * (high + 48 + 20), abs=4)
    grouped.frames.edit("h", fold=True)
    grouped.settle()
    high = grouped.stage.bounds().height()
    assert QImage(str(saved(grouped, tmp_path / "open.png", qtbot))).height() == pytest.approx(2 * (high + 48), abs=4)
    text = saved(grouped, tmp_path / "open.svg", qtbot).read_text(encoding="utf-8")
    assert "folded" not in text


def test_icons_of_a_picture_are_as_sharp_as_its_letters(qapp: QApplication) -> None:
    """They were painted for the screen and made twice as large."""
    drawn = []
    for size, scale in ((16.0, 2.0), (32.0, 1.0)):
        image = QImage(32, 32, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        painter.scale(scale, scale)
        paint_icon(painter, "plug", "#000000", 0, 0, size, 1.0)
        painter.end()
        drawn.append(image)
    assert drawn[0] == drawn[1]
