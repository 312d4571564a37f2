"""The icons that a style sheet names by file: kept where the next start finds them, whatever the folder is called."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from designer.app import make_application
from designer.theme.dressing import Dressing
from designer.theme.palette import DARK, LIGHT
from designer.theme.style_sheet import coloured_icons, style_sheet
from designer.window.desktop import Desktop


def files_in(folder: Path) -> set[Path]:
    return {file for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("name", ["of Jörg", "(a) b", "it's", 'so "called"', "back\\slash"])
def test_the_tick_is_drawn_whatever_the_folder_is_called(name: str, tmp_path: Path, qtbot: QtBot) -> None:
    box = QCheckBox()
    qtbot.addWidget(box)
    box.resize(60, 40)
    box.setChecked(True)
    box.setStyleSheet(style_sheet(LIGHT, coloured_icons(LIGHT, tmp_path / name)))
    drawn = box.grab().toImage()
    colours = {drawn.pixelColor(x, y).name() for x in range(30) for y in range(40)}
    assert QColor(LIGHT.accent.base).name() in colours, "Qt has read the sheet"
    assert QColor(LIGHT.text.on_accent).name() in colours, "and found the tick"


def test_a_designer_leaves_nothing_in_the_temporary_folder_however_it_ends(
    desktop: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    made = Desktop(make_application())
    assert list(temporary.iterdir()) == [], "a kill at this moment would leave it for ever"
    made.close()
    assert files_in(tmp_path / "home" / "designer" / "icons")


def test_the_next_start_uses_what_is_there_and_mends_what_was_torn(tmp_path: Path) -> None:
    place = coloured_icons(LIGHT, tmp_path)
    before = {file: file.stat().st_mtime_ns for file in files_in(place)}
    torn = place / "x.svg"
    whole = torn.read_bytes()
    torn.write_bytes(whole[:20])
    assert coloured_icons(LIGHT, tmp_path) == place
    assert torn.read_bytes() == whole
    assert {file: file.stat().st_mtime_ns for file in files_in(place) - {torn}} == {
        file: at for file, at in before.items() if file != torn
    }
    assert coloured_icons(DARK, tmp_path) != place


def test_a_home_that_can_not_be_written_costs_no_colour(tmp_path: Path, desktop: Desktop) -> None:
    (tmp_path / "taken").write_text("no folder", encoding="utf-8")
    application = make_application()
    dressing = Dressing(application, tmp_path / "taken" / "icons")
    dressing.dress(LIGHT)
    assert LIGHT.accent.base in application.styleSheet()
    dressing.finish()
    dressing.close()
    desktop.restyle()
