"""``ExpressionControl``: a fixed value or an expression, and how one becomes the other."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QToolButton, QWidget

from designer.document.commands.set_field import UNSET, same
from designer.forms.code_editor import CodeEditor
from designer.forms.complaint import Complaint
from designer.forms.context import FormContext
from designer.forms.control import ChoiceControl, Control, LineEdit, line_control
from designer.forms.exact_json import json_of
from designer.forms.expression_field import ExpressionField
from designer.forms.field_plan import FieldPlan
from designer.forms.json_control import JsonControl
from nodes.feel import compile_expression, parse_duration
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
        self._stays_fixed = False
        """whether a person said by hand that it is no expression: then "=" is a text like any other"""
        self._called = plan.title or "Expression"
        self._doubted: Complaint | None = None
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

    def call(self, name: str) -> None:
        self._called = name
        if self.field is not None:
            self.field.editor.setAccessibleName(name)
        if self.fixed is not None:
            self.fixed.call(name)

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
        # A field of its own begins with an empty text, which says nothing yet: {a: input.b} is meant to be computed.
        blank = value == "" and self.plan.expects == "any" and bool(self.plan.title)
        empty = value is UNSET or value is None or blank
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
            self._doubt(value)

    @property
    def explains(self) -> bool:
        return bool(self._computed and self.field is not None and self.field.problems)

    def forget(self) -> None:
        super().forget()
        self._value, self._asked, self._stays_fixed = UNSET, False, False
        if self.field is not None:
            self.field.forget()
        if self.fixed is not None:
            self.fixed.forget()
        if self._doubted is not None:
            self._doubted.say("")

    def _show_mode(self, computed: bool) -> None:
        if computed is self._computed:
            return
        had_focus = self._computed is not None and self.focus_target().hasFocus()
        self._computed = computed
        if computed and self.field is None:
            self.field = ExpressionField(self.context, self.plan.moment, condition=self.plan.expects == "boolean")
            self.field.editor.setAccessibleName(self._called)
            self.field.typed.connect(self._typed)
            self.field.looked.connect(self.explained)
            self.column.addWidget(self.field)
        if not computed and self.fixed is None:
            self.fixed = self._fixed_control()
            self.fixed.edited.connect(self._fix)
            self.fixed.complained.connect(self.complained)
            self.fixed.call(self._called)
            target = self.fixed.focus_target()
            if isinstance(target, LineEdit | CodeEditor):
                target.take_value = self._take_value
            self.column.addWidget(self.fixed)
        if self.field is not None:
            self.field.setVisible(computed)
        if self.fixed is not None:
            self.fixed.setVisible(not computed)
        if self._doubted is not None:
            self._doubted.say("")
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

    def _take_value(self, name: str) -> None:
        """A value that is dropped on a fixed one takes its place: it is computed from now on."""
        self._show_mode(True)
        assert self.field is not None
        self.field.editor.write(0, len(self.field.text), name)
        self.field.editor.setFocus()

    def _fix(self, value: Any, inside: Any) -> None:
        if value == "=" and not self._stays_fixed:
            self._show_mode(True)  # as in a spreadsheet
            assert self.field is not None
            assert self.fixed is not None
            self.field.show_text("")
            self.fixed.forget()
            self.fixed.show_value("")
            self._asked = True
            self._typed("")
            return
        self._value = value
        self._asked = True
        self._doubt(value)
        self.edited.emit(value, inside)

    def _doubt(self, value: Any) -> None:
        """A fixed text that reads like an expression of values that there are: it may have been meant as one."""
        text = value.strip().removeprefix("=").strip() if isinstance(value, str) else ""
        if not text or not reads_values(text, self.context.scope(self.plan.moment).shapes):
            if self._doubted is not None:
                self._doubted.say("")
            return
        if self._doubted is None:
            self._doubted = Complaint(self.context.services.theme, self)
            self.column.addWidget(self._doubted)
        words = "This is a text as it stands, not the value that it names."
        self._doubted.say(words, warning=True, repair="Use the value", run=lambda: self._take_value(text))

    def _turn(self, computed: bool) -> None:
        self._asked = True
        self._stays_fixed = not computed
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


def reads_values(text: str, roots: Container[str]) -> bool:
    """Whether a text would, as an expression, read values, and only such that there are."""
    if not any(sign in text for sign in ".{"):
        return False  # one word is a word
    try:
        paths = compile_expression(text).free_paths
    except FeelError:
        return False
    return bool(paths) and all(path[0] in roots and len(path) > 1 for path in paths)


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
