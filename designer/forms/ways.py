"""``WaysControl``: a list whose items are ways out of the step: conditions of a decision, choices of an approval.

A way's name in the drawing follows its label until a line leaves by it; taking a way away takes its lines along, in one
step of the history.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from designer.document.command import Command, CommandRefused, compound
from designer.document.commands.connect import disconnect, reconnect
from designer.document.commands.set_field import path_of, set_field
from designer.document.names import as_read, fresh
from designer.forms.context import FormContext
from designer.forms.control import Control, LineEdit
from designer.forms.field_box import FieldBox
from designer.forms.field_plan import FieldPlan, singular, start_value
from designer.forms.groups import Make, ModelControl
from designer.forms.lists import ListControl
from designer.forms.name_dialog import ask_name
from designer.forms.row_buttons import RowButton
from designer.pieces import PlainText
from designer.theme.type_scale import BODY_STRONG, SMALL, widget_font
from runtime.model.names import id_fault

PORT, LABEL = "port", "title"


def is_ways(plan: FieldPlan) -> bool:
    """Whether a list's items are ways out."""
    item = plan.item
    return plan.kind == "list" and item is not None and item.field(PORT) is not None and item.field(LABEL) is not None


class WayCard(QFrame):
    """One way: its label, and what belongs to it."""

    def __init__(self, owner: WaysControl, number: int, make: Make) -> None:
        super().__init__()
        assert owner.plan.item is not None
        item = owner.plan.item
        self.setProperty("role", "way")
        self.path = f"{owner.path}[{number + 1}]"
        self.conditional = any(field.kind == "expr" and field.expects == "boolean" for field in item.fields)
        label = item.field(LABEL)
        assert label is not None
        self.title = LineEdit()
        self.title.setProperty("role", "outcome")
        self.title.setFont(widget_font(BODY_STRONG))
        self.title.setPlaceholderText(label.title)
        self.title.setAccessibleName(f"{label.title} {number + 1}")
        self.title.setToolTip(label.help)
        self.button = RowButton(owner.context, self, lambda step: owner.shift(self, step), lambda: owner.remove(self))
        self.button.menu_of_row.addSeparator()
        self.button.menu_of_row.addAction("Name in the drawing …").triggered.connect(lambda: owner.rename_port(self))
        head = QHBoxLayout()
        head.setSpacing(6)
        if self.conditional:
            head.addWidget(PlainText("Choose" if number == 0 else "Else", SMALL, "secondary"))
        head.addWidget(self.title, 1)
        if self.conditional:
            head.addWidget(PlainText("when", SMALL, "secondary"))
        head.addWidget(self.button)
        self.group = ModelControl(owner.context, item, self.path, make, skip=frozenset({PORT, LABEL}), compact=True)
        self.control: Control = self.group
        if self.conditional and len(self.group.boxes) == 1:
            box = next(iter(self.group.boxes.values()))
            box.label.hide()
            if (aside := box.control.aside()) is not None:
                aside.hide()  # a condition that is a fixed value is none
        # Findings about label and name are shown at the label.
        self.named = FieldBox(
            owner.context, label, f"{self.path}.{LABEL}", _Bare(owner.context, label, self.title), bare=True
        )
        owner.context.boxes[f"{self.path}.{PORT}"] = self.named
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.named)
        column.addWidget(self.group)
        self.title.textEdited.connect(lambda text: owner.retitle(self, text))
        self.group.edited.connect(lambda value, inside: owner.change(self, value, inside))

    def fill(self, item: Any) -> None:
        """Show this way."""
        title = str(item.get(LABEL) or "") if isinstance(item, dict) else ""
        if title != self.title.text():
            self.title.setText(title)
            self.title.setCursorPosition(0)
        self.title.setPlaceholderText(as_read(str(item.get(PORT, ""))) or "Label")
        self.group.show_value(item)


class _Bare(Control):
    """Stands for a line that is drawn elsewhere, so that findings about it have a place."""

    def __init__(self, context: FormContext, plan: FieldPlan, line: LineEdit) -> None:
        super().__init__(context, plan, "")
        self._line = line
        self.setFixedHeight(0)

    def focus_target(self) -> QWidget:
        return self._line

    def show_value(self, value: Any) -> None:
        """The card shows it."""


