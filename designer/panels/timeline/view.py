"""``Timeline``: play, pause, back and forth through a run; its events; how its values changed."""

from __future__ import annotations

from bisect import bisect_right
from itertools import takewhile

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTabBar,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from designer.panels.timeline.event_list import EventList
from designer.panels.timeline.strip import Strip
from designer.pieces import EmptyState, IconButton, PlainText
from designer.pieces.copied_rows import CopiedRows
from designer.services import Services
from designer.session.session import Session
from designer.session.story import Story
from designer.theme.icons import icon
from designer.theme.type_scale import BODY, BODY_STRONG, CAPTION, CODE_SIZE, widget_font
from runtime.engine.events import AttemptFailed, IncidentRaised

STEP_MS = 900
SPEEDS = (0.5, 1.0, 4.0)


class Timeline(QWidget):
    """Moves the session's cursor and follows it."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._session: Session = services.extras["session"]
        theme = services.theme
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumHeight(230)
        self._first = IconButton(theme, "skip-back", "To the start (Home)")
        self._back = IconButton(theme, "chevron-left", "One step back")
        self.play = IconButton(theme, "play", "Play", colour="on_accent")
        self.play.setProperty("role", "round")
        self.play.setFixedSize(30, 30)
        self._forth = IconButton(theme, "chevron-right", "One step on")
        self._last = IconButton(theme, "skip-forward", "To the end (End)")
        self._speeds = QButtonGroup(self)
        self.strip = Strip(theme)
        self._where = PlainText("", BODY_STRONG)
        self._of = PlainText("", BODY, "muted")
        row = QHBoxLayout()
        row.setContentsMargins(14, 10, 14, 10)
        row.setSpacing(4)
        for button in (self._first, self._back, self.play, self._forth, self._last):
            row.addWidget(button)
        row.addSpacing(12)
        switch = QFrame()
        switch.setProperty("role", "switch")
        speeds = QHBoxLayout(switch)
        speeds.setContentsMargins(2, 2, 2, 2)
        speeds.setSpacing(2)
        row.addWidget(switch)
        for speed in SPEEDS:
            faster = QToolButton()
            faster.setText(f"{speed:g}x")
            faster.setCheckable(True)
            faster.setChecked(speed == 1.0)
            faster.setProperty("role", "segment")
            faster.setAccessibleName(f"Speed {speed:g}")
            self._speeds.addButton(faster, round(speed * 10))
            speeds.addWidget(faster)
        row.addSpacing(12)
        row.addWidget(self.strip, 1)
        row.addSpacing(12)
        row.addWidget(self._where)
        row.addWidget(self._of)

        self.events = EventList(services)
        self.values = QTableWidget(0, 3)
        self.values.setHorizontalHeaderLabels(["Step", "Value", "Became"])
        self.values.verticalHeader().hide()
        self.values.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.values.horizontalHeader().setStretchLastSection(True)
        self.values.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.values.setShowGrid(False)
        for table in (self.events, self.values):
            CopiedRows(table)
        self._listed: list[tuple[str, str, str]] = []
        """rows of the values"""
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.events, "Events")
        self.tabs.addTab(self.values, "Values over time")
        self.count = 0
        """rows of the list of events, as its tab says"""
        self._filter = QPushButton(" All events")
        self._filter.setCheckable(True)
        self._filter.setProperty("kind", "quiet")
        self._filter.setToolTip("Also what happened within the steps")
        self.keep = QPushButton("Keep as sample …")
        self.keep.setProperty("kind", "quiet")
        self.keep.setToolTip("What it began with and what its steps answered, to be played again")
        self.keep.clicked.connect(lambda: services.window.run("run.keep_sample"))
        theme.changed.connect(self._paint)
        self._paint()
        corner = QWidget()
        links = QHBoxLayout(corner)
        links.setContentsMargins(0, 0, 14, 0)
        links.addWidget(self.keep)
        links.addWidget(self._filter)
        self.tabs.setCornerWidget(corner)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.tabs, 1)
        self.empty = EmptyState("Nothing has run yet", "Each step of a run stands here, with its time and what it did.")
        column.addWidget(self.empty, 1)

        self._timer = QTimer(self, interval=STEP_MS)
        self._timer.timeout.connect(self._tick)
        self._first.clicked.connect(lambda: self._go(0))
        self._back.clicked.connect(lambda: self._go(self.at - 1))
        self._forth.clicked.connect(lambda: self._go(self.at + 1))
        self._last.clicked.connect(lambda: self._go(len(self.stops) - 1))
        self.play.clicked.connect(self._toggle)
        self.strip.moved.connect(self._go)
        self.events.picked.connect(self._session.look_at)
        self._filter.toggled.connect(self._show_all)
        self.tabs.currentChanged.connect(lambda _index: self._fill_values())
        self._speeds.idClicked.connect(lambda tenth: self._timer.setInterval(round(STEP_MS * 10 / tenth)))
        self._session.story_changed.connect(self.refresh)
        self._session.cursor_changed.connect(self.refresh)
        self._stops_of: tuple[Story | None, int] = (None, -1)
        self.stops: tuple[int, ...] = ()
        self.refresh()

    @property
    def at(self) -> int:
        """Index of the stop at or before the cursor."""
        return max(0, bisect_right(self.stops, self._session.cursor) - 1)

    def refresh(self) -> None:
        """Show the story and the cursor as they are."""
        story = self._session.story
        self.tabs.setVisible(story is not None)
        self.keep.setVisible(story is not None and story.flow_id in self._services.document.project.flows)
        self.empty.setVisible(story is None)
        if (story, story.last_seq if story else -1) != self._stops_of:
            self._stops_of = (story, story.last_seq if story else -1)
            self.stops = story.stops() if story is not None else ()
        bad = frozenset(
            n
            for n, stop in enumerate(self.stops)
            if story is not None and isinstance(story.entries[stop - 1].event, AttemptFailed | IncidentRaised)
        )
        self.strip.show_stops(len(self.stops), self.at, bad, self._words_here())
        self._where.setText(f"Step {self.at + 1}" if self.stops else "")
        self._of.setText(f"of {len(self.stops)}" if self.stops else "")
        for button in (self._first, self._back):
            button.setEnabled(self.at > 0)
        for button in (self._forth, self._last):
            button.setEnabled(self.at + 1 < len(self.stops))
        self.play.setEnabled(len(self.stops) > 1)
        self.events.show_story(story, self._session.cursor)
        self._show_count(self.events.rows.rowCount())
        self._fill_values()

    def _words_here(self) -> str:
        """What stands at the current stop, for a screen reader; nobody else pays for it."""
        story = self._session.story
        if story is None or not self.stops or not QAccessible.isActive():
            return ""
        here = story.halt(self.stops[self.at])
        return f"{here.title}: {here.words}"

    def _go(self, index: int) -> None:
        if self.stops:
            self._session.look_at(self.stops[max(0, min(index, len(self.stops) - 1))])

    def _toggle(self) -> None:
        if self._timer.isActive():
            self._halt()
            return
        if self.at + 1 >= len(self.stops):
            self._go(0)
        self._timer.start()
        self.play.show_icon("pause", "Pause")

    def _tick(self) -> None:
        self._go(self.at + 1)
        if self.at + 1 >= len(self.stops):
            self._halt()

    def _halt(self) -> None:
        self._timer.stop()
        self.play.show_icon("play", "Play")

    def _show_all(self, wanted: bool) -> None:
        self.events.rows.all_events = wanted
        self.refresh()

    def _show_count(self, count: int) -> None:
        if self.count != count:
            self.count = count
            # A new label each time: a tab keeps the width that it had for the old one.
            label = PlainText(str(count), CAPTION, "count") if count else None
            tab_bar, side = self.tabs.tabBar(), QTabBar.ButtonPosition.RightSide
            before = tab_bar.tabButton(0, side)
            tab_bar.setTabButton(0, side, label)
            if before is not None:
                before.deleteLater()

    def _paint(self) -> None:
        self._filter.setIcon(icon("filter", self._services.theme.palette.text.secondary, size=14))

    def _fill_values(self) -> None:
        story = self._session.story
        if self.tabs.currentWidget() is not self.values or story is None:
            return
        rows = [
            (span.title, change.path.removeprefix("vars."), change.after or "null")
            for span, change in story.values_set.leaves
            if span.last_seq <= self._session.cursor
        ]
        kept = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(rows, self._listed, strict=False)))
        self._listed = rows
        self.values.setRowCount(len(rows))
        for number, row in enumerate(rows[kept:], kept):
            for column, text in enumerate(row):
                item = QTableWidgetItem(text)
                if column:
                    item.setFont(widget_font(CODE_SIZE, code=True))
                self.values.setItem(number, column, item)
