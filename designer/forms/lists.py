"""``ListControl``: values one below the other. ``WaysControl`` is one whose items are ways out.

Law: rows are kept and filled anew, never thrown away while a person types in one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from designer.document.commands.set_field import UNSET
from designer.forms.context import FormContext
from designer.forms.control import Control
from designer.forms.field_box import FieldBox
from designer.forms.field_plan import FieldPlan, singular, start_value
from designer.forms.groups import Make
from designer.forms.row_buttons import AddButton, RowButton
from designer.theme.alive import alive


class Row(QFrame):
    """One row of a list."""

    def __init__(self, control: Control, box: FieldBox) -> None:
        super().__init__()
        self.control, self.box = control, box
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(0, 0, 0, 0)
        self.line.setSpacing(4)
        self.line.addWidget(box, 1)


class ListControl(Control):
    """Rows one below the other."""

    def __init__(self, context: FormContext, plan: FieldPlan, path: str, make: Make) -> None:
        super().__init__(context, plan, path)
        assert plan.item is not None
        self._make = make
        self._item = plan.item if plan.item.title else replace(plan.item, title=singular(plan.title))
        self._value: list[Any] = []
        self.rows: list[QWidget] = []
        self._spare: list[tuple[QWidget, dict[str, FieldBox]]] = []
        """rows that are not shown, with their fields by path, the next one at the end: making one is dear"""
        self.holder = QVBoxLayout()
        self.holder.setContentsMargins(0, 0, 0, 0)
        self.holder.setSpacing(6)
        self.column.addLayout(self.holder)
        self.add = AddButton(context, f"Add {singular(plan.title).lower()}")
        self.add.clicked.connect(self._add)
        self.column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)

    def focus_target(self) -> QWidget:
        return self._control(0).focus_target() if self.rows else self.add

    def set_invalid(self, invalid: bool) -> None:
        """The rows say what is wrong with them."""

    def show_value(self, value: Any) -> None:
        self._value = list(value) if isinstance(value, list | tuple) else []
        while len(self.rows) > len(self._value):
            row = self.rows.pop()
            row.hide()
            self._spare.append((row, self._taken_out(len(self.rows))))
        while len(self.rows) < len(self._value):
            if self._spare:
                row, boxes = self._spare.pop()
                self.context.boxes.update(boxes)
                row.show()
            else:
                row = self._row(len(self.rows))
                self.holder.addWidget(row)
            self.rows.append(row)
        for number, item in enumerate(self._value):
            self._fill(number, item)

    def forget(self) -> None:
        super().forget()
        for number in range(len(self.rows)):
            self._control(number).forget()

    def prepare(self, value: Any) -> Iterator[None]:
        wanted = len(value) if isinstance(value, list | tuple) else 0
        while (number := len(self.rows) + len(self._spare)) < wanted:
            row = self._row(number)
            row.hide()
            self.holder.addWidget(row)
            self._spare.insert(0, (row, self._taken_out(number)))
            yield

    # --- what kinds of lists make differently ---

    def _row(self, number: int) -> QWidget:
        path = self._path(number)
        control = self._make(self.context, self._item, path)
        box = FieldBox(self.context, self._item, path, control, bare=True)
        holder = Row(control, box)
        button = RowButton(self.context, holder, lambda step: self._move(holder, step), lambda: self._remove(holder))
        holder.line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        control.edited.connect(lambda value, inside: self._edit(self.rows.index(holder), value, inside))
        return holder

    def _fill(self, number: int, item: Any) -> None:
        self._control(number).show_value(item)

    def _control(self, number: int) -> Control:
        row = self.rows[number]
        return row.control  # type: ignore[attr-defined,no-any-return]

    def _new(self) -> Any:
        return start_value(self._item)

    # --- changes ---

    def _edit(self, number: int, value: Any, inside: Any) -> None:
        changed = list(self._value)
        changed[number] = "" if value is UNSET else value
        self._value = changed
        self.edited.emit(changed, (number, *inside))

    def _add(self) -> None:
        changed = [*self._value, self._new()]
        self.edited.emit(changed, ("add", len(changed)))
        if not alive(self.holder):
            return  # the change made the form anew, which shows the row already
        self.show_value(changed)
        target = self._control(len(changed) - 1).focus_target()
        target.setFocus()
        if isinstance(target, QLineEdit):
            target.selectAll()  # a label that was made up gives way to the one that is typed

    def _remove(self, row: QWidget) -> None:
        number = self.rows.index(row)
        changed = [item for n, item in enumerate(self._value) if n != number]
        self.edited.emit(changed, ("remove", len(changed)))
        if not alive(self.holder):
            return
        self.show_value(changed)
        target = self._control(min(number, len(changed) - 1)).focus_target() if changed else self.add
        target.setFocus()

    def _move(self, row: QWidget, step: int) -> None:
        number = self.rows.index(row)
        to = number + step
        if not 0 <= to < len(self._value):
            return
        changed = list(self._value)
        changed[number], changed[to] = changed[to], changed[number]
        self.edited.emit(changed, ("move", number, to))
        self.show_value(changed)
        self._control(to).focus_target().setFocus()

    def _path(self, number: int) -> str:
        return f"{self.path}[{number + 1}]"

    def _taken_out(self, number: int) -> dict[str, FieldBox]:
        """The fields of a row that goes, by their paths: nothing finds them any longer."""
        begin, boxes = self._path(number), self.context.boxes
        inside = [path for path in boxes if path == begin or path.startswith((f"{begin}.", f"{begin}["))]
        return {path: boxes.pop(path) for path in inside}
