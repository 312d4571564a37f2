"""``AnswerForm``: what an answer says besides the choice: the fields that the task asks for, and a comment. What is
wrong with it is told under its field, before anything is sent; the engine checks it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from designer.document.names import as_read
from designer.forms.schema_shape import DATE, LINES, kind_of
from designer.pieces import PlainText
from designer.pieces.marking import mark
from designer.session.typed import typed_value
from designer.session.waiting import OpenTask
from designer.theme.type_scale import SMALL
from nodes.contract import Choice, Value
from nodes.contract.json_schema import schema_mistakes

COMMENT = "comment"
REMARK: Mapping[str, Any] = {"type": "string", "title": "Comment", "maxLength": 10_000}
"""the comment where the task's own form has none: it may be left beside any form"""


class AnswerForm(QWidget):
    """Fields of one task."""

    def __init__(self, task: OpenTask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._schema: Mapping[str, Any] = task.form or {}
        self._asked: dict[str, Mapping[str, Any]] = {
            str(name): part if isinstance(part, Mapping) else {}
            for name, part in (self._schema.get("properties") or {}).items()
        }
        needed_for = " or ".join(choice.title for choice in task.choices if choice.comment_required)
        if COMMENT not in self._asked and (needed_for or not self._asked):
            self._asked[COMMENT] = REMARK
        required = set(self._schema.get("required") or ())
        self._fields: dict[str, QWidget] = {}
        self._complaints: dict[str, PlainText] = {}
        rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        for name, part in self._asked.items():
            field = _filled(_field(name, part), part.get("default"))
            title = str(part.get("title") or as_read(name))
            field.setAccessibleName(title)
            more = f", needed for {needed_for}" if name == COMMENT and needed_for else " *" if name in required else ""
            below = QWidget()
            column = QVBoxLayout(below)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(2)
            complaint = PlainText("", SMALL, "bad", wrap=True)
            complaint.hide()
            column.addWidget(field)
            column.addWidget(complaint)
            label: QLabel = PlainText(title + more, SMALL, "secondary")
            label.setBuddy(field)
            rows.addRow(label, below)
            self._fields[name], self._complaints[name] = field, complaint

    def value(self) -> Value:
        """What was filled in; fields left empty are left out."""
        filled = {name: _value(field, self._asked[name]) for name, field in self._fields.items()}
        return {name: value for name, value in filled.items() if value is not None} or None

    def holds(self, choice: Choice) -> bool:
        """Whether this choice can be made with what was filled in; if not, each field says why."""
        given = self.value()
        filled = given if isinstance(given, dict) else {}
        wrong = self._mistakes(filled)
        if choice.comment_required and not str(filled.get(COMMENT) or "").strip():
            wrong[COMMENT] = "Say why, then decide again."
        for name, field in self._fields.items():
            words = wrong.get(name, "")
            self._complaints[name].setText(words)
            self._complaints[name].setVisible(bool(words))
            field.setAccessibleDescription(words)
            mark(field, "invalid", bool(words))
        first = next((field for name, field in self._fields.items() if name in wrong), None)
        if first is not None:
            first.setFocus()
        return first is None  # what is wrong with no field of ours is told by the engine

    def _mistakes(self, filled: Mapping[str, Any]) -> dict[str, str]:
        """Field -> what is wrong with it."""
        wrong: dict[str, str] = {}
        own = {name: value for name, value in filled.items() if self._asked[name] is not REMARK}
        for mistake in schema_mistakes(self._schema, own) if self._schema else ():
            name = mistake.path.partition(".")[0].partition("[")[0]
            kind = self._asked.get(name, {}).get("type")
            if kind in ("number", "integer") and isinstance(own.get(name), str):
                wrong[name] = "This should be a number, such as 312.50."
            else:
                wrong.setdefault(name, f"This {mistake.message}.")
        return wrong


def _field(name: str, schema: Mapping[str, Any]) -> QWidget:
    if isinstance(schema.get("enum"), list | tuple):
        choice = QComboBox()
        choice.addItem("", None)
        for one in schema["enum"]:
            choice.addItem(str(one), one)
        return choice
    if schema.get("type") == "boolean":
        return QCheckBox()
    kind = kind_of(schema)
    if kind == LINES or (kind == "string" and name == COMMENT):
        text = QPlainTextEdit()
        text.setFixedHeight(64)
        text.setTabChangesFocus(True)
        text.setPlaceholderText(str(schema.get("description") or ""))
        return text
    line = QLineEdit()
    line.setPlaceholderText(str(schema.get("description") or ("such as 2026-05-01" if kind == DATE else "")))
    return line


def _filled(field: QWidget, default: Any) -> QWidget:
    """With what the author proposes."""
    if isinstance(field, QComboBox) and default is not None:
        field.setCurrentIndex(max(0, field.findData(default)))
    elif isinstance(field, QCheckBox):
        field.setChecked(default is True)
    elif isinstance(field, QPlainTextEdit) and default is not None:
        field.setPlainText(str(default))
    elif isinstance(field, QLineEdit) and default is not None:
        field.setText(f"{default:f}" if isinstance(default, Decimal) else str(default))
    return field


def _value(field: QWidget, schema: Mapping[str, Any]) -> Any:
    if isinstance(field, QComboBox):
        return field.currentData()
    if isinstance(field, QCheckBox):
        return field.isChecked()
    text = (
        field.toPlainText()
        if isinstance(field, QPlainTextEdit)
        else field.text()
        if isinstance(field, QLineEdit)
        else ""
    )
    text = text.strip()
    if not text:
        return None
    kind = schema.get("type")
    if kind in ("number", "integer"):
        try:
            number = Decimal(text)
        except InvalidOperation:
            return text  # what it should be is said under the field
        return number if number.is_finite() else text
    if kind in ("object", "array"):
        try:
            return typed_value(text)
        except ValueError:
            return text
    return text
