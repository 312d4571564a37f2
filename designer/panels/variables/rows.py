"""The rows of the variables panel, as a table model: name, type, sample value, set by, read by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QIcon

from designer.forms.scope_names import ScopeName
from designer.forms.trying import shown
from designer.pieces.carried_value import VALUE, carried
from designer.pieces.text import plain_tooltip
from designer.theme.icons import icon
from designer.theme.theme import Theme
from designer.theme.type_scale import CODE_SIZE, widget_font
from nodes.contract import Value

COLUMNS = ("Name", "Type", "Sample value", "Set by", "Read by")
NAME, TYPE, SAMPLE, SET_BY, READ_BY = range(5)
NOT_THERE: Any = object()
Index = QModelIndex | QPersistentModelIndex
_NO = QModelIndex()


@dataclass(frozen=True, slots=True)
class Variable:
    """One row."""

    name: ScopeName
    value: Value
    """``NOT_THERE`` if the sample does not tell"""
    readers: tuple[str, ...]
    """titles of the steps that read it"""


class VariableRows(QAbstractTableModel):
    """Names can be dragged into a field."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: Sequence[Variable] = ()
        self._code = widget_font(CODE_SIZE, code=True)

    @property
    def rows(self) -> Sequence[Variable]:
        """What is shown."""
        return self._rows

    def show_rows(self, rows: Sequence[Variable]) -> None:
        """Other rows."""
        if list(rows) == list(self._rows):
            return
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = _NO) -> int:  # noqa: N802  Qt's name
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO) -> int:  # noqa: N802  Qt's name
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(  # noqa: N802  Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:  # noqa: N802  Qt's name
        return ["text/plain", VALUE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802  Qt's name
        return carried(self._rows[indexes[0].row()].name.text) if indexes else QMimeData()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(row, column)
        if role == Qt.ItemDataRole.FontRole and column in (NAME, SAMPLE):
            return self._code
        palette = self._theme.palette
        if role == Qt.ItemDataRole.ForegroundRole:
            quiet = column in (TYPE, READ_BY) or (column == SAMPLE and row.value is NOT_THERE)
            return QColor(palette.text.muted if quiet else palette.text.secondary if column else palette.text.primary)
        if role == Qt.ItemDataRole.DecorationRole and column == NAME:
            return icon("circle-alert", palette.state.waiting_person, size=14) if row.name.doubt else QIcon()
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(self._words(row, column) if column == SAMPLE else _about(row))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            doubt = f", may be empty: {row.name.doubt}" if row.name.doubt and column == NAME else ""
            return f"{self._words(row, column)}{doubt}"
        return None

    def _words(self, row: Variable, column: int) -> str:
        if column == NAME:
            return row.name.text
        if column == TYPE:
            return row.name.type
        if column == SAMPLE:
            return "" if row.value is NOT_THERE else shown(row.value)
        if column == SET_BY:
            return row.name.set_by
        return ", ".join(row.readers)


def _about(row: Variable) -> str:
    """All that is known of a value but the value: a narrow panel has no room for it."""
    doubt = f"{row.name.doubt}, so it may be empty here." if row.name.doubt else row.name.title
    read = f"Read by {', '.join(row.readers)}" if row.readers else ""
    kind = row.name.type[:1].upper() + row.name.type[1:]
    return "\n".join(line for line in (doubt, kind, f"Set by {row.name.set_by}", read) if line)


def value_of(path: tuple[str, ...], scope: Mapping[str, Value]) -> Value:
    """What a path stands for on the sample; ``NOT_THERE`` if it does not tell."""
    inside: Any = scope
    for name in path:
        if not isinstance(inside, Mapping) or name not in inside:
            return NOT_THERE
        inside = inside[name]
    return inside
