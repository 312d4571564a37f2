"""``Problems``: the list of findings. A click shows the field; the button at the right repairs it, as an undoable step.

It follows ``checking`` and says its number to the tab. The window walks it with F8 by ``walk``.
"""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from designer.document.checking import blank_flows
from designer.document.command import CommandRefused
from designer.document.counted import counted
from designer.document.names import title_of
from designer.forms.repair import repair, repair_words
from designer.panels.problems.places import go_to, place_words
from designer.pieces import EmptyState, LinkButton, PlainText, plain_tooltip
from designer.pieces.when_seen import WhenSeen
from designer.services import Services
from designer.theme.icons import pixmap
from designer.theme.type_scale import BODY, BODY_STRONG
from runtime.model.problems import Problem, Severity

AT_ONCE = 10
"""rows that are made in one turn of the event loop: 6 ms"""
MOST = 40
"""rows that are made at first; each costs some widgets, and nobody reads more at a time"""
NAME_WIDTH = 190
NARROWEST = 84


class Problems(QWidget):
    """Errors first, then by flow and step, as they are drawn."""

    count_changed = Signal(int)

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self.setProperty("role", "panel")
        self.rows: list[ProblemRow] = []
        self.current = -1
        self._stack = QStackedWidget(self)
        self.empty = EmptyState("No problems. Ready to publish.")
        self._body = QWidget()
        self._body.setProperty("role", "panel")
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(14, 4, 14, 8)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setProperty("role", "panel")
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._body)
        self._scroll = scroll
        self._most = MOST
        self.more = LinkButton("")
        self.more.clicked.connect(self._show_more)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(scroll)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)
        services.checking.changed.connect(self._show)
        services.theme.changed.connect(self._repaint)
        self._shown: tuple[Problem, ...] | None = None
        self._coming: list[Problem] = []
        """those that get a row in the next turns"""
        self._focus_at: int | None = None
        self._adding = QTimer(self, singleShot=True, interval=0)
        self._adding.timeout.connect(self._add_rows)
        self._filled = WhenSeen(self, self._fill)
        self._show()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._shown or ())

    def walk(self, step: int) -> Problem | None:
        """The next problem, or the one before, is shown at its place."""
        self._filled.now()
        if not self.rows:
            return None
        self.current = (self.current + step) % len(self.rows) if self.current >= 0 else (0 if step > 0 else -1)
        self.current %= len(self.rows)
        row = self.rows[self.current]
        self._scroll.ensureWidgetVisible(row)
        row.go()
        return row.problem

    def _show(self) -> None:
        self.empty.title.setText(self._nothing())
        problems = tuple(sorted(self._services.checking.problems, key=_rank))
        if problems == self._shown:
            return
        self._shown = problems
        self.count_changed.emit(self.count)
        self._stack.setCurrentIndex(1 if problems else 0)
        self._filled.wish()

    def _nothing(self) -> str:
        """What stands where no problem does."""
        checked = self._services.checking.checked
        if checked is None:
            return "Checking …"
        blank = blank_flows(checked)
        if not blank:
            return "No problems. Ready to publish."
        title = title_of(blank[0])
        return (
            f"No problems so far. “{title}” has no steps yet."
            if len(blank) == 1
            else (f"No problems so far. {counted(len(blank), 'flow')} have no steps yet.")
        )

    def _fill(self) -> None:
        problems = self._shown or ()
        self._focus_at = next((n for n, row in enumerate(self.rows) if row.hasFocus()), None)
        for row in self.rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self.rows = []
        self._coming = list(problems[: self._most])
        self._column.removeWidget(self.more)
        left = len(problems) - len(self._coming)
        self.more.setText(f"Show {left} more")
        self.more.setVisible(left > 0)
        self._column.insertWidget(0, self.more)
        self._add_rows()

    def _add_rows(self) -> None:
        """Some now, which is what is seen without scrolling, the rest in the next turns."""
        now, self._coming = self._coming[:AT_ONCE], self._coming[AT_ONCE:]
        for problem in now:
            row = ProblemRow(self._services, problem, self)
            self._column.insertWidget(len(self.rows), row)
            self.rows.append(row)
        if self._coming:
            self._adding.start()
            return
        self.current = min(self.current, len(self.rows) - 1)
        if self._focus_at is not None and self.rows:
            self.rows[min(self._focus_at, len(self.rows) - 1)].setFocus()

    def _show_more(self) -> None:
        self._most += 5 * MOST
        self._fill()

    def _repaint(self) -> None:
        for row in self.rows:
            row.paint()


