"""The top bar: where you are (flow, save state), which mode, and what you do most (undo, find, run, publish)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from designer.pieces import Chip, IconButton, PlainText, plain_tooltip
from designer.services import Services
from designer.theme.icons import icon, renderer
from designer.theme.theme import Theme
from designer.theme.type_scale import BODY, BODY_STRONG, CAPTION, PANEL_TITLE, SMALL, widget_font
from designer.window.action_book import ActionBook
from designer.window.pulse import Pulse

HEIGHT = 48
LEAST_TITLE = 96
MODES = (("design", "Design", "workflow"), ("test", "Test", "flask-conical"), ("replay", "Replay", "history"))


class Logo(QToolButton):
    """Baton's mark; a click opens the application's menu."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFixedSize(28, 28)
        self.setToolTip("Menu")
        self.setAccessibleName("Menu")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        theme.changed.connect(self.update)

    def event(self, event: QEvent) -> bool:
        """Plain keys are the button's own: its menu holds the actions of the canvas, and lends their keys its focus.

        Without this, Tab adds a step and Delete deletes the selected one while this button has the focus.
        """
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            chord = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
            if not chord and not Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35:
                event.accept()
                return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        palette = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.accent.hover if self.underMouse() else palette.accent.base))
        painter.drawRoundedRect(QRectF(2, 2, 24, 24), 6, 6)
        renderer("baton", palette.text.on_accent).render(painter, QRectF(2, 2, 24, 24))
        if self.property("ring"):
            painter.setPen(QColor(palette.text.primary))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(0.5, 0.5, 27, 27), 8, 8)


