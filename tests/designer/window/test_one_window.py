"""Nothing but windows is ever shown as a window: a part that is shown before it has a parent flashes on the desktop."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from designer.editors import found_editors
from designer.panels import found_panels
from designer.window.main_window import MainWindow

KEYS = {"flow_settings": "billing_dispute", "samples": "billing_dispute", "decision_table": "dispute_route"}


class Shown(QObject):
    """Whatever is shown without a parent."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.parts.append(f"{type(watched).__name__} {watched.accessibleName()}")
        return False


@pytest.fixture
def shown(application: QApplication) -> Shown:
    seen = Shown()
    application.installEventFilter(seen)
    return seen


def test_no_panel_and_no_page_is_shown_as_a_window(window: MainWindow, shown: Shown, qtbot: QtBot) -> None:
    """It took the keyboard from the window, too: the cursor was nowhere after a page had been opened."""
    for name in found_editors():
        window.open_editor(name, KEYS.get(name, ""))
        qtbot.wait(20)
    for panel in found_panels():
        window.show_panel(panel.id)
        qtbot.wait(20)
    for mode in ("test", "replay", "design"):
        window.show_mode(mode)  # type: ignore[arg-type]
        qtbot.wait(20)
    QApplication.instance().removeEventFilter(shown)
    assert not shown.parts
