"""``OpenRun``: the runs that the runtime knows, youngest first; one is opened on the version on which it ran."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QStackedLayout,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer.pieces import EmptyState, PlainText
from designer.session.session import Session
from designer.session.words import day
from designer.theme.type_scale import BODY

COLUMNS = ("Started", "Flow", "Case", "State", "Outcome")


class OpenRun(QDialog):
    """Asks the runtime when it is shown; starting the runtime, if need be, is said."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runs: list[Any] = []
        self.setWindowTitle("Open another run")
        self.resize(760, 420)
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setHorizontalHeaderLabels(list(COLUMNS))
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.itemActivated.connect(lambda _item: self.accept())
        self.waiting = EmptyState("Asking the runtime …", "It is started if it is not running yet.")
        self.nothing = EmptyState("No runs yet", "Runs that go to real or practice systems are kept here.")
        self._pages = QStackedLayout()
        for page in (self.waiting, self.nothing, self.table):
            self._pages.addWidget(page)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._open = self.buttons.button(QDialogButtonBox.StandardButton.Open)
        self._open.setEnabled(False)
        column = QVBoxLayout(self)
        column.addWidget(PlainText("A run is shown on the version on which it ran.", BODY, "muted"))
        column.addLayout(self._pages, 1)
        column.addWidget(self.buttons)
        session.recent(self._take)

    def _take(self, page: Any) -> None:
        self._runs = list(page.runs)
        self.table.setRowCount(len(self._runs))
        for row, run in enumerate(self._runs):
            texts = (day(run.started_at), run.title or run.flow, run.case_key or "", run.state, run.outcome or "")
            for column, text in enumerate(texts):
                self.table.setItem(row, column, QTableWidgetItem(text))
        self._pages.setCurrentWidget(self.table if self._runs else self.nothing)
        self._open.setEnabled(bool(self._runs))
        if self._runs:
            self.table.selectRow(0)

    def accept(self) -> None:
        """Open the run that is selected."""
        row = self.table.currentRow()
        if 0 <= row < len(self._runs):
            run = self._runs[row]
            self._session.open_run(run.run, run.flow, run.release)
            super().accept()