class FlowName(QToolButton):
    """The name of the flow, with its menu. Where it has too little room the end gives way: Qt would cut its middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self.setProperty("role", "title")
        self.setFont(widget_font(PANEL_TITLE))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the chevron stands behind the name
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMinimumWidth(LEAST_TITLE)  # in a narrow window the title gives way, not the buttons

    def say(self, words: str) -> None:
        """Another name."""
        self._words = words
        self._cut()
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        hint, letters = super().sizeHint(), self.fontMetrics()
        shown = self.text().replace("&&", "&")
        return QSize(
            hint.width() + letters.horizontalAdvance(self._words) - letters.horizontalAdvance(shown), hint.height()
        )

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        letters = self.fontMetrics()
        missing = max(0, self.sizeHint().width() - self.width())
        room = letters.horizontalAdvance(self._words) - missing
        shown = letters.elidedText(self._words, Qt.TextElideMode.ElideRight, room + 1)
        self.setText(shown.replace("&", "&&"))


class TopBar(QFrame):
    """Shows the flow and its state; buttons run actions of the book."""

    mode_wanted = Signal(str)

    def __init__(self, services: Services, book: ActionBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._book = book
        self.setProperty("role", "bar")
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 12, 0)
        row.setSpacing(0)
        row.addWidget(self._left(), 1)
        row.addWidget(self._switch(), 0)
        row.addWidget(self._right(), 1)
        services.theme.changed.connect(self._paint)
        self._paint()

    def invite_run(self) -> Pulse:
        """Say without words that Run comes next."""
        return Pulse(self._services.theme, self.run, self)

    def _left(self) -> QWidget:
        side = QWidget(self)
        row = QHBoxLayout(side)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(4)
        self.logo = Logo(self._services.theme, side)
        self.flow_menu = QMenu(side)
        self.flow_button = FlowName(side)
        self.flow_button.setMenu(self.flow_menu)
        self.saved = PlainText("", SMALL, "muted", parent=side)
        row.addWidget(self.logo)
        row.addSpacing(2)
        row.addWidget(self.flow_button)
        row.addWidget(self.saved)
        row.addStretch(1)
        return side

    def _switch(self) -> QWidget:
        frame = QFrame(self)
        frame.setProperty("role", "switch")
        frame.setFixedHeight(32)
        row = QHBoxLayout(frame)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        self._modes = QButtonGroup(frame)
        self._mode_buttons: dict[str, QToolButton] = {}
        for number, (name, title, _icon) in enumerate(MODES, 1):
            button = QToolButton(frame)
            button.setProperty("role", "mode")
            button.setText(f" {title}")
            button.setAccessibleName(title)
            button.setCheckable(True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setIconSize(QSize(15, 15))
            button.setFixedHeight(28)
            button.setToolTip(f"{title}  Ctrl {number}")
            button.clicked.connect(lambda _checked=False, name=name: self.mode_wanted.emit(name))
            self._modes.addButton(button)
            self._mode_buttons[name] = button
            row.addWidget(button)
        return frame

    def _right(self) -> QWidget:
        side = QWidget(self)
        row = QHBoxLayout(side)
        row.setContentsMargins(8, 0, 0, 0)
        row.setSpacing(8)
        theme = self._services.theme
        self.undo = IconButton(theme, "undo-2", "Undo", side)
        self.redo = IconButton(theme, "redo-2", "Redo", side)
        for button, name in ((self.undo, "edit.undo"), (self.redo, "edit.redo")):
            action = self._book.action(name)
            button.clicked.connect(lambda _checked=False, action=action: action.trigger())
            action.changed.connect(lambda button=button, action=action: _follow(button, action.text(), action))
        self.finder = QPushButton(" Find", side)
        self.finder.setAccessibleName("Find")
        self.finder.setProperty("kind", "quiet")
        self.finder.setToolTip("Anything by name  Ctrl K")
        self.finder.clicked.connect(lambda: self._book.run("edit.find_anything"))
        key = PlainText("Ctrl K", CAPTION, "key", parent=self.finder)
        key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._find_key = key
        self.run = QPushButton(" Run", side)
        self.run.setAccessibleName("Run")
        self.run.setToolTip("Run this flow  F5")
        self.run.clicked.connect(lambda: self._book.run("run.run"))
        self.publish = QPushButton("Publish", side)
        self.publish.setProperty("kind", "primary")
        self.publish.setToolTip("Make this version available to the runtime")
        self.publish.clicked.connect(lambda: self._book.run("file.publish"))
        row.addStretch(1)
        self._at_work: tuple[QWidget, ...] = (self.undo, self.redo, self.finder, key, self.run, self.publish)
        self._at_replay = self._replay_side(side)
        for widget in (*self._at_work, *self._at_replay):
            if widget is key:
                row.addSpacing(-row.spacing())  # its key belongs to Find, which has room of its own at its end
            row.addWidget(widget)
            if widget is key:
                row.addSpacing(row.spacing())
        self.right = row
        return side

    def _replay_side(self, side: QWidget) -> tuple[QWidget, ...]:
        self.run_case = PlainText("", BODY_STRONG, parent=side)
        self.run_when = PlainText("", BODY, "muted", parent=side)
        self.run_state = Chip(self._services.theme, side)
        self.another = QPushButton("Open another run", side)
        self.another.setToolTip("Runs of this project that were made earlier  Ctrl H")
        self.another.clicked.connect(lambda: self._book.run("run.past"))
        return self.run_case, self.run_when, self.run_state, self.another

    def show_mode(self, mode: str) -> None:
        """Which mode is on, and so which buttons are there."""
        self._mode_buttons[mode].setChecked(True)
        for widget in (*self._at_work, self.saved):
            widget.setVisible(mode != "replay")
        for widget in self._at_replay:
            widget.setVisible(mode == "replay")
        self.run_state.setVisible(mode == "replay" and bool(self.run_state.words))

    def show_flow(self, title: str) -> None:
        """The name of what is shown, cut if it is long."""
        shown = title if len(title) <= 40 else title[:39] + "…"
        self.flow_button.say(shown)
        self.flow_button.setAccessibleName(f"{title}, flows and settings")
        self.flow_button.setToolTip(plain_tooltip(f"{title}\nFlows of this project, and settings of this one"))

    def show_run(self, case: str, when: str, state: tuple[str, str, str]) -> None:
        """The run that Replay looks at: which, from when and on which version, how it stands (words, tone, glyph)."""
        self.run_case.setText(case)
        self.run_when.setText(when)
        self.run_state.say(*state)
        self.run_state.setVisible(bool(state[0]) and self._mode_buttons["replay"].isChecked())

    def show_saved(self, words: str) -> None:
        """The save state, in words."""
        self.saved.setText(words)

    def _paint(self) -> None:
        palette = self._services.theme.palette
        self.flow_button.setIcon(icon("chevron-down", palette.text.muted, size=14))
        self.finder.setIcon(icon("search", palette.text.secondary))
        self.run.setIcon(icon("play", palette.text.primary, palette.text.disabled, 14))
        for name, _title, picture in MODES:
            self._mode_buttons[name].setIcon(icon(picture, palette.text.secondary, size=15))


def _follow(button: QToolButton, words: str, action: object) -> None:
    button.setEnabled(action.isEnabled())  # type: ignore[attr-defined]
    button.setToolTip(plain_tooltip(words.replace("&&", "&")))
    button.setAccessibleName(words.replace("&&", "&"))
