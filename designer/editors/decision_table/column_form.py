"""``ColumnForm``: what a column looks at or says: title, expression or name, type, allowed values, default."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from designer.editors.decision_table.words import TYPES
from designer.forms.choices import read_choices
from designer.forms.combo import Combo
from designer.pieces import PlainText
from designer.theme.type_scale import CODE_SIZE, SMALL, Size, widget_font
from nodes.dmn.editing import Column
from nodes.feel import FeelError, FeelSyntaxError, compile_expression, unary_tests
from nodes.feel.texts import quote
from nodes.feel.tree import Name

_WORDS = re.compile(r"\w[\w .,:/&+-]*")
"""what is a text for sure, be it without quotes"""
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
        self.kind = Combo()
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
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(20, 20, 20, 16)
        self._whole.setSpacing(4)
        self._row("Title", self.title)
        if column.kind == "input":
            self.expression.setPlaceholderText("claim.amount")
            self._row("Looks at", self.expression, "A value that the table is given, or what is worked out from one.")
        elif column.kind == "output":
            self.expression.setPlaceholderText("outcome")
            self._row("Name in the result", self.expression, "By this name later steps read it.")
        if column.kind != "annotation":
            self._row("Kind of value", self.kind)
            self._row(
                "Allowed values", self.allowed, "With commas between; a text with a comma in quotes. Left empty: any."
            )
        if column.kind == "output":
            self._row("If no rule matches", self.default, "Left empty: nothing is decided then.")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText("Add" if fresh else "Keep")
        self._whole.addWidget(self.complaint)
        self._whole.addWidget(buttons)

    def _row(self, words: str, field: QWidget, hint: str = "") -> None:
        label = PlainText(words, Size(SMALL.px, SMALL.pt, SMALL.line, 500), "secondary")
        label.setBuddy(field)
        field.setAccessibleName(words)
        self._whole.addWidget(label)
        self._whole.addWidget(field)
        if hint:
            self._whole.addWidget(PlainText(hint, SMALL, "muted", wrap=True))
        self._whole.addSpacing(8)

    def column(self) -> Column:
        """The column as it was filled in."""
        expression = self.expression.text().strip()
        return Column(
            self._before.kind,
            title=self.title.text().strip() or expression or HEADS[self._before.kind],
            expression=expression,
            type_ref=str(self.kind.currentData() or ""),
            allowed=as_values(self.allowed.text().strip(), str(self.kind.currentData() or "")),
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


def as_values(text: str, type_ref: str) -> str:
    """Allowed values as FEEL: of texts, words without quotes or in those of a word processor get FEEL's own."""
    if type_ref != "string" or not text:
        return text
    try:
        if not any(isinstance(test, Name) for test in unary_tests(text).ast.tests):
            return text
    except FeelSyntaxError as error:
        if error.meant is not None:
            return error.meant
    values = read_choices(text)
    return ", ".join(map(quote, values)) if all(map(_WORDS.fullmatch, values)) else text


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
