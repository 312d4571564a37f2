"""``SeveralSteps``: what can be set for several steps at once: owner, time allowed, seat."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from designer.document.command import compound
from designer.document.commands.delete import delete
from designer.document.commands.set_field import UNSET, set_field
from designer.document.counted import counted
from designer.document.names import title_of
from designer.forms.context import FormContext
from designer.forms.control import ChoiceControl
from designer.forms.field_box import FieldBox, HelpFollower
from designer.forms.governance import OWNER, SEAT, SLA, governing_control
from designer.pieces import PlainText, Section
from designer.services import Services
from designer.theme.type_scale import PANEL_TITLE, SMALL
from runtime.model.flow import Node


class SeveralSteps(QWidget):
    """A field that differs among them is empty and says so. Made once: it is turned to others as they are selected."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._nodes: tuple[str, ...] = ()
        self.context = FormContext(services, self._commit)
        self._help = HelpFollower(self)
        self.setProperty("role", "panel")
        head = QFrame()
        head.setProperty("role", "header")
        words = QVBoxLayout(head)
        words.setContentsMargins(14, 12, 14, 12)
        words.setSpacing(0)
        self._count = PlainText("", PANEL_TITLE)
        words.addWidget(self._count)
        self._names = PlainText("", SMALL, "muted", wrap=True)
        words.addWidget(self._names)
        section = Section(services.theme, "For all of them")
        section.body.setSpacing(12)
        self.boxes: dict[str, FieldBox] = {}
        for plan in (OWNER, SLA, SEAT):
            control = governing_control(self.context, plan, plan.name)
            box = FieldBox(self.context, plan, plan.name, control)
            control.edited.connect(lambda value, _inside, name=plan.name: self._commit((name,), value, ()))
            self.boxes[plan.name] = box
            section.body.addWidget(box)
        self.remove = QPushButton("Delete these steps")
        self.remove.clicked.connect(self._delete)
        actions = QHBoxLayout()
        actions.setContentsMargins(14, 8, 14, 8)
        actions.addWidget(self.remove)
        actions.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(section)
        column.addLayout(actions)
        column.addStretch(1)

    def turn_to(self, flow: str, nodes: tuple[str, ...]) -> None:
        """Show these; what was typed for others goes to them first."""
        focused = QApplication.focusWidget()
        if focused is not None and self.isAncestorOf(focused):
            focused.clearFocus()
        self.context.flow_id, self._nodes = flow, nodes
        self._count.setText(f"{counted(len(nodes), 'step')} selected")
        for box in self.boxes.values():
            box.control.forget()
        self.refresh()

    def refresh(self) -> None:
        """Show what the document says now."""
        found = self._found()
        titles = [title_of(node) for node in found]
        self._names.setText(", ".join(titles[:6]) + (f" and {len(titles) - 6} more" if len(titles) > 6 else ""))
        for name, box in self.boxes.items():
            values = {getattr(node, name) for node in found}
            only: Any = next(iter(values)) if len(values) == 1 else None
            box.show_value(UNSET if only is None else only)
            box.remark("Differs" if len(values) > 1 else "")
            if len(values) > 1 and isinstance(box.control, ChoiceControl):
                box.control.combo.setPlaceholderText("Different")
                box.control.combo.setCurrentIndex(-1)

    def _found(self) -> list[Node]:
        flow = self.context.flow
        return [] if flow is None else [node for one in self._nodes if (node := flow.node(one)) is not None]

    def _commit(self, path: tuple[str | int, ...], value: Any, _inside: Any) -> None:
        name = str(path[0])
        changes = [set_field(self.context.flow_id, node.id, name, value) for node in self._found()]
        words = {"sla": "time allowed"}.get(name, name)
        self._services.document.do(compound(f"Change {words} of {counted(len(changes), 'step')}", *changes))

    def _delete(self) -> None:
        self._services.document.do(delete(self.context.flow_id, self._nodes))
        self._services.selection.select(())
