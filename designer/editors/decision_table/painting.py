"""How the grid is painted: cells with their ticks, two-line headers, the double line before the results."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from designer.editors.decision_table.rows import TableRows
from designer.editors.decision_table.words import about
from designer.theme.icons import renderer
from designer.theme.theme import Theme
from designer.theme.type_scale import BODY, BODY_STRONG, CODE_SIZE, SMALL, widget_font
from nodes.dmn.editing import Sheet

Index = QModelIndex | QPersistentModelIndex
HEADER, ROW, PAD = 50, 38, 12
DOT, OUTCOME = 7, 20
"""the dot before a named outcome, and the room for it"""
NARROWEST, WIDEST, NOTE, TICK = 84, 280, 300, 18
LOOKED_AT = 200
"""rules by whose cells a column gets its width"""


class CellPainter(QStyledItemDelegate):
    """Paints rules, and the row to add at; gaps are widgets of their own."""

    def __init__(self, theme: Theme, rows: TableRows, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._rows = theme, rows

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = self._rows.lines[index.row()]
        palette = self._theme.palette
        rect = option.rect
        painter.save()
        painter.fillRect(rect, QColor(palette.surface.panel))
        if line.gap is not None:
            painter.restore()
            return
        if line.rule is None:
            self._paint_adding(painter, rect, index.column())
        else:
            self._paint_rule(painter, option, index, line.rule)
        painter.setPen(QPen(QColor(palette.border.subtle), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if line.rule is not None:
            first_result = index.column() == self._rows.sheet.inputs
            painter.setPen(QPen(QColor(palette.border.strong if first_result else palette.border.subtle), 1))
            painter.drawLine(rect.topRight(), rect.bottomRight())
            if first_result:
                painter.drawLine(rect.right() - 2, rect.top(), rect.right() - 2, rect.bottom())
        painter.restore()

    def _paint_adding(self, painter: QPainter, rect: QRect, column: int) -> None:
        palette = self._theme.palette
        if column == 0:
            renderer("plus", palette.accent.base).render(painter, _middle(rect, 14))
        elif column == 1:
            painter.setFont(widget_font(BODY))
            painter.setPen(QColor(palette.text.muted))
            words = "Add a rule, or paste rows from a spreadsheet"
            painter.drawText(rect.adjusted(PAD, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_rule(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, rule: int) -> None:
        palette, rows = self._theme.palette, self._rows
        rect, column = option.rect, index.column()
        trial = rows.trial
        # Once there is a result, only the rules that made it stand out: of several matches the first may win.
        matched = rule in (trial.decided if trial.has_value and trial.decided else trial.matched)
        warning = rows.warning(rule)
        if matched:
            painter.fillRect(rect, QColor(palette.state_tint.done))
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(palette.surface.selected))
        if column == 0:
            self._paint_number(painter, rect, rule, matched=matched, warned=bool(warning))
            return
        sheet_column = rows.sheet.columns[column - 1]
        text = rows.sheet.rows[rule].cells[column - 1]
        any_value = sheet_column.kind == "input" and text in ("-", "")
        free = sheet_column.kind == "annotation"
        painter.setFont(widget_font(BODY if free else CODE_SIZE, code=not free))
        told = palette.text.secondary if free else palette.text.primary
        ink = palette.text.muted if any_value or warning else told
        if sheet_column.kind == "output" and rule in rows.trial.decided:
            painter.setFont(widget_font(BODY_STRONG))
            ink = palette.state.done
        mistaken = bool(rows.mistake(rule, column - 1))
        painter.setPen(QColor(palette.state.failed if mistaken else ink))
        judged = column - 1 < rows.sheet.inputs and rule in trial.matched
        held = trial.held[rule][column - 1] if judged else None
        room = rect.adjusted(PAD, 0, -(30 if held else PAD), 0)
        shown = "any" if any_value else " ".join(text.split())
        if sheet_column.kind == "output" and _is_plain_text(shown):
            shown = shown[1:-1]
            painter.setFont(widget_font(BODY_STRONG))
            room = self._paint_outcome(painter, room, ink, decided=rule in trial.decided)
            painter.setPen(QColor(palette.state.failed if mistaken else ink))
        shown = QFontMetrics(painter.font()).elidedText(shown, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
        if held:
            colour = palette.state.done if matched else palette.text.muted
            place = QRectF(rect.right() - 24, rect.center().y() - 7, 14, 14)
            renderer("check", colour).render(painter, place)
        if mistaken:  # inside of the ring of the current cell
            painter.setPen(QPen(QColor(palette.state.failed), 1.5))
            painter.drawRect(QRectF(rect).adjusted(3.5, 3.5, -4.5, -4.5))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(palette.accent.focus), 2))
            painter.drawRect(QRectF(rect).adjusted(1, 1, -2, -2))

    def _paint_outcome(self, painter: QPainter, room: QRect, ink: str, *, decided: bool) -> QRect:
        """Before a named outcome: a tick for the one that came, else a dot. Returns the room that is left."""
        if decided:
            renderer("check", ink).render(painter, QRectF(room.left(), room.center().y() - 6.5, 14, 14))
        else:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.palette.text.secondary))
            painter.drawEllipse(QRectF(room.left() + 3, room.center().y() - 3, DOT, DOT))
            painter.restore()
        return room.adjusted(OUTCOME, 0, 0, 0)

    def _paint_number(self, painter: QPainter, rect: QRect, rule: int, *, matched: bool, warned: bool) -> None:
        palette = self._theme.palette
        if matched:
            painter.fillRect(QRect(rect.left(), rect.top(), 4, rect.height()), QColor(palette.state.done))
        painter.setFont(widget_font(BODY_STRONG if matched else BODY))
        painter.setPen(QColor(palette.state.done if matched else palette.text.secondary))
        if warned:
            place = QRectF(rect.left() + 6, rect.center().y() - 6, 13, 13)
            renderer("triangle-alert", palette.state.waiting_person).render(painter, place)
            rect = rect.adjusted(14, 0, 0, 0)
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), str(rule + 1))

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802  Qt's name
        return QSize(140, ROW)

    def createEditor(  # noqa: N802  Qt's name
        self, parent: QWidget | None, _option: QStyleOptionViewItem, index: Index
    ) -> QWidget:
        field = QLineEdit(parent)
        kind = self._rows.sheet.columns[index.column() - 1].kind
        field.setFont(widget_font(BODY if kind == "annotation" else CODE_SIZE, code=kind != "annotation"))
        field.setAccessibleName(f"{self._rows.sheet.columns[index.column() - 1].title}, rule {index.row() + 1}")
        return field

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: N802  Qt's name
        assert isinstance(editor, QLineEdit)
        if editor.isModified():
            return  # the table was looked at anew meanwhile; what is being typed stays
        text = str(index.data(Qt.ItemDataRole.EditRole))
        editor.setText("" if text == "-" else text)
        editor.selectAll()

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:  # noqa: N802  Qt's name
        assert isinstance(editor, QLineEdit)
        assert isinstance(model, TableRows)
        text = editor.text().strip()
        kind = self._rows.sheet.columns[index.column() - 1].kind
        model.setData(index, text or ("-" if kind == "input" else ""))


class Header(QHeaderView):
    """Title over what the column looks at; results on the tint of decisions."""

    def __init__(self, theme: Theme, rows: TableRows, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme, self._rows = theme, rows
        self.setSectionsClickable(True)
        self.setAccessibleName("Columns")
        self.setMinimumSectionSize(44)
        self.setFixedHeight(HEADER)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:  # noqa: N802  Qt's name
        palette = self._theme.palette
        painter.save()
        column = self._rows.sheet.columns[section - 1] if section else None
        ground = {
            "output": palette.category_tint.decision,
            "annotation": palette.surface.panel,
        }.get(column.kind if column is not None else "", palette.surface.sunken)
        painter.fillRect(rect, QColor(ground))
        painter.setPen(QPen(QColor(palette.border.subtle), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topLeft(), rect.topRight())
        painter.drawLine(rect.topRight(), rect.bottomRight())
        if section == self._rows.sheet.inputs:
            painter.setPen(QPen(QColor(palette.border.strong), 1))
            for x in (rect.right(), rect.right() - 2):
                painter.drawLine(x, rect.top(), x, rect.bottom())
        if column is None:
            painter.setFont(widget_font(BODY_STRONG))
            painter.setPen(QColor(palette.text.secondary))
            painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), "#")
        else:
            title, _, below = str(self._rows.headerData(section, Qt.Orientation.Horizontal)).partition("\n")
            room = rect.adjusted(PAD, 6, -PAD, -6)
            for font, ink, text, align in (
                (widget_font(BODY_STRONG), palette.text.primary, title, Qt.AlignmentFlag.AlignTop),
                (widget_font(SMALL, code=True), palette.text.secondary, below, Qt.AlignmentFlag.AlignBottom),
            ):
                painter.setFont(font)
                painter.setPen(QColor(ink))
                shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
                painter.drawText(room, int(align | Qt.AlignmentFlag.AlignLeft), shown)
        painter.restore()


def width_of(sheet: Sheet, column: int) -> int:
    """Pixels in which a column's heads and cells can be read; what is longer is cut, with its whole in the tooltip."""
    it = sheet.columns[column]
    if it.kind == "annotation":
        return NOTE
    code = QFontMetrics(widget_font(CODE_SIZE, code=True))
    cells = max((code.horizontalAdvance(row.cells[column]) for row in sheet.rows[:LOOKED_AT]), default=0)
    if it.kind == "output":
        cells += OUTCOME
    title = QFontMetrics(widget_font(BODY_STRONG)).horizontalAdvance(it.title)
    below = QFontMetrics(widget_font(SMALL, code=True)).horizontalAdvance(about(it))
    return min(max(title, below, cells + TICK, NARROWEST) + 2 * PAD + 2, WIDEST)


def _middle(rect: QRect, size: int) -> QRectF:
    return QRectF(rect.center().x() - size / 2, rect.center().y() - size / 2, size, size)


def _is_plain_text(cell: str) -> bool:
    """Whether a cell is one text in quotes: a result reads better without them."""
    return len(cell) > 2 and cell[0] == cell[-1] == '"' and '"' not in cell[1:-1]
