"""``ColumnForm``: what a column looks at or says: title, expression or name, type, allowed values, default."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from designer.editors.decision_table.words import TYPES
from designer.pieces import PlainText
from designer.theme.type_scale import CODE_SIZE, SMALL, widget_font
from nodes.dmn.editing import Column
from nodes.feel import FeelError, compile_expression, unary_tests

HEADS = {"input": "Condition", "output": "Result", "annotation": "Note"}


class ColumnForm(QDialog):
    """``column()`` after it was accepted."""

    def __init__(self, column: Column, parent: QWidget | None = None, *, fresh: bool = False) -> None:
        super().__init__(parent)
        self._before = column
        self.setWindowTitle(f"{'Add' if fresh else 'Change'} {HEADS[column.kind].lower()}")
        self.setMinimumWidth(420)
        self.title = QLineEdit(column.title)
        self.expression = QLineEdit(column.expression)
        self.kind = QComboBox()
        for type_ref, words in TYPES:
            self.kind.addItem(words.capitalize(), type_ref)
        if self.kind.findData(column.type_ref) < 0:
            self.kind.addItem(column.type_ref, column.type_ref)
        self.kind.setCurrentIndex(self.kind.findData(column.type_ref))
        self.allowed = QLineEdit(column.allowed)
        self.allowed.setPlaceholderText('"open", "paid", "void"')
        self.default = QLineEdit(column.default)
        for field in (self.expression, self.allowed, self.default):
            field.setFont(widget_font(CODE_SIZE, code=True))
        self.complaint = PlainText("", SMALL, "bad", wrap=True)
        self.complaint.hide()
        rows = QFormLayout()
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        rows.addRow("Title", self.title)
        if column.kind == "input":
            self.expression.setPlaceholderText("claim.amount")
            rows.addRow("Looks at", self.expression)
        elif column.kind == "output":
            self.expression.setPlaceholderText("outcome")
            rows.addRow("Name in the result", self.expression)
        if column.kind != "annotation":
            rows.addRow("Type", self.kind)
            rows.addRow("Allowed values", self.allowed)
        if column.kind == "output":
            rows.addRow("If no rule matches", self.default)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.addLayout(rows)
        whole.addWidget(self.complaint)
        whole.addWidget(buttons)

    def column(self) -> Column:
        """The column as it was filled in."""
        expression = self.expression.text().strip()
        return Column(
            self._before.kind,
            title=self.title.text().strip() or expression or HEADS[self._before.kind],
            expression=expression,
            type_ref=str(self.kind.currentData() or ""),
            allowed=self.allowed.text().strip(),
            default=self.default.text().strip(),
        )

    def accept(self) -> None:
        """Close it, unless something in it can't be: then that is said."""
        fault = fault_of(self.column())
        if fault:
            self.complaint.setText(fault)
            self.complaint.show()
            return
        super().accept()


def fault_of(column: Column) -> str:
    """Why a column can't be like this, in a sentence; empty if it can."""
    if column.kind == "input" and not column.expression:
        return "Say what this column looks at, such as claim.amount."
    if column.kind == "input" and (said := _fault(compile_expression, column.expression)):
        return f"“Looks at” is no expression: {said}"
    if column.allowed and (said := _fault(unary_tests, column.allowed)):
        return f"The allowed values are no list of values: {said}"
    if column.default and (said := _fault(compile_expression, column.default)):
        return f"“If no rule matches” is no expression: {said}"
    return ""


def _fault(read: object, text: str) -> str:
    try:
        read(text)  # type: ignore[operator]
    except FeelError as error:
        return str(error)
    return ""
