"""The theme follows the system until a person chooses."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from designer.theme import theme as themes
from designer.theme.theme import Theme


def test_stronger_outlines_follow_the_systems_contrast_until_somebody_chooses(
    monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    theme = Theme("light")
    assert not theme.stronger_outlines

    monkeypatch.setattr(themes, "system_contrast", lambda: Qt.ContrastPreference.HighContrast)
    with qtbot.waitSignal(theme.changed):
        theme._contrast_changed(Qt.ContrastPreference.HighContrast)
    assert theme.stronger_outlines
    theme.stronger_outlines = False
    with qtbot.assertNotEmitted(theme.changed):
        theme._contrast_changed(Qt.ContrastPreference.HighContrast)
    assert not theme.stronger_outlines
