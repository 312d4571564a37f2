"""What a screen reader gets: a name for whatever can be used, on every page and panel, and what changes where the
keyboard is not.
"""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from designer.document.commands.delete import delete
from designer.keeping.examples import examples
from designer.pieces import announce as announcing
from designer.window.desktop import Desktop
from designer.window.main_window import MainWindow
from designer.window.notice import Notice

USED = (
    QAbstractButton, QLineEdit, QTextEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox, QAbstractItemView,
    QAbstractSlider,
)  # fmt: skip
PARTS = (QComboBox, QAbstractSpinBox)
"""what stands inside these is read as a part of them"""
PAGES = (
    ("flow_settings", "billing_dispute"),
    ("samples", "billing_dispute"),
    ("connections", "crm"),
    ("form", "billing_dispute/approve_refund"),
    ("secrets", ""),
    ("decision_table", "dispute_route"),
)


def nameless(root: QWidget) -> list[str]:
    """What can be used here and has no name, by its place."""
    found = []
    for one in root.findChildren(QWidget):
        if not isinstance(one, USED) or not one.isVisible() or isinstance(one, QScrollBar):
            continue
        if isinstance(one.parent(), PARTS) or one.objectName() == "qt_menubar_ext_button":
            continue
        reader = QAccessible.queryAccessibleInterface(one)
        if not reader.text(QAccessible.Text.Name).strip():
            place, names = one, []
            while place is not None and len(names) < 5:
                names.append(type(place).__name__)
                place = place.parentWidget()
            found.append(" in ".join(names))
    return found


@pytest.fixture
def example(desktop: Desktop) -> MainWindow:
    window = desktop.try_example(examples()[0])
    window.resize(1400, 900)
    return window


def test_whatever_can_be_used_has_a_name(example: MainWindow, qtbot: QtBot) -> None:
    found = {"the canvas": nameless(example)}
    flow = example.services.flow
    assert flow is not None
    for node in {node.type: node.id for node in flow.nodes}.values():
        example.services.selection.select((node,))
        example.show_panel("form")
        qtbot.wait(1)
        found[f"the form of {node}"] = nameless(example)
    for panel in ("outline", "project", "problems", "variables", "history"):
        found[panel] = nameless(example.show_panel(panel))
    for page, key in PAGES:
        example.open_editor(page, key)
        qtbot.wait(1)
        found[page] = nameless(example)
    session = example.services.extras["session"]
    example.show_flow(flow.id)
    example.run("run.run")
    qtbot.waitUntil(lambda: bool(session.tasks))
    for mode in ("test", "replay"):
        example.show_mode(mode)
        qtbot.wait(1)
        found[mode] = nameless(example)
    assert {place: without for place, without in found.items() if without} == {}


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a screen reader would be told: Qt hands events on to the system, where nobody listens in a test."""
    told: list[str] = []

    class Listening:
        AnnouncementPoliteness = QAccessible.AnnouncementPoliteness

        @staticmethod
        def isActive() -> bool:  # noqa: N802  Qt's name
            return True

        @staticmethod
        def updateAccessibility(event: object) -> None:  # noqa: N802  Qt's name
            told.append(event.message())  # type: ignore[attr-defined]

    monkeypatch.setattr(announcing, "QAccessible", Listening)
    return told


def test_what_changes_elsewhere_is_said(example: MainWindow, heard: list[str], qtbot: QtBot) -> None:
    session, services = example.services.extras["session"], example.services
    example.run("run.run")
    qtbot.waitUntil(lambda: bool(session.tasks))
    qtbot.waitUntil(lambda: any("Finance" in words or "waits" in words.lower() for words in heard))
    example.notice(Notice(services.theme, "told", "Somebody else changed the files.", []))
    assert heard[-1] == "Somebody else changed the files."
    example.show_mode("design")
    example.show_panel("problems")
    qtbot.waitUntil(lambda: services.checking.checked is services.document.project)
    services.document.do(delete("billing_dispute", ["get_customer"]))
    qtbot.waitUntil(lambda: any(words.startswith("Problems: ") for words in heard))
