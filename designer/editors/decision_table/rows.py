"""``TableRows``: what the grid shows: a row for each rule, one for each gap at its place, one to add at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from designer.editors.decision_table.trial import Trial
from designer.editors.decision_table.words import about
from designer.pieces import plain_tooltip
from nodes.dmn import Analysis
from nodes.dmn.analysis.findings import CellError, Repair, Subsumed, Unreachable
from nodes.dmn.editing import Sheet

Index = QModelIndex | QPersistentModelIndex
GAPS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the grid: a rule by its number, a gap, or the row to add at."""

    rule: int | None = None
    gap: Any = None

    @property
    def adds(self) -> bool:
        """Whether it is the last row, at which rules are added."""
        return self.rule is None and self.gap is None


class TableRows(QAbstractTableModel):
    """Column 0 is the rule's number; column n + 1 is column n of the sheet. ``typed`` asks for a change of a cell.

    Law: gaps come and go as rows of their own while the rules stay, so that a cell that is being typed in stays open.
    """

    typed = Signal(int, int, str)
    """(rule, column of the sheet, text)"""
    arranged = Signal()
    """rows came, went or were made anew"""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__()
        self.sheet = sheet
        self.trial = Trial()
        self.analysis: Analysis | None = None
        self.lines: list[Line] = []
        self.lines = self._arrangement()

    def _arrangement(self) -> list[Line]:
        gaps: dict[int, list[Any]] = {}
        # where no rule is yet, all is a gap: that says nothing
        for gap in self.analysis.gaps[:GAPS_SHOWN] if self.analysis is not None and self.sheet.rows else ():
            added = next((repair for repair in gap.repairs if repair.kind == "add_rule"), None)
            place = len(self.sheet.rows) - 1 if added is None or added.rule is None else added.rule
            gaps.setdefault(min(place, len(self.sheet.rows) - 1), []).append(gap)
        lines = [Line(gap=gap) for gap in gaps.get(-1, ())]
        for number in range(len(self.sheet.rows)):
            lines.append(Line(rule=number))
            lines += [Line(gap=gap) for gap in gaps.get(number, ())]
        return [*lines, Line()]

    def _put_gaps(self) -> None:
        """Gaps that are gone leave, fresh ones come; the rows of rules are the same before and after."""
        wanted = self._arrangement()
        if wanted == self.lines:
            return
        for row in reversed(range(len(self.lines))):
            if self.lines[row].gap is not None:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self.lines[row]
                self.endRemoveRows()
        for row, line in enumerate(wanted):
            if line.gap is not None:
                self.beginInsertRows(QModelIndex(), row, row)
                self.lines.insert(row, line)
                self.endInsertRows()
        self.arranged.emit()

    # --- what is shown ---

    def show_sheet(self, sheet: Sheet) -> None:
        """Another value of the table; findings about the old one are put away until they are made anew."""
        same = [row.id for row in sheet.rows] == [row.id for row in self.sheet.rows]
        if same and sheet.columns == self.sheet.columns:
            self.sheet, self.analysis = sheet, None
            self._put_gaps()
            self._repaint()
            return
        self.beginResetModel()
        self.sheet, self.analysis = sheet, None
        self.lines = self._arrangement()
        self.endResetModel()
        self.arranged.emit()

    def show_trial(self, trial: Trial) -> None:
        """Light up what matches."""
        if trial != self.trial:
            self.trial = trial
            self._repaint()

    def show_analysis(self, analysis: Analysis | None) -> None:
        """Mark what was found."""
        self.analysis = analysis
        self._put_gaps()
        self._repaint()

    def _repaint(self) -> None:
        if self.lines:
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1), [])

    def row_of(self, rule: int) -> int:
        """The row of the grid in which a rule stands."""
        return next((row for row, line in enumerate(self.lines) if line.rule == rule), len(self.lines) - 1)

    def warning(self, rule: int) -> str:
        """What is odd about a rule, in words; empty if nothing is."""
        if self.analysis is None:
            return ""
        said = [found.words for found in self.analysis.unreachable if found.rule == rule]
        said += [found.words for found in self.analysis.subsumed if found.rule == rule]
        said += [found.words for found in self.analysis.overlaps if rule in found.rules]
        return "\n".join(said[:4])

    def mistake(self, rule: int, column: int) -> str:
        """What is wrong with a cell, in words; empty if nothing is."""
        return next((found.message for found in self.errors(rule, column)), "")

    def cell_repairs(self, rule: int, column: int) -> list[Repair]:
        """What a cell that is wrong may have meant."""
        return [repair for found in self.errors(rule, column) for repair in found.repairs]

    def errors(self, rule: int, column: int) -> Iterator[CellError]:
        """What was found wrong with a cell."""
        for found in self.analysis.cell_errors if self.analysis is not None else ():
            if (found.rule, found.column + (self.sheet.inputs if found.output else 0)) == (rule, column):
                yield found

    def repairs(self, rule: int) -> list[Repair]:
        """What can be done about what is odd about a rule."""
        if self.analysis is None:
            return []
        odd: tuple[Unreachable | Subsumed, ...] = (*self.analysis.unreachable, *self.analysis.subsumed)
        repairs = [repair for found in odd if found.rule == rule for repair in found.repairs]
        return repairs + [repair for found in self.analysis.overlaps if rule in found.rules for repair in found.repairs]

    # --- Qt ---

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008  Qt's name and way
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008  Qt's name and way
        return 0 if parent.isValid() else len(self.sheet.columns) + 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        line = self.lines[index.row()]
        flags = Qt.ItemFlag.ItemIsEnabled
        if line.rule is not None:
            flags |= Qt.ItemFlag.ItemIsSelectable
            if index.column():
                flags |= Qt.ItemFlag.ItemIsEditable
        elif line.adds:
            flags |= Qt.ItemFlag.ItemIsSelectable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(line, index.column())
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        if line.gap is not None:
            return line.gap.words if index.column() == 0 else ""
        if line.rule is None:
            return ("+", "Add a rule, or paste rows from a spreadsheet")[index.column()] if index.column() < 2 else ""
        if index.column() == 0:
            return str(line.rule + 1)
        return self.sheet.rows[line.rule].cells[index.column() - 1]

    def _tip(self, line: Line, column: int) -> str:
        if line.rule is None:
            return ""
        if column == 0:
            return plain_tooltip(self.warning(line.rule))
        mistake = self.mistake(line.rule, column - 1)
        text = self.sheet.rows[line.rule].cells[column - 1]
        return plain_tooltip(mistake or (text if len(text) > 24 else ""))

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802  Qt's name
        line = self.lines[index.row()]
        if role != Qt.ItemDataRole.EditRole or line.rule is None or not index.column():
            return False
        self.typed.emit(line.rule, index.column() - 1, str(value))
        return True

    def headerData(  # noqa: N802  Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        tip = role == Qt.ItemDataRole.ToolTipRole
        if orientation == Qt.Orientation.Vertical or not (tip or role == Qt.ItemDataRole.DisplayRole):
            return None
        if section == 0:
            return None if tip else "#"
        column = self.sheet.columns[section - 1]
        words = f"{column.title}\n{about(column)}"
        return plain_tooltip(words) if tip else words
