"""``AnswerCard``: a task that waits is answered right here: who answers, the form, one button a choice."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from designer.pieces import PersonField, PlainText, ValueRows
from designer.pieces.emptying import emptied
from designer.services import Services
from designer.session.leaves import leaves_of_all
from designer.session.session import Session
from designer.session.typed import typed_value
from designer.session.waiting import OpenTask
from designer.session.words import spoken
from designer.theme.type_scale import BODY, BODY_STRONG, SMALL
from nodes.contract import Value


class AnswerCard(QFrame):
    """Shown while the step that is looked at waits for people."""

    def __init__(self, services: Services, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._session = services, session
        self._task: OpenTask | None = None
        self.setProperty("role", "card")
        self.setProperty("tone", "wait")
        self._title = PlainText("", BODY_STRONG, wrap=True)
        self._about = PlainText("", SMALL, "muted", wrap=True)
        self._why_title = PlainText("Why you are asked", BODY_STRONG, "warn")
        self._why = PlainText("", BODY, wrap=True)
        self._instructions = PlainText("", BODY, "secondary", wrap=True)
        self._facts = ValueRows(spoken=True)
        self.who = PersonField("Answer as", "Name of the person")
        self._form_holder = QWidget()
        self._fields: dict[str, QWidget] = {}
        self._schema: Mapping[str, Any] = {}
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        as_row = QHBoxLayout()
        as_row.addWidget(PlainText("Answer as", SMALL, "secondary"))
        as_row.addWidget(self.who, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._about)
        column.addWidget(self._why_title)
        column.addSpacing(2 - column.spacing())
        column.addWidget(self._why)
        column.addLayout(as_row)
        column.addWidget(self._form_holder)
        column.addLayout(self._buttons)
        # Behind the buttons: what is known may be long, and an answer is never out of sight.
        column.addSpacing(4)
        column.addWidget(self._instructions)
        column.addWidget(self._facts)
        self.hide()
        session.people_changed.connect(self._offer)

    def show_step(self, step: str) -> None:
        """The task of this step if it is open, else nothing."""
        task = next((found for found in self._session.tasks if found.step == step), None)
        self.setVisible(task is not None)
        if task is None or task == self._task:
            self._task = task
            return
        self._task = task
        self._title.setText(task.title)
        titles = {choice.port: choice.title for choice in task.choices}
        given = ", ".join(f"{who} chose {titles.get(choice, choice)}" for who, choice in task.given)
        barred = f" Not {task.requester}, who asked for it." if task.not_requester and task.requester else ""
        self._about.setText(f"Waits for {task.role_title}.{barred}" + (f" So far: {given}." if given else ""))
        for label, words in ((self._why, task.why), (self._instructions, task.instructions)):
            label.setText(words)
            label.setVisible(bool(words))
        self._why_title.setVisible(bool(task.why))
        facts = leaves_of_all(task.shown, spoken)
        self._facts.show_values(facts.rows, nothing=facts.empty)
        self._facts.setVisible(bool(task.shown))
        self._offer()
        self._build_form(task.form or {})
        self._build_buttons(task)

    def _offer(self) -> None:
        if self._task is not None:
            self.who.offer(self._session.people.offered(self._task.role))
            self.who.set_text(self._session.people.for_task(self._task))

    def _build_buttons(self, task: OpenTask) -> None:
        emptied(self._buttons)
        for choice in task.choices:
            button = QPushButton(choice.title.replace("&", "&&"))
            button.setProperty("kind", {"positive": "positive", "negative": "negative"}.get(choice.style, "plain"))
            button.clicked.connect(lambda _=False, port=choice.port: self._answer(port))
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)

    def _build_form(self, schema: Mapping[str, Any]) -> None:
        fresh = QWidget()
        rows = QFormLayout(fresh)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self._fields, self._schema = {}, schema
        required = set(schema.get("required") or ())
        for name, part in (schema.get("properties") or {}).items():
            field = _field(part if isinstance(part, Mapping) else {})
            title = str(part.get("title") or name) if isinstance(part, Mapping) else str(name)
            field.setAccessibleName(title)
            rows.addRow(PlainText(f"{title}{' *' if name in required else ''}", SMALL, "secondary"), field)
            self._fields[name] = field
        layout = self.layout()
        assert layout is not None
        layout.replaceWidget(self._form_holder, fresh)
        self._form_holder.deleteLater()
        self._form_holder = fresh
        fresh.setVisible(bool(self._fields))

    def form(self) -> Value:
        """What was filled in; fields left empty are left out."""
        filled: dict[str, Any] = {}
        for name, field in self._fields.items():
            value = _value(field, (self._schema.get("properties") or {}).get(name) or {})
            if value is not None:
                filled[name] = value
        return filled or None

    def _answer(self, port: str) -> None:
        if self._task is not None:
            self._session.answer(self._task, port, self.who.text() or "somebody", self.form())


def _field(schema: Mapping[str, Any]) -> QWidget:
    if isinstance(schema.get("enum"), list | tuple):
        choice = QComboBox()
        choice.addItem("", None)
        for one in schema["enum"]:
            choice.addItem(str(one), one)
        return choice
    if schema.get("type") == "boolean":
        return QCheckBox()
    if schema.get("type") == "string" and int(schema.get("maxLength", 0)) > 200:
        text = QPlainTextEdit()
        text.setFixedHeight(64)
        text.setTabChangesFocus(True)
        return text
    return QLineEdit()


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
            return text  # the engine refuses it and says why
        return number if number.is_finite() else text
    if kind in ("object", "array"):
        try:
            return typed_value(text)
        except ValueError:
            return text
    return text