class WaysControl(ListControl):
    """The ways, from the top."""

    def __init__(self, context: FormContext, plan: FieldPlan, path: str, make: Make) -> None:
        super().__init__(context, plan, path, make)
        self.holder.setSpacing(14)

    def focus_target(self) -> QWidget:
        if not self.rows:
            return self.add
        card: WayCard = self.rows[0]  # type: ignore[assignment]
        return card.group.focus_target() if card.conditional else card.title

    def forget(self) -> None:
        super().forget()
        for card in self.rows:
            card.group.forget()  # type: ignore[attr-defined]

    # --- what persons do ---

    def retitle(self, card: WayCard, title: str) -> None:
        """Another label; the name follows while nothing hangs on it."""
        number = self.rows.index(card)
        item = dict(self._value[number])
        port, node = str(item.get(PORT, "")), self.context.node_id
        flow = self.context.flow
        free = flow is not None and next(flow.edges_from(node, port), None) is None
        item[LABEL] = title
        if free and title.strip():
            item[PORT] = fresh_port(title, [one.get(PORT) for n, one in enumerate(self._value) if n != number])
        card.group.put(LABEL, title)
        card.group.put(PORT, item.get(PORT, port))
        self._edit(number, item, (LABEL,))

    def change(self, card: WayCard, value: Any, inside: Any) -> None:
        """Another field of a way."""
        self._edit(self.rows.index(card), value, inside)

    def shift(self, card: WayCard, step: int) -> None:
        """Up or down: they are asked from the top."""
        self._move(card, step)

    def remove(self, card: WayCard) -> None:
        """The way and its lines."""
        number = self.rows.index(card)
        item = self._value[number]
        left = [one for n, one in enumerate(self._value) if n != number]
        name = str(item.get(LABEL) or item.get(PORT) or "")
        self._do(f"Remove “{name}”", str(item.get(PORT, "")), None, left)
        (self.rows[min(number, len(self.rows) - 1)].title if self.rows else self.add).setFocus()  # type: ignore[attr-defined]

    def rename_port(self, card: WayCard) -> None:
        """The name by which lines and expressions know it."""
        number = self.rows.index(card)
        item = dict(self._value[number])
        old = str(item.get(PORT, ""))
        taken = [str(one.get(PORT)) for one in self._value]
        new = ask_name(self, "Change name in the drawing", "Lines that leave by it go along.", old, taken)
        if new is not None and new != old:
            self.set_port(number, new)

    def set_port(self, number: int, new: str) -> None:
        """Another name; lines that leave by it go along."""
        item = dict(self._value[number])
        old = str(item.get(PORT, ""))
        fault = id_fault(new)
        if fault is None and any(one.get(PORT) == new for n, one in enumerate(self._value) if n != number):
            fault = "is the name of another way already"
        if fault is not None:
            self.complained.emit(f"The name “{new}” {fault}.")
            return
        item[PORT] = new
        changed = [item if n == number else one for n, one in enumerate(self._value)]
        self._do(f"Call “{old}” “{new}”", old, new, changed)

    # --- inside ---

    def _row(self, number: int) -> QWidget:
        return WayCard(self, number, self._make)

    def _fill(self, number: int, item: Any) -> None:
        card: WayCard = self.rows[number]  # type: ignore[assignment]
        card.fill(item if isinstance(item, dict) else {})

    def _control(self, number: int) -> Control:
        card: WayCard = self.rows[number]  # type: ignore[assignment]
        return card.named.control

    def _new(self) -> Any:
        assert self.plan.item is not None
        taken = [one.get(PORT) for one in self._value if isinstance(one, dict)]
        made: dict[str, Any] = {}
        title = f"{'Outcome' if self._conditional else singular(self.plan.title)} {len(self._value) + 1}"
        for field in self.plan.item.fields:
            if field.name == PORT:
                made[PORT] = fresh_port(title, taken)
            elif field.name == LABEL:
                made[LABEL] = title
            elif field.required:
                made[field.name] = start_value(field)
        return made

    @property
    def _conditional(self) -> bool:
        item = self.plan.item
        return item is not None and any(field.kind == "expr" and field.expects == "boolean" for field in item.fields)

    def _do(self, title: str, port: str, new_port: str | None, changed: list[Any]) -> None:
        """The list and the lines of one port in one step."""
        services, flow = self.context.services, self.context.flow
        if flow is None:
            return
        node = self.context.node_id
        edges = [edge.key for edge in flow.edges_from(node, port)]
        commands: list[Command] = [set_field(flow.id, node, path_of(self.path), changed)]
        if new_port is None:
            commands.append(disconnect(flow.id, edges))
        else:
            commands += [reconnect(flow.id, key, (key[0], new_port, key[2])) for key in edges]
        try:
            services.document.do(compound(title, *commands))
        except CommandRefused as refused:
            self.complained.emit(str(refused))


def fresh_port(title: str, taken: list[Any]) -> str:
    """A name for a way that no other has."""
    return fresh(title, frozenset(str(one) for one in taken) | {"default", "timeout", "error"})[:64]
