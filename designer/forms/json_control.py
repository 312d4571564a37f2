"""``JsonControl``: JSON with exact numbers; what is no JSON yet stays in its field and is said."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from designer.document.commands.set_field import UNSET, same
from designer.forms.code_editor import CodeEditor, Squiggle
from designer.forms.context import FormContext
from designer.forms.control import Control
from designer.forms.exact_json import json_marks, json_of
from designer.forms.field_plan import FieldPlan
from designer.session.typed import NotJson, typed_json


class JsonControl(Control):
    """JSON with exact numbers. What is no JSON yet is kept in the field and said."""

    def __init__(self, context: FormContext, plan: FieldPlan, path: str, *, lines: int = 3) -> None:
        super().__init__(context, plan, path)
        self._value: Any = UNSET
        self.editor = CodeEditor(context.services.theme, json_marks, lines=lines)
        self.editor.setAccessibleName(plan.title or "Value, as JSON")
        self.column.addWidget(self.editor)
        self.editor.typed.connect(self._typed)

    def focus_target(self) -> QWidget:
        return self.editor

    def show_value(self, value: Any) -> None:
        draft = self.context.draft(self.path)
        if draft is not None and same(draft[1], value):
            self._value = value
            self.editor.show_text(draft[0])
            self._judge(draft[0])
            return
        self.context.keep_draft(self.path, None)
        if same(value, self._value) and self._judge(self.editor.toPlainText()):
            return
        self._value = value
        self.editor.show_text("" if value is UNSET or value is None else json_of(value, indent=2))
        self.complained.emit("")
        self.editor.show_squiggles([])

    def forget(self) -> None:
        super().forget()
        self._value = UNSET
        self.editor.show_text("")
        self.editor.show_squiggles([])

    def _typed(self, text: str) -> None:
        if not text.strip():
            self.context.keep_draft(self.path, None)
            self.complained.emit("")
            self._value = UNSET
            self.edited.emit(UNSET, ())
            return
        if not self._judge(text):
            self.context.keep_draft(self.path, text, self._value)
            return
        self.context.keep_draft(self.path, None)
        self._value = typed_json(text)
        self.edited.emit(self._value, ())

    def _judge(self, text: str) -> bool:
        if not text.strip():
            return self._value is UNSET or self._value is None
        try:
            value = typed_json(text)
        except NotJson as error:
            self.editor.show_squiggles([Squiggle(error.at, 1)] if error.at is not None else [])
            said = str(error)
            self.complained.emit(f"{said[:1].upper()}{said[1:]} It is kept here until it is JSON.")
            return False
        if self.plan.kind == "json" and not isinstance(value, dict | list) and self.plan.name:
            self.complained.emit("This should be an object in braces. It is kept here until it is one.")
            return False
        self.editor.show_squiggles([])
        self.complained.emit("")
        return True
