"""``EventList``: all events of a run in words, with their real times; a click moves the cursor there."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from designer.pieces import plain_tooltip
from designer.services import Services
from designer.session.story import Moment, Story
from designer.session.words import clock, took
from designer.theme.icons import icon
from designer.theme.type_scale import CODE_SIZE, widget_font

Index = QModelIndex | QPersistentModelIndex
TIME, TITLE, WORDS, TOOK = range(4)
QUIET = frozenset({"TokenJoined", "RunClaimed", "TaskReminded"})
"""events that tell a tester little; shown with all events only"""


class EventModel(QAbstractTableModel):
    """Rows are made when they are looked at: a run may have 50,000 events."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._story: Story | None = None
        self._rows: list[int] = []
        self.all_events = False

    def show_story(self, story: Story | None) -> None:
        """The events of this story, those that have come since included."""
        kept = [] if story is None else [n for n, e in enumerate(story.entries) if self.all_events or self._loud(e)]
        if story is self._story and kept[: len(self._rows)] == self._rows:
            if len(kept) > len(self._rows):
                self.beginInsertRows(QModelIndex(), len(self._rows), len(kept) - 1)
                self._rows = kept
                self.endInsertRows()
            return
        self.beginResetModel()
        self._story, self._rows = story, kept
        self.endResetModel()

    @staticmethod
    def _loud(entry: Any) -> bool:
        return type(entry.event).__name__ not in QUIET

    def seq_of(self, row: int) -> int:
        """Number of the event of a row."""
        return self._rows[row] + 1

    def row_of(self, seq: int) -> int:
        """The last row at or before an event; -1 if there is none."""
        return max((row for row, index in enumerate(self._rows) if index < seq), default=-1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008  Qt's name and way
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008  Qt's name and way
        return 0 if parent.isValid() else 4

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._story is None or not index.isValid():
            return None
        moment = self._story.moment(self._story.entries[self._rows[index.row()]])
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(moment, index.row(), index.column())
        if role == Qt.ItemDataRole.DecorationRole and index.column() == TITLE:
            return self._icon(moment)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(moment.words)
        if role == Qt.ItemDataRole.FontRole and index.column() in (TIME, TOOK):
            return widget_font(CODE_SIZE, code=True)
        if role == Qt.ItemDataRole.ForegroundRole and index.column() != TITLE:
            return QColor(self._services.theme.palette.text.secondary)
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == TOOK:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _text(self, moment: Moment, row: int, column: int) -> str:
        if column == TIME:
            return clock(moment.at)
        if column == TITLE:
            return moment.title
        if column == WORDS:
            return moment.words
        span = self._story.span(moment.step) if self._story is not None and moment.step else None
        return took(span.seconds) if span is not None and span.last_seq == moment.seq else ""

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
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAccessibleName("Events of the run")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.hide()
        for column, width in ((TIME, 132), (TITLE, 200), (TOOK, 84)):
            header.resizeSection(column, width)
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(WORDS, QHeaderView.ResizeMode.Stretch)
        self._quiet = False
        self.selectionModel().currentRowChanged.connect(self._pick)

    def show_story(self, story: Story | None, seq: int) -> None:
        """Events of the story with the row of event ``seq`` current."""
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
