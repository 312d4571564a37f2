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

from designer.document.names import as_read
from designer.forms.combo import Combo
from designer.forms.trying import filled, shown, try_expression, values_of
from designer.pieces import PlainText
from designer.pieces.emptying import emptied
from designer.services import Services
from designer.theme.type_scale import CAPTION, HEADING, SMALL, Size
from nodes.contract import Value
from runtime.model.flow import Flow

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

    def show_form(self, schema: Mapping[str, Any], config: Mapping[str, Any], flow: Flow | None) -> None:
        """``config`` is that of the approval, empty for a form that stands alone; holes are filled from the sample."""
        values, source = self._values(flow)
        if (schema, dict(config), values) == self._shown:
            return
        self._shown = (schema, dict(config), values)
        zone = flow.zone if flow is not None else "UTC"
        emptied(self.body)
        self.controls = {}
        self.body.addWidget(PlainText(f"Preview with the sample {source}" if source else "Preview", CAPTION, "muted"))
        question = str(config.get("title") or "The question stands here")
        self.body.addWidget(PlainText(filled(question, values, zone), HEADING, wrap=True))
        if config.get("why"):
            self.body.addWidget(PlainText(filled(str(config["why"]), values, zone), SMALL, "secondary", wrap=True))
        facts = config.get("show")
        for label, said in facts.items() if isinstance(facts, Mapping) else ():
            feel = said.get("feel") if isinstance(said, Mapping) else None
            value = _seen(str(feel), values, zone) if feel is not None else shown(said).strip('"')
            self.body.addWidget(_pair(str(label), value))
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

    def _values(self, flow: Flow | None) -> tuple[dict[str, Value], str]:
        return values_of(self._services, flow) if flow is not None else ({}, "")

    def _field(self, name: str, schema: Mapping[str, Any], required: bool) -> None:
        title = str(schema.get("title") or as_read(name))
        control = _control(schema, title)
        self.controls[name] = control
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        if not isinstance(control, QCheckBox):
            label = PlainText(title if required else f"{title} (optional)", LABEL, "secondary", wrap=True)
            label.setBuddy(control)
            column.addWidget(label)
            column.addWidget(control)
        else:
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(control, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(PlainText(title, wrap=True), 1)  # a check box does not break its own words
            column.addLayout(line)
        if schema.get("description"):
            column.addWidget(PlainText(str(schema["description"]), SMALL, "muted", wrap=True))
        self.body.addWidget(whole)


def _seen(text: str, values: Mapping[str, Value], zone: str) -> str:
    """A fact as people see it: texts without quotes, a list line by line, dots where the sample does not tell."""
    tried = try_expression(text, values, zone)
    if not tried.good:
        return "…"
    parts = tried.value if isinstance(tried.value, list | tuple) else [tried.value]
    return "\n".join(str(part) if isinstance(part, str) else shown(part) for part in parts[:12])


def _pair(label: str, value: str) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.addWidget(PlainText(label, SMALL, "secondary", wrap=True), 1, Qt.AlignmentFlag.AlignTop)
    line.addWidget(PlainText(value, SMALL, "primary", wrap=True), 1)
    return row


def _control(schema: Mapping[str, Any], title: str) -> QWidget:
    if isinstance(schema.get("enum"), list | tuple):
        combo = Combo()
        combo.addItem("Choose …")
        for option in schema["enum"]:
            combo.addItem(str(option))
        return combo
    if schema.get("type") == "boolean":
        box = QCheckBox()
        box.setAccessibleName(title)
        return box
    longest = schema.get("maxLength")
    if schema.get("type") == "string" and isinstance(longest, int) and longest > 200:
        text = QPlainTextEdit()
        text.setFixedHeight(76)
        return text
    line = QLineEdit()
    line.setPlaceholderText({"number": "0.00", "integer": "0"}.get(str(schema.get("type")), ""))
    return line
