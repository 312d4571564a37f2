"""``TaskPreview``: a task as people get it: the question, what they see, the fields, the buttons. Nothing is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from designer.forms.control import Combo
from designer.forms.page import emptied
from designer.pieces import PlainText
from designer.services import Services
from designer.theme.type_scale import CAPTION, HEADING, SMALL, Size

LABEL = Size(SMALL.px, SMALL.pt, SMALL.line, 500)
KINDS = {"positive": "positive", "negative": "negative"}


class TaskPreview(QFrame):
    """Made anew whenever the form changes; what is typed into it is forgotten."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._shown: Any = None
        self.setProperty("role", "card")
        self.setAccessibleName("Preview of the task")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(22, 18, 22, 20)
        self.body.setSpacing(12)
        self.controls: dict[str, QWidget] = {}

    def show_form(self, schema: Mapping[str, Any], config: Mapping[str, Any]) -> None:
        """``config`` is that of the approval, empty for a form that stands alone."""
        if (schema, dict(config)) == self._shown:
            return
        self._shown = (schema, dict(config))
        emptied(self.body)
        self.controls = {}
        self.body.addWidget(PlainText("Preview", CAPTION, "muted"))
        question = str(config.get("title") or "The question stands here")
        self.body.addWidget(PlainText(question, HEADING, wrap=True))
        if config.get("why"):
            self.body.addWidget(PlainText(str(config["why"]), SMALL, "secondary", wrap=True))
        for label in config.get("show") or ():
            self.body.addWidget(_pair(str(label)))
        properties = schema.get("properties")
        required = schema.get("required") or ()
        for name, inner in properties.items() if isinstance(properties, Mapping) else ():
            self._field(str(name), inner if isinstance(inner, Mapping) else {}, name in required)
        if not self.controls:
            self.body.addWidget(PlainText("No fields: people only choose.", SMALL, "muted"))
        choices = config.get("choices") or ({"title": "Send", "style": "neutral"},)
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 6, 0, 0)
        row.setSpacing(8)
        for choice in choices if isinstance(choices, list | tuple) else ():
            button = QPushButton(str(choice.get("title", "")).replace("&", "&&"))
            button.setProperty("kind", KINDS.get(str(choice.get("style")), ""))
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            row.addWidget(button)
        row.addStretch(1)
        self.body.addWidget(buttons)

    def _field(self, name: str, schema: Mapping[str, Any], required: bool) -> None:
        title = str(schema.get("title") or name.replace("_", " ").capitalize())
        control = _control(schema, title)
        self.controls[name] = control
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        if not isinstance(control, QCheckBox):
            label = PlainText(title if required else f"{title} (optional)", LABEL, "secondary")
            label.setBuddy(control)
            column.addWidget(label)
        column.addWidget(control)
        if schema.get("description"):
            column.addWidget(PlainText(str(schema["description"]), SMALL, "muted", wrap=True))
        self.body.addWidget(whole)


def _pair(label: str) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.addWidget(PlainText(label, SMALL, "secondary"), 1)
    line.addWidget(PlainText("…", SMALL, "muted"), 2)
    return row


def _control(schema: Mapping[str, Any], title: str) -> QWidget:
    if isinstance(schema.get("enum"), list | tuple):
        combo = Combo()
        combo.addItem("Choose …")
        for option in schema["enum"]:
            combo.addItem(str(option))
        return combo
    if schema.get("type") == "boolean":
        return QCheckBox(title.replace("&", "&&"))
    longest = schema.get("maxLength")
    if schema.get("type") == "string" and isinstance(longest, int) and longest > 200:
        text = QPlainTextEdit()
        text.setFixedHeight(76)
        return text
    line = QLineEdit()
    line.setPlaceholderText({"number": "0.00", "integer": "0"}.get(str(schema.get("type")), ""))
    return line
