"""``ActionBook``: one QAction for each row of ``actions/``, with its keys; menus, buttons and search take them
from here.

Law: an action that is refused says why in the status line; no traceback reaches anybody.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from designer.actions import Action, found_actions, perform, why_not
from designer.document.command import CommandRefused
from designer.services import Services
from designer.theme.icons import icon
from designer.theme.palette import Palette

MENUS = {"file": "File", "edit": "Edit", "view": "View", "flow": "Flow", "run": "Run", "help": "Help"}
"""id -> title, in their order"""
GROUP = 10
"""a menu draws a line between orders of different tens"""


class ActionBook(QObject):
    """Made by the window, which adds all actions to itself so that their keys work."""

    def __init__(self, services: Services, window: QWidget) -> None:
        super().__init__(window)
        self._services = services
        self._window = window
        self._actions = {action.id: action for action in found_actions()}
        self._made = {action.id: self._make(action) for action in self._actions.values()}
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.refresh)
        services.document.changed.connect(self._soon)
        services.document.history.indexChanged.connect(self._soon)  # a method: it is let go of with the window
        services.document.saved_changed.connect(self._soon)
        services.selection.changed.connect(self._soon)
        services.selection.flow_changed.connect(self._soon)
        self._painted: dict[str, Palette] = {}
        self._later.start()
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """A key may end what is typed on its way (`canvas.overlays.chords`): what is possible then counts for it."""
        if event.type() is QEvent.Type.ShortcutOverride and self._later.isActive():
            self._later.stop()
            self.refresh()
        return False

    def _soon(self, *_changed: object) -> None:
        self._later.start()

    def __iter__(self) -> Iterator[Action]:
        return iter(self._actions.values())

    def action(self, name: str) -> QAction:
        """The QAction with this id."""
        return self._made[name]

    def row(self, name: str) -> Action:
        """The action as data."""
        return self._actions[name]

    def run(self, name: str) -> None:
        """Do it, as its menu entry does; what is not possible now is told in the status line."""
        self.refresh()
        made = self._made[name]
        if not made.isEnabled():
            self._services.window.say(f"{self._actions[name].title.removesuffix(' …')}: {made.toolTip()}")
        made.trigger()

    def refresh_soon(self) -> None:
        """After what has just happened, see once which actions are possible."""
        self._later.start()

    def refresh(self) -> None:
        """See which actions are possible and which are on."""
        for name, action in self._actions.items():
            made = self._made[name]
            needed = why_not(action, self._services)
            made.setEnabled(not needed)
            made.setToolTip(needed)  # menus show it; what is possible needs no more than its name
            if action.checked is not None:
                made.setChecked(action.checked(self._services))
            made.setText(_shown(self._title(action)))

    def attach_to_canvas(self, canvas: QWidget) -> None:
        """Single letters and arrows act only while the canvas has the focus."""
        for name, action in self._actions.items():
            if action.on_canvas:
                made = self._made[name]
                self._window.removeAction(made)
                made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                canvas.addAction(made)

    def fill(self, menu: QMenu, name: str) -> QMenu:
        """Puts the actions of one menu into a QMenu."""
        menu.setToolTipsVisible(True)
        before: int | None = None
        for action in self._actions.values():
            if action.menu != name:
                continue
            if before is not None and action.order // GROUP != before // GROUP:
                menu.addSeparator()
            before = action.order
            menu.addAction(self._made[action.id])
        menu.aboutToShow.connect(lambda: self._about_to_show(name))
        return menu

    def _make(self, action: Action) -> QAction:
        made = QAction(_shown(action.title), self._window)
        made.setObjectName(action.id)
        made.setShortcuts([QKeySequence(keys) for keys in action.keys])
        made.setCheckable(action.checked is not None)
        made.triggered.connect(lambda _checked=False, action=action: self._do(action))
        if not action.on_canvas:
            self._window.addAction(made)
        return made

    def _do(self, action: Action) -> None:
        try:
            perform(action, self._services)
        except CommandRefused as refused:
            self._services.window.say(str(refused))
        self._later.start()

    def _title(self, action: Action) -> str:
        history = self._services.document.history
        if action.id == "edit.undo" and history.canUndo():
            return f"Undo {_lower(history.undoText())}"
        if action.id == "edit.redo" and history.canRedo():
            return f"Redo {_lower(history.redoText())}"
        return action.title

    def _about_to_show(self, menu: str) -> None:
        self.refresh()
        self.draw_icons(menu)

    def draw_icons(self, menu: str) -> None:
        """Icons are drawn when their menu is first seen: at the start, that would cost a tenth of a second."""
        palette = self._services.theme.palette
        if self._painted.get(menu) is palette:
            return
        self._painted[menu] = palette
        for name, action in self._actions.items():
            if action.menu == menu and action.icon is not None:
                self._made[name].setIcon(icon(action.icon, palette.text.secondary, palette.text.disabled))


def _shown(title: str) -> str:
    return title.replace("&", "&&")


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]
