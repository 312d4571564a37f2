"""The first window. To somebody new "Build your first flow": examples to try, then ways to begin. To somebody who comes
back the recent projects first, new ones and examples below.

It is a window of its own and leaves when a project opens. Texts of examples are plain, and their pictures are
drawn from their flows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from designer.document.counted import counted
from designer.document.names import harmless
from designer.forms.marks import CutText
from designer.keeping.examples import Example, examples
from designer.keeping.standing import standing
from designer.pieces import PlainText
from designer.theme.icons import icon, pixmap
from designer.theme.theme import Choice as ThemeChoice
from designer.theme.type_scale import BODY, BODY_STRONG, CAPTION, DISPLAY, HEADING, SMALL, STEP_TITLE
from designer.window.dropping import take_place
from designer.window.flow_picture import FlowPicture
from designer.window.notice import Notice
from designer.window.status_line import StatusBar
from designer.window.top_bar import HEIGHT, Logo
from nodes.contract import Category

if TYPE_CHECKING:
    from designer.window.desktop import Desktop

WIDTH = 964
"""948 and what a focus ring needs at both sides"""
COLUMNS = 3
PICTURE = 116
MOST_RECENT = 6
CARD = 290
"""pixels that a way to begin asks for"""


class Welcome(QMainWindow):
    """Shown by ``Desktop.show_welcome``."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop = desktop
        self.setWindowTitle("Baton")
        self.setAcceptDrops(True)
        self.resize(1400, 900)
        self.setMinimumSize(760, 520)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.try_buttons: list[QPushButton] = []
        self.recent_buttons: list[QPushButton] = []
        self.setMenuWidget(self._bar())
        whole = QWidget(self)
        whole.setProperty("role", "page")
        self.notices = QVBoxLayout(whole)
        self.notices.setContentsMargins(0, 0, 0, 0)
        self.notices.setSpacing(0)
        self.notices.addWidget(self._page(), 1)
        self.setCentralWidget(whole)
        whole.setFocus()  # nothing has a focus ring before a key is pressed
        self._status()
        for keys, run in (
            ("Ctrl+N", desktop.new),
            ("Ctrl+O", lambda: desktop.ask_folder(self)),
            ("Ctrl+Q", desktop.quit),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(lambda run=run: run())
        desktop.theme.changed.connect(self._paint)
        self._paint()

    def notice(self, notice: Notice) -> None:
        """A quiet bar below the top bar."""
        self.notices.insertWidget(0, notice)

    # --- parts ---

    def _bar(self) -> QWidget:
        bar = QFrame(self)
        bar.setProperty("role", "bar")
        bar.setFixedHeight(HEIGHT)
        row = QHBoxLayout(bar)
        row.setContentsMargins(10, 0, 12, 0)
        row.setSpacing(8)
        logo = Logo(self._desktop.theme, bar)
        logo.setToolTip("Baton")
        logo.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row.addWidget(logo)
        row.addWidget(PlainText("Baton", HEADING))
        row.addStretch(1)
        self.theme_button = QToolButton(bar)
        self.theme_button.setProperty("role", "quiet")
        self.theme_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.theme_button.clicked.connect(self._turn_theme)
        self.help_button = QToolButton(bar)
        self.help_button.setProperty("role", "quiet")
        self.help_button.setText("Keys")
        self.help_button.clicked.connect(lambda: self._desktop.show_keys(self))
        row.addWidget(self.theme_button)
        row.addWidget(self.help_button)
        return bar

    def _page(self) -> QWidget:
        page = QWidget()
        page.setProperty("role", "page")
        page.setMaximumWidth(WIDTH)
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 40, 8, 32)
        column.setSpacing(0)
        column.addStretch(4)
        recent = standing(self._desktop.preferences.recent)[:MOST_RECENT]
        if recent:
            self._fill(column, "Welcome back", "Go on with a project, or begin another one.", self._recent(recent))
            self._fill_below(column, "Start something new", self._own())
            self._fill_below(column, "Examples", self._examples(lead=False))
        else:
            hint = "Open an example, press Run, and watch a case travel through it. Nothing leaves this computer."
            self._fill(column, "Build your first flow", hint, self._examples(lead=True))
            self._fill_below(column, "Or start your own", self._own())
        column.addSpacing(28)
        column.addWidget(self._hint())
        column.addStretch(7)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes from card to card
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        holder = QWidget()
        holder.setProperty("role", "page")
        row = QHBoxLayout(holder)
        row.setContentsMargins(24, 0, 24, 0)
        row.addStretch(1)
        row.addWidget(page, 100)
        row.addStretch(1)
        scroll.setWidget(holder)
        return scroll

    @staticmethod
    def _fill(column: QVBoxLayout, title: str, hint: str, cards: QGridLayout) -> None:
        column.addWidget(PlainText(title, DISPLAY))
        column.addSpacing(4)
        column.addWidget(PlainText(hint, HEADING_QUIET, "secondary", wrap=True))
        column.addSpacing(26)
        column.addLayout(cards)

    @staticmethod
    def _fill_below(column: QVBoxLayout, title: str, cards: QGridLayout) -> None:
        column.addSpacing(32)
        column.addWidget(PlainText(title, STEP_TITLE))
        column.addSpacing(12)
        column.addLayout(cards)

    def _examples(self, *, lead: bool) -> QGridLayout:
        """``lead``: the first one is what to begin with."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(24)
        for number, example in enumerate(examples()):
            card = ExampleCard(self._desktop, example, first=lead and number == 0, parent=self)
            self.try_buttons.append(card.button)
            grid.addWidget(card, number // COLUMNS, number % COLUMNS)
        for column in range(COLUMNS):
            grid.setColumnStretch(column, 1)
        return grid

    def _own(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        self.new_button = WayCard(
            self._desktop, "plus", "New flow", "Empty canvas, nothing to set up", "Ctrl N", self._desktop.new
        )
        self.open_button = WayCard(
            self._desktop,
            "folder-open",
            "Open",
            "A project, or drop one here",
            "Ctrl O",
            lambda: self._desktop.ask_folder(self),
        )
        self.package_button = WayCard(
            self._desktop,
            "package",
            "Open a package",
            "A .baton file from a colleague",
            "",
            lambda: self._desktop.ask_package(self),
        )
        for column, card in enumerate((self.new_button, self.open_button, self.package_button)):
            grid.addWidget(card, 0, column)
            grid.setColumnStretch(column, 1)
        return grid

    def _recent(self, places: Sequence[Path]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(12)
        for number, place in enumerate(places):
            called = harmless(self._desktop.preferences.called(place))
            card = WayCard(
                self._desktop,
                "folder",
                called,
                near_home(place.parent if called == place.name else place),
                "",
                partial(self._desktop.open_from, place, self),
            )
            self.recent_buttons.append(card)
            grid.addWidget(card, number // COLUMNS, number % COLUMNS)
        for column in range(COLUMNS):
            grid.setColumnStretch(column, 1)
            if column >= len(places):  # one card is as wide as one of three; beside a spacer there would be no gap
                grid.addWidget(QWidget(self), 0, column)
        return grid

    def _hint(self) -> QWidget:
        line = QWidget(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._hint_icon = QLabel(line)
        row.addWidget(self._hint_icon)
        text = (
            "Examples use made-up data and practice systems. You can change or break anything: yours is always a copy."
        )
        row.addWidget(PlainText(text, BODY, "secondary", wrap=True), 1)
        return line

    def _status(self) -> None:
        line = QFrame()
        line.setProperty("role", "status")
        row = QHBoxLayout(line)
        row.setContentsMargins(12, 0, 12, 0)
        self.said = PlainText("Ready", CAPTION, "muted")
        row.addWidget(self.said, 1)
        row.addWidget(PlainText(f"Version {self._desktop.version}", CAPTION, "muted"))
        self.setStatusBar(StatusBar(line))

    def say(self, text: str) -> None:
        """One sentence in the status line."""
        self.said.setText(text)

    def _turn_theme(self) -> None:
        choice: ThemeChoice = "light" if self._desktop.theme.dark else "dark"
        self._desktop.theme.choose(choice)
        self._desktop.preferences.set("theme", choice)

    def _paint(self) -> None:
        palette = self._desktop.theme.palette
        dark = self._desktop.theme.dark
        self.theme_button.setText(" Dark" if dark else " Light")
        self.theme_button.setToolTip("Change to light" if dark else "Change to dark")
        self.theme_button.setIcon(icon("moon" if dark else "sun", palette.text.secondary))
        self._hint_icon.setPixmap(pixmap("info", palette.text.secondary, 16, self.devicePixelRatioF()))

    # --- dropping a folder or a package ---

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        take_place(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        place = take_place(event)
        if place is not None:  # not inside the drop: whoever drags would wait for what we have to say
            QTimer.singleShot(0, self, lambda: self._desktop.open_from(place, self))


class ExampleCard(QFrame):
    """Picture, title, a sentence, how large it is, and "Try it"."""

    def __init__(self, desktop: Desktop, example: Example, *, first: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._desktop, self._first = desktop, first
        self.setProperty("role", "chosen" if first else "card")
        picture = FlowPicture(example.project, example.flow, desktop.facts, desktop.theme, self)
        picture.setFixedHeight(PICTURE)
        line = QFrame(self)
        line.setProperty("role", "line")
        title = PlainText(example.title, STEP_TITLE)
        words = PlainText(_sentence(example.words), BODY, "secondary", wrap=True)
        words.setMinimumHeight(56)
        words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.button = QPushButton("Try it", self)
        self.button.setAccessibleName(f"Try {example.title}")
        if first:
            self.button.setProperty("kind", "primary")
        self.button.clicked.connect(lambda: desktop.try_example(example))
        foot = QHBoxLayout()
        foot.addWidget(PlainText(size_words(desktop, example), SMALL, "muted"), 1)
        foot.addWidget(self.button)
        text = QVBoxLayout()
        text.setContentsMargins(16, 14, 16, 14)
        text.setSpacing(4)
        text.addWidget(title)
        text.addWidget(words, 1)
        text.addSpacing(2)
        text.addLayout(foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(picture)
        column.addWidget(line)
        column.addLayout(text)


class WayCard(QPushButton):
    """A way to begin: icon, title, hint and key in one button."""

    def __init__(
        self, desktop: Desktop, picture: str, title: str, hint: str, key: str, run: Callable[[], object]
    ) -> None:
        super().__init__()
        self._theme, self._picture = desktop.theme, picture
        self.setProperty("role", "way")
        self.setAccessibleName(f"{title}: {hint}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(lambda _checked=False: run())
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 14, 8)
        row.setSpacing(12)
        row.addSpacing(22)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addStretch(1)
        words.addWidget(CutText(desktop.theme, title, BODY_STRONG))
        words.addWidget(CutText(desktop.theme, hint, SMALL, "secondary", cut=Qt.TextElideMode.ElideMiddle))
        words.addStretch(1)
        row.addLayout(words, 1)
        if key:
            row.addWidget(PlainText(key, CAPTION, "key"))
        self._theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(CARD, 56)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        super().paintEvent(event)
        painter = QPainter(self)
        ink = self._theme.palette.text.secondary
        painter.setPen(QColor(ink))
        drawn = pixmap(self._picture, ink, 16, self.devicePixelRatioF())
        painter.drawPixmap(16, round((self.height() - 16) / 2), drawn)


def near_home(place: Path) -> str:
    """A path as short as people write it: ``~`` for their own folder."""
    home = Path.home()
    return str("~" / place.relative_to(home)) if place.is_relative_to(home) else str(place)


def size_words(desktop: Desktop, example: Example) -> str:
    """How large it is: steps, and what is special about them."""
    steps = len(example.flow.nodes)
    approvals = sum(desktop.facts.category(node) == Category.APPROVAL for node in example.flow.nodes)
    said = counted(steps, "step")
    return f"{said} · {counted(approvals, 'approval')}" if approvals else said


def _sentence(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 110 else flat[: flat.rfind(" ", 0, 108)] + " …"


HEADING_QUIET = type(HEADING)(15, 11.25, 22)
