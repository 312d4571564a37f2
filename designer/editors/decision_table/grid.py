"""``TableGrid``: the spreadsheet: keyboard, clipboard, rows that move, gaps as rows with their repair."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QTableView,
    QWidget,
)

from designer.document.counted import counted
from designer.editors.decision_table.clipboard import as_cell, from_text, to_text
from designer.editors.decision_table.gap_row import GAP_HEIGHT, GapRow
from designer.editors.decision_table.menus import add_column_deeds, menu_of_cell
from designer.editors.decision_table.painting import ROW, CellPainter, Header, width_of
from designer.editors.decision_table.rows import Index, TableRows
from designer.services import Services
from nodes.dmn.editing import Sheet, TableEdit

Change = Callable[[TableEdit], None]


class TableGrid(QTableView):
    """Shows and edits one table. ``wanted`` asks for a change: (title, change, merge key or None)."""

    wanted = Signal(str, object, object)
    repair_wanted = Signal(object)
    column_wanted = Signal(int)
    """open the form of this column of the sheet"""
    add_column_wanted = Signal(str)
    """a column of this kind"""

    def __init__(self, services: Services, sheet: Sheet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self.rows = TableRows(sheet)
        self.setModel(self.rows)
        self.setItemDelegate(CellPainter(services.theme, self.rows, self))
        self.header = Header(services.theme, self.rows, self)
        self.setHorizontalHeader(self.header)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAccessibleName("Rules of the table")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(True)
        self.header.sectionDoubleClicked.connect(lambda n: self.column_wanted.emit(n - 1) if n else None)
        self.header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.header.customContextMenuRequested.connect(self._header_menu)
        self.rows.typed.connect(self._typed)
        self.rows.arranged.connect(self._dress)
        self.horizontalScrollBar().rangeChanged.connect(self._fit)
        services.theme.changed.connect(self._dress)
        self._widths(sheet)
        self._dress()

    # --- looks ---

    def _widths(self, sheet: Sheet) -> None:
        self.setColumnWidth(0, 44)
        for number in range(len(sheet.columns)):
            self.setColumnWidth(number + 1, width_of(sheet, number))
        self.header.setStretchLastSection(True)

    def _dress(self) -> None:
        self.clearSpans()
        wide = self.rows.columnCount()
        for row, line in enumerate(self.rows.lines):
            if line.gap is not None:
                self.setSpan(row, 0, 1, wide)
                self.setRowHeight(row, GAP_HEIGHT)
                shown = GapRow(self._services.theme, line.gap)
                shown.repair_wanted.connect(self.repair_wanted)
                self.setIndexWidget(self.rows.index(row, 0), shown)
            elif line.adds and wide > 2:
                self.setSpan(row, 1, 1, wide - 1)
        self._fit()

    def _fit(self, *_range: int) -> None:
        """No higher than its rows: what was found stands right below them."""
        rows = sum(self.rowHeight(row) for row in range(self.rows.rowCount()))
        bar = self.horizontalScrollBar()
        below = bar.sizeHint().height() if bar.maximum() > 0 else 0
        self.setMaximumHeight(self.header.height() + rows + below + 2 * self.frameWidth())

    def rowsAboutToBeRemoved(self, parent: Index, start: int, end: int) -> None:  # noqa: N802  Qt's name
        """A gap's widget is taken out by hand: Qt throws it away with its row, yet keeps its address as one of those
        that never close, and the next editor that is made at that address would stay open after Enter.
        """
        for row in range(start, end + 1):
            if self.rows.lines[row].gap is not None:
                self.setIndexWidget(self.rows.index(row, 0), None)  # type: ignore[arg-type]  # Qt takes none
        super().rowsAboutToBeRemoved(parent, start, end)

    def show_sheet(self, sheet: Sheet) -> None:
        """Another value of the table; the current cell stays where it was."""
        columns = [column.title for column in self.rows.sheet.columns]
        here = self.currentIndex()
        place = (here.row(), here.column()) if here.isValid() else None
        rule = self.rows.lines[here.row()].rule if here.isValid() and here.row() < len(self.rows.lines) else None
        self.rows.show_sheet(sheet)
        if [column.title for column in sheet.columns] != columns:
            self._widths(sheet)
        if place is not None and not self.currentIndex().isValid():
            row = self.rows.row_of(rule) if rule is not None else min(place[0], self.rows.rowCount() - 1)
            self.go_to(row, min(place[1], self.rows.columnCount() - 1))

    def go_to(self, row: int, column: int) -> None:
        """Make a cell the current one."""
        index = self.rows.index(row, column)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)

    def show_rule(self, rule: int, column: int = 0) -> None:
        """Go to a rule."""
        self.go_to(self.rows.row_of(rule), column + 1)

    # --- changes ---

    def ask(self, title: str, change: Change, merge: object = None) -> None:
        """``wanted``, for a change of this table."""
        self.wanted.emit(title, change, merge)

    def _typed(self, rule: int, column: int, text: str) -> None:
        said = as_cell(text, self.rows.sheet.columns[column])
        if said != self.rows.sheet.rows[rule].cells[column]:
            self.ask(f"Change rule {rule + 1}", lambda edit: edit.set_cell(rule, column, said))

    @property
    def deeds(self) -> dict[str, Callable[[], None]]:
        """By the ids of the window's actions."""
        return {
            "edit.cut": self.cut_cells,
            "edit.copy": self.copy_cells,
            "edit.paste": self.paste_cells,
            "edit.duplicate": self.copy_rule,
            "edit.delete": self.delete,
            "edit.select_all": self.selectAll,
        }

    def finish_typing(self) -> None:
        """What is typed in a cell is kept, before something else is done to the rules."""
        editor = self.indexWidget(self.currentIndex()) if self.state() == self.State.EditingState else None
        if editor is not None:
            self.commitData(editor)
            self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)

    @property
    def rule(self) -> int | None:
        """The rule of the current cell."""
        here = self.currentIndex()
        return self.rows.lines[here.row()].rule if here.isValid() else None

    def selected_rules(self) -> list[int]:
        """Rules with a selected cell, in order."""
        found = {self.rows.lines[index.row()].rule for index in self.selectedIndexes()}
        return sorted(rule for rule in found if rule is not None)

    def add_rule(self, at: int | None = None) -> None:
        """A fresh rule before ``at``, else at the end; its first cell is current."""
        place = len(self.rows.sheet.rows) if at is None else at
        self.ask("Add a rule", lambda edit: edit.add_row(place))
        self.show_rule(place)
        self.setFocus()

    def remove_rules(self) -> None:
        """The selected rules fewer."""
        if gone := self.selected_rules():
            title = f"Delete rule {gone[0] + 1}" if len(gone) == 1 else f"Delete {counted(len(gone), 'rule')}"
            self.ask(title, lambda edit: edit.remove_rows(gone))

    def move_rule(self, by: int) -> None:
        """The current rule up or down by one."""
        self.finish_typing()
        rule = self.rule
        if rule is None or not 0 <= rule + by < len(self.rows.sheet.rows):
            return
        column = max(0, self.currentIndex().column() - 1)
        self.ask(f"Move rule {rule + 1}", lambda edit: edit.move_row(rule, rule + by + (by > 0)))
        self.show_rule(rule + by, column)

    def copy_rule(self) -> None:
        """The current rule once more, below it."""
        self.finish_typing()
        rule = self.rule
        if rule is not None:
            self.ask(f"Duplicate rule {rule + 1}", lambda edit: edit.copy_row(rule))
            self.show_rule(rule + 1)

    def delete(self) -> None:
        """Selected cells to their empty value; where the number of a rule is current, whole rules."""
        here = self.currentIndex()
        if here.isValid() and here.column() == 0:
            self.remove_rules()
        else:
            self.clear_cells()

    def clear_cells(self) -> None:
        """Selected cells to their empty value."""
        columns = self.rows.sheet.columns
        cells = [
            (rule, index.column() - 1, as_cell("", columns[index.column() - 1]))
            for index in self.selectedIndexes()
            if (rule := self.rows.lines[index.row()].rule) is not None and index.column()
        ]
        if cells:
            self.ask("Clear cells", lambda edit: edit.set_cells(cells))

    # --- clipboard ---

    def copy_cells(self) -> None:
        """The selected cells, as a spreadsheet takes them; a selection of numbers means whole rules."""
        indexes = [i for i in self.selectedIndexes() if self.rows.lines[i.row()].rule is not None]
        if not indexes:
            return
        rows = sorted({index.row() for index in indexes})
        columns = sorted({index.column() for index in indexes})
        if columns == [0]:
            columns = list(range(1, self.rows.columnCount()))
        texts = [[str(self.rows.index(row, column).data()) for column in columns if column] for row in rows]
        QGuiApplication.clipboard().setText(to_text(texts))

    def cut_cells(self) -> None:
        """The selected cells to the clipboard; they are empty then."""
        self.copy_cells()
        self.clear_cells()

    def paste_cells(self) -> None:
        """Cells from a spreadsheet over the current cell; what goes beyond the last rule becomes new rules."""
        rows = from_text(QGuiApplication.clipboard().text())
        here = self.currentIndex()
        if not rows or not here.isValid():
            return
        first = self.rule if self.rule is not None else len(self.rows.sheet.rows)
        left = max(0, here.column() - 1) if self.rule is not None else 0
        sheet = self.rows.sheet

        def change(edit: TableEdit) -> None:
            for _ in range(first + len(rows) - len(sheet.rows)):
                edit.add_row(len(edit.sheet.rows))
            edit.set_cells(
                (first + down, left + right, as_cell(text, sheet.columns[left + right]))
                for down, row in enumerate(rows)
                for right, text in enumerate(row[: len(sheet.columns) - left])
            )

        self.ask(f"Paste {counted(len(rows), 'row')}" if len(rows) > 1 else "Paste", change)

    # --- keys and menus ---

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:  # noqa: N802  Qt's name
        """After Enter the cell below is next, as in a spreadsheet; below the last rule, the row to add at."""
        super().closeEditor(editor, hint)
        here = self.currentIndex()
        if hint == QAbstractItemDelegate.EndEditHint.SubmitModelCache and here.isValid():
            below = range(here.row() + 1, self.rows.rowCount())
            row = next((row for row in below if self.rows.lines[row].gap is None), here.row())
            QTimer.singleShot(0, self, lambda: self._go_below(row, here.column()))  # once the editor has gone

    def _go_below(self, row: int, column: int) -> None:
        if self.state() != self.State.EditingState:  # a quick hand is in another cell already
            self.go_to(row, column)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """A panel that opens below does not cover the cell that is being worked on."""
        super().resizeEvent(event)
        if self.currentIndex().isValid() and (self.hasFocus() or self.state() == self.State.EditingState):
            self.scrollTo(self.currentIndex())

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        if not self.currentIndex().isValid() and event.reason() != Qt.FocusReason.MouseFocusReason:
            self.go_to(self.rows.row_of(0), 1)
        super().focusInEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802  Qt's name; Tab goes from cell to cell
        here, last = self.currentIndex(), self.rows.rowCount() - 1
        at_end = here.row() == last and (here.column() > 0 or self.rows.columnCount() < 2)
        at_start = here.row() <= 0 and here.column() <= 0
        if at_end if forward else at_start:
            return QWidget.focusNextPrevChild(self, forward)
        return super().focusNextPrevChild(forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name; one row a key
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        key = event.key()
        enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        here = self.currentIndex()
        adding = here.isValid() and self.rows.lines[here.row()].adds
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_cells()
        elif event.matches(QKeySequence.StandardKey.Cut):
            self.cut_cells()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste_cells()
        elif enter and (alt or adding):
            self.add_rule(None if self.rule is None else self.rule + 1)
        elif enter and here.isValid():
            if self.state() != self.State.EditingState:  # else it is the Enter that ends what is typed, on its way up
                self.edit(here)
        elif alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_rule(-1 if key == Qt.Key.Key_Up else 1)
        elif key == Qt.Key.Key_Delete:
            self.delete()
        elif key == Qt.Key.Key_D and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.copy_rule()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self.rows.lines[index.row()].adds and event.button() == Qt.MouseButton.LeftButton:
            self.add_rule()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802  Qt's name
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        at = self.visualRect(self.currentIndex()).center() if by_key else event.pos()
        index = self.indexAt(at)
        if not index.isValid() or self.rows.lines[index.row()].gap is not None:
            return
        if index not in self.selectedIndexes():
            self.setCurrentIndex(index)
        self.cell_menu().popup(self.viewport().mapToGlobal(at))

    def cell_menu(self) -> QMenu:
        """What can be done with the rule and the column of the current cell."""
        return menu_of_cell(self)

    def _header_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        add_column_deeds(self, menu, self.header.logicalIndexAt(at))
        menu.exec(self.header.mapToGlobal(at))
