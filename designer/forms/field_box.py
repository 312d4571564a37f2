"""``FieldBox``: one field of a form: its name, its control, help while it is used, and what is wrong with it.

Called by forms and by controls that hold other fields. It registers itself by its path, so that findings and "show this
field" find it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from designer.document.command import CommandRefused
from designer.document.commands.set_field import value_at
from designer.document.names import title_of
from designer.forms.arrangement import cause_of, help_of
from designer.forms.complaint import Complaint
from designer.forms.context import FormContext
from designer.forms.control import Control
from designer.forms.field_plan import FieldPlan
from designer.forms.repair import repair, repair_words
from designer.pieces import PlainText
from designer.pieces.text import plain_tooltip
from designer.theme.alive import alive
from designer.theme.type_scale import SMALL, Size
from runtime.model.flow import Node
from runtime.model.problems import Problem, Severity

LABEL = Size(SMALL.px, SMALL.pt, SMALL.line, 500)


class FieldBox(QWidget):
    """``bare`` draws no label: the control is part of a row that says what it is."""

    def __init__(
        self, context: FormContext, plan: FieldPlan, path: str, control: Control, *, bare: bool = False
    ) -> None:
        super().__init__()
        self.context, self.plan, self.path, self.control = context, plan, path, control
        self._typed_wrong = ""
        self._problem: Problem | None = None
        self.label = PlainText(plan.title, LABEL, "secondary")
        self.required: PlainText | None = None
        self.help: PlainText | None = None
        self.complaint = Complaint(context.services.theme)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = self._head = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.label)
        row.addStretch(1)
        aside = control.aside()
        if aside is not None and not bare and not control.labelled:
            row.addWidget(aside)
        bare = self._bare = bare or control.labelled
        if bare:
            self.label.hide()
        if not bare:
            column.addLayout(row)
        column.addWidget(control)
        column.addWidget(self.complaint)
        target = control.focus_target()
        self.label.setBuddy(target)
        if not target.accessibleName():
            target.setAccessibleName(f"{plan.title}, required" if plan.required else plan.title)
        target.setAccessibleDescription(help_of(plan))
        self.label.setToolTip(plain_tooltip(help_of(plan)))
        target.setToolTip(plain_tooltip(help_of(plan)))
        control.edited.connect(lambda _value, _inside: self._note_value())
        control.complained.connect(self._complain)
        control.explained.connect(self._say)
        context.boxes[path] = self

    def show_value(self, value: Any) -> None:
        """Show this value."""
        self.control.show_value(value)
        self._mark_required(value)

    def show_problem(self, problem: Problem | None) -> None:
        """What the check says about this field; None = nothing."""
        self._problem = problem
        self._say()

    def take_focus(self) -> None:
        """The cursor comes here."""
        self.control.focus_target().setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def says(self) -> str:
        """What is said to be wrong; empty if nothing."""
        return self.complaint.message

    def _mark_required(self, value: Any) -> None:
        empty = value in ("", None) or (isinstance(value, list | dict) and not value) or not _is_plain(value)
        named = not self._bare and not self.label.isHidden()
        self.remark("Required" if self.plan.required and empty and named else "")

    def _note_value(self) -> None:
        if self.plan.required:
            self.remark("")

    def remark(self, words: str) -> None:
        """A word at the right of the label."""
        if self.required is None:
            if not words:
                return
            self.required = PlainText("", SMALL, "muted")
            self._head.insertWidget(2, self.required)
        self.required.setText(words)
        self.required.setVisible(bool(words))

    def show_help(self, shown: bool) -> None:
        """The sentence under the field."""
        if self.help is None:
            if not shown or not self.plan.help:
                return
            self.help = PlainText(help_of(self.plan), SMALL, "muted", wrap=True)
            self._column.addWidget(self.help)
        self.help.setVisible(shown)

    def _complain(self, words: str) -> None:
        self._typed_wrong = words
        self._say()

    def _say(self) -> None:
        problem = self._problem
        if self._typed_wrong:
            self.complaint.say(self._typed_wrong)
        elif problem is not None and not self.control.explains:
            node = self.context.node
            message = said_at_field(problem.message, title_of(node) if node is not None else "", self.plan.title)
            self.complaint.say(
                message,
                warning=problem.severity is Severity.WARNING,
                repair=repair_words(problem),
                run=self._repair,
            )
        else:
            self.complaint.say("")
        wrong = bool(self._typed_wrong) or (problem is not None and problem.severity is Severity.ERROR)
        self.control.set_invalid(wrong)

    def _repair(self) -> None:
        if self._problem is None or self._problem.fix is None:
            return
        try:
            repair(self.context.services, self._problem)
        except CommandRefused as refused:
            self.complaint.say(str(refused))


class HelpFollower(QObject):
    """Shows the help of the field that has the focus, and of no other."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._shown: FieldBox | None = None
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is None:
            return  # the window lost the focus, the form did not
        at: QWidget | None = new
        while at is not None and not isinstance(at, FieldBox):
            at = at.parentWidget()
        if at is self._shown:
            return
        if self._shown is not None and alive(self._shown):
            self._shown.show_help(False)
        self._shown = at
        if at is not None:
            at.show_help(True)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | list | dict | tuple) or hasattr(value, "as_tuple")


def said_at_field(message: str, step: str, field: str) -> str:
    """A finding without what is plain at the field itself: the step's name, and the field's."""
    said = message.removeprefix(f'"{step}": ').removeprefix(f"“{step}”: ")
    for beginning in (f"{field} (",):
        if said.startswith(beginning) and ") " in said:
            said = f"{field} {said.split(') ', 1)[1]}"
    return f"{said[:1].upper()}{said[1:]}"


def show_in(box: FieldBox, path: tuple[str | int, ...], node: Node, raw: Mapping[str, Any]) -> None:
    """A field's value; one that has a meaning only with a choice of another field is hidden without it."""
    box.show_value(value_at(raw, path))
    if (cause := cause_of(box.plan)) is not None and path[0] == "config":
        box.setVisible(cause in node.config.values() or box.plan.name in node.config)


def raw_of(node: Node) -> Mapping[str, Any]:
    """A step as it stands in its file."""
    return node.model_dump(by_alias=True, exclude_unset=True)
