"""The style sheet: Qt reads all of it in both themes, every colour has its place, and roles in use are known to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from designer.pieces import PlainText
from designer.theme.dressing import AT_ONCE
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
@pytest.mark.parametrize("kind", [QLineEdit, QPlainTextEdit])
def test_what_an_empty_field_says_is_no_fainter_than_muted(
    kind: type[QWidget], palette: Palette, tmp_path: Path, qtbot: QtBot
) -> None:
    """Qt makes it of the text's colour, half seen through, where a sheet names no other: 3.2 to 1 on white."""
    field = kind()
    qtbot.addWidget(field)
    field.setStyleSheet(style_sheet(palette, coloured_icons(palette, tmp_path)))
    field.ensurePolished()
    assert field.palette().color(QPalette.ColorRole.PlaceholderText) == QColor(palette.text.muted)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
def test_the_icons_that_it_names_exist_in_the_themes_colours(palette: Palette, tmp_path: Path) -> None:
    sheet = style_sheet(palette, coloured_icons(palette, tmp_path))
    named = re.findall(r'url\("([^"]+)"\)', sheet)
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


class Counting(QObject):
    """Counts who is told that its style is another."""

    told = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        self.told += event.type() == QEvent.Type.StyleChange
        return False


def test_another_theme_tells_no_widget_to_measure_itself_anew(window: MainWindow) -> None:
    """Qt tells each twice, and those that have a style of their own once more: a third of a second for all panels."""
    desktop = window.services.extras["desktop"]
    for panel in ("form", "problems", "variables", "outline"):
        window.show_panel(panel)
    counting = Counting()
    desktop.application.installEventFilter(counting)
    desktop.theme.choose("dark")
    desktop.dressing._go_on()
    desktop.application.removeEventFilter(counting)
    widgets = len(desktop.application.allWidgets())
    assert widgets > 150
    assert counting.told < 0.2 * widgets  # those with a sheet of their own say it to themselves
    assert desktop.theme.palette.surface.window in desktop.application.styleSheet()


def test_what_is_seen_is_dressed_first_and_the_rest_a_few_at_a_time(window: MainWindow, qtbot: QtBot) -> None:
    for panel in ("form", "problems", "variables", "outline"):
        window.show_panel(panel)
    window.open_editor("connections")
    window.show_flow("billing_dispute")
    hidden = window.open_editor("flow_settings", "billing_dispute")
    qtbot.wait(50)
    words = next(one for one in hidden.findChildren(PlainText) if one.property("role") == "secondary")
    assert not words.visibleRegion().isEmpty()
    window.show_flow("billing_dispute")
    qtbot.wait(50)
    dressing = window.services.extras["desktop"].dressing
    window.services.theme.choose("dark")
    assert not window.updatesEnabled()  # no picture is half of one theme, half of the other
    dressing._go_on()
    assert not window.updatesEnabled()
    seen = len(dressing._seen())
    waiting = dressing.waiting
    assert 0 < seen < waiting
    while not window.updatesEnabled():
        assert dressing.waiting
        dressing._go_on()
        assert waiting - dressing.waiting <= AT_ONCE
        waiting = dressing.waiting
    assert not dressing._seen()
    assert colour_of(window.status) == DARK.text.primary
    assert colour_of(words) == LIGHT.text.secondary
    window.open_editor("flow_settings", "billing_dispute")
    while dressing._seen():  # what came into sight comes first
        dressing._go_on()
    assert colour_of(words) == DARK.text.secondary
    assert dressing.waiting
    qtbot.waitUntil(lambda: dressing.waiting == 0)
    assert all(widget.updatesEnabled() for widget in window.findChildren(QWidget))


def test_a_second_change_before_the_first_is_done_dresses_all_the_same(window: MainWindow, qtbot: QtBot) -> None:
    page = window.open_editor("connections")
    qtbot.wait(50)
    words = next(label for label in page.findChildren(PlainText) if label.property("role") == "muted")
    window.show_flow("billing_dispute")
    window.services.theme.choose("dark")
    window.services.theme.choose("light")
    window.services.theme.choose("dark")
    dressing = window.services.extras["desktop"].dressing
    dressing.finish()
    assert dressing.waiting == 0
    assert window.updatesEnabled()
    assert colour_of(words) == DARK.text.muted


def test_what_is_gone_meanwhile_is_not_dressed(window: MainWindow) -> None:
    window.open_editor("connections")
    window.services.theme.choose("dark")
    page = window.work.stack.currentWidget()
    window.work.stack.removeWidget(page)
    delete(page)
    window.services.extras["desktop"].dressing.finish()


def colour_of(widget: QWidget) -> str:
    """As a token says it."""
    return widget.palette().color(widget.foregroundRole()).name().upper()
