"""Controls in which code is typed: an expression or a fixed value, a text with values in it, JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget

from designer.document.commands.set_field import UNSET, same
from designer.forms.code_editor import CodeEditor, Squiggle
from designer.forms.completion import CompletionList, Offer
from designer.forms.context import FormContext
from designer.forms.control import ChoiceControl, Control, line_control
from designer.forms.exact_json import json_marks, json_of, read_json
from designer.forms.expression_field import ExpressionField, offers_at
from designer.forms.field_plan import FieldPlan
from designer.theme.icons import icon
from nodes.feel import FeelSyntaxError, compile_expression, highlight, parse_duration, parse_template
from nodes.feel.errors import FeelError
from nodes.feel.tree import AtLiteral, Literal, Negation

COMPUTED = frozenset({"any", "boolean", "list", "context"})
"""kinds that are nearly always computed, so that an empty field begins as an expression"""


class ExpressionControl(Control):
    """A fixed value or an expression; the ``fx`` button at the label turns one into the other."""

    def __init__(self, context: FormContext, plan: FieldPlan, path: str) -> None:
        super().__init__(context, plan, path)
        self._value: Any = UNSET
        self._computed: bool | None = None
        self._asked = False
        self.field: ExpressionField | None = None
        self.fixed: Control | None = None
        self.switch = QToolButton()
        self.switch.setText("fx")
        self.switch.setCheckable(True)
        self.switch.setProperty("role", "fx")
        self.switch.setFixedSize(26, 18)
        self.switch.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.switch.clicked.connect(lambda: self._turn(self.switch.isChecked()))
        self._show_mode(plan.expects in COMPUTED)

    def focus_target(self) -> QWidget:
        if self._computed and self.field is not None:
            return self.field.editor
        return self.fixed.focus_target() if self.fixed is not None else self

    def aside(self) -> QWidget | None:
        return self.switch

    def set_invalid(self, invalid: bool) -> None:
        if self._computed and self.field is not None:
            self.field.set_invalid(invalid)
        elif self.fixed is not None:
            self.fixed.set_invalid(invalid)

    def show_value(self, value: Any) -> None:
        if not same(value, self._value):
            self._asked = False
        self._value = value
        feel = value.get("feel") if isinstance(value, dict) and set(value) == {"feel"} else None
        if isinstance(feel, str):
            self._show_mode(True)
            assert self.field is not None
            self.field.show_text(feel)
            return
        empty = value is UNSET or value is None
        if self._asked and empty:
            pass
        elif empty:
            self._show_mode(self.plan.expects in COMPUTED)
        else:
            self._show_mode(self.plan.expects == "any" and isinstance(value, list | dict | Decimal | int))
        if self._computed:
            assert self.field is not None
            self.field.show_text("" if empty else feel_of(value))
        elif self.fixed is not None:
            self.fixed.show_value(value)

    def forget(self) -> None:
        super().forget()
        self._value, self._asked = UNSET, False
        if self.field is not None:
            self.field.forget()
        if self.fixed is not None:
            self.fixed.forget()

    def _show_mode(self, computed: bool) -> None:
        if computed is self._computed:
            return
        had_focus = self._computed is not None and self.focus_target().hasFocus()
        self._computed = computed
        if computed and self.field is None:
            self.field = ExpressionField(self.context, self.plan.moment, condition=self.plan.expects == "boolean")
            self.field.editor.setAccessibleName(self.plan.title or "Expression")
            self.field.typed.connect(self._typed)
            self.column.addWidget(self.field)
        if not computed and self.fixed is None:
            self.fixed = self._fixed_control()
            self.fixed.edited.connect(self._fix)
            self.fixed.complained.connect(self.complained)
            self.column.addWidget(self.fixed)
        if self.field is not None:
            self.field.setVisible(computed)
        if self.fixed is not None:
            self.fixed.setVisible(not computed)
        self.switch.setChecked(computed)
        words = (
            "Computed by an expression. Click for a fixed value." if computed else "A fixed value. Click to compute it."
        )
        self.switch.setToolTip(words)
        self.switch.setAccessibleName(words)
        if had_focus:
            self.focus_target().setFocus()

    def _fixed_control(self) -> Control:
        kinds = {"number": "number", "integer": "whole", "duration": "duration", "instant": "instant"}
        if self.plan.expects == "boolean":
            plan = _as(self.plan, "choice", options=(True, False))
            return ChoiceControl(self.context, plan, self.path)
        if self.plan.expects in ("list", "context"):
            return JsonControl(self.context, _as(self.plan, "json"), self.path)
        return line_control(self.context, _as(self.plan, kinds.get(self.plan.expects, "line")), self.path)

    def _typed(self, text: str) -> None:
        self._value = (
            {"feel": text} if text.strip() else ("" if self.plan.required and self.plan.expects == "any" else UNSET)
        )
        if not text.strip() and self.plan.required:
            self._asked = True
        self.edited.emit(self._value, ())

    def _fix(self, value: Any, inside: Any) -> None:
        self._value = value
        self._asked = True
        self.edited.emit(value, inside)

    def _turn(self, computed: bool) -> None:
        self._asked = True
        before = self._value
        empty = before is UNSET or before is None or before == ""
        self._show_mode(computed)
        if empty:
            self.focus_target().setFocus()
            return
        if computed:
            value: Any = {"feel": feel_of(before)}
        else:
            value = (
                fixed_of(before["feel"], self.plan.expects) if isinstance(before, dict) and "feel" in before else before
            )
            if value is UNSET:
                self._show_mode(True)
                self.complained.emit(
                    "This expression is no fixed value, so it can't be turned into one. Clear it first."
                )
                QTimer.singleShot(4000, self, lambda: self.complained.emit(""))
                return
        self._value = value
        self.edited.emit(value, ())
        self.show_value(value)
        self.focus_target().setFocus()


def _as(plan: FieldPlan, kind: Any, **more: Any) -> FieldPlan:
    return replace(plan, kind=kind, **more)


def feel_of(value: Any) -> str:
    """A plain value as an expression."""
    if isinstance(value, str):
        if parse_duration(value) is not None and value.startswith(("P", "-P")):
            return f'@"{value}"'
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    return json_of(value)


def fixed_of(text: str, expects: str) -> Any:
    """The plain value that an expression is, if it is one; else UNSET."""
    try:
        tree = compile_expression(text).ast
    except FeelError:
        return UNSET
    if isinstance(tree, Negation) and isinstance(tree.operand, Literal) and isinstance(tree.operand.value, Decimal):
        return _number(-tree.operand.value)
    if isinstance(tree, AtLiteral):
        return tree.text
    if not isinstance(tree, Literal) or tree.value is None:
        return UNSET
    value = _number(tree.value) if isinstance(tree.value, Decimal) else tree.value
    kinds: dict[str, Any] = {"boolean": bool, "text": str, "number": int | Decimal, "integer": int}
    return value if isinstance(value, kinds.get(expects, object)) else UNSET


def _number(value: Decimal) -> Decimal | int:
    return int(value) if value.as_tuple().exponent == 0 else value


class TextControl(Control):
    """Words with values in braces; the braces button puts a value in at the cursor."""

    def __init__(self, context: FormContext, plan: FieldPlan, path: str) -> None:
        super().__init__(context, plan, path)
        self.editor = CodeEditor(context.services.theme, self._marks, code=False, lines=1)
        self.completion = CompletionList(self.editor, context.services.theme, self._offers)
        self.column.addWidget(self.editor)
        self.insert = QToolButton()
        self.insert.setProperty("role", "fx")
        self.insert.setFixedSize(26, 18)
        self.insert.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.insert.setAccessibleName("Put a value in")
        self.insert.setToolTip("Put a value in at the cursor")
        self.insert.clicked.connect(self._menu)
        context.services.theme.changed.connect(self._paint)
        self._paint()
        self._pause = QTimer(self, singleShot=True, interval=150)
        self._pause.timeout.connect(self._look)
        self.editor.typed.connect(self._typed)

    def focus_target(self) -> QWidget:
        return self.editor

    def aside(self) -> QWidget | None:
        return self.insert

    def show_value(self, value: Any) -> None:
        self.editor.show_text(value if isinstance(value, str) else "")
        self._pause.start()

    def forget(self) -> None:
        super().forget()
        self.editor.show_squiggles([])

    def _typed(self, text: str) -> None:
        self.edited.emit(text if text or self.plan.required else UNSET, ())
        self._pause.start()

    def _look(self) -> None:
        """A hole that can't be read is marked at once; what it reads is judged by the check."""
        text = self.editor.toPlainText()
        try:
            parse_template(text)
        except FeelSyntaxError as error:
            self.editor.show_squiggles([Squiggle(error.offset, error.length)])
            said = error.message if error.suggestion is None else f"{error.message} {error.suggestion}"
            self.complained.emit(said.replace("`", "“", 1).replace("`", "”", 1))
        except FeelError as error:
            self.complained.emit(error.message)
        else:
            self.editor.show_squiggles([])
            self.complained.emit("")

    def _menu(self) -> None:
        menu = QMenu(self)
        names = self.context.scope(self.plan.moment).names
        for name in names[:60]:
            entry = menu.addAction(name.text.replace("&", "&&") + (f"\t{name.title}" if name.title else ""))
            entry.triggered.connect(lambda _checked=False, text=name.text: self.put_value(text))
        if not names:
            menu.addAction("Nothing is known here yet").setEnabled(False)
        menu.popup(self.insert.mapToGlobal(self.insert.rect().bottomLeft()))

    def put_value(self, path: str) -> None:
        """A value at the cursor, in braces unless it stands in some already."""
        cursor = self.editor.textCursor()
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        inside = _hole_at(self.editor.toPlainText(), start) is not None
        self.editor.write(start, end - start, path if inside else f"{{{path}}}")
        self.editor.setFocus()

    def _marks(self, text: str) -> Sequence[tuple[int, int, str]]:
        found: list[tuple[int, int, str]] = []
        for start, end in _holes(text):
            found.append((start, 1, "operator"))
            found += [(start + 1 + one.start, one.length, "hole" if one.kind == "name" else one.kind)
                      for one in highlight(text[start + 1 : end])]  # fmt: skip
            found.append((end, 1, "operator"))
        return found

    def _offers(self, text: str, position: int) -> Sequence[Offer]:
        hole = _hole_at(text, position)
        if hole is None:
            return []
        start, end = hole
        inner = offers_at(text[start + 1 : end], position - start - 1, self.context.scope(self.plan.moment))
        return [Offer(o.label, o.insert, o.start + start + 1, o.length, o.kind, o.aside, o.doc, o.doubt) for o in inner]

    def _paint(self) -> None:
        self.insert.setIcon(icon("braces", self.context.services.theme.palette.text.secondary, size=14))


