"""``ExampleDialog``: one case, pasted as JSON, from which a schema is made."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from designer.forms.code_editor import CodeEditor
from designer.forms.complaint import Complaint
from designer.forms.context import FormContext
from designer.forms.exact_json import json_marks
from designer.pieces import PlainText
from designer.session.typed import NotJson, typed_json
from designer.theme.type_scale import BODY

EXAMPLE = """such as
{
  "customer": "C-1001",
  "amount": 120.50,
  "urgent": false
}"""


class ExampleDialog(QDialog):
    """An example as JSON; ``value`` once it is accepted."""

    def __init__(self, context: FormContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("From an example")
        self.resize(520, 420)
        self.value: Any = None
        words = (
            "Paste one case as JSON: the fields become those of the case. One that is there already and fits it keeps "
            "its label, its limits and whether it is required."
        )
        self.editor = CodeEditor(context.services.theme, json_marks, lines=12)
        self.editor.setPlaceholderText(EXAMPLE)
        self.complaint = Complaint(context.services.theme)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText("Take over")
        buttons.accepted.connect(self._take)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        column.addWidget(PlainText(words, BODY, wrap=True))
        column.addWidget(self.editor, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.complaint)
        column.addStretch(1)
        column.addWidget(buttons)

    def _take(self) -> None:
        try:
            value = typed_json(self.editor.toPlainText())
        except NotJson as error:
            self.complaint.say(f"This is not JSON: {error}")
            return
        if not isinstance(value, dict):
            self.complaint.say('An example of a case is an object in braces, such as {"amount": 120}.')
            return
        self.value = value
        self.accept()
