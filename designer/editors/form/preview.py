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
from designer.forms.schema_shape import DATE, LINES, kind_of
from designer.forms.trying import filled, shown, try_expression, values_of
from designer.pieces import LinkButton, PlainText, rule
from designer.pieces.emptying import emptied
from designer.services import Services
from designer.theme.type_scale import BODY, CAPTION, HEADING, SMALL, Size
from nodes.contract import Value
from runtime.model.flow import Flow

LABEL = Size(SMALL.px, SMALL.pt, SMALL.line, 500)
KINDS = {"positive": "positive", "negative": "negative"}
TOUCH = 44
"""px: as high as what a finger should hit"""
PHONE = 390
"""px: how wide a phone is"""
WIDEST = 16_777_215
"""Qt's own: as wide as there is room"""


class TaskPreview(QFrame):
    """Made anew whenever the form changes; what is typed into it is forgotten."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._shown: Any = None
        self._asked: tuple[Any, ...] = ({}, {}, None)
        self.phone = False
        """as on a phone: what is known stands below its name, the buttons take the whole width, the main one last"""
        self.setProperty("role", "card")
        self.setAccessibleName("Preview of the task")
        self.about = PlainText("Preview", CAPTION, "muted", wrap=True)
        self.other = LinkButton("On a phone")
        self.other.setToolTip("People answer on either: see the task as it is there")
        self.other.clicked.connect(self.turn)
        head = QHBoxLayout()
        head.addWidget(self.about, 1)
        head.addWidget(self.other)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 14, 22, 20)
        column.setSpacing(8)
        column.addLayout(head)
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        column.addLayout(self.body)
        self.controls: dict[str, QWidget] = {}

    def show_form(self, schema: Mapping[str, Any], config: Mapping[str, Any], flow: Flow | None) -> None:
        """``config`` is that of the approval, empty for a form that stands alone; holes are filled from the sample."""
        self._asked = (schema, config, flow)
        values, source = self._values(flow)
        if (schema, dict(config), values, self.phone) == self._shown:
            return
        self._shown = (schema, dict(config), values, self.phone)
        zone = flow.zone if flow is not None else "UTC"
        emptied(self.body)
        self.controls = {}
        self.about.setText(f"Preview with the sample {source}" if source else "Preview")
        question = str(config.get("title") or "The question stands here")
        self.body.addWidget(PlainText(filled(question, values, zone), HEADING, wrap=True))
        if config.get("why"):
            self.body.addWidget(_why(filled(str(config["why"]), values, zone)))
        facts = config.get("show")
        for label, said in facts.items() if isinstance(facts, Mapping) else ():
            feel = said.get("feel") if isinstance(said, Mapping) else None
            value = _seen(str(feel), values, zone) if feel is not None else shown(said).strip('"')
            self.body.addWidget(_pair(str(label), value, stacked=self.phone))
        properties = schema.get("properties")
        required = schema.get("required") or ()
        for name, inner in properties.items() if isinstance(properties, Mapping) else ():
            self._field(str(name), inner if isinstance(inner, Mapping) else {}, name in required)
        if not self.controls:
            self.body.addWidget(PlainText("No fields: people only choose.", SMALL, "muted"))
        self._buttons(config.get("choices") or ({"title": "Send", "style": "neutral"},))

    def turn(self) -> None:
        """From the computer to the phone, and back."""
        self.phone = not self.phone
        self.setMaximumWidth(PHONE if self.phone else WIDEST)
        self.other.setText("On a computer" if self.phone else "On a phone")
        self.show_form(*self._asked)

    def _buttons(self, choices: Any) -> None:
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 6, 0, 0)
        row.setSpacing(8)
        wanted = list(choices) if isinstance(choices, list | tuple) else []
        for choice in reversed(wanted) if self.phone else wanted:  # a thumb finds the main one at the right
            button = QPushButton(str(choice.get("title", "")).replace("&", "&&"))
            button.setProperty("kind", KINDS.get(str(choice.get("style")), ""))
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            if self.phone:
                button.setMinimumHeight(TOUCH)
            row.addWidget(button, int(self.phone))
        if not self.phone:
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


def _why(words: str) -> QWidget:
    """Why they are asked: in a box of its own, as on the task's page."""
    box = QFrame()
    box.setProperty("role", "gap")
    column = QVBoxLayout(box)
    column.setContentsMargins(12, 10, 12, 10)
    column.setSpacing(2)
    column.addWidget(PlainText("Why you are asked", LABEL, "warn"))
    column.addWidget(PlainText(words, SMALL, wrap=True))
    return box


def _pair(label: str, value: str, *, stacked: bool) -> QWidget:
    row = QWidget()
    if stacked:
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(PlainText(label, SMALL, "secondary", wrap=True))
        column.addWidget(PlainText(value, BODY, "primary", wrap=True))
        column.addSpacing(4)
        column.addWidget(rule())
        return row
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
    if kind_of(schema) == LINES:
        text = QPlainTextEdit()
        text.setFixedHeight(76)
        return text
    line = QLineEdit()
    line.setPlaceholderText({"number": "0.00", "integer": "0", DATE: "2026-05-01"}.get(kind_of(schema), ""))
    return line