class ProblemRow(QFrame):
    """Glyph, whose problem it is, what and what to do, and the repair."""

    def __init__(self, services: Services, problem: Problem, parent: QWidget) -> None:
        super().__init__(parent)
        self._services = services
        self.problem = problem
        self.setProperty("role", "row")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumHeight(34)
        self._glyph = QLabel(self)
        self._glyph.setFixedWidth(20)
        name = place_words(services.document.project, problem)
        self._who = who = PlainText(name if len(name) <= 28 else name[:27] + "…", BODY_STRONG, wrap=True)
        who.setFixedWidth(NAME_WIDTH)
        who.setToolTip(plain_tooltip(name) if len(name) > 28 else "")
        said = PlainText(words_of(problem, name), BODY, "secondary", wrap=True)
        said.setMinimumWidth(120)
        told = QHBoxLayout()
        told.setContentsMargins(0, 5, 0, 5)  # a button is ten higher than a line: so their first lines are one
        told.setSpacing(6)
        told.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        told.addWidget(who, 0, Qt.AlignmentFlag.AlignTop)
        told.addWidget(said, 1, Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(6)
        row.addLayout(told, 1)
        self.fix: LinkButton | None = None
        if words := repair_words(problem):
            self.fix = LinkButton(words)
            self.fix.clicked.connect(lambda: _repair(services, problem))
            row.addWidget(self.fix, 0, Qt.AlignmentFlag.AlignTop)
        kind = "Error" if problem.severity is Severity.ERROR else "Warning"
        self.setAccessibleName(f"{kind}, {name}: {problem.message}")
        self.paint()

    def paint(self) -> None:
        """In the theme's colours."""
        palette = self._services.theme.palette
        error = self.problem.severity is Severity.ERROR
        colour = palette.state.failed if error else palette.state.waiting_person
        name = "circle-alert" if error else "triangle-alert"
        self._glyph.setPixmap(pixmap(name, colour, 16, self.devicePixelRatioF()))

    def go(self) -> None:
        """Show the place."""
        go_to(self._services, self.problem)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Where there is little room, names give way first: the repair must stay in sight."""
        super().resizeEvent(event)
        self._who.setFixedWidth(min(NAME_WIDTH, max(NARROWEST, self.width() // 4)))

    def mousePressEvent(self, _event: object) -> None:  # noqa: N802  Qt's name
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.go()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.go()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)


def _repair(services: Services, problem: Problem) -> None:
    try:
        done = repair(services, problem)
    except CommandRefused as refused:
        services.window.say(str(refused))
        return
    if done:
        services.window.say(f"{repair_words(problem)}: done. Ctrl Z takes it back.")


def words_of(problem: Problem, name: str) -> str:
    """The message without the name in front, which stands beside it already; what is quoted, as people quote."""
    named = f'"{name}": '
    message = re.sub(r"`([^`]*)`", r"“\1”", problem.message)
    if problem.code == "CONFIG_INVALID":  # what files call the field is of no use beside what people call it
        message = re.sub(r'^((?:"[^"]*": )?[A-Z][\w ]*) \([a-z_]+\) ', r"\1 ", message)
    if not message.startswith(named):
        return message
    rest = message[len(named) :]
    return rest[:1].upper() + rest[1:]


def _rank(problem: Problem) -> tuple[bool, str, str, str]:
    where = problem.where
    return problem.severity is not Severity.ERROR, where.flow or "", where.node or "", where.field or ""
