"""The style sheet: Qt reads all of it in both themes, every colour has its place, and roles in use are known to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from designer.theme.palette import DARK, LIGHT, Palette
from designer.theme.style_sheet import coloured_icons, style_sheet
from designer.window.main_window import MainWindow

DESIGNER = Path(__file__).parents[3] / "designer"
PLAIN = {"primary", "search", "icon", "float"}
"""roles that look as the widget does without one, or are meant for what is painted"""


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
def test_qt_reads_all_of_it(palette: Palette, tmp_path: Path, qtbot: QtBot, qtlog) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    button = QPushButton("x", widget)
    button.setProperty("kind", "primary")
    sheet = style_sheet(palette, coloured_icons(palette, tmp_path))
    widget.setStyleSheet(sheet)
    widget.ensurePolished()
    assert [record.message for record in qtlog.records if "parse" in record.message.lower()] == []
    assert "$" not in sheet
    assert palette.accent.base in sheet


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
def test_the_icons_that_it_names_exist_in_the_themes_colours(palette: Palette, tmp_path: Path) -> None:
    sheet = style_sheet(palette, coloured_icons(palette, tmp_path))
    named = re.findall(r"url\(([^)]+)\)", sheet)
    assert named
    for file in named:
        drawn = Path(file).read_text(encoding="utf-8")
        assert "currentColor" not in drawn
        assert palette.name in file


def test_every_role_in_use_is_known_to_it(tmp_path: Path) -> None:
    sheet = style_sheet(LIGHT, coloured_icons(LIGHT, tmp_path))
    known = set(re.findall(r'role="(\w+)"', sheet)) | PLAIN
    used = set()
    for folder in ("window", "pieces", "panels/problems", "panels/outline", "panels/project", "panels/history"):
        for file in (DESIGNER / folder).rglob("*.py"):
            used |= set(re.findall(r'setProperty\("role", "(\w+)"', file.read_text(encoding="utf-8")))
    assert used - known == set()


def test_no_other_room_of_the_window_writes_a_style_sheet() -> None:
    rooms = ("window", "pieces", "panels/problems", "panels/outline", "panels/project", "panels/history")
    writers = [
        file.name
        for room in rooms
        for file in (DESIGNER / room).rglob("*.py")
        if "setStyleSheet(" in file.read_text(encoding="utf-8")
    ]
    assert writers == []


def test_another_theme_polishes_each_widget_once_not_once_for_each_ancestor(window: MainWindow) -> None:
    told = 0

    class Counting(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
            nonlocal told
            told += event.type() == QEvent.Type.StyleChange
            return False

    desktop = window.services.extras["desktop"]
    for panel in ("form", "problems", "variables"):
        window.show_panel(panel)
    counting = Counting()
    desktop.application.installEventFilter(counting)
    desktop.theme.choose("dark")
    desktop.application.removeEventFilter(counting)
    widgets = len(desktop.application.allWidgets())
    assert widgets > 150
    assert told < 3.5 * widgets  # without a sheet, with one, and where a widget has one of its own
    assert desktop.theme.palette.surface.window in desktop.application.styleSheet()
