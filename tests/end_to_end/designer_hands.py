"""``Hands``: what a person does at the designer: looks for something by its name, clicks it, types into it, drags.

Used by ``designer_walk``. Law: nothing is changed but by mouse and keyboard; what is asked of objects is only whether
it has happened, and where a card is.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from designer.canvas.overlays.quick_add import QuickAdd
from designer.window.find import Find
from designer.window.main_window import MainWindow

AnyWidget = TypeVar("AnyWidget", bound=QWidget)
LEFT = Qt.MouseButton.LeftButton


def in_front(window: QWidget) -> None:
    """A screen without a window manager gives no window the keyboard by itself."""
    if not window.isActiveWindow():
        window.raise_()
        window.activateWindow()
        QTest.qWaitForWindowActive(window, 3_000)


class Hands:
    """What a person does: looks for something by its name, clicks it, types into it."""

    def __init__(self, application: QApplication, folder: Path) -> None:
        self._application, self._folder = application, folder
        self.pictures: list[str] = []
        self.window: MainWindow = None  # type: ignore[assignment]

    def pause(self, seconds: float = 0.15) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._application.processEvents()
            time.sleep(0.005)

    def wait(self, what: str, holds: Callable[[], object], seconds: float = 90.0) -> None:
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                self.picture("stuck")
                raise SystemExit(f"waited in vain for {what}")
            self.pause(0.05)

    def picture(self, name: str) -> None:
        """The window as it looks now."""
        self.pause(0.4)
        if self.window is not None:
            self.keep(self.window, name)

    def keep(self, shown: QWidget, name: str) -> None:
        """A picture of any widget."""
        if shown.grab().save(str(self._folder / f"{name}.png")):
            self.pictures.append(name)

    def find(self, root: QWidget, kind: type[AnyWidget], name: str, number: int = 0) -> AnyWidget:
        found = [
            widget
            for widget in root.findChildren(kind)
            if widget.isVisible()
            and name in (widget.accessibleName(), widget.text() if isinstance(widget, QAbstractButton) else None)
        ]
        if len(found) <= number:
            self.picture("stuck")
            raise SystemExit(f"there is no {kind.__name__} called {name!r} to be seen")
        return found[number]

    def click(self, target: QWidget) -> None:
        QTest.mouseClick(target, LEFT)
        self.pause()

    def press(self, name: str, root: QWidget | None = None, number: int = 0) -> None:
        self.click(self.find(root or self.window, QAbstractButton, name, number))

    def page(self) -> QWidget:
        """The page in place of the canvas."""
        return self.window.work.stack.currentWidget()

    def tab(self, number: int) -> None:
        """A click on a tab above the canvas."""
        tabs = next(bar for bar in self.window.work.findChildren(QTabBar) if bar.isVisible())
        QTest.mouseClick(tabs, LEFT, pos=tabs.tabRect(number).center())
        self.pause(0.4)

    def row(self, root: QWidget, name: str, words: str) -> None:
        """A click on a line of a list."""
        rows = self.find(root, QListWidget, name)
        item = next(rows.item(n) for n in range(rows.count()) if rows.item(n).text() == words)
        QTest.mouseClick(rows.viewport(), LEFT, pos=rows.visualItemRect(item).center())
        self.pause()

    def keys(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self._application.focusWidget() or self.window, key, modifier)
        self.pause()

    def fill(self, root: QWidget, name: str, text: str, number: int = 0) -> None:
        field: Any = self._field(root, name, number)
        target = field.viewport() if isinstance(field, QPlainTextEdit) else field
        QTest.mouseClick(target, LEFT)
        QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(field, text)
        self.pause(0.05)
        if isinstance(field, QPlainTextEdit):
            QTest.keyClick(field, Qt.Key.Key_Escape)  # a list of completions may be open
        QTest.keyClick(field, Qt.Key.Key_Tab)
        self.pause()

    def _field(self, root: QWidget, name: str, number: int) -> QWidget:
        found: list[QWidget] = [
            widget
            for kind in (QLineEdit, QPlainTextEdit)
            for widget in root.findChildren(kind)
            if widget.isVisible() and widget.accessibleName() == name
        ]
        if len(found) <= number:
            self.picture("stuck")
            raise SystemExit(f"there is no field called {name!r} to be seen")
        return found[number]

    def answer(self, words: str) -> None:
        """Types into the small dialog that the next click opens, and confirms it."""

        def type_it() -> None:
            dialog = self._application.activeModalWidget()
            if dialog is None:
                QTimer.singleShot(50, type_it)
                return
            fields = dialog.findChildren(QLineEdit)
            field = next((field for field in fields if field.objectName() == "fileNameEdit"), fields[0])
            field.selectAll()
            QTest.keyClicks(field, words)
            QTest.qWait(400)  # a list of files that fit may open
            if (popup := self._application.activePopupWidget()) is not None:
                popup.hide()
            buttons = dialog.findChildren(QDialogButtonBox)[0].buttons()
            QTest.mouseClick(next(button for button in buttons if button.isDefault()), LEFT)

        QTimer.singleShot(200, type_it)

    def choose(self, root: QWidget, name: str, words: str, number: int = 0) -> None:
        box = self.find(root, QComboBox, name, number)
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        for _ in range(box.count()):
            if words in box.currentText():
                break
            QTest.keyClick(box, Qt.Key.Key_Down)
        self.pause()
        if words not in box.currentText():
            self.picture("stuck")
            raise SystemExit(f"{name!r} does not offer {words!r}")

    # --- what only Baton has ---

    @property
    def form(self) -> QWidget:
        found = self.window.panel("form")
        assert found is not None
        return found

    def command(self, words: str) -> None:
        """Anything by name: Ctrl K, a few letters, Enter."""
        in_front(self.window)
        QTest.keyClick(self.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        seen: list[QLineEdit] = []

        def there() -> bool:
            fields = (field for search in self.window.findChildren(Find) for field in search.findChildren(QLineEdit))
            seen[:] = [field for field in fields if field.isVisible()]
            return bool(seen)

        self.wait("the search", there)
        field = seen[-1]
        QTest.keyClicks(field, words)
        self.pause(0.3)
        QTest.keyClick(field, Qt.Key.Key_Return)
        self.pause(0.4)

    def add(self, words: str) -> None:
        """A step behind the selected one: Tab on the canvas, part of a name, Enter."""
        viewer = self.window.canvas.viewer
        self.window.activateWindow()
        viewer.setFocus()
        self.pause()
        before = len(self.flow.nodes)
        QTest.keyClick(viewer, Qt.Key.Key_Tab)
        self.wait("quick add", lambda: [q for q in self.window.findChildren(QuickAdd) if q.isVisible()])
        popup = next(q for q in self.window.findChildren(QuickAdd) if q.isVisible())
        field = popup.findChildren(QLineEdit)[0]
        QTest.keyClicks(field, words)
        self.pause()
        QTest.keyClick(field, Qt.Key.Key_Return)
        self.wait(f"the step {words}", lambda: len(self.flow.nodes) == before + 1)
        self.pause(0.4)

    def select(self, node: str) -> None:
        """A click on a card."""
        self.window.canvas.reveal(node)
        self.pause(0.6)
        viewport = self.window.canvas.viewer.viewport()
        item = self.window.canvas.stage.projector.items[node]
        at = self.window.canvas.viewer.mapFromScene(item.x() + 60, item.y() + 12)
        QTest.mouseClick(viewport, LEFT, pos=at)
        self.wait(f"the selection of {node}", lambda: self.window.services.selection.nodes == (node,))

    def connect(self, source: str, port: str, target: str) -> None:
        """From a port of one card onto another, by the mouse."""
        self.command("Fit flow")
        self.pause(0.6)
        viewer, items = self.window.canvas.viewer, self.window.canvas.stage.projector.items
        begin, end = items[self.node(source)], items[self.node(target)]
        spot = begin.card.port(port)
        before = len(self.flow.edges)
        self.drag(
            viewer.mapFromScene(begin.x() + spot.x, begin.y() + spot.y), viewer.mapFromScene(end.x() + 60, end.y() + 20)
        )
        self.wait(f"the way from {source} to {target}", lambda: len(self.flow.edges) == before + 1)

    def drag(self, begin: QPoint, end: QPoint) -> None:
        viewport = self.window.canvas.viewer.viewport()
        QTest.mousePress(viewport, LEFT, pos=begin)
        for part in range(1, 11):
            QTest.mouseMove(viewport, begin + (end - begin) * part / 10, 10)
            self.pause(0.02)
        QTest.mouseRelease(viewport, LEFT, pos=end)
        self.pause(0.4)

    @property
    def flow(self) -> Any:
        found = self.window.services.flow
        assert found is not None
        return found

    def node(self, title: str) -> str:
        return next(node.id for node in self.flow.nodes if node.title == title)
