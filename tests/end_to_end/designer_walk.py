"""An analyst's first hour, by mouse and keyboard alone: an empty project becomes the core of the billing dispute and
is run to its outcome and replayed. Pictures of each main view in both themes are left in the folder that is named.

Run as a module in a process with a screen (`test_designer.py` gives it a virtual one); prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QTabBar, QWidget

from designer.app import make_application
from designer.canvas.overlays.quick_add import QuickAdd
from designer.window.desktop import Desktop
from designer.window.find import Find
from designer.window.main_window import MainWindow
from designer.window.welcome import Welcome

AnyWidget = TypeVar("AnyWidget", bound=QWidget)
LEFT = Qt.MouseButton.LeftButton


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

    def wait(self, what: str, holds: Callable[[], object], seconds: float = 30.0) -> None:
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                self.picture("stuck")
                raise SystemExit(f"waited in vain for {what}")
            self.pause(0.05)

    def picture(self, name: str) -> None:
        self.pause(0.4)
        shown = self.window if self.window is not None else self._application.activeWindow()
        if shown is not None and shown.grab().save(str(self._folder / f"{name}.png")):
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

    def choose(self, root: QWidget, name: str, words: str) -> None:
        box = self.find(root, QComboBox, name)
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
        QTest.keyClick(self.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        self.wait("the search", lambda: self.window.findChildren(Find))
        search = self.window.findChildren(Find)[-1]
        field = next(field for field in search.findChildren(QLineEdit) if field.isVisible())
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


def in_front(window: QWidget) -> None:
    """A screen without a window manager gives no window the keyboard by itself."""
    window.raise_()
    window.activateWindow()
    QTest.qWaitForWindowActive(window, 3_000)


def walk(hands: Hands, desktop: Desktop) -> dict[str, Any]:
    """The story; what it came to."""
    desktop.show_welcome()
    hands.pause(0.8)
    welcome = next(w for w in QApplication.topLevelWidgets() if isinstance(w, Welcome))
    in_front(welcome)
    welcome.grab().save(str(hands._folder / "welcome.png"))
    QTest.keyClick(welcome, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    hands.wait("a window", lambda: desktop.windows)
    hands.window = desktop.windows[0]
    hands.window.resize(1400, 900)
    in_front(hands.window)
    hands.pause(0.5)
    hands.picture("empty")

    hands.command("Flow settings")
    page = hands.window.work.stack.currentWidget()
    hands.fill(page, "Title", "Billing dispute")
    hands.press("Add field", page)
    hands.fill(page, "Name of the field", "amount")
    hands.choose(page, "Kind of the field", "Number")
    for number, title in enumerate(("Paid back", "Refused")):
        hands.press("Add outcome", page)
        hands.fill(page, "Title of the outcome", title, number)
    hands.press("Add role", page)
    hands.fill(page, "Title of the role", "Finance")
    hands.picture("flow_settings")
    tabs = next(bar for bar in hands.window.work.findChildren(QTabBar) if bar.isVisible())
    QTest.mouseClick(tabs, LEFT, pos=tabs.tabRect(0).center())
    hands.pause(0.4)

    hands.press("Start by hand")
    hands.add("condition")
    hands.fill(hands.form, "Name", "Small claim?")
    hands.press("Add condition", hands.form)
    hands.fill(hands.form, "Label 1", "Small")
    hands.fill(hands.form, "When", "input.amount <= 150")
    hands.add("audit note")
    hands.fill(hands.form, "Name", "Pay back")
    hands.fill(hands.form, "Note, required", "Paid {input.amount} back.")
    hands.add("end")
    hands.fill(hands.form, "Name", "Paid")
    hands.choose(hands.form, "Outcome", "Paid back")

    hands.select(hands.node("Small claim?"))
    hands.add("approval")
    hands.fill(hands.form, "Name", "Finance check")
    hands.choose(hands.form, "Who decides, required", "Finance")
    hands.fill(hands.form, "Question, required", "Pay {input.amount} back?")
    hands.picture("form")
    viewer = hands.window.canvas.viewer
    items = hands.window.canvas.stage.projector.items
    hands.window.canvas.fit()
    hands.pause(0.8)
    check, note = items[hands.node("Finance check")], items[hands.node("Pay back")]
    spot = check.card.port("approve")
    hands.drag(
        viewer.mapFromScene(check.x() + spot.x, check.y() + spot.y), viewer.mapFromScene(note.x() + 60, note.y() + 20)
    )
    hands.select(hands.node("Finance check"))
    hands.add("end")
    hands.fill(hands.form, "Name", "Refused")
    hands.choose(hands.form, "Outcome", "Refused")
    hands.command("Tidy up")
    hands.window.canvas.fit()
    problems = hands.window.services.checking.check_now()
    hands.picture("design")

    before = hands.window.services.document.project
    for _ in range(3):
        QTest.keyClick(hands.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hands.pause()
    for _ in range(3):
        QTest.keyClick(
            hands.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        )
    hands.pause()
    same = hands.window.services.document.project == before

    QTest.keyClick(hands.window, Qt.Key.Key_F5)
    hands.wait("the test panel", lambda: hands.window.mode == "test")
    panel = hands.window.panel("test")
    assert panel is not None
    hands.fill(panel, "Input of the run, as JSON", '{"amount": 400}')
    hands.press("Run", panel)
    session = hands.window.services.extras["session"]
    hands.wait("the task", lambda: session.tasks)
    hands.picture("test")
    hands.press("Answer as Finance", panel)
    step = hands.window.panel("inspector")
    assert step is not None
    hands.press("Approve", step)
    hands.wait("the end", lambda: session.story.ended)
    QTest.keyClick(hands.window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    hands.wait("replay", lambda: hands.window.mode == "replay")
    hands.window.services.selection.select((hands.node("Small claim?"),))
    hands.picture("replay")
    hands.command("Dark theme")
    hands.picture("replay_dark")
    QTest.keyClick(hands.window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    hands.picture("design_dark")
    hands.command("Light theme")
    return {
        "errors": [found.message for found in problems if str(found.severity) == "error"],
        "outcome": session.story.outcome_title(),
        "steps": [span.title for span in session.story.trace.spans],
        "undo_is_identity": same,
        "pictures": hands.pictures,
        "platform": QApplication.platformName(),
    }


def main(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    application = make_application()
    desktop = Desktop(application)
    desktop.theme.choose("light")
    hands = Hands(application, folder)
    print(json.dumps(walk(hands, desktop)), flush=True)
    hands.window.services.extras["session"].close()
    os._exit(0)  # the window would ask whether to keep what was drawn, and nobody is there to answer


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
