"""``MapControl``: values by name, in the order that people see.

Law: a row without a name, or with that of another row, stays in its field and is said; it never enters the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from designer.document.command import Visit, fresh_visit
from designer.document.commands.set_field import UNSET, same
from designer.forms.context import FormContext
from designer.forms.control import Control, LineEdit
from designer.forms.field_box import FieldBox
from designer.forms.field_plan import FieldPlan, one_of, start_value
from designer.forms.groups import Make
from designer.forms.row_buttons import AddButton, RowButton
from designer.pieces import PlainText


class MapControl(Control):
    """Named values: a name, and its value below or beside."""

    def __init__(self, context: FormContext, plan: FieldPlan, path: str, make: Make) -> None:
        super().__init__(context, plan, path)
        assert plan.item is not None
        self._make, self._item = make, plan.item
        self._pairs: list[tuple[str, Any]] = []
        self.rows: list[_Pair] = []
        self._spare: list[_Pair] = []
        """rows that are not shown: making one is dear"""
        self.holder = QVBoxLayout()
        self.holder.setContentsMargins(0, 0, 0, 0)
        self.holder.setSpacing(8)
        self.column.addLayout(self.holder)
        self.add = AddButton(context, f"Add {one_of(plan.title)}")
        self.add.clicked.connect(self._add)
        self.column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)

    def focus_target(self) -> QWidget:
        return self.rows[0].name if self.rows else self.add

    def set_invalid(self, invalid: bool) -> None:
        """The rows say what is wrong with them."""

    def show_value(self, value: Any) -> None:
        given = dict(value) if isinstance(value, Mapping) else {}
        if same(given, self._named()) and len(self.rows) == len(self._pairs):
            return
        self._pairs = list(given.items())
        self._draw()

    def forget(self) -> None:
        super().forget()
        self._pairs = []
        for row in self.rows:
            row.forget()

    def prepare(self, value: Any) -> Iterator[None]:
        wanted = len(value) if isinstance(value, Mapping) else 0
        while len(self.rows) + len(self._spare) < wanted:
            row = _Pair(self, self._make)
            self.context.boxes.pop(row.box.path, None)
            row.hide()
            self.holder.addWidget(row)
            self._spare.insert(0, row)
            yield

    def _named(self) -> dict[str, Any]:
        """What is said: the first of several rows with one name; rows without a name are not said yet."""
        named: dict[str, Any] = {}
        for name, value in self._pairs:
            if name and name not in named:
                named[name] = value
        return named

    def _draw(self) -> None:
        while len(self.rows) > len(self._pairs):
            row = self.rows.pop()
            self.context.boxes.pop(row.box.path, None)
            row.hide()
            row.forget()
            self._spare.append(row)
        while len(self.rows) < len(self._pairs):
            if self._spare:
                row = self._spare.pop()
                row.show()
            else:
                row = _Pair(self, self._make)
                self.holder.addWidget(row)
            self.rows.append(row)
        for row, (name, value) in zip(self.rows, self._pairs, strict=True):
            row.fill(name, value)

    def _add(self) -> None:
        self._pairs = [*self._pairs, ("", start_value(self._item))]
        self._draw()
        self.rows[-1].name.setFocus()

    def rename(self, row: _Pair, name: str, before: str, visit: int) -> None:
        """A person typed another name than ``before``; ``edited`` tells the visit, so that what reads it goes along."""
        number = self.rows.index(row)
        taken = any(n != number and other == name for n, (other, _) in enumerate(self._pairs))
        row.complain("Another row has this name; it is not kept until it has its own." if taken else "")
        self._pairs[number] = (name, self._pairs[number][1])
        row.place(self.context, self._path(name))
        kept = before if taken or not name else name
        self._say((Visit(visit, before, kept),) if before else ("name", number))

    def name_of(self, row: _Pair) -> str:
        """What a row is called."""
        return self._pairs[self.rows.index(row)][0]

    def change(self, row: _Pair, value: Any, inside: Any) -> None:
        """A person made another value."""
        number = self.rows.index(row)
        name = self._pairs[number][0]
        self._pairs[number] = (name, "" if value is UNSET else value)
        row.complain("" if name else "Give it a name; it is kept here until it has one.")
        self._say((number, *inside))

    def remove(self, row: _Pair) -> None:
        """One fewer."""
        number = self.rows.index(row)
        del self._pairs[number]
        self._draw()
        self._say(("remove", number))
        (self.rows[min(number, len(self.rows) - 1)].name if self.rows else self.add).setFocus()

    def shift(self, row: _Pair, step: int) -> None:
        """Up or down; their order is what people see."""
        number = self.rows.index(row)
        to = number + step
        if 0 <= to < len(self._pairs):
            self._pairs[number], self._pairs[to] = self._pairs[to], self._pairs[number]
            self._draw()
            self._say(("move", number, to))
            self.rows[to].name.setFocus()

    def _say(self, inside: Any) -> None:
        named = self._named()
        self.edited.emit(named if named or self.plan.required else UNSET, inside)

    def _path(self, name: str) -> str:
        return f"{self.path}.{name}"


class _Pair(QFrame):
    """One named value."""

    def __init__(self, owner: MapControl, make: Make) -> None:
        super().__init__()
        assert owner.plan.item is not None
        self._owner = owner
        self.name = LineEdit()
        self.name.setPlaceholderText("Name")
        self.name.setAccessibleName(f"Name, {owner.plan.title}")
        plan = replace(owner.plan.item, title="", required=True, moment=owner.plan.moment)
        self.control = make(owner.context, plan, f"{owner.path}.")
        self.box = FieldBox(owner.context, plan, f"{owner.path}.", self.control, bare=True)
        aside = self.control.aside()
        self._button = RowButton(owner.context, self, lambda step: owner.shift(self, step), lambda: owner.remove(self))
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.name, 1)
        if aside is not None:
            top.addWidget(aside)
        top.addWidget(self._button)
        self._wrong = PlainText("", role="bad", wrap=True)
        self._wrong.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.box)
        column.addWidget(self._wrong)
        self.setProperty("role", "pair")
        self._before: str | None = None
        """the name before typing began; None while nothing is typed"""
        self._visit = 0
        self.name.textEdited.connect(self._typed)
        self.name.left.connect(self._leave)
        self.control.edited.connect(lambda value, inside: owner.change(self, value, inside))

    def fill(self, name: str, value: Any) -> None:
        """Show this pair."""
        if name != self.name.text().strip():
            self.name.setText(name)
        self.place(self._owner.context, f"{self._owner.path}.{name}")
        self.control.show_value(value)

    def _typed(self, text: str) -> None:
        if self._before is None:
            self._before, self._visit = self._owner.name_of(self), fresh_visit()
        self._owner.rename(self, text.strip(), self._before, self._visit)

    def _leave(self) -> None:
        self._before = None

    def forget(self) -> None:
        """Another pair comes next."""
        self._leave()
        self.complain("")
        self.control.forget()

    def place(self, context: FormContext, path: str) -> None:
        """Found under this path from now on."""
        if context.boxes.get(self.box.path) is self.box:
            del context.boxes[self.box.path]
        self.box.path = self.control.path = path
        context.boxes[path] = self.box

    def complain(self, words: str) -> None:
        """What is wrong with the name."""
        self._wrong.setText(words)
        self._wrong.setVisible(bool(words))
