"""``PastCases``: what this table was asked before, with what it said then and what it says now; one is tried above it.

Law: samples are played in memory; runs are asked of the runtime that keeps them, which is started if it has to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QStackedLayout,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer.editors.decision_table.placed import Placed, plain
from designer.keeping.work import Worker
from designer.pieces import EmptyState, PlainText, plain_tooltip
from designer.services import Services
from designer.session.past_cases import PastCase, of_runs, of_samples
from designer.session.words import day
from designer.theme.alive import alive
from designer.theme.icons import icon
from designer.theme.type_scale import BODY, HEADING
from nodes.dmn.editing import Sheet

PLACES = {None: "Samples of this project", True: "Runs with practice systems", False: "Runs with real systems"}
WIDEST, WIDEST_WINDOW, MARGINS = 220, 1280, 100
Placing = Callable[[Iterable[PastCase]], tuple[Placed, ...]]


class PastCases(QDialog):
    """``chosen`` is the case that was chosen, once it is accepted; ``cases`` are all that were found."""

    def __init__(
        self, services: Services, file: str, sheet: Sheet, placing: Placing, worker: Worker,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """``placing`` says what the table of now makes of cases; it is called on threads, too. ``worker`` is of whoever
        asks: what is under way when the dialog closes is waited for by nobody.
        """
        super().__init__(parent)
        self._services, self._file, self._sheet, self._placing = services, file, sheet, placing
        self._session = services.extras["session"]
        self._worker = worker
        self.cases: tuple[PastCase, ...] = ()
        self.chosen: Placed | None = None
        self._placed: tuple[Placed, ...] = ()
        self._shown: list[Placed] = []
        self.setWindowTitle("Past cases")
        self.resize(900, 480)
        self.place = QComboBox()
        self.place.setAccessibleName("Where they come from")
        for place in (*self._session.earlier.kept(), None):
            self.place.addItem(PLACES[place], place)
        self.place.activated.connect(lambda _index: self._ask())
        self.odd = QCheckBox("Only those that would be decided otherwise now")
        self.odd.toggled.connect(lambda _on: self._list())
        self.table = QTableWidget(0, 0)
        self._dress_table()
        self.waiting = EmptyState("Looking …", "Samples are played, runs are asked of the runtime that keeps them.")
        self.nothing = EmptyState("No cases here", "Nothing of this kind has asked this table yet.")
        self.pages = QStackedLayout()
        self.refused = PlainText("", BODY, "bad", wrap=True)
        for page in (self.waiting, self.nothing, self.table, self.refused):
            self.pages.addWidget(page)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.take = self.buttons.addButton("Try this case", QDialogButtonBox.ButtonRole.AcceptRole)
        self.take.setProperty("kind", "primary")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        head = QHBoxLayout()
        head.addWidget(PlainText("Past cases", HEADING), 1)
        head.addWidget(self.odd)
        head.addSpacing(8)
        head.addWidget(self.place)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addLayout(head)
        words = "What this table was asked, what it said then, and what it says now."
        kept = " Runs that wait go on while they are listed." if self.place.count() > 1 else ""
        column.addWidget(PlainText(words + kept, BODY, "secondary", wrap=True))
        column.addLayout(self.pages, 1)
        column.addWidget(self.buttons)
        self._ask()

    def _dress_table(self) -> None:
        sheet = self._sheet
        titles = [sheet.columns[column].title for column in sheet.of_kind("input")]
        heads = ["Case", "When", *titles, "Then", "Now"]
        table = self.table
        table.setColumnCount(len(heads))
        table.setHorizontalHeaderLabels(heads)
        table.setProperty("role", "boxed")
        table.setAccessibleName("Past cases")
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.itemActivated.connect(lambda _item: self.accept())

    def _ask(self) -> None:
        self.pages.setCurrentWidget(self.waiting)
        self.take.setEnabled(False)
        place, file, placing = self.place.currentData(), self._file, self._placing

        def placed(cases: list[PastCase]) -> Any:
            return place, tuple(cases), placing(cases)

        if place is None:
            project, registry = self._services.document.project, self._services.registry
            self._worker.do(lambda: placed(of_samples(project, registry, file)), lambda got: self._take(*got))
            return
        runtime = self._session.runtime
        runtime.use(practice=place)
        runtime.ask(lambda door: placed(of_runs(door, file)), lambda got: self._take(*got), self._refused)

    def _refused(self, problem: Any) -> None:
        if not alive(self):
            return
        self.refused.setText(f"{problem.title} {problem.todo or ''}".strip())
        self.pages.setCurrentWidget(self.refused)

    def _take(self, place: bool | None, cases: tuple[PastCase, ...], placed: tuple[Placed, ...]) -> None:
        if not alive(self) or place != self.place.currentData():
            return  # nobody looks any more, or another place was chosen meanwhile
        self.cases, self._placed = cases, placed
        self.odd.setEnabled(any(one.gap or one.otherwise for one in placed))
        self._list()
        if self._shown:
            self.table.setFocus()

    def _list(self) -> None:
        odd = self.odd.isChecked() and self.odd.isEnabled()
        self._shown = [one for one in self._placed if not odd or one.gap or one.otherwise]
        self.table.setRowCount(len(self._shown))
        for row, one in enumerate(self._shown):
            when = day(one.case.at) if one.case.at is not None else "Sample"
            inputs = [plain(one.given[column]) for column in self._sheet.of_kind("input")]
            then = self._said(one.case.result) if one.then_known else ""
            for column, text in enumerate((one.case.title, when, *inputs, then, self._said(one.value))):
                item = QTableWidgetItem(text)
                item.setToolTip(plain_tooltip(text))
                self.table.setItem(row, column, item)
                if (one.gap or one.otherwise) and column == self.table.columnCount() - 1:
                    item.setIcon(icon("triangle-alert", self._services.theme.palette.state.waiting_person))
        self.table.resizeColumnsToContents()
        widths = [min(self.table.columnWidth(column), WIDEST) for column in range(self.table.columnCount())]
        for column, width in enumerate(widths):
            self.table.setColumnWidth(column, width)
        self.resize(max(self.width(), min(sum(widths) + MARGINS, WIDEST_WINDOW)), self.height())
        self.pages.setCurrentWidget(self.table if self._shown else self.nothing)
        self.take.setEnabled(bool(self._shown))
        if self._shown:
            self.table.setCurrentCell(0, 0)

    def _said(self, value: Any) -> str:
        """A result in a cell: values alone, as the table's own heads stand above it."""
        if value is None:
            return "Nothing"
        if isinstance(value, Mapping):
            return ", ".join(plain(inner) for inner in value.values())
        return plain(value)

    def accept(self) -> None:
        """Try the case that is selected."""
        row = self.table.currentRow()
        if self.pages.currentWidget() is self.table and 0 <= row < len(self._shown):
            self.chosen = self._shown[row]
            super().accept()
