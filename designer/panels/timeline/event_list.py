"""``EventList``: the steps of a run in words, or all its events, with their real times; a click moves the cursor."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from designer.pieces import plain_tooltip
from designer.services import Services
from designer.session.story import Moment, Story
from designer.session.words import clock, took
from designer.theme.icons import icon
from designer.theme.theme import Theme
from designer.theme.type_scale import BODY_STRONG, CODE_SIZE, widget_font
from runtime.engine.events import AttemptFailed, IncidentRaised, StepCancelled, StepCompleted

Index = QModelIndex | QPersistentModelIndex
TIME, TITLE, WORDS, TOOK = range(4)
MARGIN = 14
"""px before the times and behind the lengths: the margin of the strip above"""
BAR = 3
"""px of the bar at the left of the current row"""


class EventModel(QAbstractTableModel):
    """Rows are made when they are looked at: a run may have 50,000 events."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._story: Story | None = None
        self._rows: list[int] = []
        """numbers of the events that have a row"""
        self.all_events = False
        self._told: tuple[tuple[Story, int, int, bool], Moment] | None = None
        """the moment that was asked for last"""

    def show_story(self, story: Story | None) -> None:
        """The stops of this story, or all its events; those that have come since included."""
        seqs: list[int] = []
        if story is not None:
            seqs = list(range(1, story.last_seq + 1)) if self.all_events else list(story.stops())
        if story is self._story and seqs[: len(self._rows)] == self._rows:
            if len(seqs) > len(self._rows):
                self.beginInsertRows(QModelIndex(), len(self._rows), len(seqs) - 1)
                self._rows = seqs
                self.endInsertRows()
            return
        self.beginResetModel()
        self._story, self._rows = story, seqs
        self.endResetModel()

    def seq_of(self, row: int) -> int:
        """Number of the event of a row."""
        return self._rows[row]

    def row_of(self, seq: int) -> int:
        """The last row at or before an event; -1 if there is none."""
        return max((row for row, of in enumerate(self._rows) if of <= seq), default=-1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008  Qt's name and way
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008  Qt's name and way
        return 0 if parent.isValid() else 4

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        story = self._story
        if story is None or not index.isValid():
            return None
        seq = self._rows[index.row()]
        moment = self._moment(story, seq)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(story, moment, index.column())
        if role == Qt.ItemDataRole.DecorationRole and index.column() == TITLE:
            return self._icon(moment)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(moment.words)
        if role == Qt.ItemDataRole.FontRole and index.column() in (TIME, TOOK):
            return widget_font(CODE_SIZE, code=True)
        if role == Qt.ItemDataRole.FontRole and index.column() == TITLE:
            return widget_font(BODY_STRONG)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._ink(story, seq, index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == TOOK:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _moment(self, story: Story, seq: int) -> Moment:
        """Of one row much is asked, one thing after the other."""
        wanted = (story, story.last_seq, seq, self.all_events)
        if self._told is None or self._told[0] != wanted:
            self._told = wanted, story.moment(story.entries[seq - 1]) if self.all_events else story.halt(seq)
        return self._told[1]

    def _text(self, story: Story, moment: Moment, column: int) -> str:
        if column == TIME:
            return clock(moment.at)
        if column == TITLE:
            return moment.title
        if column == WORDS:
            return moment.words
        span = story.span(moment.step) if moment.step else None
        over = isinstance(story.entries[moment.seq - 1].event, StepCompleted | StepCancelled) or not self.all_events
        return took(span.seconds) if span is not None and over and span.last_seq <= moment.seq else ""

    def _ink(self, story: Story, seq: int, column: int) -> QColor:
        palette = self._services.theme.palette
        if column == TITLE:
            return QColor(palette.text.primary)
        bad = isinstance(story.entries[seq - 1].event, AttemptFailed | IncidentRaised)
        return QColor(palette.state.failed if bad and column == WORDS else palette.text.secondary)

    def _icon(self, moment: Moment) -> Any:
        palette = self._services.theme.palette
        node = self._story.flow.node(moment.node) if self._story is not None and moment.node else None
        found = self._services.facts.of(node).type if node is not None else None
        colour = (
            getattr(palette.category, moment.category, palette.text.muted) if moment.category else palette.text.muted
        )
        return icon(found.icon if found is not None else "flag", colour)


class EventList(QTableView):
    """``picked`` with the number of an event."""

    picked = Signal(int)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = EventModel(services)
        self.setModel(self.rows)
        self.setItemDelegate(_Row(services.theme, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAccessibleName("Events of the run")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.hide()
        for column, width in ((TIME, 122 + MARGIN), (TITLE, 200), (TOOK, 84 + MARGIN)):
            header.resizeSection(column, width)
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(WORDS, QHeaderView.ResizeMode.Stretch)
        self._quiet = False
        self.selectionModel().currentRowChanged.connect(self._pick)

    def show_story(self, story: Story | None, seq: int) -> None:
        """Rows of the story, with the one of event ``seq`` current."""
        self._quiet = True
        self.rows.show_story(story)
        row = self.rows.row_of(seq)
        if row >= 0:
            here = self.rows.index(row, TIME)
            self.setCurrentIndex(here)
            self.scrollTo(here)
        else:
            self.clearSelection()
        self._quiet = False

    def _pick(self, now: QModelIndex, _before: QModelIndex) -> None:
        if not self._quiet and now.isValid():
            self.picked.emit(self.rows.seq_of(now.row()))


class _Row(QStyledItemDelegate):
    """Keeps the margins of the strip above, and puts a bar before the current row."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        left = MARGIN if index.column() == TIME else 0
        right = MARGIN if index.column() == TOOK else 0
        inner = QStyleOptionViewItem(option)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if left or right:
            if chosen:  # the ground reaches to the edges
                painter.fillRect(option.rect, QColor(self._theme.palette.surface.selected))
            inner.rect = option.rect.adjusted(left, 0, -right, 0)
        super().paint(painter, inner, index)
        if left and chosen:
            bar = QRect(option.rect.left(), option.rect.top(), BAR, option.rect.height())
            painter.fillRect(bar, QColor(self._theme.palette.accent.base))
