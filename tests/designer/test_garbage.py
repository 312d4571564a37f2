"""Garbage is looked for when hands are still: at what is new where that is much, at everything when nobody is there."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QLineEdit

from designer import garbage
from designer.garbage import Garbage


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Iterator[list[str]]:
    """What Python was told to do; the process is left as it was."""
    told: list[str] = []
    thresholds = gc.get_threshold()
    monkeypatch.setattr(gc, "freeze", lambda: told.append("freeze"))
    monkeypatch.setattr(gc, "unfreeze", lambda: told.append("unfreeze"))
    monkeypatch.setattr(gc, "collect", lambda: told.append("collect"))
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, garbage.ENOUGH))
    monkeypatch.setattr(Garbage, "looks", False)
    yield told
    gc.set_threshold(*thresholds)


@pytest.fixture
def waste(done: list[str], qapp: QApplication) -> Iterator[Garbage]:
    """One that knows where hands are."""
    made = Garbage(qapp)
    assert done == ["freeze"]
    assert gc.get_threshold() == (garbage.YOUNG, garbage.MIDDLE, garbage.NEVER)
    made.look()
    assert done == ["freeze"], "nobody knew yet whether hands are still"
    done.clear()
    yield made
    made.deleteLater()


def test_what_is_new_is_looked_at_while_hands_are_still(waste: Garbage, done: list[str]) -> None:
    waste.look()
    assert done == ["collect", "freeze"]
    QCursor.setPos(QCursor.pos().x() + 7, QCursor.pos().y() + 3)
    waste.look()
    assert done == ["collect", "freeze"]
    waste.look()
    assert done == ["collect", "freeze"] * 2


def test_whoever_types_is_not_interrupted(waste: Garbage, done: list[str], qapp: QApplication) -> None:
    line = QLineEdit("amount")
    line.show()
    line.activateWindow()
    line.setFocus()
    qapp.processEvents()
    assert QApplication.focusWidget() is line
    waste.look()
    line.insert(" > 500")
    waste.look()
    assert done == []
    line.close()


def test_it_waits_until_there_is_something_to_look_for(
    waste: Garbage, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, garbage.ENOUGH - 1))
    waste.look()
    assert done == []


def test_what_would_be_felt_is_set_aside(waste: Garbage, done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, garbage.MOST + 1))
    waste.look()
    assert done == ["freeze"]


def test_everything_is_looked_at_once_when_nobody_is_there(
    waste: Garbage, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, 0))
    for _ in range(3 * garbage.LONG):
        waste.look()
    assert done == ["unfreeze", "collect", "freeze"]


def test_nothing_is_set_aside_where_nobody_looks_at_it_again(done: list[str], qapp: QApplication) -> None:
    garbage.set_aside()
    assert done == []
    waste = Garbage(qapp)
    garbage.set_aside()
    assert done == ["freeze", "freeze"]
    waste.deleteLater()
