"""``PastRuns``: the runs of this project that this machine keeps, youngest first; one is opened on the version on which
it ran, also days later.

Shown by ``MainWindow.past_runs``. Law: what runs hold comes from the runtime alone; it is started when there is
anything to list, and then goes on with what waits there, which is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QStackedLayout,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer.pieces import EmptyState, PlainText
from designer.pieces.text import plain_tooltip
from designer.session.session import Session
from designer.session.words import day, day_words
from designer.theme.alive import alive
from designer.theme.type_scale import BODY, HEADING
from designer.window.asking import Choice, ask

COLUMNS = ("Started", "Flow", "Case", "Began with", "State", "Outcome")
WIDTHS = (128, 190, 110, 0, 130, 120)
BEGAN = COLUMNS.index("Began with")
SHOWN = 300
"""characters of what a run began with that stand in the list; all of them are looked through"""
AT_ONCE = 10
"""runs that are asked what they began with in one question, so that the first of them show it soon"""
WHOLE = Qt.ItemDataRole.UserRole
PLACES = {True: "With practice systems", False: "With real systems"}
STATES = {"completed": "Finished", "cancelled": "Cancelled", "suspended": "Paused", "cancelling": "Being cancelled"}


class PastRuns(QDialog):
    """Accepted when a run was opened."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runs: list[Any] = []
        self._next: str | None = None
        self._asked = 0
        """how often a list was asked for: an answer to an earlier question is no part of the one that is shown"""
        self.setWindowTitle("Past runs")
        self.resize(940, 520)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Customer, case or outcome")
        self.search.setAccessibleName("Find a run by what it began with, its flow, case, state or outcome")
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(240)
        self.search.textChanged.connect(lambda _text: self._filter())
        self.place = QComboBox()
        self.place.setAccessibleName("Where they ran")
        for practice in session.earlier.kept():
            self.place.addItem(PLACES[practice], practice)
        self.place.setVisible(self.place.count() > 1)
        self.place.activated.connect(lambda _index: self._ask())
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setProperty("role", "boxed")
        self.table.setHorizontalHeaderLabels(list(COLUMNS))
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.horizontalHeader().setSectionResizeMode(BEGAN, QHeaderView.ResizeMode.Stretch)
        for place, width in enumerate(WIDTHS):
            self.table.setColumnWidth(place, width)
        self.table.setWordWrap(False)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.itemActivated.connect(lambda _item: self.accept())
        self.waiting = EmptyState("Asking the runtime …", "It is started if it is not running yet.")
        self.nothing = EmptyState("No runs yet", "Runs that go to practice or real systems are kept here.")
        self.none_like_it = EmptyState("No run like that", "Look for less of it, or for older runs.")
        self._pages = QStackedLayout()
        for page in (self.waiting, self.nothing, self.none_like_it, self.table):
            self._pages.addWidget(page)
        self.buttons = QDialogButtonBox()
        self._open = self.buttons.addButton("Open", QDialogButtonBox.ButtonRole.AcceptRole)
        self._open.setProperty("kind", "primary")
        self._open.setEnabled(False)
        self.buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        self.clear = self.buttons.addButton("Clear past runs …", QDialogButtonBox.ButtonRole.ResetRole)
        self.clear.setAutoDefault(False)
        self.clear.setEnabled(self.place.count() > 0)
        self.clear.clicked.connect(self._clear)
        self.older = self.buttons.addButton("Older runs", QDialogButtonBox.ButtonRole.ActionRole)
        self.older.setAutoDefault(False)
        self.older.clicked.connect(self._ask_older)
        self.older.hide()
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        head = QHBoxLayout()
        head.addWidget(PlainText("Past runs", HEADING), 1)
        head.addWidget(self.search)
        head.addWidget(self.place)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addLayout(head)
        words = "Each is shown on the version of the flow on which it ran. Those that wait go on while they are listed."
        if session.runtime.runs.passing:
            words = "Runs of this window go with it, because the project is not saved yet or is open elsewhere, too."
        column.addWidget(PlainText(words, BODY, "secondary", wrap=True))
        column.addLayout(self._pages, 1)
        column.addWidget(self.buttons)
        if self.place.count():
            self._ask()
        else:
            self._pages.setCurrentWidget(self.nothing)

    def accept(self) -> None:
        """Open the run that is selected."""
        row = self.table.currentRow()
        if 0 <= row < len(self._runs) and not self.table.isRowHidden(row):
            run = self._runs[row]
            self._session.open_run(run.run, run.flow, run.release)
            super().accept()

    def _ask(self) -> None:
        self._pages.setCurrentWidget(self.waiting)
        self._open.setEnabled(False)
        self.older.setEnabled(False)
        self._asked += 1
        practice, asked = bool(self.place.currentData()), self._asked
        self._session.earlier.recent(lambda page: self._take(practice, asked, page), self._failed, practice=practice)

    def _ask_older(self) -> None:
        self.older.setEnabled(False)
        practice, asked = bool(self.place.currentData()), self._asked
        self._session.earlier.recent(
            lambda page: self._take(practice, asked, page, more=True), self._failed, practice=practice, after=self._next
        )

    def _failed(self) -> None:
        if alive(self):
            self.reject()

    def _take(self, practice: bool, asked: int, page: Any, *, more: bool = False) -> None:
        if not alive(self) or asked != self._asked:
            return  # it was closed, or another list was asked for meanwhile
        fresh = list(page.runs)
        first = len(self._runs) if more else 0
        self._runs = [*self._runs, *fresh] if more else fresh
        self._next = page.next
        self.older.setVisible(self._next is not None)
        self.older.setEnabled(True)
        self.table.setRowCount(len(self._runs))
        for row, run in enumerate(fresh, first):
            texts = (
                day_words(run.started_at),
                f"{run.title or run.flow}{', called by another' if run.parent else ''}",
                run.case_key or "",
                "",
                state_words(run),
                self._session.earlier.outcome_title(run.flow, run.outcome),
            )
            for column, text in enumerate(texts):
                self.table.setItem(row, column, QTableWidgetItem(text))
            began = self.table.item(row, 0)
            assert began is not None, "it was put there just now"
            began.setToolTip(day(run.started_at))
        self._filter()
        if self._runs:
            self.table.setFocus()
        ids = [run.run for run in fresh]
        for begin in range(0, len(ids), AT_ONCE):
            self._ask_begun(practice, first + begin, ids[begin : begin + AT_ONCE])

    def _ask_begun(self, practice: bool, first: int, ids: list[str]) -> None:
        self._session.earlier.begun(ids, lambda told: self._take_begun(practice, first, ids, told), practice=practice)

    def _take_begun(self, practice: bool, first: int, ids: list[str], told: Mapping[str, str]) -> None:
        if (
            not alive(self)
            or practice != self.place.currentData()
            or [run.run for run in self._runs[first : first + len(ids)]] != ids
        ):
            return  # another list is shown by now
        for row, run in enumerate(ids, first):
            item = QTableWidgetItem(told[run][:SHOWN])
            item.setData(WHOLE, told[run])
            item.setToolTip(plain_tooltip(told[run][:SHOWN]))
            self.table.setItem(row, BEGAN, item)
        self._filter()

    def _filter(self) -> None:
        """Rows that hold all the words. Runs that another one called are found through it, or by these words."""
        words = self.search.text().lower().split()
        seen = []
        for row, run in enumerate(self._runs):
            cells = [self.table.item(row, column) for column in range(len(COLUMNS))]
            text = " ".join(str(cell.data(WHOLE) or cell.text()) for cell in cells if cell is not None).lower()
            wanted = all(word in text for word in words) and (bool(words) or not run.parent)
            self.table.setRowHidden(row, not wanted)
            if wanted:
                seen.append(row)
        page: QWidget = self.table if seen else self.none_like_it if self._runs else self.nothing
        self._pages.setCurrentWidget(page)
        self._open.setEnabled(bool(seen))
        if seen and self.table.currentRow() not in seen:
            self.table.selectRow(seen[0])

    def _clear(self) -> None:
        if sure_to_clear(self):
            self._session.clear_runs()
            self.reject()


def sure_to_clear(asker: QWidget) -> bool:
    """Whether a person wants the runs of this project gone."""
    text = (
        "All runs of this project that were made on this computer are removed, with everything that they recorded; "
        "runs that still wait are not finished. The project itself and its samples stay as they are."
    )
    clear = Choice("clear", "Clear past runs")
    return (
        ask(asker, "Clear the past runs of this project?", text, (Choice("keep", "Keep them", True), clear)) == "clear"
    )


def state_words(run: Any) -> str:
    """How a run stands, for people."""
    if run.open_incidents:
        return "Stands still"
    if run.open_tasks:
        return "Waits for a person"
    return STATES.get(run.state, "Running" if run.busy else "Waits")