def _holes(text: str) -> list[tuple[int, int]]:
    """(place of ``{``, place of ``}`` or the end) of each hole, whether or not it can be read."""
    found, at = [], 0
    while at < len(text):
        if text.startswith(("{{", "}}"), at):
            at += 2
        elif text[at] == "{":
            end, depth = at + 1, 1
            while end < len(text) and depth:
                depth += {"{": 1, "}": -1}.get(text[end], 0)
                end += 1
            found.append((at, end - 1 if depth == 0 else end))
            at = end
        else:
            at += 1
    return found


def _hole_at(text: str, position: int) -> tuple[int, int] | None:
    return next(((start, end) for start, end in _holes(text) if start < position <= end), None)


class JsonControl(Control):
    """JSON with exact numbers. What is no JSON yet is kept in the field and said."""

    def __init__(self, context: FormContext, plan: FieldPlan, path: str, *, lines: int = 3) -> None:
        super().__init__(context, plan, path)
        self._value: Any = UNSET
        self.editor = CodeEditor(context.services.theme, json_marks, lines=lines)
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
        self._value = read_json(text)
        self.edited.emit(self._value, ())

    def _judge(self, text: str) -> bool:
        if not text.strip():
            return self._value is UNSET or self._value is None
        try:
            value = read_json(text)
        except ValueError as error:
            place = getattr(error, "pos", None)
            self.editor.show_squiggles([Squiggle(place, 1)] if isinstance(place, int) else [])
            self.complained.emit(f"{_where(error)} It is kept here until it is JSON.")
            return False
        if self.plan.kind == "json" and not isinstance(value, dict | list) and self.plan.name:
            self.complained.emit("This should be an object in braces. It is kept here until it is one.")
            return False
        self.editor.show_squiggles([])
        self.complained.emit("")
        return True


def _where(error: ValueError) -> str:
    line, column = getattr(error, "lineno", None), getattr(error, "colno", None)
    said = re.sub(r":.*", "", str(error)).rstrip(".")
    return f"{said} at line {line}, column {column}." if line is not None else f"{said}."


def stacked(*widgets: QWidget) -> QWidget:
    """Widgets below one another."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(6)
    for widget in widgets:
        column.addWidget(widget)
    return made
