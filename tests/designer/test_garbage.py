"""A full look for garbage comes when hands are still, and not before there is something to look for."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QLineEdit

from designer import garbage
from designer.garbage import Garbage


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Iterator[list[str]]:
    """What was looked for; the process is left as it was."""
    seen: list[str] = []
    thresholds = gc.get_threshold()
    monkeypatch.setattr(gc, "freeze", lambda: seen.append("frozen"))
    monkeypatch.setattr(gc, "unfreeze", lambda: seen.append("thawed"))
    monkeypatch.setattr(gc, "collect", lambda: seen.append("all"))
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, garbage.ENOUGH))
    monkeypatch.setattr(garbage, "STILL_MS", 1)
    monkeypatch.setattr(Garbage, "looks", False)
    yield seen
    gc.set_threshold(*thresholds)


def test_it_looks_only_while_hands_are_still(looked: list[str], qapp: QApplication) -> None:
    waste = Garbage(qapp)
    assert looked == ["frozen"]
    assert gc.get_threshold() == (garbage.YOUNG, garbage.MIDDLE, garbage.NEVER)
    waste.look_soon()
    assert waste.look_if_still()
    assert looked == ["frozen", "thawed", "all", "frozen"]
    waste.look_soon()
    QCursor.setPos(QCursor.pos().x() + 7, QCursor.pos().y() + 3)
    assert not waste.look_if_still()
    assert looked.count("all") == 1
    waste.deleteLater()


def test_whoever_types_is_not_interrupted(looked: list[str], qapp: QApplication) -> None:
    waste, line = Garbage(qapp), QLineEdit("amount")
    line.show()
    line.activateWindow()
    line.setFocus()
    qapp.processEvents()
    assert QApplication.focusWidget() is line
    waste.look_soon()
    line.insert(" > 500")
    assert not waste.look_if_still()
    assert "all" not in looked
    line.close()
    waste.deleteLater()


def test_it_waits_until_there_is_something_to_look_for(
    looked: list[str], qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    waste = Garbage(qapp)
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, garbage.ENOUGH - 1))
    waste.look_soon()
    assert not waste._still.isActive()
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, garbage.ENOUGH))
    waste.look_soon()
    assert waste._still.isActive()
    waste.deleteLater()


def test_nothing_is_set_aside_where_nobody_looks_at_it_again(looked: list[str], qapp: QApplication) -> None:
    garbage.set_aside()
    assert looked == []
    waste = Garbage(qapp)
    garbage.set_aside()
    assert looked == ["frozen", "frozen"]
    waste.deleteLater()
